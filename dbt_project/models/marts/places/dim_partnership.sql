with

partnerships as (
    {{ template_rows('template_partnerships', {
        'partnership_id': 'varchar', 'partnership_name': 'varchar', 'kind': 'varchar', 'la_code': 'varchar', 'lead_urn': 'varchar',
        'started_on': 'date', 'ended_on': 'date'
    }) }}
),

authorities as (
    select * from {{ ref('local_authorities') }}
)

select
    partnerships.partnership_id,
    partnerships.partnership_name as name,
    partnerships.kind,
    partnerships.la_code,
    authorities.la_name,
    partnerships.lead_urn,
    partnerships.started_on,
    partnerships.ended_on
from partnerships
left join authorities
    on partnerships.la_code = authorities.la_code
