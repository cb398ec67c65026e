with

partnerships as (
    select rows_read.*
    from {{ ref('stg_template__partnerships') }} as rows_read
    inner join {{ ref('int_memberships__classified') }} as rows_taken
        on rows_read.file_id = rows_taken.file_id
        and rows_read.row_number = rows_taken.row_number
    where rows_taken.disposition = 'accepted'
),

authorities as (
    select * from {{ ref('dim_authority') }}
)

select
    partnerships.partnership_id,
    partnerships.name,
    partnerships.kind,
    partnerships.la_code,
    authorities.la_name,
    partnerships.lead_urn,
    partnerships.started_on,
    partnerships.ended_on
from partnerships
left join authorities
    on partnerships.la_code = authorities.la_code
