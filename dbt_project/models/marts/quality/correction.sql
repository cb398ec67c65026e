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
    -- what is refused may be anything
    case
        when corrections.disposition in ('accepted', 'superseded') then corrections.found_value
        else {{ told_value('corrections.found_value') }}
    end as found_value,
    case
        when corrections.disposition in ('accepted', 'superseded') then nullif(corrections.new_value, '')
        else {{ told_value("nullif(corrections.new_value, '')") }}
    end as new_value,
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
