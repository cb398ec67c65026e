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
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from operator import itemgetter
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, TextIO

from orchestration.contracts import Dataset
from orchestration.readers.shape import SYSTEM_COLUMNS, Pseudonym
from orchestration.readers.swift import Plan, answer_column, look

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
HISTORY_COLUMNS = {
    "path": "VARCHAR",
    "file_id": "VARCHAR",
    "dataset_id": "VARCHAR",
    "status": "VARCHAR",
    "reason": "VARCHAR",
    "rows_landed": "BIGINT",
    "happened_at": "VARCHAR",
}
QUESTION_COLUMNS = {"_file_id": "VARCHAR", "answer_column": "VARCHAR", "question": "VARCHAR"}
_LONGEST_LINE = 32_000_000
#: Survey exports DuckDB copies at once. Numbering the rows of one keeps one processor busy and no more, and of several
#: at once the last does not run alone.
COPIES_AT_ONCE = 4
#: Rows of a row group of a copied export: small enough that a reader with several processors has work for all.
_GROUP = 20_480


def table_path(raw: Path, dataset_id: str, file_id: str) -> Path:
    """Where the raw rows of one landed file lie."""
    return raw / dataset_id / f"{file_id}.parquet"


def rejects_path(raw: Path, file_id: str) -> Path:
    """Where the reader's rejects of one landed file lie, if it has any."""
    return raw / "landing" / "rejects" / f"{file_id}.parquet"


@dataclass(frozen=True)
class Copied:
    """What DuckDB found in a survey export while it copied it."""

    #: responses, trials included
    rows: int
    #: row numbers of responses made while the form was tried out; raw has none of them
    trials: list[int]
    #: row numbers of respondents who are to be forgotten; raw has none of them
    forgotten: list[int]
    #: row number and place among the questions of answers that hold an address; raw has '' instead
    withheld: list[tuple[int, int]]


def tables_with(raw: Path, respondent: str) -> list[Path]:
    """The raw tables of survey exports that hold a row of this respondent, given as a code."""
    import duckdb

    tables = sorted(table for table in raw.glob("forms_*/*.parquet") if table.name != "_columns.parquet")
    with duckdb.connect() as connection:
        query = "SELECT count(*) FROM read_parquet($table) WHERE _respondent = $respondent"
        return [
            table for table in tables if _one(connection, query, {"table": str(table), "respondent": respondent})[0]
        ]


