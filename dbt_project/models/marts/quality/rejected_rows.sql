-- The warehouse is read by people who may not see the file: of a value that could be a word, a name or a number somebody goes by,
-- only its kind is told. Whoever has the file finds it by its row and column, or has it checked.
with

left_out as (
    select
        file_id,
        row_number,
        column_name,
        {{ told_value('value') }} as value,
        reason,
        'row' as scope
    from {{ ref('int_rows__accounted') }}
    where disposition = 'rejected'
    union all
    select
        file_id,
        row_number,
        column_name,
        {{ told_value('value') }} as value,
        reason,
        'cell' as scope
    from {{ ref('int_cells__rejected') }}
    union all
    -- a row of a template with several wrong cells shows each of them
    select
        cells.file_id,
        cells.row_number,
        cells.column_name,
        {{ told_value('cells.cell') }} as value,
        cells.complaint as reason,
        'row' as scope
    from {{ ref('int_template_cells__checked') }} as cells
    inner join {{ ref('int_template_rows__classified') }} as rows_read
        on cells.file_id = rows_read.file_id
        and cells.row_number = rows_read.row_number
    where cells.complaint is not null
        and cells.column_name <> rows_read.reject_column
),

files as (
    select files.file_id, max(datasets.publisher) as publisher
    from {{ ref('stg_landing__files') }} as files
    inner join {{ ref('datasets') }} as datasets
        on files.dataset_id = datasets.dataset_id
    group by files.file_id
)

select
    left_out.file_id,
    left_out.row_number,
    left_out.column_name,
    left_out.value,
    left_out.reason,
    left_out.scope,
    files.publisher
from left_out
left join files
    on left_out.file_id = files.file_id
