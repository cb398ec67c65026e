"""What a check finds, and how it is reported: as plain data, and as a person reads it.

Belongs here: the report. Does not belong here: finding anything (`cells`, `form`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from typing import Any

from orchestration.readers.shape import show

#: Problems listed of one kind; all are counted.
OF_A_KIND = 20
#: Problems listed in all.
LISTED = 1000
#: Runs of rows that are named of what is counted.
_RUNS = 500


@dataclass(frozen=True)
class Problem:
    """One thing to put right. `row_number` counts the header as 1; 0 means the file as a whole."""

    row_number: int
    column: str
    value: str
    message: str


@dataclass
class Rows:
    """Rows of which one thing is said, as runs of numbers from the first to the last."""

    reason: str
    count: int = 0
    runs: list[list[int]] = field(default_factory=list)

    def add(self, number: int, counts: bool = True) -> None:
        """One more row; of what lies beyond the runs that are named only the number is kept."""
        self.count += counts
        if self.runs and self.runs[-1][0] <= number <= self.runs[-1][1] + 1:
            self.runs[-1][1] = max(number, self.runs[-1][1])
        elif len(self.runs) < _RUNS:
            self.runs.append([number, number])

    def words(self, most: int = 10) -> str:
        """`2 to 7, 9` for a person."""
        texts = [str(first) if first == last else f"{first} to {last}" for first, last in self.runs[:most]]
        return ", ".join(texts) + (" and more" if len(self.runs) > most else "")


@dataclass
class TableCheck:
    """What one table is and what is wrong with it."""

    name: str
    #: usable | refused | ignored
    status: str
    reason: str = ""
    #: what only whoever runs the warehouse can do
    for_analyst: str = ""
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
    #: what is right cell by cell and looks wrong all the same
    look_at: list[str] = field(default_factory=list)
    #: rows of which no figures are kept: nobody has anything to put right
    left_out: list[Rows] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    problem_count: int = 0
    #: every kind of problem with the rows it is in
    kinds: list[Rows] = field(default_factory=list)
    _kinds: dict[str, Rows] = field(default_factory=dict, repr=False)
    _left_out: dict[str, Rows] = field(default_factory=dict, repr=False)

    def add(self, row_number: int, column: str, value: str, message: str, kind: str = "") -> None:
        """Count a problem, and list it while there is room for one of its kind: one message, whatever the value."""
        self.problem_count += 1
        kind = kind or _kind(message, column, value)
        found = self._kinds.get(kind)
        if found is None:
            found = self._kinds[kind] = Rows(message)
            self.kinds.append(found)
        found.add(row_number)
        if found.count <= OF_A_KIND and len(self.problems) < LISTED:
            self.problems.append(Problem(row_number, column, value[:200], message))

    def leave_out(self, row_number: int, reason: str, also: int = 0) -> None:
        """Count a row of which no figures are kept; the row it is to be seen with is named, too, and not counted."""
        found = self._left_out.get(reason)
        if found is None:
            found = self._left_out[reason] = Rows(reason)
            self.left_out.append(found)
        if also:
            found.add(also, counts=False)
        found.add(row_number)

    def rows_named(self) -> Iterator[int]:
        """Every row of which something is said, as far as rows are named."""
        for said in (*self.kinds, *self.left_out):
            for first, last in said.runs:
                yield from range(first, last + 1)

    def to_dict(self) -> dict[str, Any]:
        """The table as plain data."""
        return {name: value for name, value in asdict(self).items() if not name.startswith("_")}


def _kind(message: str, column: str, value: str) -> str:
    """A message without what it quotes of the file."""
    kind = message.replace(f"“{value}”", "“…”") if value else message
    return kind.replace(column, "…") if column else kind


@dataclass(frozen=True)
class CheckReport:
    """A file's tables: one, or one per member of an archive."""

    path: str
    tables: list[TableCheck]

    @property
    def is_clean(self) -> bool:
        """Whether the file would load whole, without a complaint and without a row left out."""
        return self.is_ready and not any(table.left_out for table in self.tables)

    @property
    def is_ready(self) -> bool:
        """Whether the file would load, with nothing to put right in it."""
        return any(table.status == "usable" for table in self.tables) and all(
            table.status != "refused" and not table.problem_count for table in self.tables
        )

    def to_dict(self) -> dict[str, Any]:
        """The report as plain data, for JSON."""
        tables = [table.to_dict() for table in self.tables]
        return {"path": self.path, "clean": self.is_clean, "ready": self.is_ready, "tables": tables}

    def to_text(self) -> str:
        """The report as a person reads it: what each table is, then every problem on a line of its own."""
        return "\n\n".join("\n".join(_lines(table)) for table in self.tables)


def _lines(table: TableCheck) -> Iterator[str]:
    if table.status != "usable":
        word = "Not used" if table.status == "ignored" else "Refused"
        yield f"{table.name}: {word}. {table.reason}"
        yield from _for_analyst(table)
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
    yield from (f"  Look at this   {sentence}" for sentence in table.look_at)
    for rows in table.left_out:
        which = f"row{'s'[: rows.count != 1]} {rows.words()}"
        yield f"  Not taken      {rows.count:,} row{'s'[: rows.count != 1]} ({which}): {rows.reason}."
    yield from _for_analyst(table)
    if not table.problem_count:
        yield "  No problems found." if not table.left_out else "  Nothing to put right."
        return
    yield f"  Problems       {table.problem_count:,}"
    for problem in table.problems:
        where = f"Row {problem.row_number}" if problem.row_number else "Header"
        column = f", {show(problem.column)}" if problem.column else ""
        yield f"    {where}{column}: {problem.message}"
    yield from _more(table.kinds)


def _more(kinds: Iterable[Rows]) -> Iterator[str]:
    """What is counted and not listed, kind by kind."""
    for kind in kinds:
        if kind.count > OF_A_KIND:
            more, last = kind.count - OF_A_KIND, kind.runs[-1][1]
            further = " and further" if len(kind.runs) == _RUNS else ""
            yield f"    ... and {more:,} more like “{kind.reason}”, down to row {last:,}{further}."


def _for_analyst(table: TableCheck) -> Iterator[str]:
    if table.for_analyst:
        yield f"  For whoever runs the warehouse: {table.for_analyst}"
