{# Every test the register makes, of all families of tests together, one row per rule, area and academic year, fired or not: rule_id,
   area_type, area_id, indicator_id, academic_year, level, n_evidence, value, value_words and other_words (phrases for the rule's sentence), z
   (positive on the worse side; null for signals) and alarm (what the rule's own reference asks for beside z). Chance is not
   judged here. A new family of tests is a model risk_test__<family> and its name in the variable risk_families. #}
{% macro risk_tests() -%}
    {%- set columns = 'rule_id, area_type, area_id, indicator_id, academic_year, level, n_evidence, value, value_words, other_words, z, alarm' -%}
    {%- for family in var('risk_families')['tests'] %}
    {{ 'union all' if not loop.first }}
    select {{ columns }} from {{ ref('risk_test__' ~ family) }}
    {%- endfor %}
{%- endmacro %}

{# Where a rule has a least number of pupils, answers or schools, whether there are so many; a number that is not published is
   taken to be enough. #}
{% macro enough(n, minimum) -%}
    ({{ n }} is null or {{ minimum }} is null or {{ n }} >= {{ minimum }})
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
        percentile_cont(0.5) within group (order by n_evidence) as usual_n
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
                then least(greatest(tests.z / sqrt(1 + excess.excess * coalesce({{ ratio('tests.n_evidence', 'excess.usual_n') }}, 1)), -37), 37)
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
