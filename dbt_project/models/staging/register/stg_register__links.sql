with

files as (
    select * from {{ source('raw', 'register_links') }}
)

select
    _file_id as file_id,
    _row_number as row_number,
    trim(URN) as urn_text,
    trim(LinkURN) as link_urn_text,
    {{ to_urn('URN') }} as urn,
    {{ to_urn('LinkURN') }} as link_urn,
    nullif(trim(LinkName), '') as link_name,
    nullif(trim(LinkType), '') as link_type,
    {{ to_date('LinkEstablishedDate') }} as linked_on
from files
