"""Everything that is wrong with a file, at once, before it is sent: `turncurve check FILE`.

Belongs here: walking the tables of a file. What a table is checked for is in `cells` and `form`, what comes of it in
`report`. Does not belong here: the rules for one cell (`values`), refusing or storing anything. A file that passes here
loads; what dbt rejects later it names too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

from orchestration import names
from orchestration.readers import years
from orchestration.readers.check.cells import check_cells
from orchestration.readers.check.form import check_form
from orchestration.readers.check.report import CheckReport, Problem, TableCheck
from orchestration.readers.decode import Refusal
from orchestration.readers.files import Piece, read_file
from orchestration.readers.shape import Pseudonym, is_personal

__all__ = ["CheckReport", "Problem", "TableCheck", "check_file"]

_Row = TypeVar("_Row")
#: Called with how far a long check has come.
Progress = Callable[[str], None]
#: Rows between two calls of it: a second or two.
_ROWS_BETWEEN = 50_000


def check_file(path: Path, year: str | None = None, progress: Progress | None = None) -> CheckReport:
    """Check one file against the contract of what it turns out to be. Reads only; stores nothing.

    A file that cannot be used is reported as refused, never raised. `progress` is called with a sentence now and then
    where there are many rows.
    """
    path = Path(path).expanduser().resolve()
    if not names.is_text(path):
        name = names.shown(path.name)
        return CheckReport(names.shown(path), [TableCheck(name, "refused", names.NOT_TEXT)])
    # no respondent's code leaves a check, so a passing key will do
    pseudonym = Pseudonym(lambda: b"check")
    tables = []
    try:
        given = years.parse_year(year) if year else None
        for piece in read_file(path, lambda: path.open("rb"), given, pseudonym):
            tables.append(_check(path, piece, progress))
    except Refusal as refusal:
        tables.append(TableCheck(path.name, "refused", str(refusal)))
    except FileNotFoundError:
        tables.append(TableCheck(path.name, "refused", f"There is no file {path}. Check the name."))
    except IsADirectoryError:
        tables.append(TableCheck(path.name, "refused", "This is a folder. Give one file."))
    except OSError as error:
        tables.append(TableCheck(path.name, "refused", f"The file cannot be read: {error.strerror or error}."))
    except MemoryError:
        sentence = "The file takes more memory to check than is allowed. Split it and check its parts."
        tables = [TableCheck(path.name, "refused", sentence)]
    return CheckReport(str(path), tables)


def _counted(rows: Iterator[_Row], name: str, progress: Progress) -> Iterator[_Row]:
    for count, row in enumerate(rows, start=1):
        if count % _ROWS_BETWEEN == 0:
            progress(f"{name}: {count:,} rows checked")
        yield row


def _check(path: Path, piece: Piece, progress: Progress | None) -> TableCheck:
    name = f"{path.name}/{piece.member}" if piece.member else path.name
    reading = piece.reading
    if reading is None:
        # whoever has a file checked may see what is in it
        reason = piece.quoting or piece.reason
        return TableCheck(name, piece.status, reason, piece.for_analyst, encoding=piece.encoding)
    dataset = reading.dataset
    table = TableCheck(
        name,
        "usable",
        piece.reason,
        "",
        dataset.id,
        dataset.name,
        reading.academic_year,
        reading.year_told_by,
        reading.release,
        reading.snapshot_date,
        piece.encoding,
    )
    table.columns_dropped = reading.dropped or [
        column for column in dataset.named(piece.header) if is_personal(dataset, column)
    ]
    if progress is not None:
        reading.rows = _counted(reading.rows, name, progress)
        if reading.answers is not None:
            reading.answers.rows = _counted(reading.answers.rows, name, progress)
    try:
        if reading.answers is not None:
            check_form(table, dataset, reading.answers)
        else:
            check_cells(table, reading)
    except Refusal as refusal:
        table.status, table.reason = "refused", str(refusal)
    table.rows = reading.row_count
    for reject in reading.rejects:
        if reject.to_mend:
            # the reason is for everyone; whoever has the file checked may see what is in it
            reads = f" It reads “{reject.value}”." if reject.value else ""
            table.add(reject.row_number, reject.column, reject.value, f"{_sentence(reject.reason)}{reads}")
    for reject in reading.rejects:
        if not reject.to_mend:
            table.leave_out(reject.row_number, reject.reason)
    if table.status != "refused":
        table.reason = " ".join(filter(None, (reading.remark, *reading.guesses)))
    if dataset.id == "template_corrections":
        table.reason = " ".join(filter(None, (table.reason, _ELSEWHERE)))
    places = {name: place for place, name in enumerate(reading.columns)}
    table.problems.sort(key=lambda problem: (problem.row_number, places.get(problem.column, len(places))))
    return table


_ELSEWHERE = "Whether the files and cells it names are there, and hold what it expects, only a refresh can say."


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:] + ("" if text.endswith(".") else ".")
