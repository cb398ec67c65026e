with

files as (
    select * from {{ source('raw', 'ofsted_inspections') }}
)

select
    _file_id as file_id,
    _row_number as row_number,
    nullif(trim(URN), '') as urn_text,
    {{ to_urn('URN') }} as urn,
    nullif(trim({{ adapter.quote("School name") }}), '') as school_name,
    -- which inspections the row tells of: a list of inspections has a school as often as it was inspected
    concat_ws(
        '|',
        coalesce(trim({{ adapter.quote("Inspection start date") }}), ''),
        coalesce(trim({{ adapter.quote("Inspection start date of latest OEIF graded inspection") }}), ''),
        coalesce(trim({{ adapter.quote("Date of latest ungraded inspection") }}), '')
    ) as inspections
from files
