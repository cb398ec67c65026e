-- A five-point trend to the worse, for rules of the family trend.
select
    rules.rule_id,
    signals.area_type,
    signals.area_id,
    signals.indicator_id,
    signals.academic_year,
    rules.test_level as level,
    signals.n_pupils as n_evidence,
    signals.value,
    {{ figure_words('signals.value', 'rules.unit', 'rules.decimals') }} as value_words,
    'about ' || {{ figure_words('abs(signals.sen_slope)', points('rules.unit'), '2') }} || ' a year' as other_words,
    sqrt(signals.trend_chi2) * rules.adverse_sign * sign(signals.sen_slope) as z,
    signals.trend_verdict = 'worse' as alarm
from {{ ref('trend_signal') }} as signals
inner join {{ ref('risk_test_rule') }} as rules
    on rules.family = 'trend'
    and signals.area_type = rules.area_type
    and signals.indicator_id = rules.subject
    and signals.breakdown_id = rules.breakdown_id
where signals.value is not null and signals.trend_chi2 is not null and {{ enough('signals.n_pupils', 'rules.minimum_n') }}
