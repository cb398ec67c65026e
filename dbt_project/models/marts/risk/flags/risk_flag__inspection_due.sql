-- A school whose last inspection will be as long ago as the rule's threshold within the terms the rule looks ahead.
select
    rules.rule_id,
    rules.area_type,
    inspected.school_id as area_id,
    inspected.term_number,
    1.0 as n_evidence,
    cast(inspected.months as double) as value,
    rules.threshold,
    inspected.months >= rules.strong_threshold as is_strong,
    {{ filled('rules.sentence', {
        'value': day_words('inspected.inspected_on'),
        'other': 'inspected.grade_words',
        'n': count_words('inspected.months', 'month', 'months'),
        'limit': 'cast(cast(rules.threshold as integer) as varchar)',
    }) }} as evidence,
    'Inspections' as source
from {{ ref('risk_inspection') }} as inspected
inner join {{ ref('risk_rules') }} as rules
    on rules.family = 'inspection_due'
    and rules.area_type = 'school'
    and '|' || rules.subject || '|' like '%|' || cast(coalesce(inspected.grade_order, 0) as varchar) || '|%'
-- a term has four months
where inspected.months + 4 * rules.span >= rules.threshold
