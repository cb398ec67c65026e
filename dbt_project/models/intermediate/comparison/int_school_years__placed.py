"""Every figure of a school that has a better and a worse, placed in its funnel and among its peers.

One row per `figure_number` of int_school_years__benchmarked, whose columns are not repeated here. Peers are schools of the same
kind (its `peer_kind`) with a figure for the same indicator, breakdown and year; the spread between them is estimated from cohorts
that are not small. The benchmark is England's figure, else the authority's, else the mean of all peers.
"""

_FIGURES = """
    with judged as (
        select figure_number, benchmarked.indicator_id, breakdown_id, academic_year, peer_kind, value, n_pupils, numerator,
            benchmarked.denominator, ci_low, ci_high, england_value, authority_value,
            benchmarked.polarity = 'higher' as high_is_good,
            case
                when value is null then 'none'
                when benchmarked.kind = 'proportion' or (indicators.unit = '%' and denominator > 0) then 'proportion'
                when benchmarked.kind = 'rate' and numerator is not null and denominator > 0 then 'events'
                when ci_low is not null and ci_high > ci_low then 'score'
                else 'none'
            end as form,
            coalesce(n_pupils >= benchmarked.minimum_pupils, false) as large_enough
        from benchmarked
        inner join indicators on benchmarked.indicator_id = indicators.indicator_id
        where benchmarked.polarity <> 'none' and benchmarked.kind <> 'count'
    ),
    groups as (
        select indicator_id, breakdown_id, academic_year, peer_kind, row_number() over (order by indicator_id, breakdown_id, academic_year, peer_kind) as peer_group,
            case when count(case when n_pupils > 0 then value end) > 1
                then sum(n_pupils * value order by n_pupils * value) filter (where n_pupils > 0)
                    / sum(case when n_pupils > 0 and value is not null then n_pupils end)
            end as mean
        from judged
        group by indicator_id, breakdown_id, academic_year, peer_kind
    )
    select figure_number, peer_group, high_is_good, large_enough, value, n_pupils, numerator, denominator, ci_low, ci_high,
        cast(form as enum ('none', 'proportion', 'events', 'score')) as form,
        cast(case
            when england_value is not null then 'england'
            when authority_value is not null then 'authority'
            when judged.peer_kind <> 'unknown' and groups.mean is not null then 'peers'
        end as enum ('england', 'authority', 'peers')) as benchmark,
        coalesce(england_value, authority_value, case when judged.peer_kind <> 'unknown' then groups.mean end) as benchmark_value
    from judged
    inner join groups
        on judged.indicator_id = groups.indicator_id and judged.breakdown_id = groups.breakdown_id
        and judged.academic_year = groups.academic_year and judged.peer_kind = groups.peer_kind
"""
_NUMBERS = (
    "z_chance", "z", "p_value", "phi", "tau2", "expected",
    "lower_95", "upper_95", "lower_998", "upper_998",
    "percentile", "percentile_low", "percentile_high", "shrunk_value", "reliability", "peers_mean",
)  # fmt: skip
_FORMS = ("none", "proportion", "events", "score")
_AT_ONCE = 500_000
"""About as many figures are placed at once, so that a country does not stand in memory in thirty columns of numbers."""


def model(dbt, session):
    """figure_number, form, benchmark, benchmark_value, limits, n_peer_figures, and the numbers above (null or null)."""
    import numpy as np
    import pandas as pd

    from methods import placing

    dbt.config(materialized="table")
    benchmarked = dbt.ref("int_school_years__benchmarked")  # noqa: F841 - the query names it
    indicators = dbt.ref("indicators")  # noqa: F841
    settings = dict(dbt.ref("comparison_settings").project("setting, value").fetchall())
    session.sql(f"create or replace temp table placed_figures as {_FIGURES}")
    columns = ", ".join(f"{name} double" for name in _NUMBERS)
    session.sql(
        f"create or replace temp table placed_numbers (figure_number bigint, limits varchar, n_peer_figures bigint, {columns})"
    )
    placeable = "form <> 'none' and large_enough"
    sizes = session.sql(
        f"select peer_group, count(*) as size from placed_figures where {placeable} group by peer_group order by peer_group"
    ).fetchnumpy()
    part = np.cumsum(sizes["size"]) // _AT_ONCE
    forms = np.array(_FORMS)
    for number in np.unique(part):
        groups = np.asarray(sizes["peer_group"])[part == number]
        figures = session.sql(
            f"""select figure_number, peer_group, enum_code(form) as form, high_is_good, large_enough,
                   value, n_pupils, numerator, denominator, ci_low, ci_high, benchmark_value
               from placed_figures
               where {placeable} and peer_group between {groups[0]} and {groups[-1]}
               order by peer_group, figure_number"""
        ).fetchnumpy()
        figures["form"] = forms[np.asarray(figures["form"])]
        placed = placing.place(
            {
                name: np.asarray(np.ma.filled(column.astype(float), np.nan))
                if column.dtype.kind == "f"
                else np.asarray(column)
                for name, column in figures.items()
            },
            settings,
        )
        answer = pd.DataFrame({"figure_number": figures["figure_number"], **placed})  # noqa: F841 - the query names it
        numbers = ", ".join(f"case when not isnan({name}) then {name} end" for name in _NUMBERS)
        session.sql(f"insert into placed_numbers select figure_number, limits, n_peer_figures, {numbers} from answer")
    return session.sql(
        f"""select placed_figures.figure_number, form, benchmark, benchmark_value,
               coalesce(limits, 'none') as limits, coalesce(n_peer_figures, 0) as n_peer_figures, {", ".join(_NUMBERS)}
            from placed_figures
            left join placed_numbers on placed_figures.figure_number = placed_numbers.figure_number"""
    )
