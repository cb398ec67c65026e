-- Every cell of every template that arrived, one row per cell, as typed. What a column is, is said by its contract, not here;
-- a column the file's own template does not have is no cell.
with

read as (
    {{ cells(source('raw', 'templates'), 'template_%', 'dataset_columns') }}
),

files as (
    select * from {{ source('landed', 'template') }}
    where status = 'loaded'
),

contracts as (
    select dataset_id, lower(column_name) as column_name from {{ ref('dataset_columns') }}
)

select
    files.dataset_id,
    read.file_id,
    read.row_number,
    read.column_name,
    trim(read.cell) as cell
from read
inner join files
    on read.file_id = files.file_id
inner join contracts
    on files.dataset_id = contracts.dataset_id
    and read.column_name = contracts.column_name
