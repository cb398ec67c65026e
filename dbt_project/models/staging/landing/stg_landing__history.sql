with

history as (
    select * from {{ source('landing', 'history') }}
)

select
    cast(path as varchar) as path,
    cast(file_id as varchar) as file_id,
    cast(status as varchar) as status,
    cast(reason as varchar) as reason,
    cast(rows_landed as bigint) as rows_landed,
    cast(happened_at as timestamp) as happened_at
from history
