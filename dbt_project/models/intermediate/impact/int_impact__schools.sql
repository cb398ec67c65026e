-- One row per school (lineage): what it is matched on beside its results, and the group it shares luck with.
with

schools as (
    select
        *,
        -- the URN that stands today speaks for the lineage
        case when is_current then '1' else '0' end || urn as standing
    from {{ ref('dim_school') }}
),

trusts as (
    select gias.urn, max(gias.trust_name) as trust_name
    from {{ ref('stg_register__gias') }} as gias
    inner join {{ ref('int_register_rows__classified') }} as rows_read
        on gias.file_id = rows_read.file_id
        and gias.row_number = rows_read.row_number
    where rows_read.disposition = 'accepted'
    group by gias.urn
),

memberships as (
    select school_id, min_by(partnership_id, joined_on) as partnership_id
    from {{ ref('partnership_membership') }}
    group by school_id
),

needs as (
    select school_id, avg(value) as need
    from {{ ref('int_school_years__weighed') }}
    where indicator_id = 'fsm_ever6_pct' and breakdown_id = 'all' and value is not null
    group by school_id
)

select
    schools.school_id,
    coalesce(max_by(schools.phase, schools.standing), 'unknown') as phase,
    max_by(schools.la_code, schools.standing) as la_code,
    max_by(trusts.trust_name, schools.standing) as trust_name,
    max(memberships.partnership_id) as partnership_id,
    max(needs.need) as need,
    coalesce(max_by(schools.is_independent, schools.standing), false) as is_independent
from schools
left join trusts
    on schools.urn = trusts.urn
left join memberships
    on schools.school_id = memberships.school_id
left join needs
    on schools.school_id = needs.school_id
group by schools.school_id
