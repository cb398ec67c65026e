-- The days the register is made for: the last day of each term, with the year whose results are evidence on it. One row per day.
{{ config(materialized='table') }}
with

terms as (
    select * from {{ ref('dim_term') }}
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
            when terms.season = 'summer' then terms.academic_year
            else lag(terms.academic_year, case terms.season when 'autumn' then 1 else 2 end) over (order by terms.term_number)
        end as evidence_year
    from terms
)

select
    days.term_id as as_at,
    days.academic_year,
    days.season,
    days.ends_on as as_at_on,
    days.term_number,
    days.evidence_year,
    row_number() over (order by days.term_number) as as_at_number
from days
cross join recorded_terms
left join years
    on days.academic_year = years.academic_year
where (days.season = 'summer' and years.academic_year is not null)
    or days.term_number between recorded_terms.first_number and recorded_terms.last_number
