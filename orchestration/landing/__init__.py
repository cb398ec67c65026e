"""Landing: what lies in the landing folders becomes raw rows and a file log.

Belongs here: which folders are read and what lies in them (`folders`), what is known of every file (`state`), what differs
from it (`changes`), having what differs read (`load`), what became of it (`log`), the key that hides respondents (`key`),
and forgetting a file or a person (`forget`). Does not belong here: what is inside a file (`readers`), how raw is written
(`raw`), building or publishing.

Callers import the module they need: `changes` must decide in no time that there is nothing to do, and so imports neither
`load` nor anything slow.
"""
