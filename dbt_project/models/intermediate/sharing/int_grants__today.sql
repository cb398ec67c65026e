-- What may be seen on the day of the build, and by which viewers: each viewer has the grants of the audiences it belongs to.
-- The only model that asks which day it is, so that a build looks at this one every day and at what reads it where it changed.
with

grants as (
    select * from {{ ref('sharing_grants') }}
    where {{ is_shared_on('current_date') }}
),

partnerships as (
    select partnership_id from {{ ref('dim_partnership') }}
),

-- a head teacher of today belongs to the heads' groups of today
heads as (
    select distinct grants.area_id as school_id, memberships.partnership_id
    from grants
    left join {{ ref('partnership_membership') }} as memberships
        on grants.area_id = memberships.school_id
        and {{ is_member_on('memberships', 'current_date') }}
    where grants.audience = 'own_school'
),

viewers as (
    select 'head' as viewer_kind, school_id as viewer_id, 'own_school' as audience, school_id as audience_id from heads
    union
    select 'head', school_id, 'heads_group', partnership_id from heads
    where partnership_id is not null
    union
    select 'head', school_id, 'other_partnerships', '*' from heads
    where partnership_id is not null
    union
    select 'head', school_id, 'public', '*' from heads
    union
    select kinds.viewer_kind, partnerships.partnership_id, kinds.audience,
        case when kinds.is_own then partnerships.partnership_id else '*' end
    from partnerships
    cross join (
        values
        ('board', 'own_partnership', true), ('board', 'board', true), ('board', 'other_partnerships', false),
        ('board', 'public', false), ('partnership_lead', 'own_partnership', true), ('partnership_lead', 'board', true),
        ('partnership_lead', 'heads_group', true), ('partnership_lead', 'other_partnerships', false),
        ('partnership_lead', 'public', false)
    ) as kinds (viewer_kind, audience, is_own)
    union
    select distinct 'authority', audience_id, audience, audience_id from grants
    where audience in ('authority', 'own_authority')
    union
    select distinct 'authority', audience_id, 'public', '*' from grants
    where audience in ('authority', 'own_authority')
    union
    select 'public', '*', 'public', '*'
)

select
    viewers.viewer_kind,
    viewers.viewer_id,
    grants.dataset,
    grants.area_type,
    grants.area_id,
    max({{ granularity_level('grants.granularity') }}) as level
from viewers
inner join grants
    on viewers.audience = grants.audience
    and viewers.audience_id = grants.audience_id
group by viewers.viewer_kind, viewers.viewer_id, grants.dataset, grants.area_type, grants.area_id
