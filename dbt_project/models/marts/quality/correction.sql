with

corrections as (
    select
        *,
        {%- for name in ['file', 'target_column', 'found_value', 'new_value'] %}
        -- what is refused may be anything
        case
            when disposition in ('accepted', 'superseded') then {{ name }}
            else {{ told_value(name) }}
        end as told_{{ name }}{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ ref('int_corrections__classified') }}
),

files as (
    select * from {{ ref('stg_landing__files') }}
    where status = 'loaded'
)

select
    corrections.file_id,
    corrections.row_number,
    corrections.told_file as file,
    corrections.target_file_id,
    files.path as target_path,
    corrections.target_row,
    corrections.told_target_column as target_column,
    corrections.told_found_value as found_value,
    nullif(corrections.told_new_value, '') as new_value,
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