class Writer:
    """Writes Parquet below one raw folder. Use as a context; one at a time per folder."""

    def __init__(self, raw: Path) -> None:
        self._raw = raw
        self._work = raw / ".work"
        self._connection: duckdb.DuckDBPyConnection | None = None
        self._copies: duckdb.DuckDBPyConnection | None = None
        self._pool: ThreadPoolExecutor | None = None
        self._passed = 0

    def __enter__(self) -> Writer:
        # what a killed run left behind
        shutil.rmtree(self._work, ignore_errors=True)
        self._work.mkdir(parents=True)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)
        for connection in (self._connection, self._copies):
            if connection is not None:
                connection.close()
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
        self,
        dataset_id: str,
        file_id: str,
        kept: Sequence[int],
        rows: Iterable[tuple[int, str, str, list[str]]],
    ) -> int:
        """Write the rows (row number, respondent, time, answers) of a survey export; the number of them.

        Of the answers those at the places `kept` are written, as `answer_1`, `answer_2` ...
        """
        passing = self._passing()
        take = itemgetter(*kept) if len(kept) > 1 else lambda cells: [cells[place] for place in kept]
        with passing.open("w", encoding="utf-8", newline="") as file:
            count = _write_text(file, ([str(number), who, when, *take(cells)] for number, who, when, cells in rows))
        names = ["_row_number", "_respondent", "submitted_at", *map(answer_column, range(1, len(kept) + 1))]
        query = (
            f"SELECT {_literal(file_id)} AS _file_id, CAST(_row_number AS BIGINT) AS _row_number,"
            f" CAST(NULL AS VARCHAR) AS _overflow, {', '.join(names[1:])} FROM {_read_passing(names)}"
        )
        self._copy(query, {"source": str(passing)}, table_path(self._raw, dataset_id, file_id))
        passing.unlink()
        return count

    def copy_answers(
        self, dataset_id: str, file_id: str, plan: Plan, pseudonym: Pseudonym
    ) -> Callable[[], Copied | None]:
        """Begin to write a survey export as `plan` has DuckDB read it; the answer waits for it and keeps it.

        The answer is None, and nothing is kept, where DuckDB finds what only `write_answers` is trusted with. The
        same rows come of both.
        """
        draft = self._passing()
        if self._copies is None or self._pool is None:
            # a thread of ours for each copy: the rows of one are numbered in turn, so a second would only wait
            self._copies = self._open(threads=1)
            self._pool = ThreadPoolExecutor(COPIES_AT_ONCE)
        cursor = self._copies.cursor()
        copied = self._pool.submit(_copy_answers, cursor, draft, file_id, plan, pseudonym)

        def kept() -> Copied | None:
            result = copied.result()
            if result is None:
                draft.unlink(missing_ok=True)
            else:
                self._keep(draft, table_path(self._raw, dataset_id, file_id))
            return result

        return kept

    def write_columns(self, dataset: Dataset, columns: Sequence[str]) -> None:
        """An empty table with every column dbt may ask for, so that a dataset without files is not an error."""
        names = dict.fromkeys((*SYSTEM_COLUMNS, *columns))
        nothing = ", ".join(
            f"CAST(NULL AS {'BIGINT' if name == '_row_number' else 'VARCHAR'}) AS {_identifier(name)}" for name in names
        )
        self._copy(f"SELECT {nothing} WHERE false", {}, self._raw / dataset.id / "_columns.parquet")

    def write_questions(self, questions: Iterable[tuple[str, str, str]]) -> None:
        """`landing/questions.parquet`: which question the answers of a form are: file, column of raw, wording."""
        self._write(self._raw / "landing" / "questions.parquet", QUESTION_COLUMNS, questions)

    def write_rejects(self, file_id: str, rejects: Iterable[Sequence[Any]]) -> None:
        """Rows (row number, column, value, reason, scope) of one file the reader could not use."""
        rows = ((file_id, *reject) for reject in rejects)
        self._write(rejects_path(self._raw, file_id), REJECT_COLUMNS, rows, null_where_blank=set(REJECT_COLUMNS))

    def gather_rejects(self, file_ids: Sequence[str]) -> None:
        """`landing/rejects.parquet`: the rejects of the files named, in one table."""
        target = self._raw / "landing" / "rejects.parquet"
        paths = [str(path) for file_id in file_ids if (path := rejects_path(self._raw, file_id)).exists()]
        if paths:
            self._copy("SELECT * FROM read_parquet($source) ORDER BY _file_id, _row_number", {"source": paths}, target)
        else:
            self._write(target, REJECT_COLUMNS, ())

    def write_file_log(self, records: Iterable[Mapping[str, Any]]) -> None:
        """`landing/files.parquet`: what became of every file."""
        rows = ([record[name] for name in FILE_LOG_COLUMNS] for record in records)
        target = self._raw / "landing" / "files.parquet"
        self._write(target, FILE_LOG_COLUMNS, rows, null_where_blank=set(FILE_LOG_COLUMNS))

    def write_history(self, events: Iterable[Mapping[str, Any]]) -> None:
        """`landing/history.parquet`: what became of every path, whenever that changed, in order."""
        rows = ([event[name] for name in HISTORY_COLUMNS] for event in events)
        target = self._raw / "landing" / "history.parquet"
        self._write(target, HISTORY_COLUMNS, rows, null_where_blank=set(HISTORY_COLUMNS))

    def _write(
        self,
        target: Path,
        types: Mapping[str, str],
        rows: Iterable[Sequence[Any]],
        null_where_blank: Iterable[str] = (),
    ) -> int:
        passing = self._passing()
        with passing.open("w", encoding="utf-8", newline="") as file:
            count = _write_quoted(file, rows)
        blank = set(null_where_blank)
        selected = ", ".join(_expression(name, kind, name in blank) for name, kind in types.items())
        self._copy(f"SELECT {selected} FROM {_read_passing(list(types))}", {"source": str(passing)}, target)
        passing.unlink()
        return count

    def _passing(self) -> Path:
        """A name of its own for what is under way: several exports may be."""
        self._passed += 1
        return self._work / f"passing{self._passed}"

    def _copy(self, query: str, parameters: Mapping[str, Any], target: Path) -> None:
        """Query -> Parquet beside the target -> the target's name, so that a name is never half a file."""
        beside = self._passing()
        self._connect().execute(
            f"COPY ({query}) TO {_literal(str(beside))} (FORMAT parquet, COMPRESSION zstd)", dict(parameters)
        )
        self._keep(beside, target)

    def _keep(self, written: Path, target: Path) -> None:
        """To the disk, then to the name."""
        target.parent.mkdir(parents=True, exist_ok=True)
        with written.open("rb") as file:
            os.fsync(file.fileno())
        os.replace(written, target)
        sync_folder(target.parent)

    def _connect(self) -> duckdb.DuckDBPyConnection:
        if self._connection is None:
            # opening one takes longer than writing the tables of the log, for which that of the copies will do
            if self._copies is not None:
                return self._copies
            self._connection = self._open(threads=2)
        return self._connection

    def _open(self, threads: int) -> duckdb.DuckDBPyConnection:
        import duckdb

        return duckdb.connect(
            config={
                "threads": threads,
                "memory_limit": "700MB",
                "temp_directory": str(self._work / f"spill{threads}"),
                "autoinstall_known_extensions": False,
            }
        )


