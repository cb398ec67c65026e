-- What each line of a sharing agreement comes to: whose data, for which organisation, from when until when.
with

agreements as (
    select * from {{ ref('agreement') }}
),

schools as (
    select distinct urn, school_id from {{ ref('dim_school') }}
),

places as (
    select distinct school_id, la_code from {{ ref('dim_school') }} where is_current
),

partnerships as (
    select partnership_id, la_code from {{ ref('dim_partnership') }}
),

memberships as (
    select partnership_id, school_id, joined_on, left_on from {{ ref('partnership_membership') }}
),

datasets as (
    select dataset_id, owner from {{ ref('shared_datasets') }}
),

-- whether and since when each party of an agreement is bound, whatever its part
parties as (
    select
        agreements.agreement_id,
        agreements.party_kind,
        coalesce(schools.school_id, agreements.party_id) as party,
        min(case when agreements.signed_on is not null then greatest(agreements.signed_on, agreements.starts_on) end) as bound_from,
        min(agreements.withdrawn_on) as withdrawn_on
    from agreements
    left join schools
        on agreements.party_kind = 'school'
        and agreements.party_id = schools.urn
    group by agreements.agreement_id, agreements.party_kind, coalesce(schools.school_id, agreements.party_id)
),

-- the partnership most schools of an agreement belong to while it runs; where two come equal, none
terms as (
    select agreement_id, min(starts_on) as starts_on, max(coalesce(expires_on, cast('9999-12-31' as date))) as expires_on
    from agreements
    group by agreement_id
),

belonging as (
    select
        parties.agreement_id,
        memberships.partnership_id,
        count(distinct memberships.school_id) as n_schools
    from parties
    inner join terms
        on parties.agreement_id = terms.agreement_id
    inner join memberships
        on parties.party = memberships.school_id
        and memberships.joined_on <= terms.expires_on
        and (memberships.left_on is null or memberships.left_on > terms.starts_on)
    where parties.party_kind = 'school'
        and parties.agreement_id not in (select agreement_id from parties where party_kind = 'partnership')
    group by parties.agreement_id, memberships.partnership_id
),

ranked as (
    select
        *,
        rank() over (partition by agreement_id order by n_schools desc) as place,
        count(*) over (partition by agreement_id, n_schools) as equals
    from belonging
),

-- who receives: partnerships and authorities that are bound, or that the agreement leaves to be understood
recipients as (
    select agreement_id, 'partnership' as kind, party as audience_id, bound_from, withdrawn_on
    from parties
    where party_kind = 'partnership' and bound_from is not null
    union all
    select agreement_id, 'partnership', partnership_id, cast(null as date), cast(null as date)
    from ranked
    where place = 1 and equals = 1
    union all
    select agreement_id, 'authority', party, bound_from, withdrawn_on
    from parties
    where party_kind = 'authority' and bound_from is not null
),

-- lines that share: those of controllers who signed
lines as (
    select
        agreements.agreement_id,
        agreements.party_kind,
        agreements.party_id,
        agreements.dataset,
        agreements.audience,
        agreements.granularity,
        agreements.amends,
        greatest(agreements.signed_on, agreements.starts_on) as bound_from,
        least(cast({{ dbt.dateadd('day', 1, 'agreements.expires_on') }} as date), agreements.withdrawn_on) as bound_until,
        schools.school_id,
        datasets.owner
    from agreements
    inner join datasets
        on agreements.dataset = datasets.dataset_id
    left join schools
        on agreements.party_kind = 'school'
        and agreements.party_id = schools.urn
    where agreements.signed_on is not null
        and agreements.party_role in ('controller', 'joint_controller')
),

amended as (
    select
        lines.*,
        (
            select min(later.bound_from)
            from lines as later
            where later.amends = lines.agreement_id
                and later.party_id = lines.party_id
                and later.dataset = lines.dataset
                and later.audience = lines.audience
        ) as amended_on
    from lines
),

-- whose data a line is about: the school's, the partnership's, or what the authority wrote about each of them
subjects as (
    select amended.*, 'school' as area_type, amended.school_id as area_id
    from amended
    where amended.party_kind = 'school' and amended.school_id is not null
    union all
    select amended.*, 'partnership', amended.party_id
    from amended
    where amended.party_kind = 'partnership'
    union all
    select amended.*, 'partnership', partnerships.partnership_id
    from amended
    inner join partnerships
        on amended.party_id = partnerships.la_code
    where amended.party_kind = 'authority' and amended.owner = 'authority'
    union all
    select amended.*, 'school', places.school_id
    from amended
    inner join places
        on amended.party_id = places.la_code
    where amended.party_kind = 'authority' and amended.owner = 'authority'
),

-- with whom
to_partnerships as (
    select
        subjects.agreement_id,
        subjects.party_id,
        subjects.dataset,
        subjects.audience,
        subjects.granularity,
        subjects.area_type,
        subjects.area_id,
        coalesce(recipients.audience_id, memberships.partnership_id, subjects.area_id) as audience_id,
        greatest(subjects.bound_from, recipients.bound_from, memberships.joined_on) as shared_from,
        least(subjects.bound_until, recipients.withdrawn_on, subjects.amended_on, memberships.left_on) as shared_until
    from subjects
    left join recipients
        on subjects.agreement_id = recipients.agreement_id
        and recipients.kind = 'partnership'
        and subjects.party_kind <> 'authority'
    left join memberships
        on subjects.area_type = 'school'
        and subjects.area_id = memberships.school_id
        and (recipients.audience_id = memberships.partnership_id or subjects.party_kind = 'authority')
    where subjects.audience in ('heads_group', 'board')
        -- a school's data go to a partnership only while it belongs to it, and a partnership's to itself alone
        and (subjects.area_type = 'partnership' or memberships.partnership_id is not null)
        and (subjects.area_type = 'school' or recipients.audience_id is null or recipients.audience_id = subjects.area_id)
),

to_authorities as (
    select
        subjects.agreement_id,
        subjects.party_id,
        subjects.dataset,
        subjects.audience,
        subjects.granularity,
        subjects.area_type,
        subjects.area_id,
        coalesce(recipients.audience_id, places.la_code, partnerships.la_code) as audience_id,
        greatest(subjects.bound_from, recipients.bound_from) as shared_from,
        least(subjects.bound_until, recipients.withdrawn_on, subjects.amended_on) as shared_until
    from subjects
    left join recipients
        on subjects.agreement_id = recipients.agreement_id
        and recipients.kind = 'authority'
    left join places
        on subjects.area_type = 'school'
        and subjects.area_id = places.school_id
    left join partnerships
        on subjects.area_type = 'partnership'
        and subjects.area_id = partnerships.partnership_id
    where subjects.audience = 'authority'
        -- an authority that is a party and has not signed receives nothing
        and (
            recipients.audience_id is not null
            or subjects.agreement_id not in (select agreement_id from parties where party_kind = 'authority')
        )
),

to_all as (
    select
        agreement_id,
        party_id,
        dataset,
        audience,
        granularity,
        area_type,
        area_id,
        '*' as audience_id,
        bound_from as shared_from,
        least(bound_until, amended_on) as shared_until
    from subjects
    where audience in ('other_partnerships', 'public')
),

followed as (
    select * from to_partnerships
    union all
    select * from to_authorities
    union all
    select * from to_all
)

select distinct
    agreement_id,
    party_id,
    dataset,
    audience,
    area_type,
    area_id,
    audience_id,
    shared_from,
    shared_until,
    granularity
from followed
where audience_id is not null
    and (shared_until is null or shared_until > shared_from)
