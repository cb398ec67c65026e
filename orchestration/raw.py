"""Raw Parquet: every cell of every landed file as text, written whole or not at all.

Belongs here: how rows become Parquet, through a DuckDB in memory. Does not belong here: reading landed files
(`readers`), deciding which of them count (`landing`), casting anything (dbt).

Rows pass through a plain CSV on disk on their way, because DuckDB reads that in one stream: memory stays flat
however large the file is, and no data-frame library is needed.
"""

from __future__ import annotations

import csv
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, TextIO

from orchestration.contracts import Dataset
from orchestration.readers.shape import SYSTEM_COLUMNS

if TYPE_CHECKING:
    import duckdb

FILE_LOG_COLUMNS = {
    "file_id": "VARCHAR",
    "path": "VARCHAR",
    "dataset_id": "VARCHAR",
    "academic_year": "VARCHAR",
    "release": "VARCHAR",
    "snapshot_date": "VARCHAR",
    "status": "VARCHAR",
    "reason": "VARCHAR",
    "rows_landed": "BIGINT",
    "rows_unreadable": "BIGINT",
    "first_seen_at": "VARCHAR",
    "modified_at": "VARCHAR",
    "sequence": "BIGINT",
    "encoding": "VARCHAR",
}
REJECT_COLUMNS = {
    "_file_id": "VARCHAR",
    "_row_number": "BIGINT",
    "column_name": "VARCHAR",
    "value": "VARCHAR",
    "reason": "VARCHAR",
    "scope": "VARCHAR",
}
_LONGEST_LINE = 32_000_000


def table_path(raw: Path, dataset_id: str, file_id: str) -> Path:
    """Where the raw rows of one landed file lie."""
    return raw / dataset_id / f"{file_id}.parquet"


def rejects_path(raw: Path, file_id: str) -> Path:
    """Where the reader's rejects of one landed file lie, if it has any."""
    return raw / "landing" / "rejects" / f"{file_id}.parquet"


