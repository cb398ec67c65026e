"""Questions about one indicator over the years.

Belongs here: the lines of the big chart and the series of every school of an area. Does not belong here: comparing
them in words (see `dashboards.shared.wording`).
"""

from dashboards.access.catalog import CODE, question
from dashboards.shared.fragments import FILE_PATHS, SCHOOLS_TODAY

question(
    "trend_lines",
    """One row per area and academic year of one indicator and breakdown: the partnership (when one is given) and its
    authority, each with the figure of England it is compared with (`england_name` names it) and the verdict.""",
    f"""
    select t.area_type, t.area_id, t.area_name, t.academic_year, t.value, t.n_pupils, t.n_schools, t.ci_low, t.ci_high,
        t.ci_method, t.origin, t.status, t.release, t.benchmark_value, t.verdict, t.side, t.reason_id, t.reason,
        i.polarity, case when i.kind = 'progress' then 'England (0 by definition)' else e.area_name end as england_name,
        e.release as england_release, coalesce(england_files.path, e.file_id) as england_path,
        coalesce(files.path, t.file_id) as source_path,
        g.segment, g.segment_since, g.segment_reason
    from marts.trend_series as t
    left join {FILE_PATHS} as files
        on files.file_id = t.file_id
    inner join marts.dim_indicator as i on i.indicator_id = t.indicator_id
    left join marts.trend_series as e
        on e.area_type = 'england' and e.area_id = t.england_id and e.indicator_id = t.indicator_id
        and e.breakdown_id = t.breakdown_id and e.academic_year = t.academic_year and i.kind <> 'progress'
    left join {FILE_PATHS} as england_files
        on england_files.file_id = e.file_id
    left join marts.trend_signal as g
        on g.area_type = t.area_type and g.area_id = t.area_id and g.indicator_id = t.indicator_id
        and g.breakdown_id = t.breakdown_id and g.academic_year = t.academic_year
    where t.indicator_id = $indicator and t.breakdown_id = $breakdown
      and ((t.area_type = 'partnership' and t.area_id = $partnership)
           or (t.area_type = 'authority' and t.area_id = $authority))
    order by case t.area_type when 'partnership' then 1 else 2 end, t.academic_year
    """,
    made_of="open",
    indicator=CODE,
    breakdown=CODE,
    partnership=CODE.or_none(),
    authority=CODE.or_none(),
)

question(
    "school_lines",
    """One row per school and academic year of one indicator and breakdown, for the schools that belong to the
    partnership today or, without a partnership, for the open schools of the authority, with the figure of
    England it is compared with and the verdict. A school without any row of the indicator appears once with no year.""",
    f"""
    with members as ({SCHOOLS_TODAY})
    select members.school_id, members.urn, members.name, members.phase, t.academic_year, t.value, t.n_pupils, t.ci_low,
        t.ci_high, t.ci_method, t.status, t.release, t.file_id, t.benchmark_value as england, t.verdict, t.side,
        t.reason_id, t.reason, i.polarity, g.trend_verdict, g.trend_reason_id, g.spc_variation, g.spc_rule, g.spc_reason_id,
        g.segment
    from members
    left join marts.trend_series as t
        on t.area_type = 'school' and t.area_id = members.school_id
        and t.indicator_id = $indicator and t.breakdown_id = $breakdown
    left join marts.dim_indicator as i on i.indicator_id = t.indicator_id
    left join marts.trend_signal as g
        on g.area_type = t.area_type and g.area_id = t.area_id and g.indicator_id = t.indicator_id
        and g.breakdown_id = t.breakdown_id and g.academic_year = t.academic_year
    order by members.name, members.urn, t.academic_year
    """,
    made_of="open partnerships",
    indicator=CODE,
    breakdown=CODE,
    partnership=CODE.or_none(),
    authority=CODE.or_none(),
)

question(
    "trend_signals",
    """One row per academic year of one area, indicator and breakdown: the figure, what the five-point trend test and
    Mann-Kendall say as at that year, and its place on the XmR chart.""",
    f"""
    select g.academic_year, g.value, t.n_pupils, t.ci_low, t.ci_high, t.ci_method, t.status, t.release,
        coalesce(files.path, t.file_id) as source_path, g.n_points, g.trend_direction, g.trend_chi2, g.trend_p_value,
        g.trend_verdict, g.trend_reason_id, g.mk_s, g.mk_p_value, g.sen_slope, g.n_spc_points, g.spc_mean, g.spc_lower,
        g.spc_upper, g.is_spc_trial, g.spc_reason_id, g.spc_rule, g.spc_variation, g.spc_since, g.spc_target, g.spc_assurance,
        g.segment, g.segment_since, g.segment_reason
    from marts.trend_signal as g
    inner join marts.trend_series as t
        on t.area_type = g.area_type and t.area_id = g.area_id and t.indicator_id = g.indicator_id
        and t.breakdown_id = g.breakdown_id and t.academic_year = g.academic_year
    left join {FILE_PATHS} as files
        on files.file_id = t.file_id
    where g.area_type = $area_type and g.area_id = $area_id and g.indicator_id = $indicator
      and g.breakdown_id = $breakdown
    order by g.academic_year
    """,
    made_of="open curves",
    area_type=CODE,
    area_id=CODE,
    indicator=CODE,
    breakdown=CODE,
)
