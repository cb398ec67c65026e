"""The door between the published warehouse and everyone who looks at it.

Belongs here: the published file, the viewer, what a viewer may see, the audit log. Only this package opens DuckDB and
executes SQL. Does not belong here: the questions themselves, or how an answer is drawn.
"""

from dashboards.access.accounts import Chosen, accounts
from dashboards.access.audit import AuditError
from dashboards.access.door import Answer, Door, UnknownQuestion
from dashboards.access.published import NotPublished, NotServable
from dashboards.access.viewer import ANONYMOUS, DEMO, KINDS, PUBLIC, Viewer

__all__ = [
    "ANONYMOUS",
    "DEMO",
    "KINDS",
    "PUBLIC",
    "Answer",
    "AuditError",
    "Chosen",
    "Door",
    "NotPublished",
    "NotServable",
    "UnknownQuestion",
    "Viewer",
    "accounts",
]
