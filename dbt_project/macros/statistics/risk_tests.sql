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
        -- exact limits of few events are a little wider than their p-value: what the funnel shows within is not called outside
        placed.verdict = 'worse' as alarm
    from {{ ref('funnel') }} as placed
    inner join levelled
        on levelled.family = 'funnel'
        and placed.indicator_id = levelled.subject
        and placed.breakdown_id = levelled.breakdown_id
    where placed.z is not null
),

signals as (
    select signals.*
    from {{ ref('trend_signal') }} as signals
    where signals.value is not null
        and signals.breakdown_id = 'all'
        and signals.area_type in (select area_type from levelled)
        and signals.indicator_id in (select subject from levelled where family in ('trend', 'signal'))
),

trends as (
    select
        levelled.rule_id,
        signals.area_type,
        signals.area_id,
        signals.indicator_id,
        signals.academic_year,
        levelled.test_level as level,
        signals.cohort as n,
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

-- limits of a chart rest on the whole series, so that the sign of an older year may rest on later ones: only the newest counts
newest as (
    select indicator_id, max(academic_year) as academic_year
    from signals
    group by indicator_id
),

charted as (
    select
        levelled.rule_id,
        signals.area_type,
        signals.area_id,
        signals.indicator_id,
        signals.academic_year,
        levelled.test_level as level,
        signals.cohort as n,
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
    inner join newest
        on signals.indicator_id = newest.indicator_id
        and signals.academic_year = newest.academic_year
    inner join levelled
        on levelled.family = 'signal'
        and signals.area_type = levelled.area_type
        and signals.indicator_id = levelled.subject
        and signals.breakdown_id = levelled.breakdown_id
    where signals.spc_rule <> 'cannot_say' and signals.spc_variation <> 'cannot_say' and levelled.test_level is not null
),

-- the gap on the worse side, with the variances its interval stands for downwards and upwards: a difference of two intervals is
-- told from the ends that face each other (Newcombe 1998, as the gap itself)
gaps as (
    select
        gaps.school_id,
        gaps.indicator_id,
        gaps.academic_year,
        cast(left(gaps.academic_year, 4) as integer) as year_number,
        series.segment,
        least(n, other_n) as n,
        case measures.polarity when 'higher' then -1 else 1 end * gap as gap,
        power(case measures.polarity when 'higher' then gap_high - gap else gap - gap_low end / {{ var('z95') }}, 2) as variance,
        power(case measures.polarity when 'higher' then gap - gap_low else gap_high - gap end / {{ var('z95') }}, 2) as variance_up
    from {{ ref('pupil_gap') }} as gaps
    inner join measures
        on gaps.indicator_id = measures.indicator_id
    -- a gap is not followed across a year in which the series starts anew
    left join {{ ref('trend_signal') }} as series
        on series.area_type = 'school'
        and gaps.school_id = series.area_id
        and gaps.indicator_id = series.indicator_id
        and series.breakdown_id = 'disadvantaged'
        and gaps.academic_year = series.academic_year
    where gap_low < gap and gap < gap_high
),

gaps_followed as (
    select
        *,
        lag(gap, 1) over in_order as gap_1,
        lag(variance_up, 1) over in_order as variance_1,
        year_number - lag(year_number, 1) over in_order as years_1,
        lag(gap, 2) over in_order as gap_2,
        lag(variance_up, 2) over in_order as variance_2,
        year_number - lag(year_number, 2) over in_order as years_2
    from gaps
    window in_order as (partition by school_id, indicator_id, segment order by year_number)
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
   formulas of a test allow for, the more so the larger they are, so each rule's z of a year is divided by its own spread
   where that is wider than chance (as Efron 2004 estimates the null from the data). The spread is the wider of what the
   quartiles and what the better side say, since a few schools in trouble move neither; beyond chance it grows with pupils. p_value is one-sided, of the worse side; q_value is Benjamini and Hochberg's over all tests of the year. #}
{% macro risk_tests_controlled(tests) -%}
with

tests as (
    select * from {{ tests }}
),

spreads as (
    select
        rule_id,
        academic_year,
        count(*) as tests,
        percentile_cont(0.1) within group (order by z) as z10,
        percentile_cont(0.25) within group (order by z) as z25,
        percentile_cont(0.5) within group (order by z) as z50,
        percentile_cont(0.75) within group (order by z) as z75,
        percentile_cont(0.5) within group (order by n) as usual_n
    from tests
    where z is not null
    group by rule_id, academic_year
),

-- what the spread has beyond the one of chance, squared; 1.349 and 1.2816 are those distances of a normal distribution
excess as (
    select
        rule_id,
        academic_year,
        usual_n,
        case
            when tests >= {{ var('risk_least_peers') }}
                then greatest(0, power(greatest((z75 - z25) / 1.349, (z50 - z10) / 1.2816), 2) - 1)
            else 0.0
        end as excess
    from spreads
),

scaled as (
    select
        tests.*,
        -- engines leave nulls out of least and greatest
        case
            when tests.z is not null
                then least(greatest(tests.z / sqrt(1 + excess.excess * coalesce({{ ratio('tests.n', 'excess.usual_n') }}, 1)), -37), 37)
        end as scaled_z
    from tests
    left join excess
        on tests.rule_id = excess.rule_id
        and tests.academic_year = excess.academic_year
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
