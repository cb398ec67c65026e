"""Questions about a school and others: verdicts, funnels, ranks, gaps and similar schools, all from marts.

Belongs here: what the page on comparisons asks. Does not belong here: a comparison itself (that is marts.comparison and
its kin), nor its words (see `dashboards.topics.compare.sentences`).
"""

from dashboards.access.catalog import CODE, URN, YEAR, Kind, question
from dashboards.shared.fragments import LINEAGE, SCHOOLS_TODAY

BENCHMARK = Kind("benchmark", lambda value: value in ("england", "authority", "partnership", "similar"), "england")

question(
    "compare_schools",
    """One row per school of the area today that has figures to compare (the members of the partnership or, without one,
    the open schools of the authority), and on how many of its indicators there is a verdict
    compared with England, for all pupils.""",
    f"""
    with verdicts_of as (
        select school_id, count(distinct indicator_id) filter (
            where comparison <> 'not_compared' and benchmark = 'england' and breakdown_id = 'all') as verdicts
        from marts.comparison
        where polarity <> 'none'
        group by school_id
    )
    select s.school_id, s.urn, s.name, s.phase, verdicts_of.verdicts
    from ({SCHOOLS_TODAY}) as s
    inner join verdicts_of on verdicts_of.school_id = s.school_id
    order by s.name, s.urn
    """,
    made_of="open partnerships",
    partnership=CODE.or_none(),
    authority=CODE.or_none(),
)

question(
    "compare_spine",
    """One row per indicator with a better and a worse, of one school, breakdown and benchmark, in the year asked for or
    the latest of each: verdict, rank and funnel of the school, and the range of schools of its kind.""",
    f"""
    with here as (
        select c.*
        from marts.comparison as c
        where c.school_id in {LINEAGE}
          and c.breakdown_id = $breakdown and c.benchmark = $benchmark and c.polarity <> 'none'
    ),
    latest as (
        select indicator_id, max(academic_year) as academic_year from here
        where $year is null or academic_year = $year
        group by indicator_id
    )
    select here.indicator_id, i.name, i.short_name, i.topic, i.unit, i.polarity, i.kind, i.decimals, i.publisher,
        here.academic_year, here.value, here.n as n_pupils, here.ci_low, here.ci_high, here.benchmark_value,
        here.benchmark_schools, here.comparison, here.reason_id, here.reason, here.release,
        s.percentile, s.percentile_low, s.percentile_high,
        s.shrunk_value, s.three_year_value, f.position, f.verdict as funnel_verdict,
        f.phi, r.n_schools,
        r.low_tenth, r.low_quarter, r.middle, r.high_quarter, r.high_tenth
    from here
    inner join latest on latest.indicator_id = here.indicator_id and latest.academic_year = here.academic_year
    inner join marts.dim_indicator as i on i.indicator_id = here.indicator_id
    left join marts.standing as s
        on s.school_id = here.school_id and s.indicator_id = here.indicator_id
        and s.breakdown_id = here.breakdown_id and s.academic_year = here.academic_year
    left join marts.funnel as f
        on f.school_id = here.school_id and f.indicator_id = here.indicator_id
        and f.breakdown_id = here.breakdown_id and f.academic_year = here.academic_year
    left join marts.school_range as r
        on r.indicator_id = here.indicator_id and r.breakdown_id = here.breakdown_id
        and r.academic_year = here.academic_year and r.peer_kind = s.peer_kind
    order by i.topic_order,
        i.phase, here.indicator_id
    """,
    made_of="open",
    urn=URN,
    breakdown=CODE,
    benchmark=BENCHMARK,
    year=YEAR.or_none(),
)

