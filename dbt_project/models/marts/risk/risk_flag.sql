-- Which rule of seeds/rules/risk_rules.csv fired for which school or partnership, as at the end of each term: the flags of all families
-- (flags/), since when each stands, and what it counts.
{%- set columns = 'rule_id, area_type, area_id, term_number, n_evidence, value, threshold, is_strong, evidence, source' %}
with

fired as (
    select {{ columns }}, p_value, q_value from {{ ref('risk_flag__tests') }}
    {%- for family in var('risk_families')['facts'] %}
    union all
    select {{ columns }}, cast(null as double) as p_value, cast(null as double) as q_value from {{ ref('risk_flag__' ~ family) }}
    {%- endfor %}
),

-- an unbroken run of a flag keeps the distance between the number of the day and its own number in the run
numbered as (
    select
        fired.*,
        days.as_at,
        days.academic_year,
        days.as_at_number,
        days.as_at_number - row_number() over (
            partition by fired.rule_id, fired.area_type, fired.area_id order by days.as_at_number
        ) as run
    from fired
    inner join {{ ref('risk_day') }} as days
        on fired.term_number = days.term_number
),

measured as (
    select method_id, value
    from {{ ref('measured') }}
    where figure = 'false_alarm_rate'
)

select
    numbered.rule_id,
    numbered.area_type,
    numbered.area_id,
    numbered.as_at,
    numbered.academic_year,
    case when numbered.area_type = 'school' then numbered.area_id end as school_id,
    rules.name as rule,
    rules.short_name as rule_short_name,
    rules.family,
    rules.evidence as evidence_kind,
    numbered.evidence,
    numbered.n_evidence,
    numbered.value,
    numbered.threshold,
    numbered.p_value,
    numbered.q_value,
    case when numbered.is_strong then 'strong' else 'weak' end as strength,
    case when numbered.is_strong then rules.weight else rules.weight / 2 end as points,
    min_by(numbered.as_at, numbered.as_at_number) over (
        partition by numbered.rule_id, numbered.area_type, numbered.area_id, numbered.run
    ) as since,
    measured.value as false_alarm_rate,
    case
        when measured.value is not null then 'measured on simulated schools without any effect'
        when rules.evidence = 'test' then 'not measured yet'
        when numbered.source = 'Published results' and rules.evidence = 'fact' and rules.span > 1
            then 'taken from the records of several years, but small steps can still be chance'
        when numbered.source = 'Published results' then 'taken from the records, but one year can be a blip'
        else 'taken from the records, and not a test of chance'
    end as false_alarm_reason,
    numbered.source
from numbered
inner join {{ ref('risk_rules') }} as rules
    on numbered.rule_id = rules.rule_id
left join measured
    on rules.false_alarm = measured.method_id
