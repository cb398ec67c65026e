{{ config(materialized='view') }}
select
    partnership_id,
    name,
    kind,
    la_code,
    la_name,
    lead_urn,
    started_on,
    ended_on
from {{ ref('int_partnerships__described') }}
