{{ config(meta={'dagster': {'ref': {'name': 'dim_school'}}}) }}
-- On any date a lineage has at most one URN that stands for it.
select one.school_id, one.urn, other.urn as other_urn
from {{ ref('dim_school') }} as one
inner join {{ ref('dim_school') }} as other
    on one.school_id = other.school_id
    and one.urn < other.urn
where coalesce(one.valid_from, cast('0001-01-01' as date)) <= coalesce(other.valid_to, cast('9999-12-31' as date))
    and coalesce(other.valid_from, cast('0001-01-01' as date)) <= coalesce(one.valid_to, cast('9999-12-31' as date))
