-- Schools that were in a partnership on the last day of a term. One row per partnership, school and day.
select distinct
    memberships.partnership_id,
    memberships.school_id,
    days.term_number
from {{ ref('partnership_membership') }} as memberships
inner join {{ ref('risk_day') }} as days
    on {{ is_member_on('memberships', 'days.as_at_on') }}
