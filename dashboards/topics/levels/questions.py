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
    indicator=CODE,
    breakdown=CODE,
    partnership=CODE.or_none(),
    authority=CODE.or_none(),
)
