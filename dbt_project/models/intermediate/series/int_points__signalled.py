"""What each point of each line says, of outcomes and of ratings, by `methods.signals`.

One row per kind (outcome, rating) and `point_number` of the gathered points of that kind. A point about which nothing may be
said has no row here; why not stands with the point. Words are null where there is nothing to give a reason for.
"""

_POINTS = """
    select point_number, series_number, position, value, estimate, is_share, weight, events, segment_from,
        cast(case polarity when 'higher' then 1 when 'lower' then -1 else 0 end as bigint) as wanted
    from {relation}
    where unusable_reason_id is null
    order by series_number, position
"""
_NUMBERS = {
    "n_points": "integer",
    "trend_chi2": "double",
    "trend_p_value": "double",
    "mk_s": "integer",
    "mk_z": "double",
    "mk_p_value": "double",
    "sen_slope": "double",
    "n_spc_points": "integer",
    "spc_mean": "double",
    "spc_lower": "double",
    "spc_upper": "double",
    "is_spc_trial": "boolean",
    "spc_since_position": "integer",
}
_AT_ONCE = 300_000
"""About as many points are looked at together, so that a country does not stand in memory in sixty columns of numbers."""


def model(dbt, session):
    """The answers as a table of the columns above; numbers are null where nothing is said."""
    from itertools import pairwise

    import numpy as np
    import pandas as pd

    from methods import signals

    dbt.config(materialized="table")
    gathered = {"outcome": dbt.ref("int_trend_points__gathered"), "rating": dbt.ref("int_rating_points__gathered")}
    settings = dict(dbt.ref("signal_settings").project("setting, value").fetchall())
    # words as the engine's enumerations, which are written in half the time of texts
    words = {name: f"enum ({', '.join(map(repr, said))})" for name, said in signals.WORDS.items()}
    columns = {"point_number": "bigint", **_NUMBERS, **words}
    typed = ", ".join(f"{name} {kind}" for name, kind in columns.items())
    session.sql(f"create or replace temp table signals_told (kind varchar, {typed})")
    for kind, relation in gathered.items():
        relation.create_view("points_gathered", replace=True)
        points = {
            name: np.ma.filled(column.astype(float), np.nan) if np.ma.isMaskedArray(column) else column
            for name, column in session.sql(_POINTS.format(relation="points_gathered")).fetchnumpy().items()
        }
        series = points["series_number"]
        # a line is never cut in two
        ends = np.searchsorted(series, series[_AT_ONCE::_AT_ONCE], side="left")
        edges = np.unique([0, *ends, len(series)])
        for start, stop in pairwise(edges):
            part = {name: column[start:stop] for name, column in points.items()}
            told = signals.signals(part, settings)
            told["point_number"] = part["point_number"]
            answer = pd.DataFrame({name: told[name] for name in columns})  # noqa: F841 - the query names it
            session.sql(f"insert into signals_told select '{kind}', * from answer")
    return session.sql("select * from signals_told")
