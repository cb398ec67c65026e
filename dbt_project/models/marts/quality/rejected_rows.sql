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
