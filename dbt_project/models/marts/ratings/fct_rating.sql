with

points as (
    {{ template_rows('template_transition_points', {
        'school_urn': 'varchar', 'partnership_id': 'varchar', 'cycle': 'varchar', 'review_date': 'date', 'respondent_role': 'varchar',
        'item_id': 'varchar', 'rating': 'varchar'
    }) }}
),

responses as (
    select * from {{ ref('int_form_responses__classified') }}
    where disposition = 'accepted'
),

answers as (
    select * from {{ ref('int_form_answers__mapped') }}
    where answer_kind = 'rating'
),

schools as (
    select urn, school_id from {{ ref('dim_school') }}
),

terms as (
    select * from {{ ref('dim_term') }}
),

ratings as (
    select
        'transition_points' as instrument_id,
        item_id,
        respondent_role,
        respondent_role || ' ' || school_urn || ' ' || cycle as respondent_id,
        school_urn as urn,
        partnership_id,
        cycle,
        cycle as term,
        review_date as answered_on,
        cast(rating as double) as value,
        rating as raw_answer,
        rating = '' as is_missing,
        cast(null as varchar) as subject,
        file_id
    from points
    union all
    select
        answers.instrument_id,
        answers.target as item_id,
        responses.respondent_role,
        responses.respondent_id,
        responses.urn,
        responses.partnership_id,
        case when answers.instrument_id = 'transition_points' then responses.term end as cycle,
        responses.term,
        try_cast(left(responses.submitted_at, 10) as date) as answered_on,
        answers.value,
        answers.answer as raw_answer,
        answers.answer = '' or answers.is_no_opinion as is_missing,
        responses.subject,
        answers.file_id
    from answers
    inner join responses
        on answers.file_id = responses.file_id
        and answers.row_number = responses.row_number
    union all
    -- ratings of partnerships as a whole, from templates
    select
        instrument_id,
        item_id,
        respondent_role,
        respondent_id,
        urn,
        partnership_id,
        cycle,
        term,
        answered_on,
        value,
        raw_answer,
        raw_answer = '' as is_missing,
        cast(null as varchar) as subject,
        file_id
    from {{ ref('int_template_ratings__accepted') }}
)

select
    ratings.instrument_id,
    ratings.item_id,
    ratings.respondent_role,
    ratings.respondent_id,
    schools.school_id,
    ratings.urn,
    ratings.partnership_id,
    ratings.cycle,
    ratings.term,
    terms.academic_year,
    ratings.answered_on,
    ratings.value,
    -- what is no answer may be anything
    case
        when ratings.value is null then {{ told_value('ratings.raw_answer') }}
        else ratings.raw_answer
    end as raw_answer,
    case
        when ratings.value is not null then 'ok'
        when ratings.is_missing then 'unavailable'
        else 'unreadable'
    end as status,
    ratings.file_id,
    ratings.subject
from ratings
left join schools
    on ratings.urn = schools.urn
inner join terms
    on ratings.term = terms.term_id
