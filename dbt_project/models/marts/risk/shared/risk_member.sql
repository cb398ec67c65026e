-- Schools that were in a partnership on the last day of a term. One row per partnership, school and day.
select distinct
    memberships.partnership_id,
    memberships.school_id,
    days.term_number
from {{ ref('partnership_membership') }} as memberships
inner join {{ ref('risk_day') }} as days
    on memberships.joined_on <= days.as_at_on
    and (memberships.left_on is null or memberships.left_on > days.as_at_on)
