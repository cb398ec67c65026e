-- A share of the people invited to events that came, in the terms of the rule's span, no higher than the rule's threshold, nor than
-- in as many terms before.
with

attended as (
    select
        rules.rule_id,
        case rules.area_type when 'school' then came.school_id else events.partnership_id end as area_id,
        terms.term_number,
        sum(came.invited) as invited,
        sum(least(came.people, came.invited)) as people
    from {{ ref('event_attendance') }} as came
    inner join {{ ref('event') }} as events
        on came.event_id = events.event_id
    inner join {{ ref('dim_term') }} as terms
        on events.held_on between terms.starts_on and terms.ends_on
    inner join {{ ref('risk_rules') }} as rules
        on rules.family = 'engagement'
    where came.invited > 0 and (rules.area_type = 'school' or events.partnership_id is not null)
    group by
        rules.rule_id,
        case rules.area_type when 'school' then came.school_id else events.partnership_id end,
        terms.term_number
),

lately as (
    select
        attended.rule_id,
        attended.area_id,
        days.term_number,
        sum(case when attended.term_number > days.term_number - rules.span then attended.invited else 0 end) as invited,
        sum(case when attended.term_number > days.term_number - rules.span then attended.people else 0 end) as people,
        sum(case when attended.term_number <= days.term_number - rules.span then attended.invited else 0 end) as invited_before,
        sum(case when attended.term_number <= days.term_number - rules.span then attended.people else 0 end) as people_before
    from attended
    inner join {{ ref('risk_rules') }} as rules
        on attended.rule_id = rules.rule_id
    inner join {{ ref('risk_day') }} as days
        on attended.term_number <= days.term_number
        and attended.term_number > days.term_number - 2 * rules.span
    group by attended.rule_id, attended.area_id, days.term_number
),

shares as (
    select
        *,
        {{ ratio('people', 'invited') }} as share,
        {{ ratio('people_before', 'invited_before') }} as share_before
    from lately
)

select
    rules.rule_id,
    rules.area_type,
    shares.area_id,
    shares.term_number,
    cast(shares.invited as double) as n_evidence,
    shares.share as value,
    rules.threshold,
    shares.share <= rules.strong_threshold as is_strong,
    {{ filled('rules.sentence', {
        'value': share_words('shares.share'),
        'other': "', and ' || " ~ share_words('shares.share_before') ~ " || ' in the ' || "
            ~ span_words('rules.span', 'term', 'terms') ~ " || ' before'",
        'n': thousands('shares.invited') ~ " || ' invited'",
        'span': span_words('rules.span', 'term', 'terms'),
    }) }} as evidence,
    'Attendance at events' as source
from shares
inner join {{ ref('risk_rules') }} as rules
    on shares.rule_id = rules.rule_id
where {{ enough('shares.invited', 'rules.minimum_n') }}
    and shares.share <= rules.threshold
    and shares.share <= coalesce(shares.share_before, 1)
