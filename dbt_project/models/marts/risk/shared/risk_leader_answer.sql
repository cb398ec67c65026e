-- What the leaders of a school answered in a term, for the instruments a rule names. One row per instrument, partnership, school and
-- term.
select
    ratings.instrument_id,
    ratings.partnership_id,
    ratings.school_id,
    terms.term_number,
    terms.term_id,
    avg(ratings.value) as mean_value,
    count(ratings.value) as answers
from {{ ref('fct_rating') }} as ratings
inner join {{ ref('dim_term') }} as terms
    on ratings.term = terms.term_id
where ratings.school_id is not null
    and ratings.instrument_id in (
        select subject from {{ ref('risk_rules') }} where family in ('answers_fell', 'silent', 'response')
    )
group by ratings.instrument_id, ratings.partnership_id, ratings.school_id, terms.term_number, terms.term_id
