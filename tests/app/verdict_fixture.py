"""What the model of verdicts says of the fixture's series: which England stands beside each figure, and the verdict.

Belongs here: running the model over rows made by hand. Does not belong here: the rows, or what a page makes of a verdict.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import duckdb

from tests.macro_sql import make
from tests.mart_contracts import Rows, fill, marts


def compared(rows: Rows) -> None:
    """Give each row of trend_series its benchmark and verdict, as int_area_series__benchmarked does."""
    with duckdb.connect() as connection, tempfile.TemporaryDirectory() as folder:
        for name, mart in (("series", "trend_series"), ("indicators", "dim_indicator")):
            connection.execute(marts()[mart].definition(name))
            fill(connection, name, rows[mart], Path(folder) / "rows")
        # the phase of an area follows from the England its row was given
        connection.execute(
            """create table int_area_series__gathered as
               select * exclude (england_id, benchmark_value, side, verdict, reason_id, reason),
                   case when england_id like 'england_%' then replace(england_id, 'england_', '') end as phase,
                   cast(null as bigint) as figure_number
               from series"""
        )
        make(connection, "verdict_reasons", "int_area_series__benchmarked", "trend_series")
        found = connection.sql("from trend_series")
        names = found.columns
        rows["trend_series"] = [dict(zip(names, row, strict=True)) for row in found.fetchall()]
