-- A cohort of fewer pupils than the rule's least number. A school of several phases may have several: the smallest is named.
with

found as (
    select
        rules.rule_id,
        rules.area_type,
        expected.school_id as area_id,
        days.term_number,
        max(rules.sentence) as sentence,
        max(rules.minimum_n) as threshold,
        min(expected.denominator) as n_evidence,
        -- the first by name of those that are as small
        substr(min(lpad(cast(cast(expected.denominator as integer) as varchar), 9, '0') || indicators.short_name), 10) as short_name,
        max(expected.academic_year) as academic_year
    from {{ ref('risk_expected') }} as expected
    inner join {{ ref('risk_rules') }} as rules
        on rules.family = 'small_cohort'
        and rules.area_type = 'school'
        and '|' || rules.subject || '|' like '%|' || expected.indicator_id || '|%'
    inner join {{ ref('risk_day') }} as days
        on expected.academic_year = days.evidence_year
    inner join {{ ref('indicators') }} as indicators
        on expected.indicator_id = indicators.indicator_id
    where expected.denominator > 0 and expected.denominator < rules.minimum_n
    group by rules.rule_id, rules.area_type, expected.school_id, days.term_number
)

select
    rule_id,
    area_type,
    area_id,
    term_number,
    n_evidence,
    n_evidence as value,
    threshold,
    false as is_strong,
    {{ filled('sentence', {
        'what': 'short_name',
        'n': count_words('n_evidence', 'pupil', 'pupils'),
        'year': 'academic_year',
    }) }} as evidence,
    'Published results' as source
from found
