-- Cells of accepted rows that the column map knows, in this year's columns: one row per file, row, indicator, breakdown and role.
with

cells as (
    {% for table in ['ks2', 'ks4', 'ks5', 'absence', 'census', 'ks4_destinations', 'ks5_destinations'] %}
    select 'dfe_{{ table }}' as dataset_id, file_id, row_number, column_name, cell
    from {{ ref('stg_dfe__' ~ table ~ '_cells') }}
    union all
    {% endfor %}
    select dataset_id, file_id, row_number, column_name, cell
    from {{ ref('stg_ees__cells') }}
),

columns_known as (
    select
        dataset_id,
        split_part(column_name, '@', 1) as published_as,
        split_part(lower(column_name), '@', 1) as column_name,
        -- where each row of a file holds one part of the figures: the part whose rows have this one
        nullif(split_part(column_name, '@', 2), '') as part,
        indicator_id,
        breakdown_id,
        role
    from {{ ref('outcome_columns') }}
),

accepted as (
    select * from {{ ref('int_outcome_rows__classified') }}
    where disposition = 'accepted' and is_row_to_use
)

select
    cells.file_id,
    cells.row_number,
    accepted.dataset_id,
    accepted.area_type,
    accepted.area_id,
    accepted.academic_year,
    accepted.published_year,
    accepted.published_on,
    accepted.release,
    accepted.release_order,
    columns_known.indicator_id,
    -- a row about a group of pupils says so in its filters, and its columns then are about that group
    case when accepted.breakdown_id = 'all' then columns_known.breakdown_id else accepted.breakdown_id end as breakdown_id,
    columns_known.role,
    columns_known.published_as as column_name,
    cells.cell
from cells
inner join columns_known
    on cells.dataset_id = columns_known.dataset_id
    and cells.column_name = columns_known.column_name
inner join accepted
    on cells.file_id = accepted.file_id
    and cells.row_number = accepted.row_number
    and (columns_known.part is null or columns_known.part = accepted.part)
