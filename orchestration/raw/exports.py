"""Survey exports that DuckDB copies by itself, and finding a respondent in what was copied.

Belongs here: carrying out the plan of a reader (`readers.swift`), and checking that nothing was lost on the way. Does not
belong here: the plan, and the rows of exports that must be read with care (`readers.forms`, `writer`).
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from orchestration.raw.passing import literal
from orchestration.readers.shape import Pseudonym
from orchestration.readers.swift import Plan, answer_column, scan

if TYPE_CHECKING:
    import duckdb

#: Survey exports DuckDB copies at once. Numbering the rows of one keeps one processor busy and no more, and of several
#: at once the last does not run alone.
COPIES_AT_ONCE = 4
#: Rows of a row group of a copied export: small enough that a reader with several processors has work for all.
_GROUP = 20_480


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


def copy_answers(
    cursor: duckdb.DuckDBPyConnection, draft: Path, file_id: str, plan: Plan, pseudonym: Pseudonym
) -> Copied | None:
    """Copy an export into `draft`; None where it must be read with care instead."""
    import duckdb

    seen = scan(plan.path)
    if seen is None:
        return None
    parameters = {"source": str(plan.path), "key": pseudonym.prefix()}
    with cursor:
        for query, is_quick in plan.queries(file_id, seen):
            try:
                _to_parquet(cursor, query, parameters, draft)
                found = _found(cursor, draft, plan, pseudonym.forgotten)
                if found.rows and _accounts_for(cursor, plan, found.rows, seen.lines, is_quick):
                    if found.trials or found.forgotten or found.withheld:
                        _take_out(cursor, draft, plan, pseudonym.forgotten)
                    return found
            except duckdb.Error:
                # a quotation mark, a length, a value: the careful reader has words for all of them
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
        f"COPY ({query}) TO {literal(str(target))} (FORMAT parquet, COMPRESSION snappy, ROW_GROUP_SIZE {_GROUP})",
        dict(parameters),
    )


def _one(cursor: duckdb.DuckDBPyConnection, query: str, parameters: Mapping[str, Any]) -> tuple[Any, ...]:
    row = cursor.execute(query, dict(parameters)).fetchone()
    assert row is not None  # an aggregate without grouping always gives one row
    return row


def tables_with(raw: Path, respondent: str) -> list[Path]:
    """The raw tables of survey exports that hold a row of this respondent, given as a code."""
    import duckdb

    tables = sorted(table for table in raw.glob("forms_*/*.parquet") if table.name != "_columns.parquet")
    with duckdb.connect() as connection:
        query = "SELECT count(*) FROM read_parquet($table) WHERE _respondent = $respondent"
        return [
            table for table in tables if _one(connection, query, {"table": str(table), "respondent": respondent})[0]
        ]
