-- A school whose last inspection gave a grade as low as the rule's threshold.
select
    rules.rule_id,
    rules.area_type,
    inspected.school_id as area_id,
    inspected.term_number,
    1.0 as n_evidence,
    cast(inspected.grade_order as double) as value,
    rules.threshold,
    inspected.grade_order >= rules.strong_threshold as is_strong,
    {{ filled('rules.sentence', {
        'value': 'inspected.grade_words',
        'other': 'inspected.framework_name',
        'year': day_words('inspected.inspected_on'),
    }) }} as evidence,
    'Inspections' as source
from {{ ref('risk_inspection') }} as inspected
inner join {{ ref('risk_rules') }} as rules
    on rules.family = 'inspection_grade'
    and rules.area_type = 'school'
    and '|' || rules.subject || '|' like '%|' || inspected.framework || '|%'
where inspected.grade_order >= rules.threshold
