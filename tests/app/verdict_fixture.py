"""What the model of verdicts says of the fixture's series: which England stands beside each figure, and the verdict.

Belongs here: running the model over rows made by hand. Does not belong here: the rows, or what a page makes of a verdict.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import duckdb

from tests.macro_sql import make

Row = tuple[Any, ...]


def judged(rows: dict[str, list[Row]], tables: Mapping[str, str]) -> None:
    """Put trend_series beside England, as int_area_series__benchmarked does; rows given so far end with england_id."""
    with duckdb.connect() as connection:
        connection.execute(f"create table series ({tables['trend_series']})")
        connection.execute(f"create table indicators ({tables['dim_indicator']})")
        width = len(connection.sql("from series").columns)
        for name, given in (("series", rows["trend_series"]), ("indicators", rows["dim_indicator"])):
            # statements of a thousand rows: row by row takes seconds
            for start in range(0, len(given), 1000):
                part = [
                    (*row, *(None,) * (width - len(row))) if name == "series" else row
                    for row in given[start : start + 1000]
                ]
                marks = ", ".join("(" + ", ".join("?" * len(row)) + ")" for row in part)
                connection.execute(f"insert into {name} values {marks}", [cell for row in part for cell in row])
        # the phase of an area is told by the England its row was given
        connection.execute(
            """create table int_area_series__gathered as
               select * exclude (england_id, benchmark_value, side, verdict, reason_id, reason),
                   case when england_id like 'england_%' then replace(england_id, 'england_', '') end as phase,
                   cast(null as bigint) as figure_number
               from series"""
        )
        make(connection, "verdict_reasons", "int_area_series__benchmarked", "trend_series")
        rows["trend_series"] = connection.sql("from trend_series").fetchall()
