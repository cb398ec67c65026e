"""Questions about one indicator over the years.

Belongs here: the lines of the big chart and the series of every school of an area. Does not belong here: comparing
them in words (see `dashboards.words`).
"""

from dashboards.questions.catalog import CODE, question

question(
    "trend_lines",
    """One row per area and academic year of one indicator and breakdown: the partnership (when one is given), its
    authority, and state-funded schools in England.""",
    """
    select area_type, area_id, area_name, academic_year, value, cohort, schools, ci_low, ci_high, ci_method, origin,
        status, release, source_file
    from marts.trend_series
    where indicator_id = $indicator and breakdown_id = $breakdown
      and ((area_type = 'partnership' and area_id = $partnership)
           or (area_type = 'authority' and area_id = $authority)
           or area_type = 'england')
    order by case area_type when 'partnership' then 1 when 'authority' then 2 else 3 end, academic_year
    """,
    indicator=CODE,
    breakdown=CODE,
    partnership=CODE.or_none(),
    authority=CODE.or_none(),
)

question(
    "school_lines",
    """One row per school and academic year of one indicator and breakdown, for the schools that belong to the
    partnership today or, without a partnership, for the open schools of the authority. A school without any row of the
    indicator appears once with no year.""",
    """
    with members as (
        select distinct s.school_id, s.urn, s.name, s.phase
        from marts.dim_school as s
        where s.is_current
          and case
              when $partnership is not null then s.school_id in (
                  select m.school_id from marts.partnership_membership as m
                  where m.partnership_id = $partnership
                    and coalesce(m.joined_on, date '1900-01-01') <= current_date
                    and (m.left_on is null or m.left_on > current_date))
              else s.la_code = $authority and s.closed_on is null
          end
    )
    select members.school_id, members.urn, members.name, members.phase, t.academic_year, t.value, t.cohort, t.ci_low,
        t.ci_high, t.ci_method, t.status, t.release, t.source_file
    from members
    left join marts.trend_series as t
        on t.area_type = 'school' and t.area_id = members.school_id
        and t.indicator_id = $indicator and t.breakdown_id = $breakdown
    order by members.name, members.urn, t.academic_year
    """,
    indicator=CODE,
    breakdown=CODE,
    partnership=CODE.or_none(),
    authority=CODE.or_none(),
)
