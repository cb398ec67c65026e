-- A school of which nobody answered in any of the terms of the rule's span, while others of its partnership did.
with

responses as (
    select * from {{ ref('risk_response') }}
),

silent as (
    select
        rules.rule_id,
        now.school_id,
        now.term_number,
        count(distinct before.term_number) as terms,
        max(before.partnership_id) as partnership_id
    from responses as now
    inner join {{ ref('risk_rules') }} as rules
        on rules.family = 'silent'
        and rules.area_type = 'school'
        and rules.subject = now.instrument_id
    inner join responses as before
        on now.instrument_id = before.instrument_id
        and now.school_id = before.school_id
        and before.term_number <= now.term_number
        and before.term_number > now.term_number - rules.span
    where now.answered = 0
    group by rules.rule_id, now.school_id, now.term_number
    having max(before.answered) = 0 and count(distinct before.term_number) = max(rules.span)
)

select
    rules.rule_id,
    rules.area_type,
    silent.school_id as area_id,
    silent.term_number,
    cast(silent.terms as double) as n_evidence,
    cast(silent.terms as double) as value,
    cast(rules.span as double) as threshold,
    false as is_strong,
    {{ filled('rules.sentence', {
        'what': 'lower(instruments.name)',
        'other': 'silent.partnership_id',
        'span': span_words('rules.span', 'term', 'terms'),
    }) }} as evidence,
    'Reflection answers' as source
from silent
inner join {{ ref('risk_rules') }} as rules
    on silent.rule_id = rules.rule_id
inner join {{ ref('instruments') }} as instruments
    on rules.subject = instruments.instrument_id
