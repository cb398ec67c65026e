with

files as (
    select * from {{ source('raw', 'register_groups') }}
)

select
    _file_id as file_id,
    _row_number as row_number,
    nullif(trim({{ adapter.quote("Group UID") }}), '') as group_uid,
    nullif(trim({{ adapter.quote("Group ID") }}), '') as group_id,
    nullif(trim({{ adapter.quote("Group Name") }}), '') as name,
    nullif(trim({{ adapter.quote("Group Type") }}), '') as group_type,
    nullif(lower(trim({{ adapter.quote("Group Status") }})), '') as status,
    {{ to_date(adapter.quote("Open date")) }} as opened_on,
    {{ to_date(adapter.quote("Closed Date")) }} as closed_on
from files
