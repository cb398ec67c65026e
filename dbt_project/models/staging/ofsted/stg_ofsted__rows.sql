with

files as (
    select * from {{ source('raw', 'ofsted_inspections') }}
)

select
    _file_id as file_id,
    _row_number as row_number,
    nullif(trim(URN), '') as urn_text,
    {{ to_urn('URN') }} as urn,
    nullif(trim({{ adapter.quote("School name") }}), '') as school_name
from files
