with

files as (
    select * from {{ ref('stg_landing__files') }}
),

datasets as (
    select * from {{ ref('datasets') }}
),

counted as (
    select
        file_id,
        sum(case when disposition = 'accepted' then 1 else 0 end) as rows_accepted,
        sum(case when disposition = 'rejected' then 1 else 0 end) as rows_rejected,
        sum(case when disposition = 'superseded' then 1 else 0 end) as rows_superseded
    from {{ ref('int_rows__accounted') }}
    group by file_id
),

cells as (
    select file_id, count(distinct row_number) as rows_with_bad_cells
    from {{ ref('int_cells__rejected') }}
    group by file_id
)

select
    files.file_id,
    files.path,
    coalesce(datasets.name, 'Not recognised') as source,
    files.academic_year,
    files.rows_landed,
    cast(case when files.status = 'loaded' then coalesce(counted.rows_accepted, 0) else 0 end as bigint) as rows_accepted,
    cast(case when files.status = 'loaded' then coalesce(counted.rows_rejected, 0) else 0 end as bigint) as rows_rejected,
    cast(case when files.status = 'loaded' then coalesce(counted.rows_superseded, 0) else 0 end as bigint) as rows_superseded,
    files.status,
    files.reason,
    case when files.academic_year is not null then files.release end as release,
    files.first_seen_at,
    cast(case when files.status = 'loaded' then coalesce(cells.rows_with_bad_cells, 0) else 0 end as bigint) as rows_with_bad_cells,
    datasets.publisher
from files
left join datasets
    on files.dataset_id = datasets.dataset_id
left join counted
    on files.file_id = counted.file_id
left join cells
    on files.file_id = cells.file_id
