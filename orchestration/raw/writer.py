"""How rows become Parquet: through a DuckDB in memory, under another name first, so that no table is ever half written.

Belongs here: one method for each kind of table, and how a table gets its name. Does not belong here: where tables lie
(`layout`), the CSV rows pass through (`passing`), how DuckDB reads a survey export (`exports`).
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from operator import itemgetter
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from orchestration.contracts import Dataset
from orchestration.raw.exports import COPIES_AT_ONCE, Copied, copy_answers
from orchestration.raw.layout import (
    FAMILIES,
    FILE_LOG_COLUMNS,
    HISTORY_COLUMNS,
    QUESTION_COLUMNS,
    REJECT_COLUMNS,
    columns_path,
    family_of,
    file_log_path,
    rejects_path,
    table_path,
)
from orchestration.raw.passing import expression, identifier, literal, read_passing, write_quoted, write_text
from orchestration.raw.whole import Checksum, checksum
from orchestration.readers.shape import SYSTEM_COLUMNS, Pseudonym
from orchestration.readers.swift import Plan, answer_column

if TYPE_CHECKING:
    import duckdb


class Writer:
    """Writes Parquet below one raw folder. Use as a context; one at a time per folder."""

    def __init__(self, raw: Path) -> None:
        self._raw = raw
        self._work = raw / ".work"
        self._connection: duckdb.DuckDBPyConnection | None = None
        self._copies: duckdb.DuckDBPyConnection | None = None
        self._pool: ThreadPoolExecutor | None = None
        self._passed = 0
        #: the checksum of every table that was written, named as seen from raw
        self.written: dict[str, Checksum] = {}

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

        What walking the rows raises passes through, and nothing is written then.
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
            count = write_text(file, ([str(number), who, when, *take(cells)] for number, who, when, cells in rows))
        names = ["_row_number", "_respondent", "submitted_at", *map(answer_column, range(1, len(kept) + 1))]
        query = (
            f"SELECT {literal(file_id)} AS _file_id, CAST(_row_number AS BIGINT) AS _row_number,"
            f" CAST(NULL AS VARCHAR) AS _overflow, {', '.join(names[1:])} FROM {read_passing(names)}"
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
        copied = self._pool.submit(copy_answers, cursor, draft, file_id, plan, pseudonym)

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
            f"CAST(NULL AS {'BIGINT' if name == '_row_number' else 'VARCHAR'}) AS {identifier(name)}" for name in names
        )
        self._copy(f"SELECT {nothing} WHERE false", {}, columns_path(self._raw, dataset.id))

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
        """What became of every file, a table for each family, so that a file is news to those who read its family alone."""
        families: dict[str, list[list[Any]]] = {family: [] for family in FAMILIES}
        for record in records:
            families[family_of(record["dataset_id"])].append([record[name] for name in FILE_LOG_COLUMNS])
        for family, rows in families.items():
            self._write(
                file_log_path(self._raw, family), FILE_LOG_COLUMNS, rows, null_where_blank=set(FILE_LOG_COLUMNS)
            )

    def write_history(self, events: Iterable[Mapping[str, Any]]) -> None:
        """`landing/history.parquet`: what became of every path, each time that changed, in order."""
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
            count = write_quoted(file, rows)
        blank = set(null_where_blank)
        selected = ", ".join(expression(name, kind, name in blank) for name, kind in types.items())
        self._copy(f"SELECT {selected} FROM {read_passing(list(types))}", {"source": str(passing)}, target)
        passing.unlink()
        return count

    def _passing(self) -> Path:
        """A name of its own for what is under way: several exports may be."""
        self._passed += 1
        return self._work / f"passing{self._passed}"

    def _copy(self, query: str, parameters: Mapping[str, Any], target: Path) -> None:
        """Query -> Parquet under another name -> the target's name, so that a name is never half a file."""
        unfinished = self._passing()
        self._connect().execute(
            f"COPY ({query}) TO {literal(str(unfinished))} (FORMAT parquet, COMPRESSION zstd)", dict(parameters)
        )
        self._keep(unfinished, target)

    def _keep(self, written: Path, target: Path) -> None:
        """To the disk, then to the name."""
        target.parent.mkdir(parents=True, exist_ok=True)
        with written.open("rb") as file:
            os.fsync(file.fileno())
        self.written[target.relative_to(self._raw).as_posix()] = checksum(written)
        os.replace(written, target)
        _sync_folder(target.parent)

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


def _sync_folder(folder: Path) -> None:
    """Make a rename in a folder last; file systems that cannot are left to themselves."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
