-- The mean answer of a school's leaders, lower than in the terms of the rule's span before by its threshold and more.
with

answers as (
    select * from {{ ref('risk_leader_answer') }}
),

compared as (
    select
        rules.rule_id,
        now.school_id,
        now.term_number,
        now.term_id,
        max(now.answers) as answers,
        max(now.mean_value) as mean_now,
        avg(before.mean_value) as mean_before
    from answers as now
    inner join {{ ref('risk_rules') }} as rules
        on rules.family = 'answers_fell'
        and rules.area_type = 'school'
        and rules.subject = now.instrument_id
    inner join answers as before
        on now.instrument_id = before.instrument_id
        and now.school_id = before.school_id
        and before.term_number < now.term_number
        and before.term_number >= now.term_number - rules.span
    where now.answers >= coalesce(rules.minimum_n, 1) and before.answers >= coalesce(rules.minimum_n, 1)
    group by rules.rule_id, now.school_id, now.term_number, now.term_id
    -- one term before may have been the odd one
    having count(*) > 1
)

select
    rules.rule_id,
    rules.area_type,
    compared.school_id as area_id,
    compared.term_number,
    cast(compared.answers as double) as n_evidence,
    compared.mean_now as value,
    rules.threshold,
    compared.mean_before - compared.mean_now >= rules.strong_threshold as is_strong,
    {{ filled('rules.sentence', {
        'what': 'instruments.name',
        'value': figure_words('compared.mean_now', "'score'", '1'),
        'other': figure_words('compared.mean_before', "'score'", '1'),
        'n': count_words('compared.answers', 'answer', 'answers'),
        'year': term_words('compared.term_id'),
        'span': span_words('rules.span', 'term', 'terms'),
    }) }} as evidence,
    'Reflection answers' as source
from compared
inner join {{ ref('risk_rules') }} as rules
    on compared.rule_id = rules.rule_id
inner join {{ ref('instruments') }} as instruments
    on rules.subject = instruments.instrument_id
where compared.mean_before - compared.mean_now >= rules.threshold
