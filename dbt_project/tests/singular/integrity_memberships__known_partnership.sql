{{ config(severity='warn', meta={'dagster': {'ref': {'name': 'partnership_membership'}}}) }}
-- A membership whose partnership has no form of its own yet. A warning: the form may come later.
select memberships.partnership_id, memberships.urn
from {{ ref('partnership_membership') }} as memberships
left join {{ ref('dim_partnership') }} as partnerships
    on memberships.partnership_id = partnerships.partnership_id
where partnerships.partnership_id is null
