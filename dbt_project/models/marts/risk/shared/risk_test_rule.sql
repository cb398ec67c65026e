-- Rules that are tests, with their indicator and the p-value under which they fire. One row per rule.
with

alarm_rates as (
    select method_id, max(value) as value
    from {{ ref('measured') }}
    where figure = 'false_alarm_rate'
    group by method_id
)

select
    rules.rule_id,
    rules.family,
    rules.area_type,
    rules.subject,
    rules.breakdown_id,
    rules.minimum_n,
    rules.span,
    indicators.polarity,
    indicators.unit,
    indicators.decimals,
    -- a rule of signals has the level that was measured for it
    coalesce(rules.level, alarm_rates.value) as test_level,
    case indicators.polarity when 'higher' then -1 else 1 end as adverse_sign
from {{ ref('risk_rules') }} as rules
inner join {{ ref('indicators') }} as indicators
    on rules.subject = indicators.indicator_id
left join alarm_rates
    on rules.false_alarm = alarm_rates.method_id
where rules.evidence = 'test'
