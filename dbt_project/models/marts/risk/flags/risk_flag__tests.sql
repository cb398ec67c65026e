-- Tests that fired, of all families of tests, as at each day their year is evidence on.
select
    rules.rule_id,
    tests.area_type,
    tests.area_id,
    days.term_number,
    tests.n_evidence,
    tests.value,
    tests.level as threshold,
    tests.p_value,
    tests.q_value,
    tests.q_value <= {{ var('risk_false_discovery') }} as is_strong,
    {{ filled('rules.sentence', {
        'what': 'indicators.short_name',
        'value': 'tests.value_words',
        'other': 'tests.other_words',
        'n': count_words('tests.n_evidence', 'pupil', 'pupils'),
        'year': 'tests.academic_year',
    }) }} as evidence,
    'Published results' as source
from {{ ref('risk_test') }} as tests
inner join {{ ref('risk_rules') }} as rules
    on tests.rule_id = rules.rule_id
inner join {{ ref('risk_day') }} as days
    on tests.academic_year = days.evidence_year
inner join {{ ref('indicators') }} as indicators
    on tests.indicator_id = indicators.indicator_id
where tests.fires
