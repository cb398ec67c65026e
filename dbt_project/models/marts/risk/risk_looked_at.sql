-- What the register looked at, as at the end of each term: the days it is made for, and for each rule how many tests were made.
with

tests as (
    {{ risk_tests() }}
),

rules as (
    select rule_id, evidence from {{ ref('risk_rules') }}
),

terms as (
    select
        term_id,
        academic_year,
        term_name,
        cast(starts_on as date) as starts_on,
        cast(ends_on as date) as ends_on,
        row_number() over (order by starts_on) as term_number
    from {{ ref('terms') }}
),

years as (
    select distinct academic_year from {{ ref('risk_level') }}
),

recorded as (
    select terms.term_number
    from {{ ref('event') }} as events
    inner join terms
        on events.held_on between terms.starts_on and terms.ends_on
    union all
    select terms.term_number
    from {{ ref('fct_rating') }} as ratings
    inner join terms
        on ratings.term = terms.term_id
    union all
    select terms.term_number
    from {{ ref('review') }} as reviews
    inner join terms
        on reviews.cycle = terms.term_id
),

recorded_terms as (
    select min(term_number) as first_number, max(term_number) as last_number from recorded
),

-- results of a year are evidence from its summer term on, until the next year's take their place
days as (
    select
        terms.*,
        case
            when terms.term_name = 'summer' then terms.academic_year
            else lag(terms.academic_year, case terms.term_name when 'autumn' then 1 else 2 end) over (order by terms.term_number)
        end as evidence_year
    from terms
),

chosen as (
    select
        days.*,
        row_number() over (order by days.term_number) as as_at_number
    from days
    cross join recorded_terms
    left join years
        on days.academic_year = years.academic_year
    where (days.term_name = 'summer' and years.academic_year is not null)
        or days.term_number between recorded_terms.first_number and recorded_terms.last_number
),

counted as (
    select
        rule_id,
        academic_year,
        count(*) as tests,
        count(distinct area_id) as areas,
        sum(level) as expected_false
    from tests
    group by rule_id, academic_year
)

select
    chosen.term_id as as_at,
    rules.rule_id,
    chosen.academic_year,
    chosen.term_name,
    chosen.ends_on as as_at_on,
    cast(chosen.as_at_number as bigint) as as_at_number,
    cast(chosen.term_number as bigint) as term_number,
    chosen.evidence_year,
    rules.evidence as evidence_kind,
    cast(coalesce(counted.tests, 0) as bigint) as tests_looked_at,
    cast(coalesce(counted.areas, 0) as bigint) as schools_looked_at,
    coalesce(counted.expected_false, 0) as expected_false
from chosen
cross join rules
left join counted
    on chosen.evidence_year = counted.academic_year
    and rules.rule_id = counted.rule_id
