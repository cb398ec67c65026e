{# Every test the register looks at, one row per rule, area and academic year, fired or not: rule_id, area_type, area_id,
   indicator_id, academic_year, level, n, value, said_other (a phrase, where it fired), z (positive on the worse side; null
   for signals) and alarm (what the rule's own reference asks for beside z). Chance is not judged here. #}
{% macro risk_tests() -%}
with

rules as (
    select * from {{ ref('risk_rules') }}
    where evidence = 'test'
),

measures as (
    select indicator_id, polarity, unit, decimals from {{ ref('indicators') }}
),

alarm_rates as (
    select method_id, max(value) as value
    from {{ ref('measured') }}
    where figure = 'false_alarm_rate'
    group by method_id
),

-- a rule of signals has the level that was measured for it
levelled as (
    select
        rules.*,
        measures.polarity,
        measures.unit,
        measures.decimals,
        coalesce(rules.level, alarm_rates.value) as test_level,
        case measures.polarity when 'higher' then -1 else 1 end as adverse_sign
    from rules
    inner join measures
        on rules.subject = measures.indicator_id
    left join alarm_rates
        on rules.false_alarm = alarm_rates.method_id
),

funnels as (
    select
        levelled.rule_id,
        'school' as area_type,
        placed.school_id as area_id,
        placed.indicator_id,
        placed.academic_year,
        levelled.test_level as level,
        placed.n,
        placed.value,
        case placed.comparator when 'england' then 'England ' when 'authority' then 'the authority ' else 'schools of its kind ' end
        || {{ figure_words('placed.comparator_value', 'levelled.unit', 'levelled.decimals') }} as said_other,
        levelled.adverse_sign * placed.z as z,
        true as alarm
    from {{ ref('funnel') }} as placed
    inner join levelled
        on levelled.family = 'funnel'
        and placed.indicator_id = levelled.subject
        and placed.breakdown_id = levelled.breakdown_id
    where placed.z is not null
),

signals as (
    select * from {{ ref('trend_signal') }}
    where value is not null
),

trends as (
    select
        levelled.rule_id,
        signals.area_type,
        signals.area_id,
        signals.indicator_id,
        signals.academic_year,
        levelled.test_level as level,
        cast(null as double) as n,
        signals.value,
        'about ' || {{ figure_words('abs(signals.sen_slope)', 'levelled.unit', '2') }} || ' a year' as said_other,
        sqrt(signals.trend_chi2) * levelled.adverse_sign * sign(signals.sen_slope) as z,
        signals.trend_verdict = 'worse' as alarm
    from signals
    inner join levelled
        on levelled.family = 'trend'
        and signals.area_type = levelled.area_type
        and signals.indicator_id = levelled.subject
        and signals.breakdown_id = levelled.breakdown_id
    where signals.trend_chi2 is not null
),

charted as (
    select
        levelled.rule_id,
        signals.area_type,
        signals.area_id,
        signals.indicator_id,
        signals.academic_year,
        levelled.test_level as level,
        cast(null as double) as n,
        signals.value,
        case signals.spc_rule
            when 'outside_limits' then 'outside its own limits'
            when 'seven_trend' then 'the end of seven years that each were worse'
            when 'two_of_three' then 'two of three years near the limit'
            else 'seven years on the worse side of its own mean'
        end || ' (mean ' || {{ figure_words('signals.spc_mean', 'levelled.unit', 'levelled.decimals') }} || ' over '
        || cast(signals.spc_points as varchar) || ' years)' as said_other,
        cast(null as double) as z,
        signals.spc_variation = 'concern' as alarm
    from signals
    inner join levelled
        on levelled.family = 'signal'
        and signals.area_type = levelled.area_type
        and signals.indicator_id = levelled.subject
        and signals.breakdown_id = levelled.breakdown_id
    where signals.spc_rule <> 'cannot_say' and signals.spc_variation <> 'cannot_say' and levelled.test_level is not null
),

-- the gap on the worse side, with the variance its interval stands for
gaps as (
    select
        school_id,
        gaps.indicator_id,
        academic_year,
        cast(left(academic_year, 4) as integer) as year_number,
        least(n, other_n) as n,
        case measures.polarity when 'higher' then -1 else 1 end * gap as gap,
        (gap_high - gap_low) * (gap_high - gap_low) / (4 * {{ var('z95') }} * {{ var('z95') }}) as variance
    from {{ ref('pupil_gap') }} as gaps
    inner join measures
        on gaps.indicator_id = measures.indicator_id
    where gap_low is not null
),

gaps_followed as (
    select
        *,
        lag(gap, 1) over in_order as gap_1,
        lag(variance, 1) over in_order as variance_1,
        year_number - lag(year_number, 1) over in_order as years_1,
        lag(gap, 2) over in_order as gap_2,
        lag(variance, 2) over in_order as variance_2,
        year_number - lag(year_number, 2) over in_order as years_2
    from gaps
    window in_order as (partition by school_id, indicator_id order by year_number)
),

-- the year beside the mean of the one or two years straight before it
widenings as (
    select
        levelled.rule_id,
        'school' as area_type,
        gaps_followed.school_id as area_id,
        gaps_followed.indicator_id,
        gaps_followed.academic_year,
        levelled.test_level as level,
        gaps_followed.n,
        gaps_followed.gap as value,
        case when gaps_followed.years_2 = 2 then 'the two years before it was ' || {{ figure_words('gaps_followed.gap_2', "case levelled.unit when '%' then 'points' else levelled.unit end", 'levelled.decimals') }} || ' and '
            else 'the year before it was ' end
        || {{ figure_words('gaps_followed.gap_1', "case levelled.unit when '%' then 'points' else levelled.unit end", 'levelled.decimals') }} as said_other,
        case
            when gaps_followed.years_2 = 2
                then (gaps_followed.gap - (gaps_followed.gap_1 + gaps_followed.gap_2) / 2)
                    / sqrt(gaps_followed.variance + (gaps_followed.variance_1 + gaps_followed.variance_2) / 4)
            else (gaps_followed.gap - gaps_followed.gap_1) / sqrt(gaps_followed.variance + gaps_followed.variance_1)
        end as z,
        gaps_followed.gap > 0 as alarm
    from gaps_followed
    inner join levelled
        on levelled.family = 'gap_widening'
        and gaps_followed.indicator_id = levelled.subject
    where gaps_followed.years_1 = 1
),

england_gaps as (
    select
        series.indicator_id,
        series.academic_year,
        max(case when measures.polarity = 'higher' then -1 else 1 end)
        * (
            max(case when series.breakdown_id = 'disadvantaged' then series.value end)
            - max(case when series.breakdown_id = 'not_disadvantaged' then series.value end)
        ) as gap
    from {{ ref('trend_series') }} as series
    inner join measures
        on series.indicator_id = measures.indicator_id
    where series.area_type = 'england' and series.area_id = 'england'
    group by series.indicator_id, series.academic_year
),

wide_gaps as (
    select
        levelled.rule_id,
        'school' as area_type,
        gaps_followed.school_id as area_id,
        gaps_followed.indicator_id,
        gaps_followed.academic_year,
        levelled.test_level as level,
        gaps_followed.n,
        gaps_followed.gap as value,
        'England ' || {{ figure_words('england_gaps.gap', "case levelled.unit when '%' then 'points' else levelled.unit end", 'levelled.decimals') }}
        || case
            when gaps_followed.years_2 = 2 then '; the two years before it was '
                || {{ figure_words('gaps_followed.gap_2', "case levelled.unit when '%' then 'points' else levelled.unit end", 'levelled.decimals') }} || ' and '
                || {{ figure_words('gaps_followed.gap_1', "case levelled.unit when '%' then 'points' else levelled.unit end", 'levelled.decimals') }}
            when gaps_followed.years_1 = 1 then '; the year before it was '
                || {{ figure_words('gaps_followed.gap_1', "case levelled.unit when '%' then 'points' else levelled.unit end", 'levelled.decimals') }}
            else ''
        end as said_other,
        (gaps_followed.gap - england_gaps.gap) / sqrt(gaps_followed.variance) as z,
        true as alarm
    from gaps_followed
    inner join levelled
        on levelled.family = 'gap_wide'
        and gaps_followed.indicator_id = levelled.subject
    inner join england_gaps
        on gaps_followed.indicator_id = england_gaps.indicator_id
        and gaps_followed.academic_year = england_gaps.academic_year
        and england_gaps.gap is not null
),

looked_at as (
    select * from funnels
    union all
    select * from trends
    union all
    select * from charted
    union all
    select * from widenings
    union all
    select * from wide_gaps
)

select * from looked_at
{%- endmacro %}

{# Tests (a relation with the columns of risk_tests) under control: + p_value, q_value and fires. Schools vary more than the
   formulas of a test allow for, so each rule's z of a year is divided by its own spread where that is wider than chance
   (quartiles over 1.349, which a few schools far out cannot move; as Efron 2004 estimates the null from the middle of the
   data). p_value is one-sided, of the worse side; q_value is Benjamini and Hochberg's over all tests of the year. #}
{% macro risk_tests_controlled(tests) -%}
with

tests as (
    select * from {{ tests }}
),

spreads as (
    select
        rule_id,
        academic_year,
        case
            when count(z) >= {{ var('risk_least_peers') }}
                then greatest(
                    1,
                    (percentile_cont(0.75) within group (order by z) - percentile_cont(0.25) within group (order by z)) / 1.349
                )
            else 1.0
        end as spread
    from tests
    where z is not null
    group by rule_id, academic_year
),

scaled as (
    select
        tests.*,
        spreads.spread,
        least(greatest(tests.z / spreads.spread, -37), 37) as scaled_z
    from tests
    left join spreads
        on tests.rule_id = spreads.rule_id
        and tests.academic_year = spreads.academic_year
),

-- an alarm whose rate is measured is its own test: its p is that rate, and 1 where it is silent
judged as (
    select
        *,
        case
            when scaled_z is not null then {{ upper_tail('scaled_z') }}
            when alarm then level
            else 1.0
        end as p_value
    from scaled
),

first_step as (
    select
        *,
        {{ discovery_ratio('p_value', 'academic_year') }} as ratio_of_false
    from judged
)

select
    *,
    alarm and p_value <= level as fires,
    {{ discovery_rate('ratio_of_false', 'p_value', 'academic_year') }} as q_value
from first_step
{%- endmacro %}
