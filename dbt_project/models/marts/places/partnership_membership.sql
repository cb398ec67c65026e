-- Spells of schools in partnerships, with the lineage each URN belongs to.
with

memberships as (
    {{ template_rows('template_memberships', {
        'partnership_id': 'varchar', 'school_urn': 'varchar', 'joined_on': 'date', 'left_on': 'date', 'role': 'varchar'
    }) }}
),

schools as (
    select * from {{ ref('dim_school') }}
)

select
    memberships.partnership_id,
    schools.school_id,
    schools.urn,
    memberships.joined_on,
    memberships.left_on,
    coalesce(memberships.role, 'member') as role
from memberships
inner join schools
    on memberships.school_urn = schools.urn