question(
    "compare_gaps",
    """One row per indicator of one school, in the year asked for or the latest of each: disadvantaged pupils and the
    others, with the interval of the difference.""",
    f"""
    with here as (
        select g.*
        from marts.pupil_gap as g
        where g.school_id in {LINEAGE}
          and ($year is null or g.academic_year = $year)
    ),
    latest as (select indicator_id, max(academic_year) as academic_year from here group by indicator_id)
    select here.indicator_id, i.name, i.short_name, i.unit, i.kind, i.decimals, i.publisher, here.academic_year,
        here.value, here.n_pupils,
        here.other_value, here.n_other_pupils, here.gap, here.gap_low, here.gap_high, here.verdict, here.reason
    from here
    inner join latest on latest.indicator_id = here.indicator_id and latest.academic_year = here.academic_year
    inner join marts.dim_indicator as i on i.indicator_id = here.indicator_id
    order by here.indicator_id
    """,
    made_of="open",
    urn=URN,
    year=YEAR.or_none(),
)

question(
    "compare_funnel",
    """One row per school of the school's authority and kind with a place in the funnel of one indicator, breakdown and
    year (the school's latest unless asked for), with the limits for its cohort.""",
    f"""
    with here as (
        select s.school_id, s.la_code from marts.dim_school as s
        where s.is_current and s.school_id in {LINEAGE}
    ),
    own as (
        select f.academic_year, f.peer_kind, f.benchmark
        from marts.funnel as f
        where f.school_id in (select school_id from here) and f.indicator_id = $indicator
          and f.breakdown_id = $breakdown and ($year is null or f.academic_year = $year)
        order by f.academic_year desc
        limit 1
    )
    select f.school_id, s.urn, s.name, f.academic_year, f.value, f.n_pupils, f.lower_95, f.upper_95, f.lower_998, f.upper_998,
        f.benchmark, f.benchmark_value, f.position, f.verdict, f.reason, f.z, f.p_value, f.phi, f.tau2, f.n_peer_figures,
        f.limit_method, f.release, f.school_id in (select school_id from here) as is_own
    from marts.funnel as f
    inner join own on own.academic_year = f.academic_year and own.peer_kind = f.peer_kind
    inner join marts.dim_school as s on s.school_id = f.school_id and s.is_current
    where f.indicator_id = $indicator and f.breakdown_id = $breakdown
      and s.la_code in (select la_code from here)
    order by f.n_pupils, s.name, s.urn
    """,
    made_of="open",
    urn=URN,
    indicator=CODE,
    breakdown=CODE,
    year=YEAR.or_none(),
)

question(
    "compare_similar",
    """One row per school of the group of similar schools (rank 0 is the school itself) and context indicator, in the
    year asked for or the latest with a group; a school without a group has one row with the reason.""",
    f"""
    with groups as (
        select m.*
        from marts.similar_school as m
        where m.is_latest and m.school_id in {LINEAGE}
          and ($year is null or m.academic_year = $year)
    ),
    kept as (select * from groups where academic_year = (select max(academic_year) from groups)),
    listed as (
        select academic_year, similar_rank, similar_school_id as listed_id, distance, traits_used, traits_stated,
            traits_missing, reason, release
        from kept
        where similar_school_id is not null
        union all
        select distinct academic_year, 0, school_id, 0.0, traits_used, traits_stated, traits_missing, reason, release
        from kept
    ),
    context as (
        select i.indicator_id, i.short_name, i.unit, i.kind, i.decimals, i.publisher
        from marts.dim_indicator as i
        where i.topic = 'Context' and i.phase = 'all'
    )
    select l.academic_year, l.similar_rank, s.urn, s.name, s.la_name, l.distance, l.traits_used, l.traits_stated,
        l.traits_missing, l.reason, l.release, c.indicator_id, c.short_name, c.unit, c.kind, c.decimals, c.publisher, o.value,
        o.status
    from listed as l
    left join context as c on true
    left join marts.dim_school as s on s.school_id = l.listed_id and s.is_current
    left join marts.fct_outcome as o
        on o.school_id = l.listed_id and o.indicator_id = c.indicator_id and o.breakdown_id = 'all'
        and o.academic_year = l.academic_year and o.is_latest
    order by l.similar_rank, c.indicator_id
    """,
    made_of="open",
    urn=URN,
    year=YEAR.or_none(),
)
