-- When each school joined a partnership or was reviewed, as the first academic year whose results count as after: the first
-- whose 1 May (var membership_month_day) lies on or after the day. `is_own` is false for members of a partnership that
-- reviewed others of its schools: they reviewed, so they are nobody's comparison, and were not reviewed either. Only reviews that
-- the school shares with its authority on the day of the build count: estimates are shown to whoever may see what they are made of.
with

memberships as (
    select * from {{ ref('partnership_membership') }}
),

held as (
    {{ template_rows('template_reviews', {
        'partnership_id': 'varchar', 'host_urn': 'varchar', 'focus_agreed_on': 'date', 'evidence_on': 'date'
    }) }}
),

schools as (
    select urn, school_id from {{ ref('dim_school') }}
),

shared as (
    select distinct area_id
    from {{ ref('int_grants__today') }}
    where viewer_kind = 'authority' and dataset = 'reviews' and area_type = 'school'
),

reviews as (
    select
        schools.school_id,
        held.partnership_id,
        coalesce(held.evidence_on, held.focus_agreed_on) as happened_on
    from held
    inner join schools
        on held.host_urn = schools.urn
    inner join shared
        on schools.school_id = shared.area_id
),

first_reviews as (
    select partnership_id, min(happened_on) as happened_on
    from reviews
    group by partnership_id
),

happened as (
    select school_id, 'joined' as event_type, partnership_id, joined_on as happened_on, true as is_own from memberships
    union all
    select school_id, 'reviewed', partnership_id, happened_on, true from reviews
    union all
    select memberships.school_id, 'reviewed', memberships.partnership_id, first_reviews.happened_on, false
    from memberships
    inner join first_reviews
        on memberships.partnership_id = first_reviews.partnership_id
)

select
    school_id,
    event_type,
    partnership_id,
    is_own,
    min(happened_on) as happened_on,
    min(
        cast(left(cast(happened_on as varchar), 4) as integer)
        - case when substr(cast(happened_on as varchar), 6, 5) <= '{{ var("membership_month_day") }}' then 1 else 0 end
    ) as first_year
from happened
where happened_on is not null
group by school_id, event_type, partnership_id, is_own
