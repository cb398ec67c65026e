"""What a check finds, and how it is reported: as plain data, and as a person reads it.

Belongs here: the report. Does not belong here: finding anything (`cells`, `form`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from typing import Any

from orchestration.readers.shape import show

#: Problems listed; all are counted.
LISTED = 1000


@dataclass(frozen=True)
class Problem:
    """One thing to put right. `row_number` counts the header as 1; 0 means the file as a whole."""

    row_number: int
    column: str
    value: str
    message: str


@dataclass
class TableCheck:
    """What one table is and what is wrong with it."""

    name: str
    #: usable | refused | ignored
    status: str
    reason: str = ""
    dataset_id: str = ""
    dataset_name: str = ""
    academic_year: str | None = None
    year_told_by: str = ""
    release: str | None = None
    snapshot_date: str | None = None
    encoding: str = ""
    rows: int = 0
    columns_recognised: list[str] = field(default_factory=list)
    columns_unknown: list[str] = field(default_factory=list)
    columns_missing: list[str] = field(default_factory=list)
    #: personal columns, which are left behind
    columns_dropped: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    problem_count: int = 0

    def add(self, row_number: int, column: str, value: str, message: str) -> None:
        """Count a problem, and list it while there is room."""
        self.problem_count += 1
        if len(self.problems) < LISTED:
            self.problems.append(Problem(row_number, column, value[:200], message))


@dataclass(frozen=True)
class CheckReport:
    """A file's tables: one, or one per member of an archive."""

    path: str
    tables: list[TableCheck]

    @property
    def is_clean(self) -> bool:
        """Whether the file would load without a complaint."""
        return any(table.status == "usable" for table in self.tables) and all(
            table.status != "refused" and not table.problem_count for table in self.tables
        )

    def to_dict(self) -> dict[str, Any]:
        """The report as plain data, for JSON."""
        return {"path": self.path, "clean": self.is_clean, "tables": [asdict(table) for table in self.tables]}

    def to_text(self) -> str:
        """The report as a person reads it: what each table is, then every problem on a line of its own."""
        return "\n\n".join("\n".join(_lines(table)) for table in self.tables)


def _lines(table: TableCheck) -> Iterator[str]:
    if table.status != "usable":
        word = "Not used" if table.status == "ignored" else "Refused"
        yield f"{table.name}: {word}. {table.reason}"
        return
    yield f"{table.name}: {table.dataset_name}"
    if table.academic_year:
        yield f"  Academic year  {table.academic_year}, told by the {table.year_told_by}; release: {table.release}"
    if table.snapshot_date:
        yield f"  As at          {table.snapshot_date}, told by the name"
    yield f"  Rows           {table.rows:,} ({table.encoding})"
    yield f"  Columns        {len(table.columns_recognised)} used, {len(table.columns_unknown)} not used"
    if table.columns_unknown and table.dataset_id.startswith("forms_"):
        # of a form they are not even stored, so a misspelled question is shown by its name
        yield f"  Not used       {', '.join(show(name) for name in table.columns_unknown)}"
    if table.columns_dropped:
        yield f"  Left behind    {', '.join(table.columns_dropped)} (personal data)"
    if table.reason:
        yield f"  Note           {table.reason}"
    if not table.problem_count:
        yield "  No problems found."
        return
    yield f"  Problems       {table.problem_count:,}"
    for problem in table.problems:
        where = f"Row {problem.row_number}" if problem.row_number else "Header"
        column = f", {show(problem.column)}" if problem.column else ""
        yield f"    {where}{column}: {problem.message}"
    if table.problem_count > len(table.problems):
        yield f"    ... and {table.problem_count - len(table.problems):,} more."
