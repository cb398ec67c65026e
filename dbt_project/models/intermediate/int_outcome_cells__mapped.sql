-- Cells of accepted rows that the column map knows, in this year's columns: one row per file, row, indicator, breakdown and role.
with

cells as (
    {% for table in ['ks2', 'ks4', 'absence', 'census'] %}
    select 'dfe_{{ table }}' as dataset_id, file_id, row_number, column_name, cell
    from {{ ref('stg_dfe__' ~ table ~ '_cells') }}
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

columns_known as (
    select dataset_id, column_name as published_as, lower(column_name) as column_name, indicator_id, breakdown_id, role
    from {{ ref('outcome_columns') }}
),

accepted as (
    select * from {{ ref('int_outcome_rows__classified') }}
    where disposition = 'accepted'
)

select
    cells.file_id,
    cells.row_number,
    accepted.dataset_id,
    accepted.area_type,
    accepted.area_id,
    accepted.academic_year,
    accepted.release,
    accepted.release_order,
    columns_known.indicator_id,
    columns_known.breakdown_id,
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
