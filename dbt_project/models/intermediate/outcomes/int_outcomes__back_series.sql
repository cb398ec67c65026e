-- Figures of earlier years that a file repeats: PTRWM_EXP_18 in a later file is PTRWM_EXP of 2017/18.
-- Kept apart from the figures themselves: they show what a publisher restated, they are no release of their own.
with

cells as (
    select 'dfe_ks2' as dataset_id, * from {{ ref('stg_dfe__ks2_cells') }}
    union all
    select 'dfe_ks4' as dataset_id, * from {{ ref('stg_dfe__ks4_cells') }}
),

columns_known as (
    select dataset_id, lower(column_name) as column_name, indicator_id, breakdown_id
    from {{ ref('outcome_columns') }}
    where role = 'value'
),

accepted as (
    select * from {{ ref('int_outcome_rows__classified') }}
    where disposition = 'accepted' and area_type = 'school'
),

suffixed as (
    select
        dataset_id,
        file_id,
        row_number,
        column_name,
        left(column_name, length(column_name) - 3) as base_column,
        2000 + try_cast(right(column_name, 2) as integer) as summer,
        cell
    from cells
    where substr(column_name, length(column_name) - 2, 1) = '_'
        and try_cast(right(column_name, 2) as integer) between 10 and 89
)

select
    suffixed.file_id,
    accepted.urn,
    columns_known.indicator_id,
    columns_known.breakdown_id,
    cast(suffixed.summer - 1 as varchar) || '/' || right(cast(suffixed.summer as varchar), 2) as academic_year,
    accepted.academic_year as published_with,
    accepted.release,
    suffixed.cell as value_text,
    {{ to_number('suffixed.cell') }} as value
from suffixed
inner join columns_known
    on suffixed.dataset_id = columns_known.dataset_id
    and suffixed.base_column = columns_known.column_name
inner join accepted
    on suffixed.file_id = accepted.file_id
    and suffixed.row_number = accepted.row_number
-- a two-digit ending is a year only where the file could know that year
where cast(suffixed.summer as varchar) <= left(accepted.academic_year, 4)
