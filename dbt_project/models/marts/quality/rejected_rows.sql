select
    file_id,
    row_number,
    column_name,
    value,
    reason,
    'row' as scope
from {{ ref('int_rows__accounted') }}
where disposition = 'rejected'
union all
select
    file_id,
    row_number,
    column_name,
    value,
    reason,
    'cell' as scope
from {{ ref('int_cells__rejected') }}
union all
-- a row of a template with several wrong cells shows each of them
select
    cells.file_id,
    cells.row_number,
    cells.column_name,
    cells.cell as value,
    cells.complaint as reason,
    'row' as scope
from {{ ref('int_template_cells__checked') }} as cells
inner join {{ ref('int_template_rows__classified') }} as rows_read
    on cells.file_id = rows_read.file_id
    and cells.row_number = rows_read.row_number
where cells.complaint is not null
    and cells.column_name <> rows_read.reject_column
