"""Rows of the marts of trends for the fixture warehouse: what the product's own SQL says of the fixture's series.

Belongs here: running the model on the fixture's rows. Does not belong here: any rule; the words and the page are what is tested.
"""

from __future__ import annotations

import tempfile
from datetime import date
from pathlib import Path

import duckdb

from tests.macro_sql import make_signals
from tests.mart_contracts import Rows, fill, marts

#: What the model reads beside the fixture's own marts.
_BESIDE = {
    "series_breaks": "indicator_id varchar, from_year varchar, reason varchar",
    "int_step_changes__dated": "area_type varchar, area_id varchar, indicator_id varchar, from_year varchar, reason varchar",
    "curve_priority": """partnership_id varchar, academic_year varchar, priority_number varchar, indicator_id varchar,
        breakdown_id varchar, direction varchar, target double""",
}


def signalled(rows: Rows) -> None:
    """Add the rows of trend_signal, as the model makes them of trend_series and dim_indicator."""
    with duckdb.connect() as connection, tempfile.TemporaryDirectory() as folder:
        for name, mart in (("int_area_series__benchmarked", "trend_series"), ("indicators", "dim_indicator")):
            connection.execute(marts()[mart].definition(name))
            fill(connection, name, rows[mart], Path(folder) / "rows")
        for name, columns in _BESIDE.items():
            connection.execute(f"create table {name} ({columns})")
        connection.execute(
            """insert into int_step_changes__dated
                values ('partnership', 'NP02', 'ks2_rwm_expected_pct', '2017/18', 'Two schools left')"""
        )
        connection.execute(
            "insert into curve_priority values ('NP01', '2016/17', '1', 'ks2_rwm_expected_pct', 'all', 'up', 90)"
        )
        make_signals(connection, "trend_signal")
        names = [*marts()["trend_signal"].columns]
        for row in connection.sql(f"select {', '.join(names)} from trend_signal").fetchall():
            rows.add("trend_signal", **dict(zip(names, row, strict=True)))
    measured = {"measured_on": date(2019, 9, 1)}
    rows.add(
        "method_figure",
        method_id="five_point_trend",
        figure="false alarms",
        value=0.0015,
        worlds=4000,
        note="cohorts of 30",
        **measured,
    )
    for method, figure, value, note in (
        ("five_point_trend", "false_alarm_shares_of_300", 0.002, "pupils"),
        ("outside_limits", "false_alarm_last_of_5", 0.0042, "charts"),
        ("xmr", "false_alarm_any_of_5", 0.0064, "charts"),
    ):
        rows.add("method_figure", method_id=method, figure=figure, value=value, worlds=1000, note=note, **measured)
