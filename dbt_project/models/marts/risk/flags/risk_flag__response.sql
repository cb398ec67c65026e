-- A partnership in which fewer of the schools answered than the rule's threshold.
with

responses as (
    select
        instrument_id,
        partnership_id,
        term_number,
        count(*) as schools,
        avg(cast(answered as double)) as share
    from {{ ref('risk_response') }}
    group by instrument_id, partnership_id, term_number
)

select
    rules.rule_id,
    rules.area_type,
    responses.partnership_id as area_id,
    responses.term_number,
    cast(responses.schools as double) as n_evidence,
    responses.share as value,
    rules.threshold,
    responses.share < rules.strong_threshold as is_strong,
    {{ filled('rules.sentence', {
        'what': 'lower(instruments.name)',
        'value': share_words('responses.share'),
        'n': count_words('responses.schools', 'school', 'schools'),
        'year': term_words('terms.term_id'),
    }) }} as evidence,
    'Reflection answers' as source
from responses
inner join {{ ref('risk_rules') }} as rules
    on rules.family = 'response'
    and rules.area_type = 'partnership'
    and rules.subject = responses.instrument_id
inner join {{ ref('instruments') }} as instruments
    on responses.instrument_id = instruments.instrument_id
inner join {{ ref('dim_term') }} as terms
    on responses.term_number = terms.term_number
where responses.share < rules.threshold and {{ enough('responses.schools', 'rules.minimum_n') }}
