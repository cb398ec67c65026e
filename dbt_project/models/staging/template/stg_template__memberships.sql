with

files as (
    select * from {{ source('raw', 'template_memberships') }}
)

select
    _file_id as file_id,
    _row_number as row_number,
    nullif(upper(trim(partnership_id)), '') as partnership_id,
    trim(school_urn) as urn_text,
    {{ to_urn('school_urn') }} as urn,
    nullif(trim(joined_on), '') as joined_on_text,
    {{ to_date('joined_on') }} as joined_on,
    nullif(trim(left_on), '') as left_on_text,
    {{ to_date('left_on') }} as left_on,
    coalesce(nullif(lower(trim(role)), ''), 'member') as role
from files
