{% macro as_far_as_applied(text) -%}
    case when corrections.disposition in ('accepted', 'superseded') then {{ text }} else {{ told_value(text) }} end
{%- endmacro %}
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
    -- what is refused may be anything
    {{ as_far_as_applied('corrections.file') }} as file,
    corrections.target_file_id,
    files.path as target_path,
    corrections.target_row,
    {{ as_far_as_applied('corrections.target_column') }} as target_column,
    {{ as_far_as_applied('corrections.found_value') }} as found_value,
    {{ as_far_as_applied("nullif(corrections.new_value, '')") }} as new_value,
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
