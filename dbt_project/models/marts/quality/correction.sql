with

corrections as (
    select * from {{ ref('int_corrections__classified') }}
),

files as (
    select * from {{ ref('stg_landing__files') }}
    where status = 'loaded'
)

select
    corrections.file_id,
    corrections.row_number,
    corrections.file,
    corrections.target_file_id,
    files.path as target_path,
    corrections.target_row,
    corrections.target_column,
    corrections.found_value,
    nullif(corrections.new_value, '') as new_value,
    corrections.reason,
    corrections.corrected_by,
    corrections.corrected_on,
    case corrections.disposition
        when 'accepted' then 'applied'
        when 'superseded' then 'superseded'
        else 'refused'
    end as status,
    corrections.reject_reason as refused_because
from corrections
left join files
    on corrections.target_file_id = files.file_id
