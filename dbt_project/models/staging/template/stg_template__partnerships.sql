with

files as (
    select * from {{ source('raw', 'template_partnerships') }}
)

select
    _file_id as file_id,
    _row_number as row_number,
    nullif(upper(trim(partnership_id)), '') as partnership_id,
    nullif(trim(partnership_name), '') as name,
    nullif(lower(trim(kind)), '') as kind,
    nullif(trim(la_code), '') as la_code,
    nullif(trim(lead_urn), '') as lead_urn_text,
    {{ to_urn('lead_urn') }} as lead_urn,
    nullif(trim(started_on), '') as started_on_text,
    {{ to_date('started_on') }} as started_on,
    nullif(trim(ended_on), '') as ended_on_text,
    {{ to_date('ended_on') }} as ended_on
from files
