-- A role of the rule's subject that changed hands in the terms of its span.
with

changed as (
    select
        rules.rule_id,
        starts.school_id,
        days.term_number,
        count(*) as changes,
        max(case when starts.role in ('partnership_lead', 'chair') then 1 else 0 end) = 1 as is_strong,
        max(replace(upper(left(starts.role, 1)) || substr(starts.role, 2), '_', ' ')) as role,
        max(starts.started_on) as started_on
    from {{ ref('role_holder') }} as starts
    inner join {{ ref('role_holder') }} as ends
        on starts.partnership_id = ends.partnership_id
        and starts.school_id = ends.school_id
        and starts.role = ends.role
        and starts.started_on > ends.started_on
        and ends.ended_on <= starts.started_on
    inner join {{ ref('risk_rules') }} as rules
        on rules.family = 'leadership_change'
        and rules.area_type = 'school'
        and '|' || rules.subject || '|' like '%|' || starts.role || '|%'
    inner join {{ ref('risk_day') }} as days
        on starts.started_on <= days.as_at_on
    inner join {{ ref('dim_term') }} as terms
        on days.term_number - rules.span + 1 = terms.term_number
        and starts.started_on >= terms.starts_on
    group by rules.rule_id, starts.school_id, days.term_number
)

select
    rules.rule_id,
    rules.area_type,
    changed.school_id as area_id,
    changed.term_number,
    cast(changed.changes as double) as n_evidence,
    cast(changed.changes as double) as value,
    1.0 as threshold,
    changed.is_strong,
    {{ filled('rules.sentence', {'what': 'changed.role', 'year': day_words('changed.started_on')}) }} as evidence,
    'Roles' as source
from changed
inner join {{ ref('risk_rules') }} as rules
    on changed.rule_id = rules.rule_id
