-- What the register rests on, as at the end of each term: the days it is made for, and for each rule how many tests were made.
with

counted as (
    select
        rule_id,
        academic_year,
        count(*) as tests,
        count(distinct area_id) as areas,
        sum(level) as expected_false
    from {{ ref('risk_test') }}
    group by rule_id, academic_year
)

select
    days.as_at,
    rules.rule_id,
    days.academic_year,
    days.season,
    days.as_at_on,
    cast(days.as_at_number as bigint) as as_at_number,
    cast(days.term_number as bigint) as term_number,
    days.evidence_year,
    rules.evidence as evidence_kind,
    cast(coalesce(counted.tests, 0) as bigint) as n_tests,
    cast(coalesce(counted.areas, 0) as bigint) as n_schools_tested,
    coalesce(counted.expected_false, 0) as expected_false
from {{ ref('risk_day') }} as days
cross join {{ ref('risk_rules') }} as rules
left join counted
    on days.evidence_year = counted.academic_year
    and rules.rule_id = counted.rule_id
