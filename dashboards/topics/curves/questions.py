"""Questions about turning the curve.

Belongs here: priorities with their verdicts, the points of their curves, their essentials, the backtest behind the forecasts.
Does not belong here: sentences about them (see `dashboards.topics.curves.sentences`).
"""

from dashboards.access.catalog import CODE, YEAR, question
from dashboards.shared.fragments import FILE_PATHS

question(
    "curves",
    """One row per partnership, academic year and priority, of one partnership or of all of an authority, with its forecast, what
    happened and the verdict; `overdue` counts the essentials that are due before today and not done.""",
    f"""
    select c.*, p.name as partnership, i.name as indicator, i.short_name, i.unit, i.kind, i.decimals, i.publisher,
        b.name as breakdown, coalesce(e.overdue, 0) as overdue, coalesce(files.path, c.file_id) as source_path
    from marts.curve as c
    inner join marts.dim_partnership as p on p.partnership_id = c.partnership_id
    inner join marts.dim_indicator as i on i.indicator_id = c.indicator_id
    left join marts.dim_breakdown as b on b.breakdown_id = c.breakdown_id
    left join (
        select partnership_id, academic_year, priority_number, count(*) as overdue
        from marts.curve_essential
        where done_on is null and due_on < current_date
        group by all
    ) as e
        on e.partnership_id = c.partnership_id and e.academic_year = c.academic_year
        and e.priority_number = c.priority_number
    left join {FILE_PATHS} as files
        on files.file_id = c.file_id
    where case when $partnership is not null then c.partnership_id = $partnership else p.la_code = $authority end
    order by p.name, c.partnership_id, c.academic_year desc, c.priority_number
    """,
    made_of="open partnerships curves",
    partnership=CODE.or_none(),
    authority=CODE.or_none(),
)

question(
    "curve_points",
    """One row per point of the curves a partnership agreed in an academic year: history, forecasts, target.""",
    """
    select priority_number, point_kind, made_at, made_in, point_year, value, low, high, others_low, others_high, n_pupils,
        n_schools, method, reason, interval_basis, errors, status
    from marts.curve_point
    where partnership_id = $partnership and academic_year = $year
    order by priority_number, case point_kind when 'history' then 1 when 'forecast' then 2 else 3 end, made_in, point_year
    """,
    made_of="curves",
    partnership=CODE,
    year=YEAR,
)

question(
    "curve_essentials",
    """One row per essential of the priorities a partnership agreed in an academic year; `is_overdue` as of today.""",
    """
    select priority_number, essential_number, essential, owner, due_on, done_on,
        coalesce(done_on is null and due_on < current_date, false) as is_overdue
    from marts.curve_essential
    where partnership_id = $partnership and academic_year = $year
    order by priority_number, essential_number
    """,
    made_of="curves",
    partnership=CODE,
    year=YEAR,
)
