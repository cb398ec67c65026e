-- A school outside its funnel limits, for rules of the family funnel.
select
    rules.rule_id,
    rules.area_type,
    placed.school_id as area_id,
    placed.indicator_id,
    placed.academic_year,
    rules.test_level as level,
    placed.n_pupils as n_evidence,
    placed.value,
    {{ figure_words('placed.value', 'rules.unit', 'rules.decimals') }} as value_words,
    {{ figure_words('placed.benchmark_value', 'rules.unit', 'rules.decimals') }}
    || case placed.benchmark when 'england' then ' in England' when 'authority' then ' in the authority' else ' in schools of its kind' end
        as other_words,
    rules.adverse_sign * placed.z as z,
    -- exact limits of few events are a little wider than their p-value: what the funnel shows within is not called outside
    placed.verdict = 'worse' as alarm
from {{ ref('funnel') }} as placed
inner join {{ ref('risk_test_rule') }} as rules
    on rules.family = 'funnel'
    and rules.area_type = 'school'
    and placed.indicator_id = rules.subject
    and placed.breakdown_id = rules.breakdown_id
where placed.z is not null and {{ enough('placed.n_pupils', 'rules.minimum_n') }}
