"""Every figure of a school that has a better and a worse, placed in its funnel and among its peers.

One row per school, indicator, breakdown and year. Peers are schools of the same kind (see int_school_years__benchmarked)
with a figure for the same indicator, breakdown and year; the spread between them is estimated from cohorts that are not
small. The comparator is England's figure, else the authority's, else the mean of all peers.
"""

_FIGURES = """
    with judged as (
        select benchmarked.*,
            case
                when value is null then 'none'
                when benchmarked.kind = 'proportion' or (indicators.unit = '%' and denominator > 0) then 'proportion'
                when benchmarked.kind = 'rate' and numerator is not null and denominator > 0 then 'events'
                when ci_low is not null and ci_high > ci_low then 'score'
                else 'none'
            end as form,
            coalesce(n >= benchmarked.minimum_cohort, false) as large_enough
        from benchmarked
        inner join indicators on benchmarked.indicator_id = indicators.indicator_id
        where benchmarked.polarity <> 'none' and benchmarked.kind <> 'count'
    ),
    peers as (
        select indicator_id, breakdown_id, academic_year, peers, sum(n * value) / sum(n) as mean
        from judged
        where value is not null and n > 0
        group by all
        having count(*) > 1
    )
    select
        row_number() over (order by judged.indicator_id, judged.breakdown_id, judged.academic_year, judged.peers) as row_id,
        dense_rank() over (order by judged.indicator_id, judged.breakdown_id, judged.academic_year, judged.peers) as peer_group,
        school_id, urn, judged.indicator_id, judged.breakdown_id, judged.academic_year, judged.peers as peer_kind,
        polarity, minimum_cohort, status, release, form, polarity = 'higher' as high_is_good, large_enough, value, n, numerator, denominator, ci_low, ci_high,
        case
            when england_value is not null then 'england'
            when authority_value is not null then 'authority'
            when judged.peers <> 'unknown' and peers.mean is not null then 'peers'
        end as comparator,
        coalesce(england_value, authority_value, case when judged.peers <> 'unknown' then peers.mean end) as comparator_value
    from judged
    left join peers
        on judged.indicator_id = peers.indicator_id and judged.breakdown_id = peers.breakdown_id
        and judged.academic_year = peers.academic_year and judged.peers = peers.peers
"""
_NUMBERS = (
    "z_chance", "z", "p_value", "phi", "tau2", "expected",
    "lower_95", "upper_95", "lower_998", "upper_998",
    "percentile", "percentile_low", "percentile_high", "shrunk_value", "trust", "peers_mean",
)  # fmt: skip


def model(dbt, session):
    """The placed figures: keys, comparator, and a column for each of the numbers above (null where nothing is said)."""
    import numpy as np
    import pandas as pd

    from methods import placing

    dbt.config(materialized="table")
    benchmarked = dbt.ref("int_school_years__benchmarked")  # noqa: F841 - the query names it
    indicators = dbt.ref("indicators")  # noqa: F841
    settings = dict(dbt.ref("comparison_settings").project("setting, value").fetchall())
    session.sql(f"create or replace temp table placed_figures as {_FIGURES}")
    figures = session.sql(
        """select row_id, peer_group, form, high_is_good, large_enough, value, n, numerator, denominator, ci_low, ci_high,
               comparator_value
           from placed_figures order by row_id"""
    ).fetchnumpy()
    placed = placing.place(
        {name: np.asarray(np.ma.filled(column.astype(float), np.nan)) if column.dtype.kind == "f" else np.asarray(column)
         for name, column in figures.items()},
        settings,
    )
    answer = pd.DataFrame({"row_id": figures["row_id"], **placed})  # noqa: F841
    numbers = ", ".join(f"case when not isnan({name}) then {name} end as {name}" for name in _NUMBERS)
    return session.sql(
        f"""select placed_figures.* exclude (row_id, peer_group, high_is_good, large_enough, numerator, denominator),
               limits, cast(peers as bigint) as peer_figures, {numbers}
            from placed_figures
            inner join answer on placed_figures.row_id = answer.row_id"""
    )
