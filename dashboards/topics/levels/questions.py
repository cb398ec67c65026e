"""Questions about how likely a change is, and what is to be expected next.

Belongs here: levels, changes and outlooks of one area, or of the schools of one. Does not belong here: the figures themselves
(see `topics/trends`).
"""

from dashboards.access.catalog import CODE, YEAR, question
from dashboards.shared.fragments import SCHOOLS_TODAY

question(
    "area_changes",
    """One row per indicator of an area and one breakdown, in its latest year with a change: how its level changed compared with
    England over the longest span of up to three years, and the figure to be expected next. The surest change comes first.""",
    """
    with spans as (
        select *
        from marts.change
        where area_type = $area_type and area_id = $area_id and breakdown_id = $breakdown and years_back <= 3
          and ($year is null or academic_year <= $year)
        qualify row_number() over (partition by indicator_id order by years_back desc) = 1
    )
    select i.short_name, i.name, i.unit, i.kind, i.decimals, i.polarity, c.indicator_id, c.breakdown_id, c.academic_year,
        c.since_year, c.years_back, c.n_pupils, c.change, c.ci_low, c.ci_high, c.probability_better, c.probability_worse,
        c.meaningful_change, c.probability_much_better, c.probability_much_worse, c.direction, c.probability, c.yardstick,
        c.is_strong, c.sentence, o.outlook_year, o.value as outlook, o.ci_low as outlook_low, o.ci_high as outlook_high,
        o.probability_lowest_fifth, o.yardstick as yardstick_lowest_fifth, o.target, o.probability_target
    from spans as c
    inner join marts.dim_indicator as i on i.indicator_id = c.indicator_id
    left join marts.outlook as o
        on o.area_type = c.area_type and o.area_id = c.area_id and o.indicator_id = c.indicator_id
        and o.breakdown_id = c.breakdown_id and o.academic_year = c.academic_year
    order by c.is_strong desc, c.direction = 'none', c.probability desc, abs(c.change) / c.meaningful_change desc, c.indicator_id
    """,
    made_of="open curves",
    area_type=CODE,
    area_id=CODE,
    breakdown=CODE,
    year=YEAR.or_none(),
)

question(
    "level_fan",
    """One row per academic year of one area, indicator and breakdown: its level with the interval, and last of all the figure
    to be expected next.""",
    """
    select l.academic_year, l.level as value, l.ci_low, l.ci_high, l.reliability, false as is_outlook
    from marts.level as l
    where l.area_type = $area_type and l.area_id = $area_id and l.indicator_id = $indicator and l.breakdown_id = $breakdown
    union all
    select * from (
        select o.outlook_year, o.value, o.ci_low, o.ci_high, cast(null as double), true
        from marts.outlook as o
        where o.area_type = $area_type and o.area_id = $area_id and o.indicator_id = $indicator
          and o.breakdown_id = $breakdown
        order by o.outlook_year desc
        limit 1
    ) as latest
    order by academic_year
    """,
    made_of="open",
    area_type=CODE,
    area_id=CODE,
    indicator=CODE,
    breakdown=CODE,
)

question(
    "schools_changes",
    """One row per school that belongs to the partnership today or, without a partnership, per open school of the authority, with
    a change of one indicator and breakdown over the longest span of up to three years. The surest change comes first.""",
    f"""
    with members as ({SCHOOLS_TODAY}),
    spans as (
        select c.*
        from marts.change as c
        inner join members on members.school_id = c.area_id
        where c.area_type = 'school' and c.indicator_id = $indicator and c.breakdown_id = $breakdown and c.years_back <= 3
        qualify row_number() over (partition by c.area_id order by c.years_back desc) = 1
    )
    select members.urn, members.name, c.academic_year, c.since_year, c.years_back, c.n_pupils, c.direction, c.probability,
        c.probability_worse, c.yardstick, c.is_strong, c.sentence
    from spans as c
    inner join members on members.school_id = c.area_id
    order by c.is_strong desc, c.direction = 'none', c.probability desc, members.name
    """,
    made_of="open partnerships",
    indicator=CODE,
    breakdown=CODE,
    partnership=CODE.or_none(),
    authority=CODE.or_none(),
)

question(
    "surest_changes",
    """One row per change within an area that is highly likely and stronger, over the longest span of up to three years: of its
    schools today and, of an authority, its partnerships. Those most likely to be as large as matters come first.""",
    f"""
    with members as ({SCHOOLS_TODAY}),
    places as (
        select 'school' as area_type, school_id as area_id, name, urn from members
        union all
        select 'partnership', p.partnership_id, p.name, null
        from marts.dim_partnership as p
        where $partnership is null and p.la_code = $authority
    ),
    spans as (
        select c.*, places.name as area_name, places.urn
        from marts.change as c
        inner join places on places.area_type = c.area_type and places.area_id = c.area_id
        where c.breakdown_id = 'all' and c.years_back <= 3 and ($year is null or c.academic_year <= $year)
        qualify row_number() over (partition by c.area_type, c.area_id, c.indicator_id order by c.years_back desc) = 1
    )
    select s.area_type, s.area_id, s.area_name, s.urn, i.short_name, i.unit, i.kind, i.decimals, s.indicator_id, s.academic_year,
        s.since_year, s.n_pupils, s.direction, s.probability, s.yardstick, s.is_strong, s.sentence
    from spans as s
    inner join marts.dim_indicator as i on i.indicator_id = s.indicator_id
    where s.is_strong
    order by s.area_type, greatest(s.probability_much_better, s.probability_much_worse) desc, s.probability desc, s.area_name,
        s.indicator_id
    """,
    made_of="open partnerships",
    partnership=CODE.or_none(),
    authority=CODE.or_none(),
    year=YEAR.or_none(),
)
