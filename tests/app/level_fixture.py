"""Rows of the marts of levels for the fixture warehouse: what the product's own models make of the fixture's series.

Belongs here: running the models on the fixture's rows. Does not belong here: any rule; the words and the page are what is tested.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import duckdb

from tests.macro_sql import make
from tests.mart_contracts import Rows, fill, marts


def levelled(rows: Rows) -> None:
    """Add the rows of level, change and outlook, as the models make them of trend_series, and of monitoring.

    A kind of fewer than ten schools has no lowest fifth, so those of monitoring are made by hand.
    """
    with duckdb.connect() as connection, tempfile.TemporaryDirectory() as folder:
        for name in ("trend_series", "dim_indicator", "dim_school", "curve_priority"):
            connection.execute(marts()[name].definition(name))
            fill(connection, name, rows[name], Path(folder) / f"{name}_rows")
        phases = "(select school_id, max(phase) as phase from dim_school group by school_id)"
        connection.execute(
            f"""create table int_area_series__benchmarked as
                select trend_series.*, phases.phase
                from trend_series left join {phases} as phases on trend_series.area_id = phases.school_id"""
        )
        connection.execute(
            """create table int_trend_points__gathered as
               select series.rowid as point_number, cast(left(series.academic_year, 4) as integer) as position, 1 as segment,
                   case when series.value is null or series.n_pupils < indicators.minimum_pupils then 'no_figure' end
                       as unusable_reason_id
               from int_area_series__benchmarked as series
               inner join dim_indicator as indicators on series.indicator_id = indicators.indicator_id"""
        )
        seeds = ("indicators", "level_seeds", "level_settings", "impact_measures", "yardstick")
        models = ("int_level_points__gathered", "int_levels__estimated", "level", "change", "outlook")
        make(connection, *seeds, *models)
        for mart in models[2:]:
            names = [*marts()[mart].columns]
            for row in connection.sql(f"select {', '.join(names)} from {mart}").fetchall():
                rows.add(mart, **dict(zip(names, row, strict=True)))
    for year, after, order in (("2017/18", "2018/19", (1, 2, 3, 4)), ("2018/19", "2019/20", (2, 1, 4, 3))):
        for place, number in enumerate(order):
            rows.add(
                "monitoring",
                school_id=f"S90000{number}",
                academic_year=year,
                outlook_year=after,
                phase="primary",
                n_indicators=3,
                weight_known=9.0,
                expected_share=0.8 - 0.2 * place,
                is_ranked=place < 3,
                reason_1="Reading progress 82% × 2",
                reason_2="Absence 41% × 2" if place == 0 else None,
                was_there=place == 0 if year == "2017/18" else None,
            )
