-- Spells of schools in partnerships, with the lineage each URN belongs to.
with

memberships as (
    select rows_read.*
    from {{ ref('stg_template__memberships') }} as rows_read
    inner join {{ ref('int_memberships__classified') }} as rows_taken
        on rows_read.file_id = rows_taken.file_id
        and rows_read.row_number = rows_taken.row_number
    where rows_taken.disposition = 'accepted'
),

schools as (
    select * from {{ ref('int_schools__described') }}
)

select
    memberships.partnership_id,
    schools.school_id,
    memberships.urn,
    memberships.joined_on,
    memberships.left_on,
    memberships.role
from memberships
inner join schools
    on memberships.urn = schools.urn
