"""Questions about one school, asked by any URN it ever had.

Belongs here: identity, memberships, results and ratings of one lineage. Does not belong here: lists of schools (see
`dashboards.shared.places`).
"""

from dashboards.access.catalog import CODE, URN, question
from dashboards.shared.fragments import FILE_PATHS, LINEAGE, is_member

question(
    "school_identity",
    """One row per URN of the school's lineage, today's first: name, phase, authority, status and dates.""",
    f"""
    select s.school_id, s.urn, s.laestab, s.name, s.phase, s.la_code, s.la_name, s.status, s.opened_on, s.closed_on,
        s.valid_from, s.valid_to, s.is_current
    from marts.dim_school as s
    where s.school_id in {LINEAGE}
    order by s.is_current desc, s.opened_on desc nulls last, s.urn desc
    """,
    made_of="open",
    urn=URN,
)

question(
    "school_links",
    """One row per other school that the register links with this one and whose history is another, or is not known to be the
    same, latest first: the school and why the history ends or begins there.""",
    f"""
    with linked as (
        select l.successor_urn as urn, l.successor_name as name, l.ended_reason as reason, l.changed_on, l.reason_id
        from marts.school_link as l
        where not l.is_joined and l.predecessor_school_id in {LINEAGE}
        union
        select l.predecessor_urn, l.predecessor_name, l.begun_reason, l.changed_on, l.reason_id
        from marts.school_link as l
        where not l.is_joined and l.successor_school_id in {LINEAGE}
    )
    select urn, name, reason_id, reason, changed_on
    from linked
    order by changed_on desc nulls last, urn
    """,
    made_of="open",
    urn=URN,
)

question(
    "school_partnerships",
    """One row per membership of a partnership that the school's lineage has or had, latest first.""",
    f"""
    select p.partnership_id, p.name, p.kind, m.urn, m.role, m.joined_on, m.left_on,
        {is_member()} as is_today
    from marts.partnership_membership as m
    inner join marts.dim_partnership as p on p.partnership_id = m.partnership_id
    where m.school_id in {LINEAGE}
    order by m.left_on is not null, m.joined_on desc, p.name
    """,
    made_of="open partnerships",
    urn=URN,
)

question(
    "school_series",
    """One row per indicator, academic year and area (the school and its authority) of one breakdown, with the figure of
    England it is compared with and the verdict.""",
    f"""
    with here as (
        select distinct school_id, la_code from marts.dim_school
        where is_current and school_id in {LINEAGE}
    ),
    places as (
        select 'school' as area_type, school_id as area_id from here
        union
        select 'authority', la_code from here
    ),
    -- these few rows first: whatever stands beside them is then looked up for them alone
    own as materialized (
        select t.*
        from marts.trend_series as t
        inner join places on places.area_type = t.area_type and places.area_id = t.area_id
        where t.breakdown_id = $breakdown
    ),
    series as (
        select t.indicator_id, t.breakdown_id, t.area_type, t.area_name, t.academic_year, t.value, t.n_pupils, t.ci_low,
            t.ci_high, t.ci_method, t.status, t.release, coalesce(files.path, t.file_id) as source_path,
            t.benchmark_value as england, t.verdict, t.side, t.reason_id, t.reason, g.segment
        from own as t
        left join {FILE_PATHS} as files
            on files.file_id = t.file_id
        left join marts.trend_signal as g
            on g.area_type = t.area_type and g.area_id = t.area_id and g.indicator_id = t.indicator_id
            and g.breakdown_id = t.breakdown_id and g.academic_year = t.academic_year
    ),
    of_the_school as (select distinct indicator_id from series where area_type = 'school')
    select s.indicator_id, i.name, i.short_name, i.topic, i.unit, i.polarity, i.kind, i.decimals, i.minimum_pupils,
        i.publisher, s.breakdown_id, s.area_type, s.area_name, s.academic_year, s.value, s.n_pupils, s.ci_low,
        s.ci_high, s.ci_method, s.status, s.release, s.source_path, s.england, s.verdict, s.side, s.reason_id, s.reason,
        s.segment
    from series as s
    inner join of_the_school on of_the_school.indicator_id = s.indicator_id
    inner join marts.dim_indicator as i on i.indicator_id = s.indicator_id
    order by i.topic_order,
        i.phase, s.indicator_id, s.area_type, s.academic_year
    """,
    made_of="open",
    urn=URN,
    breakdown=CODE,
)

question(
    "school_ratings",
    """One row per instrument, section, term (or year, of transition points) and kind of respondent: the school's mean rating
    (0 to 5), the number of people who answered and the number of statements answered.""",
    f"""
    with sections as (
        select instrument_id, instrument_name, section, min(item_order) as section_order, count(*) as statements
        from marts.dim_item
        group by instrument_id, instrument_name, section
    )
    select r.instrument_id, s.instrument_name, r.section, s.section_order, coalesce(r.term, r.academic_year) as term,
        r.respondent_role,
        case when count(*) = count(r.mean_value) then avg(r.mean_value) end as mean_value,
        max(r.n_responses) as n_responses,
        case when r.instrument_id = 'transition_points' then count(distinct r.item_id) else max(s.statements) end as statements,
        max(nullif(r.status, 'ok')) as held_back
    from marts.shared_rating as r
    inner join sections as s on s.instrument_id = r.instrument_id and s.section = r.section
    left join marts.dim_term as d on d.term_id = r.term
    where r.area_type = 'school'
      and r.area_id in {LINEAGE}
    group by r.instrument_id, s.instrument_name, r.section, s.section_order, r.term, r.academic_year, d.term_number,
        r.respondent_role
    order by r.instrument_id, r.academic_year, d.term_number, s.section_order, r.respondent_role
    """,
    made_of="open partnerships transition_points reflection",
    held_back="held_back",
    urn=URN,
)