def _copy_answers(
    cursor: duckdb.DuckDBPyConnection, draft: Path, file_id: str, plan: Plan, pseudonym: Pseudonym
) -> Copied | None:
    """Copy an export into `draft`; None where it must be read with care instead."""
    import duckdb

    sight = look(plan.path)
    if sight is None:
        return None
    parameters = {"source": str(plan.path), "key": pseudonym.prefix()}
    with cursor:
        for query, is_quick in plan.queries(file_id, sight):
            try:
                _to_parquet(cursor, query, parameters, draft)
                found = _found(cursor, draft, plan, pseudonym.forgotten)
                if found.rows and _accounts_for(cursor, plan, found.rows, sight.lines, is_quick):
                    if found.trials or found.forgotten or found.withheld:
                        _take_out(cursor, draft, plan, pseudonym.forgotten)
                    return found
            except duckdb.Error:
                # a quotation mark, a length, a value: whatever it was, the careful reader has words for it
                continue
    return None


def _found(cursor: duckdb.DuckDBPyConnection, draft: Path, plan: Plan, forgotten: frozenset[str]) -> Copied:
    """The rows of a draft, trials and the forgotten among them, and the answers it withholds."""
    source, rows = {"source": str(draft)}, "FROM read_parquet($source)"
    columns = [answer_column(number) for number in range(1, len(plan.kept) + 1)]
    counts = ", ".join(f"count({column})" for column in ("*", "_respondent", *columns))
    count, respondents, *answers = _one(cursor, f"SELECT {counts} {rows}", source)
    found = Copied(count, [], [], [])
    if respondents < count:
        trials = cursor.execute(f"SELECT _row_number {rows} WHERE _respondent IS NULL ORDER BY 1", source).fetchall()
        found.trials.extend(number for (number,) in trials)
    if forgotten:
        theirs = cursor.execute(
            f"SELECT _row_number {rows} WHERE list_contains($forgotten, _respondent) ORDER BY 1",
            {**source, "forgotten": sorted(forgotten)},
        ).fetchall()
        found.forgotten.extend(number for (number,) in theirs)
    left_out = {*found.trials, *found.forgotten}
    for column, place, answered in zip(columns, plan.kept, answers, strict=True):
        if answered < count:
            withheld = cursor.execute(f"SELECT _row_number {rows} WHERE {column} IS NULL ORDER BY 1", source).fetchall()
            found.withheld.extend((number, place) for (number,) in withheld if number not in left_out)
    return found


def _accounts_for(cursor: duckdb.DuckDBPyConnection, plan: Plan, rows: int, lines: int, is_quick: bool) -> bool:
    """Whether rows, header and line breaks inside cells are all the lines there are: nothing passed over unseen."""
    if rows + plan.head == lines:
        return True
    if is_quick:
        return False
    breaks, is_swallowed = _one(cursor, plan.breaks(), {"source": str(plan.path)})
    return bool(rows + plan.head + breaks == lines and not is_swallowed)


def _take_out(cursor: duckdb.DuckDBPyConnection, draft: Path, plan: Plan, forgotten: frozenset[str]) -> None:
    """Write the draft again without its trials and the forgotten, and with nothing where an answer is withheld."""
    columns = [answer_column(number) for number in range(1, len(plan.kept) + 1)]
    filled = ", ".join(f"coalesce({column}, '') AS {column}" for column in columns)
    again = draft.with_name(f"{draft.name}_again")
    query = (
        f"SELECT * REPLACE ({filled}) FROM read_parquet($source)"
        " WHERE _respondent IS NOT NULL AND NOT list_contains($forgotten, _respondent)"
    )
    _to_parquet(cursor, query, {"source": str(draft), "forgotten": sorted(forgotten)}, again)
    os.replace(again, draft)


def _to_parquet(cursor: duckdb.DuckDBPyConnection, query: str, parameters: Mapping[str, Any], target: Path) -> None:
    cursor.execute(
        f"COPY ({query}) TO {_literal(str(target))} (FORMAT parquet, COMPRESSION snappy, ROW_GROUP_SIZE {_GROUP})",
        dict(parameters),
    )


def _one(cursor: duckdb.DuckDBPyConnection, query: str, parameters: Mapping[str, Any]) -> tuple[Any, ...]:
    row = cursor.execute(query, dict(parameters)).fetchone()
    assert row is not None  # an aggregate without grouping always gives one row
    return row


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


def _identifier(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _expression(name: str, kind: str, null_where_blank: bool) -> str:
    quoted = _identifier(name)
    value = f"nullif({quoted}, '')" if null_where_blank else quoted
    return f"CAST({value} AS {kind}) AS {quoted}"
