"""Questions a data steward asks: what arrived, what was refused and why, does it agree with what was published.

Belongs here: the file log, rejected rows, reconciliation, restatements, freshness. Does not belong here: results.
"""

from dashboards.access.catalog import CODE, COUNT, PUBLISHED, question
from dashboards.shared.fragments import FILE_PATHS

question(
    "file_log",
    """One row per file that ever arrived, latest first: what it was recognised as, rows landed, accepted, rejected and
    superseded, and the reason when it was not used.""",
    """
    select file_id, path, source, academic_year, release, status, reason, rows_landed, rows_accepted, rows_rejected,
        rows_superseded, rows_with_bad_cells, first_seen_at
    from marts.file_log
    order by status <> 'refused', rows_rejected desc, first_seen_at desc, path
    """,
    made_of="records",
)

question(
    "file_history",
    """One row per step of a file: when it was quarantined, corrected, replaced, superseded or taken away, and why. All
    files, or one, named by any content it had; every path that held that content is told.""",
    """
    select source_path, step, happened_at, event, file_id, rows_concerned, reason
    from marts.file_history
    where $file is null or source_path in (select source_path from marts.file_history where file_id = $file)
    order by source_path, step
    limit $most
    """,
    made_of="records",
    file=CODE.or_none(),
    most=COUNT,
)

question(
    "rejected_rows",
    """One row per row or cell that was not taken: the file, its row number as a user counts it, the column, the value
    and the reason. All files, or one.""",
    """
    select r.file_id, f.path, f.source, r.row_number, r.column_name, r.value, r.reason, r.scope
    from marts.rejected_rows as r
    left join marts.file_log as f on f.file_id = r.file_id
    where $file is null or r.file_id = $file
    order by f.path, r.row_number, r.column_name
    limit $most
    """,
    made_of="records entries",
    file=CODE.or_none(),
    most=COUNT,
)

question(
    "rejected_by_file",
    """One row per file with rows or cells that were not taken, and how many of each.""",
    """
    select r.file_id, any_value(f.path) as path,
        count(distinct r.row_number) filter (where r.scope = 'row') as rows_left_out,
        count(*) filter (where r.scope = 'cell') as values_left_out
    from marts.rejected_rows as r
    left join marts.file_log as f on f.file_id = r.file_id
    group by r.file_id
    order by path, r.file_id
    """,
    made_of="records",
)

question(
    "corrections",
    """One row per correction of a single cell that somebody sent: the file and cell, what stood there, what stands there now,
    why, by whom, and whether it was applied. Those that were not come first.""",
    """
    select coalesce(target_path, file) as path, target_row, target_column, found_value, new_value, reason, corrected_by,
        corrected_on, status, refused_because
    from marts.correction
    order by status = 'applied', corrected_on desc nulls last, path, target_row, target_column
    limit $most
    """,
    made_of="records entries",
    most=COUNT,
)

question(
    "reconciliation",
    """One row per authority, indicator and year: the figure calculated from schools beside the one the publisher gives
    for the authority, the share of its pupils in them, and whether the difference is within tolerance or why the two cannot be
    compared. Differences outside it come first, what cannot be compared last.""",
    """
    select r.la_code, r.la_name, r.indicator_id, i.name, i.unit, i.kind, i.decimals, r.academic_year, r.published_value,
        r.calculated_value, r.difference, r.tolerance, r.n_schools, r.n_schools_missing, r.share_of_pupils, r.reason,
        r.is_within_tolerance
    from marts.reconciliation as r
    left join marts.dim_indicator as i on i.indicator_id = r.indicator_id
    order by r.is_within_tolerance nulls last, r.academic_year desc, r.la_name, r.indicator_id
    """,
    made_of="open records",
)

question(
    "doubtful_figures",
    """One row per file, academic year and column whose figures look wrong although each cell may be right: what looks wrong,
    how many figures, and from which row to which.""",
    """
    select source_path, academic_year, column_name, doubt_id, n_figures, first_row, last_row, reason
    from marts.doubtful_figure
    order by source_path, academic_year desc, column_name, doubt_id
    limit $most
    """,
    made_of="records",
    most=COUNT,
)

question(
    "figure_sources",
    """One row per figure and file that holds it, with whether it is the one taken and why. Figures that several files hold, or
    with a URN, an authority code or an id of England every figure of that area.""",
    f"""
    with held as (
        select area_id, indicator_id, breakdown_id, academic_year, release, source_path, row_number, value, status, is_taken,
            reason
        from marts.figure_source
        where $area is null or area_id = $area
        union all
        select figures.area_id, figures.indicator_id, figures.breakdown_id, figures.academic_year, figures.release,
            coalesce(files.path, figures.source_file), null, figures.value, figures.status, true, 'No other file has this figure'
        from (
            select urn as area_id, indicator_id, breakdown_id, academic_year, release, value, status, source_file
            from marts.fct_outcome
            where urn = $area
            union all
            select area_id, indicator_id, breakdown_id, academic_year, release, value, status, source_file
            from marts.benchmark_outcome
            where area_id = $area
        ) as figures
        left join {FILE_PATHS} as files on files.file_id = figures.source_file
        anti join marts.figure_source as several
            on several.area_id = figures.area_id and several.indicator_id = figures.indicator_id
            and several.breakdown_id = figures.breakdown_id and several.academic_year = figures.academic_year
            and several.release = figures.release
    )
    select held.*, i.name, i.unit, i.kind, i.decimals, s.name as school
    from held
    left join marts.dim_indicator as i on i.indicator_id = held.indicator_id
    left join marts.dim_school as s on s.urn = held.area_id
    order by held.area_id, held.indicator_id, held.breakdown_id, held.academic_year desc, held.release, not held.is_taken,
        held.source_path, held.row_number
    limit $most
    """,
    made_of="open records",
    area=PUBLISHED.or_none(),
    most=COUNT,
)

question(
    "restatements",
    """One row per school, indicator, breakdown and year whose figure a later file gives differently.""",
    f"""
    select b.urn, s.name as school, b.indicator_id, i.name, i.unit, i.kind, i.decimals, b.breakdown_id, b.academic_year,
        b.own_value, b.later_value, b.difference, coalesce(files.path, b.later_file_id) as later_path
    from marts.back_series as b
    left join marts.dim_indicator as i on i.indicator_id = b.indicator_id
    left join marts.dim_school as s on s.urn = b.urn
    left join {FILE_PATHS} as files
        on files.file_id = b.later_file_id
    where b.is_restated
    order by abs(b.difference) desc nulls last, b.urn, b.indicator_id, b.academic_year
    limit $most
    """,
    made_of="open",
    most=COUNT,
)

question(
    "freshness",
    """One row per source: the latest academic year it covers, when its latest file arrived, and how many files were
    used or refused.""",
    """
    select coalesce(source, 'Not recognised') as source,
        max(academic_year) filter (where status = 'loaded') as latest_year,
        max(first_seen_at) as latest_arrival, count(*) filter (where status = 'loaded') as files_used,
        count(*) filter (where status = 'refused') as files_refused,
        sum(rows_accepted) as rows_accepted, sum(rows_rejected) as rows_rejected
    from marts.file_log
    group by coalesce(source, 'Not recognised')
    order by coalesce(source, 'Not recognised') = 'Not recognised', 1
    """,
    made_of="records",
)
