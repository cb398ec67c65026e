-- Which members answered in a term, where anybody of the partnership did. One row per instrument, partnership, term and school.
with

answers as (
    select * from {{ ref('risk_leader_answer') }}
)

select
    active.instrument_id,
    active.partnership_id,
    active.term_number,
    members.school_id,
    max(case when answers.answers > 0 then 1 else 0 end) as answered
from (
    select distinct instrument_id, partnership_id, term_number from answers where answers > 0
) as active
inner join {{ ref('risk_member') }} as members
    on active.partnership_id = members.partnership_id
    and active.term_number = members.term_number
left join answers
    on active.instrument_id = answers.instrument_id
    and members.school_id = answers.school_id
    and active.term_number = answers.term_number
group by active.instrument_id, active.partnership_id, active.term_number, members.school_id
