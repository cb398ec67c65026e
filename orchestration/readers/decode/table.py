"""What comes out of a file: a table of text, or the refusal of one.

Belongs here: the shape of both. Does not belong here: making them (`text`, `spreadsheet`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

#: The header is looked for in this many rows from the top: files may open with a title.
HEADER_WITHIN = 20

Wanted = Callable[[Sequence[str]], bool]


class Refusal(Exception):
    """The file, or this part of it, cannot be used. The message is the sentence the user reads."""


class Row(NamedTuple):
    """One record: its number as a user counts it (the first record is 1), its cells, and why it is unusable if so."""

    number: int
    cells: list[str]
    fault: str | None = None


@dataclass(frozen=True)
class Table:
    """A header and the rows below it. `rows` can be walked once; it may raise `Refusal`."""

    header: list[str]
    header_number: int
    encoding: str
    rows: Iterator[Row]
    #: whether the caller's test accepted the header; if not, `header` is merely the first row that is not blank
    recognised: bool
    #: name of the sheet, for spreadsheets
    sheet: str = ""
    #: something the user should know although the table is read
    remark: str = ""
    #: further sheets of the workbook with a header that was wanted, which the remark says are not read
    others: tuple[Table, ...] = ()
    #: further header rows of a survey tool, which `rows` no longer has (see `readers.forms.opened`)
    below: tuple[Row, ...] = ()
    #: the rows below the header once more, from the first, for what only the whole file shows
    again: Callable[[], Iterator[Row]] | None = None
    #: the delimiter, where the table is the whole of a plain UTF-8 file and DuckDB could read it, too; else ''
    plain_delimiter: str = ""
