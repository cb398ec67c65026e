-- Every pair of schools that the register links: whether one history goes through both, and if not, why not.
with

judged as (
    select * from {{ ref('int_links__judged') }}
),

lineages as (
    select * from {{ ref('int_lineages__resolved') }}
),

schools as (
    select * from {{ ref('dim_school') }}
),

reasons as (
    select * from {{ ref('link_reasons') }}
),

settled as (
    select
        judged.predecessor_urn,
        judged.successor_urn,
        judged.linked_on,
        coalesce(judged.predecessor_urn = lineages.predecessor_urn, false) as is_joined,
        case
            when judged.reason_id <> 'carried_on' or judged.predecessor_urn = lineages.predecessor_urn then judged.reason_id
            -- a line of schools that has no beginning, or that was cut here
            when lineages.urn is null then 'circular'
            else 'both_open'
        end as reason_id
    from judged
    left join lineages
        on judged.successor_urn = lineages.urn
)

select
    before.school_id as predecessor_school_id,
    settled.predecessor_urn,
    before.name as predecessor_name,
    after.school_id as successor_school_id,
    settled.successor_urn,
    after.name as successor_name,
    settled.linked_on,
    settled.is_joined,
    settled.reason_id,
    -- the register's own day where it has one: a link's is often the planned one
    {{ link_day() }} as changed_on,
    {{ link_sentence('reasons.ended', 'after') }} as ended_reason,
    {{ link_sentence('reasons.begun', 'before') }} as begun_reason
from settled
inner join schools as before
    on settled.predecessor_urn = before.urn
inner join schools as after
    on settled.successor_urn = after.urn
inner join reasons
    on settled.reason_id = reasons.reason_id
