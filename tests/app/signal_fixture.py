"""Rows of the marts of trends for the fixture warehouse: what the product's own SQL says of the fixture's series.

Belongs here: running the model on the fixture's rows. Does not belong here: any rule; the words and the page are what is tested.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import duckdb

from tests.macro_sql import make_signals

Row = tuple[Any, ...]

TABLES: dict[str, str] = {
    "trend_signal": """area_type varchar, area_id varchar, indicator_id varchar, breakdown_id varchar,
        academic_year varchar, value double, cohort double, polarity varchar, points integer, trend_direction varchar,
        trend_chi2 double,
        trend_p double, trend_verdict varchar, trend_reason varchar, mk_s integer, mk_z double, mk_p double, sen_slope double,
        spc_points integer, spc_mean double, spc_lower double, spc_upper double, spc_trial boolean, spc_reason varchar,
        spc_rule varchar, spc_variation varchar, spc_since varchar, spc_target double, spc_assurance varchar,
        segment integer, segment_since varchar, segment_reason varchar, sentence_rule varchar""",
}
_COLUMNS = [column.split()[0] for column in TABLES["trend_signal"].split(",")]
_BESIDE = {
    "series_breaks": "indicator_id varchar, from_year varchar, reason varchar",
    "int_step_changes__dated": "area_type varchar, area_id varchar, indicator_id varchar, from_year varchar, reason varchar",
    "curve_priority": """partnership_id varchar, academic_year varchar, priority_number varchar, indicator_id varchar,
        breakdown_id varchar, direction varchar, target double""",
}


def signalled(rows: dict[str, list[Row]], tables: Mapping[str, str]) -> None:
    """Add the rows of trend_signal, as the model makes them of trend_series and dim_indicator."""
    with duckdb.connect() as connection:
        for name, mart in (("int_area_series__benchmarked", "trend_series"), ("indicators", "dim_indicator")):
            connection.execute(f"create table {name} ({tables[mart]})")
            # statements of a thousand rows: row by row takes seconds
            for start in range(0, len(rows[mart]), 1000):
                part = rows[mart][start : start + 1000]
                marks = ", ".join("(" + ", ".join("?" * len(row)) + ")" for row in part)
                connection.execute(f"insert into {name} values {marks}", [cell for row in part for cell in row])
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
        rows["trend_signal"] = connection.sql(f"select {', '.join(_COLUMNS)} from trend_signal").fetchall()
    rows["method_figure"] += [
        ("five_point_trend", "false_alarm_shares_of_300", 0.002, 1000, None, "pupils"),
        ("outside_limits", "false_alarm_last_of_5", 0.0042, 1000, None, "charts"),
        ("xmr", "false_alarm_any_of_5", 0.0064, 1000, None, "charts"),
    ]
