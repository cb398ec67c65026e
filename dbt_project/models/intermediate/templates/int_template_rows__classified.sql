-- Every row of every template, each with what became of it. A row with a wrong cell is rejected with its first complaint.
-- Of rows with the same key (seeds/contracts/row_rules.csv) the later wins: the later file, and in one file the lower row.
with

files as (
    select * from {{ ref('stg_landing__template_files') }}
    where status = 'loaded'
),

cells as (
    select * from {{ ref('int_template_cells__checked') }}
    where dataset_id <> 'template_corrections'
),

key_columns as (
    select
        dataset_id,
        column_name,
        row_number() over (partition by dataset_id order by column_name) as position
    from {{ ref('row_rules') }}
    where rule = 'key'
),

keys as (
    select
        cells.dataset_id,
        cells.file_id,
        cells.row_number,
        {%- for position in range(1, 7) %}
        coalesce(max(case when key_columns.position = {{ position }} then lower(cells.value) end), '') as key_{{ position }},
        {%- endfor %}
        count(cells.complaint) as complaints
    from cells
    left join key_columns
        on cells.dataset_id = key_columns.dataset_id
        and cells.column_name = key_columns.column_name
    group by cells.dataset_id, cells.file_id, cells.row_number
),

complaints as (
    select
        file_id,
        row_number,
        column_name,
        cell,
        complaint,
        row_number() over (partition by file_id, row_number order by column_name) as position
    from cells
    where complaint is not null
),

ranked as (
    select
        keys.dataset_id,
        keys.file_id,
        keys.row_number,
        keys.complaints,
        row_number() over (
            partition by keys.dataset_id, (keys.complaints = 0), key_1, key_2, key_3, key_4, key_5, key_6
            order by files.sequence desc, keys.row_number desc
        ) as newest
    from keys
    inner join files
        on keys.file_id = files.file_id
)

select
    ranked.file_id,
    ranked.row_number,
    ranked.dataset_id,
    case
        when ranked.complaints > 0 then 'rejected'
        when ranked.newest > 1 then 'superseded'
        else 'accepted'
    end as disposition,
    complaints.column_name as reject_column,
    complaints.cell as reject_value,
    complaints.complaint as reject_reason
from ranked
left join complaints
    on ranked.file_id = complaints.file_id
    and ranked.row_number = complaints.row_number
    and complaints.position = 1
union all
select
    file_id,
    row_number,
    dataset_id,
    disposition,
    reject_column,
    reject_value,
    reject_reason
from {{ ref('int_corrections__classified') }}
