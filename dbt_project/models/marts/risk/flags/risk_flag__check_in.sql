-- Check-ins after a review that are overdue or were held late: the last one of a school, or the share of a partnership's.
with

-- check-ins that were due in the last terms, as they stood on the last day of the term
check_ins as (
    select
        rules.rule_id,
        rules.area_type,
        rules.parameter,
        rules.threshold,
        rules.strong_threshold,
        rules.minimum_n,
        rules.span,
        rules.sentence,
        case rules.area_type when 'school' then steps.school_id else steps.partnership_id end as area_id,
        days.term_number,
        steps.due_on,
        case when steps.taken_on <= days.as_at_on then steps.taken_on end as taken_on,
        {{ dbt.datediff('steps.due_on', 'least(coalesce(steps.taken_on, days.as_at_on), days.as_at_on)', 'day') }} as days_late,
        row_number() over (
            partition by rules.rule_id, steps.school_id, days.term_number order by steps.due_on desc, steps.review_id
        ) as choice
    from {{ ref('review_step') }} as steps
    inner join {{ ref('risk_rules') }} as rules
        on rules.family = 'check_in' and rules.subject = steps.step
    inner join {{ ref('risk_day') }} as days
        on steps.due_on < days.as_at_on
    inner join {{ ref('dim_term') }} as terms
        on days.term_number - rules.span + 1 = terms.term_number
        and steps.due_on >= terms.starts_on
),

of_partnerships as (
    select
        rule_id,
        area_type,
        area_id,
        term_number,
        max(parameter) as parameter,
        max(threshold) as threshold,
        max(strong_threshold) as strong_threshold,
        max(minimum_n) as minimum_n,
        max(span) as span,
        max(sentence) as sentence,
        count(*) as check_ins,
        avg(case when days_late > parameter then 1.0 else 0.0 end) as share_late
    from check_ins
    where area_type = 'partnership'
    group by rule_id, area_type, area_id, term_number
)

select
    rule_id,
    area_type,
    area_id,
    term_number,
    1.0 as n_evidence,
    cast(days_late as double) as value,
    threshold,
    days_late >= strong_threshold as is_strong,
    {{ filled('sentence', {
        'value': count_words('days_late', 'day', 'days'),
        'other': "case when taken_on is null then 'has not been held' else 'was held on ' || " ~ day_words('taken_on') ~ " end",
        'year': day_words('due_on'),
    }) }} as evidence,
    'Reviews' as source
from check_ins
where area_type = 'school' and choice = 1 and days_late > threshold
union all
select
    rule_id,
    area_type,
    area_id,
    term_number,
    cast(check_ins as double) as n_evidence,
    share_late as value,
    threshold,
    share_late >= strong_threshold as is_strong,
    {{ filled('sentence', {
        'value': share_words('share_late'),
        'n': count_words('check_ins', 'check-in', 'check-ins'),
        'limit': 'cast(cast(parameter as integer) as varchar)',
        'span': span_words('span', 'term', 'terms'),
    }) }} as evidence,
    'Reviews' as source
from of_partnerships
where share_late >= threshold and {{ enough('check_ins', 'minimum_n') }}
