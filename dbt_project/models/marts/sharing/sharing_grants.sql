-- Who may see what of whom, and on which days: agreements and memberships made into spells, the narrower agreement winning.
with

followed as (
    select
        *,
        {{ granularity_level('granularity') }} as level
    from {{ ref('int_agreements__followed') }}
),

days as (
    select dataset, area_type, area_id, audience, audience_id, shared_from as day from followed
    union
    select dataset, area_type, area_id, audience, audience_id, shared_until from followed
    where shared_until is not null
),

spells as (
    select
        *,
        lead(day) over (partition by dataset, area_type, area_id, audience, audience_id order by day) as next_day
    from days
),

shared as (
    select
        spells.audience,
        spells.audience_id,
        spells.dataset,
        spells.area_type,
        spells.area_id,
        spells.day as shared_from,
        spells.next_day as shared_until,
        min(followed.level) as level,
        {{ joined('followed.agreement_id', ', ') }} as agreement_ids
    from spells
    inner join followed
        on spells.dataset = followed.dataset
        and spells.area_type = followed.area_type
        and spells.area_id = followed.area_id
        and spells.audience = followed.audience
        and spells.audience_id = followed.audience_id
        and followed.shared_from <= spells.day
        and (followed.shared_until is null or followed.shared_until > spells.day)
    group by
        spells.audience,
        spells.audience_id,
        spells.dataset,
        spells.area_type,
        spells.area_id,
        spells.day,
        spells.next_day
),

by_agreement as (
    select dataset_id, owner from {{ ref('shared_datasets') }} where seen_by = 'agreement'
),

known as (
    select school_id from {{ ref('partnership_membership') }}
    union
    select area_id from followed where area_type = 'school'
),

-- what needs no agreement: a school its own, a partnership its own, and an authority what it wrote itself
own as (
    select 'own_school' as audience, known.school_id as audience_id, by_agreement.dataset_id as dataset, 'school' as area_type,
        known.school_id as area_id
    from known
    cross join by_agreement
    union all
    select 'own_partnership', partnerships.partnership_id, by_agreement.dataset_id, 'partnership', partnerships.partnership_id
    from {{ ref('dim_partnership') }} as partnerships
    cross join by_agreement
    union all
    select 'own_authority', partnerships.la_code, by_agreement.dataset_id, 'partnership', partnerships.partnership_id
    from {{ ref('dim_partnership') }} as partnerships
    cross join by_agreement
    where by_agreement.owner = 'authority' and partnerships.la_code is not null
    union all
    select 'own_authority', schools.la_code, by_agreement.dataset_id, 'school', schools.school_id
    from {{ ref('dim_school') }} as schools
    inner join known
        on schools.school_id = known.school_id
    cross join by_agreement
    where by_agreement.owner = 'authority' and schools.la_code is not null and schools.is_current
)

select
    audience,
    audience_id,
    dataset,
    area_type,
    area_id,
    {{ granularity_word('level') }} as granularity,
    shared_from,
    shared_until,
    agreement_ids
from shared
where level > 0
union all
select
    audience,
    audience_id,
    dataset,
    area_type,
    area_id,
    'named',
    cast('1800-01-01' as date),
    cast(null as date),
    cast(null as varchar)
from own