class Writer:
    """Writes Parquet below one raw folder. Use as a context; one at a time per folder."""

    def __init__(self, raw: Path) -> None:
        self._raw = raw
        self._work = raw / ".work"
        self._connection: duckdb.DuckDBPyConnection | None = None

    def __enter__(self) -> Writer:
        # what a killed run left behind
        shutil.rmtree(self._work, ignore_errors=True)
        self._work.mkdir(parents=True)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._connection is not None:
            self._connection.close()
        shutil.rmtree(self._work, ignore_errors=True)

    def write_rows(
        self, dataset_id: str, file_id: str, columns: Sequence[str], rows: Iterable[tuple[int, str, list[str]]]
    ) -> int:
        """Write `rows` (row number, overflow or '', cells) of one landed file; the number of rows written.

        Whatever walking the rows raises passes through, and nothing is written then.
        """
        names = (*SYSTEM_COLUMNS, *columns)
        types = {name: "BIGINT" if name == "_row_number" else "VARCHAR" for name in names}
        return self._write(
            table_path(self._raw, dataset_id, file_id),
            types,
            ((file_id, number, overflow, *cells) for number, overflow, cells in rows),
            null_where_blank={"_overflow"},
        )

    def write_answers(
        self, dataset_id: str, file_id: str, questions: Sequence[str], rows: Iterable[tuple[int, str, str, list[str]]]
    ) -> int:
        """Write the rows (row number, respondent, time, answers) of a survey export long: a raw row per question.

        The number of respondents' rows. Rows pass wide, because writing every cell with its question costs most.
        """
        passing = self._work / "rows.csv"
        with passing.open("w", encoding="utf-8", newline="") as file:
            count = _write_text(file, ([str(number), who, when, *cells] for number, who, when, cells in rows))
        names = ["_row_number", "_respondent", "submitted_at", *(f"a{at}" for at in range(len(questions)))]
        wordings = ", ".join(_literal(question) for question in questions)
        answers = ", ".join(names[3:])
        query = (
            f"SELECT {_literal(file_id)} AS _file_id, CAST(_row_number AS BIGINT) AS _row_number,"
            " CAST(NULL AS VARCHAR) AS _overflow, _respondent, submitted_at,"
            f" unnest(CAST([{wordings}] AS VARCHAR[])) AS question, unnest(CAST([{answers}] AS VARCHAR[])) AS answer"
            f" FROM {_read_passing(names)}"
        )
        self._copy(query, str(passing), table_path(self._raw, dataset_id, file_id))
        passing.unlink()
        return count

    def write_columns(self, dataset: Dataset, columns: Sequence[str]) -> None:
        """An empty table with every column dbt may ask for, so that a dataset without files is not an error."""
        names = dict.fromkeys((*SYSTEM_COLUMNS, *columns))
        types = {name: "BIGINT" if name == "_row_number" else "VARCHAR" for name in names}
        self._write(self._raw / dataset.id / "_columns.parquet", types, ())

    def write_rejects(self, file_id: str, rejects: Iterable[Sequence[Any]]) -> None:
        """Rows (row number, column, value, reason, scope) of one file the reader could not use."""
        rows = ((file_id, *reject) for reject in rejects)
        self._write(rejects_path(self._raw, file_id), REJECT_COLUMNS, rows, null_where_blank=set(REJECT_COLUMNS))

    def gather_rejects(self, file_ids: Sequence[str]) -> None:
        """`landing/rejects.parquet`: the rejects of the files named, in one table."""
        target = self._raw / "landing" / "rejects.parquet"
        paths = [str(path) for file_id in file_ids if (path := rejects_path(self._raw, file_id)).exists()]
        if paths:
            self._copy("SELECT * FROM read_parquet($source) ORDER BY _file_id, _row_number", paths, target)
        else:
            self._write(target, REJECT_COLUMNS, ())

    def write_file_log(self, records: Iterable[Mapping[str, Any]]) -> None:
        """`landing/files.parquet`: what became of every file."""
        rows = ([record[name] for name in FILE_LOG_COLUMNS] for record in records)
        target = self._raw / "landing" / "files.parquet"
        self._write(target, FILE_LOG_COLUMNS, rows, null_where_blank=set(FILE_LOG_COLUMNS))

    def _write(
        self,
        target: Path,
        types: Mapping[str, str],
        rows: Iterable[Sequence[Any]],
        null_where_blank: Iterable[str] = (),
    ) -> int:
        passing = self._work / "rows.csv"
        with passing.open("w", encoding="utf-8", newline="") as file:
            count = _write_quoted(file, rows)
        blank = set(null_where_blank)
        selected = ", ".join(_expression(name, kind, name in blank) for name, kind in types.items())
        self._copy(f"SELECT {selected} FROM {_read_passing(list(types))}", str(passing), target)
        passing.unlink()
        return count

    def _copy(self, query: str, source: str | list[str], target: Path) -> None:
        """Query -> Parquet beside the target -> disk -> the target's name, so that a name is never half a file."""
        target.parent.mkdir(parents=True, exist_ok=True)
        beside = self._work / "table"
        self._connect().execute(
            f"COPY ({query}) TO {_literal(str(beside))} (FORMAT parquet, COMPRESSION zstd)", {"source": source}
        )
        with beside.open("rb") as file:
            os.fsync(file.fileno())
        os.replace(beside, target)
        sync_folder(target.parent)

    def _connect(self) -> duckdb.DuckDBPyConnection:
        if self._connection is None:
            import duckdb

            self._connection = duckdb.connect(
                config={
                    "threads": 2,
                    "memory_limit": "700MB",
                    "temp_directory": str(self._work / "spill"),
                    "autoinstall_known_extensions": False,
                }
            )
        return self._connection


def sync_folder(folder: Path) -> None:
    """Make a rename in a folder last; file systems that cannot are left to themselves."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _read_passing(names: Sequence[str]) -> str:
    """The passing CSV `$source` as a table of text."""
    columns = ", ".join(f"{_literal(name)}: 'VARCHAR'" for name in names)
    return (
        f"read_csv($source, columns = {{{columns}}}, auto_detect = false, header = false,"
        " delim = ',', quote = '\"', escape = '\"', new_line = '\\n', nullstr = '\\N',"
        f" allow_quoted_nulls = false, parallel = false, max_line_size = {_LONGEST_LINE})"
    )


def _write_quoted(file: Any, rows: Iterable[Sequence[Any]]) -> int:
    # every field quoted, so that no text can be taken for a null
    writer = csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="\n")
    count = 0
    for row in _without_null(rows):
        writer.writerow(row)
        count += 1
    return count


def _write_text(file: TextIO, rows: Iterable[list[str]]) -> int:
    """As `_write_quoted`, for rows of text alone: whole rows are quoted at once, which takes a third of the time."""
    count = 0
    for row in rows:
        line = "\0".join(row)
        if line.count("\0") != len(row) - 1:  # cells of old spreadsheets may hold anything
            line = "\0".join(cell.replace("\0", "") for cell in row)
        line = line.replace('"', '""').replace("\0", '","')
        file.write(f'"{line}"\n')
        count += 1
    return count


def _without_null(rows: Iterable[Sequence[Any]]) -> Iterator[Sequence[Any]]:
    for row in rows:
        yield ["" if value is None else value for value in row] if None in row else row


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _expression(name: str, kind: str, null_where_blank: bool) -> str:
    quoted = '"' + name.replace('"', '""') + '"'
    value = f"nullif({quoted}, '')" if null_where_blank else quoted
    return f"CAST({value} AS {kind}) AS {quoted}"
