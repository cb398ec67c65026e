"""Questions a board asks in five minutes about one area.

Belongs here: all indicators of an area beside England, peer-review evidence, how fresh the data is. Does not belong
here: sentences about them (see `dashboards.topics.overview.sentences`).
"""

from dashboards.access.catalog import CODE, YEAR, question
from dashboards.shared.fragments import FILE_PATHS, SCHOOLS_TODAY

question(
    "area_series",
    """One row per indicator and academic year of an area and one breakdown, up to a year, with the figure of England it is
    compared with and the verdict.""",
    f"""
    select t.indicator_id, i.name, i.short_name, i.topic, i.phase, i.unit, i.polarity, i.kind, i.decimals,
        i.minimum_pupils, i.publisher, t.breakdown_id, t.area_type, t.area_name, t.academic_year, t.value, t.n_pupils,
        t.n_schools, t.ci_low, t.ci_high, t.ci_method, t.origin, t.status, t.release,
        coalesce(files.path, t.file_id) as source_path, t.benchmark_value as england, t.verdict, t.side, t.reason_id,
        t.reason, g.segment
    from marts.trend_series as t
    left join {FILE_PATHS} as files
        on files.file_id = t.file_id
    left join marts.trend_signal as g
        on g.area_type = t.area_type and g.area_id = t.area_id and g.indicator_id = t.indicator_id
        and g.breakdown_id = t.breakdown_id and g.academic_year = t.academic_year
    inner join marts.dim_indicator as i on i.indicator_id = t.indicator_id
    where t.breakdown_id = $breakdown and t.area_type = $area_type and t.area_id = $area_id
      and ($year is null or t.academic_year <= $year)
    order by i.topic_order,
        i.phase, t.indicator_id, t.academic_year
    """,
    made_of="open",
    area_type=CODE,
    area_id=CODE,
    breakdown=CODE,
    year=YEAR.or_none(),
)

question(
    "schools_clear_of_england",
    """One row per indicator in its latest year with a verdict on a school of the area: how many of its schools are compared
    with England, and how many of those are better and worse.""",
    f"""
    with members as ({SCHOOLS_TODAY}),
    series as (
        select t.indicator_id, t.academic_year, t.verdict
        from marts.trend_series as t
        inner join members on members.school_id = t.area_id
        where t.area_type = 'school' and t.breakdown_id = 'all' and t.verdict <> 'not_compared'
          and ($year is null or t.academic_year <= $year)
    ),
    latest as (select indicator_id, max(academic_year) as academic_year from series group by indicator_id)
    select s.indicator_id, s.academic_year, count(*) as n_schools,
        count(*) filter (where s.verdict = 'better') as better,
        count(*) filter (where s.verdict = 'worse') as worse
    from series as s
    inner join latest on latest.indicator_id = s.indicator_id and latest.academic_year = s.academic_year
    group by s.indicator_id, s.academic_year
    order by s.indicator_id
    """,
    made_of="open partnerships",
    partnership=CODE.or_none(),
    authority=CODE.or_none(),
    year=YEAR.or_none(),
)

question(
    "pupil_groups",
    """One row per indicator whose latest year has both: the area's figure for disadvantaged pupils beside its figure for
    pupils who are not disadvantaged; where one is held back that year, the reason instead, and no older year.""",
    """
    with groups as (
        select t.indicator_id, t.academic_year,
            max(t.value) filter (where t.breakdown_id = 'disadvantaged') as disadvantaged,
            max(t.n_pupils) filter (where t.breakdown_id = 'disadvantaged') as n_disadvantaged,
            max(t.value) filter (where t.breakdown_id = 'not_disadvantaged') as others,
            max(t.n_pupils) filter (where t.breakdown_id = 'not_disadvantaged') as n_others,
            max(t.reason) filter (where t.status = 'held_back') as held_back
        from marts.trend_series as t
        where t.area_type = $area_type and t.area_id = $area_id
          and t.breakdown_id in ('disadvantaged', 'not_disadvantaged')
          and ($year is null or t.academic_year <= $year)
        group by t.indicator_id, t.academic_year
    ),
    latest as (
        select * from groups
        qualify row_number() over (partition by indicator_id order by academic_year desc) = 1
    )
    select indicator_id, academic_year, disadvantaged, n_disadvantaged, others, n_others, held_back
    from latest
    where held_back is not null or (disadvantaged is not null and others is not null)
    order by indicator_id
    """,
    made_of="open",
    area_type=CODE,
    area_id=CODE,
    year=YEAR.or_none(),
)

question(
    "transition_points",
    """One row per transition point of the latest academic year in which the area was reviewed: the mean rating (0 to 5)
    of host schools beside review teams in that year, and how many answered.""",
    """
    with answers as (
        select r.item_id, r.respondent_role, r.academic_year, r.n_responses, r.mean_value, r.status
        from marts.shared_rating as r
        where r.instrument_id = 'transition_points' and r.area_type = $area_type and r.area_id = $area_id
          and ($year is null or r.academic_year <= $year)
    )
    select i.section, i.item_id, i.item_order, i.label, a.academic_year,
        max(a.mean_value) filter (where a.respondent_role = 'host') as host,
        coalesce(max(a.n_responses) filter (where a.respondent_role = 'host'), 0) as n_host_responses,
        max(a.mean_value) filter (where a.respondent_role = 'review_team') as review_team,
        coalesce(max(a.n_responses) filter (where a.respondent_role = 'review_team'), 0) as n_review_team_responses,
        max(nullif(a.status, 'ok')) as held_back
    from answers as a
    inner join marts.dim_item as i on i.instrument_id = 'transition_points' and i.item_id = a.item_id
    where a.academic_year = (select max(academic_year) from answers)
    group by i.section, i.item_id, i.item_order, i.label, a.academic_year
    order by i.item_order
    """,
    made_of="partnerships transition_points",
    held_back="held_back",
    area_type=CODE,
    area_id=CODE,
    year=YEAR.or_none(),
)

question(
    "reflection_domains",
    """One row per domain of the reflection questions and term: the mean rating (0 to 5) of the area's leaders and how
    many leaders answered.""",
    """
    with domains as (
        select section, min(item_order) as domain_order from marts.dim_item
        where instrument_id = 'reflection_questions'
        group by section
    )
    select r.section as domain, domains.domain_order, r.term, r.mean_value, r.n_responses, r.n_schools,
        nullif(r.status, 'ok') as held_back
    from marts.shared_rating as r
    inner join domains on domains.section = r.section
    left join marts.dim_term as d on d.term_id = r.term
    where r.instrument_id = 'reflection_questions' and r.area_type = $area_type and r.area_id = $area_id
      and ($year is null or r.academic_year <= $year)
    order by domains.domain_order, d.term_number
    """,
    made_of="partnerships reflection",
    held_back="held_back",
    area_type=CODE,
    area_id=CODE,
    year=YEAR.or_none(),
)
