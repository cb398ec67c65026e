-- Corrections of single cells, each with the cell it is about and what became of it. The latest correction of a cell wins.
-- A correction whose file, row or column is not there, or whose old value is not what stands there, changes nothing.
with

files as (
    select * from {{ ref('stg_landing__template_files') }}
    where status = 'loaded'
),

cells as (
    select * from {{ ref('stg_template__cells') }}
),

checked as (
    {{ checked_cells("(select * from " ~ ref('stg_template__cells') ~ " where dataset_id = 'template_corrections')") }}
),

complaints as (
    select
        file_id,
        row_number,
        column_name,
        cell,
        complaint,
        row_number() over (partition by file_id, row_number order by column_name) as position
    from checked
    where complaint is not null
),

typed as (
    select
        file_id,
        row_number,
        max(case when column_name = 'file' then value end) as file,
        max(case when column_name = 'row_number' then cell end) as row_text,
        try_cast(max(case when column_name = 'row_number' then value end) as bigint) as target_row,
        max(case when column_name = 'column_name' then cell end) as column_text,
        lower(replace(max(case when column_name = 'column_name' then value end), ' ', '_')) as target_column,
        max(case when column_name = 'old_value' then value end) as old_value,
        coalesce(max(case when column_name = 'new_value' then value end), '') as new_value,
        max(case when column_name = 'reason' then value end) as reason,
        max(case when column_name = 'corrected_by' then value end) as corrected_by,
        try_cast(max(case when column_name = 'corrected_on' then value end) as date) as corrected_on
    from checked
    group by file_id, row_number
),

targets as (
    select
        typed.file_id,
        typed.row_number,
        max(files.file_id) as target_file_id,
        count(distinct files.file_id) as targets
    from typed
    inner join files
        on files.file_id = lower(typed.file)
        or files.path = typed.file
        or right(files.path, length(typed.file) + 1) = '/' || typed.file
    where left(files.dataset_id, 9) = 'template_' and files.dataset_id <> 'template_corrections'
    group by typed.file_id, typed.row_number
),

row_numbers as (
    select distinct file_id, row_number from cells
),

found as (
    select
        typed.*,
        case when targets.targets = 1 then targets.target_file_id end as target_file_id,
        coalesce(targets.targets, 0) as targets,
        row_numbers.row_number is not null as row_is_there,
        cells.cell as found_value,
        complaints.column_name as own_column,
        complaints.cell as own_value,
        complaints.complaint as own_complaint
    from typed
    left join targets
        on typed.file_id = targets.file_id
        and typed.row_number = targets.row_number
    left join row_numbers
        on targets.target_file_id = row_numbers.file_id
        and typed.target_row = row_numbers.row_number
    left join cells
        on targets.target_file_id = cells.file_id
        and typed.target_row = cells.row_number
        and typed.target_column = cells.column_name
    left join complaints
        on typed.file_id = complaints.file_id
        and typed.row_number = complaints.row_number
        and complaints.position = 1
),

judged as (
    select
        *,
        case
            when own_complaint is not null then own_column
            when targets <> 1 then 'file'
            when not row_is_there then 'row_number'
            when found_value is null then 'column_name'
            when old_value is not null and old_value <> found_value then 'old_value'
        end as reject_column
    from found
),

ranked as (
    select
        judged.*,
        row_number() over (
            partition by judged.target_file_id, judged.target_row, judged.target_column, (judged.reject_column is null)
            order by files.sequence desc, judged.row_number desc
        ) as newest
    from judged
    inner join files
        on judged.file_id = files.file_id
)

select
    file_id,
    row_number,
    'template_corrections' as dataset_id,
    file,
    target_file_id,
    target_row,
    target_column,
    found_value,
    new_value,
    reason,
    corrected_by,
    corrected_on,
    case
        when reject_column is not null then 'rejected'
        when newest > 1 then 'superseded'
        else 'accepted'
    end as disposition,
    reject_column,
    case
        when own_complaint is not null then own_value
        when reject_column = 'file' then file
        when reject_column = 'row_number' then row_text
        when reject_column = 'column_name' then column_text
        when reject_column = 'old_value' then old_value
    end as reject_value,
    case
        when own_complaint is not null then own_complaint
        when reject_column = 'file' and targets > 1 then {{ told_in_words('file') }} || ' is the name of several files. Type the whole path as the data page shows it.'
        when reject_column = 'file' then {{ told_in_words('file') }} || ' is no form that is loaded. Type its path as the data page shows it.'
        when reject_column = 'row_number' then 'The file has no row ' || {{ told_in_words('row_text', first=false) }} || '. The header is row 1.'
        when reject_column = 'column_name' then 'The file has no such column. Type the name as in its header.'
        when reject_column = 'old_value' then 'The cell reads ' || {{ told_in_words('found_value', first=false) }} || ', and old_value says ' || {{ told_in_words('old_value', first=false) }} || ', so nothing was changed.'
    end as reject_reason
from ranked
