with

rejects as (
    select * from {{ source('landing', 'rejects') }}
)

select
    cast(_file_id as varchar) as file_id,
    cast(_row_number as bigint) as row_number,
    cast(column_name as varchar) as column_name,
    cast(value as varchar) as value,
    cast(reason as varchar) as reason,
    cast(scope as varchar) as scope
from rejects
