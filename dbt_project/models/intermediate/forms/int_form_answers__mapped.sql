-- Answers of forms with the item or field each one fills: one row per respondent's row and target. Which question is which
-- is data (form_questions): the form's own lines go before those for every form, exact ones before patterns, long ones
-- before short ones. Where two questions of a form fill the same target, the first that is answered counts.
with

answers as (
    select * from {{ ref('stg_forms__answers') }}
),

forms as (
    select * from {{ ref('forms') }}
),

asked as (
    select distinct form_id, question
    from answers
),

-- lines are written as people write: with the marks and the number the question has in their form
known as (
    select
        *,
        {{ wording('question') }} as wording
    from {{ ref('form_questions') }}
),

fitting as (
    select
        asked.form_id,
        asked.question,
        questions.instrument_id,
        questions.target,
        questions.answer as answer_kind,
        row_number() over (
            partition by asked.form_id, asked.question
            order by
                case when questions.form_id = '*' then 1 else 0 end,
                questions.match,
                length(questions.question) desc,
                questions.question
        ) as preference
    from asked
    inner join known as questions
        on questions.form_id in (asked.form_id, '*')
        and (
            (questions.match = 'exact' and lower(asked.question) = questions.wording)
            or (questions.match = 'pattern' and lower(asked.question) like questions.wording)
        )
),

mapped as (
    select
        answers.file_id,
        answers.row_number,
        answers.form_id,
        answers.question_asked,
        answers.answer,
        fitting.instrument_id,
        fitting.target,
        fitting.answer_kind,
        row_number() over (
            partition by answers.file_id, answers.row_number, fitting.target
            order by case when answers.answer = '' then 1 else 0 end, answers.question_asked
        ) as turn
    from answers
    inner join fitting
        on answers.form_id = fitting.form_id
        and answers.question = fitting.question
    where fitting.preference = 1
),

scaled as (
    select
        mapped.*,
        coalesce(forms.scale, instruments.scale) as scale,
        instruments.scale_min,
        instruments.scale_max,
        lower(trim(regexp_replace(mapped.answer, ' *[(][^)]*[)] *$', ''))) as answer_in_words
    from mapped
    left join forms
        on mapped.form_id = forms.form_id
    left join {{ ref('instruments') }} as instruments
        on mapped.instrument_id = instruments.instrument_id
    where mapped.turn = 1
),

words as (
    select scale, lower(answer) as answer, value
    from {{ ref('scale_answers') }}
)

select
    scaled.file_id,
    scaled.row_number,
    scaled.form_id,
    scaled.question_asked,
    scaled.answer,
    scaled.instrument_id,
    scaled.target,
    scaled.answer_kind,
    scaled.scale_min,
    scaled.scale_max,
    case
        when scaled.answer_kind = 'rating'
            then coalesce(own_words.value, {{ to_rating('scaled.answer', 'scaled.scale_min', 'scaled.scale_max') }})
    end as value,
    scaled.answer_kind = 'rating' and any_words.answer is not null as is_no_opinion
from scaled
left join words as own_words
    on scaled.scale = own_words.scale
    and scaled.answer_in_words = own_words.answer
left join words as any_words
    on any_words.scale = '*'
    and scaled.answer_in_words = any_words.answer
    and any_words.value is null
