-- Values that could not be read in rows that were otherwise taken. The row stays; the value is missing with this reason.
with

outcomes as (
    select * from {{ ref('int_outcomes__decoded') }}
    where status = 'unreadable'
),

answers as (
    select answers.*
    from {{ ref('int_form_answers__mapped') }} as answers
    inner join {{ ref('int_form_responses__classified') }} as responses
        on answers.file_id = responses.file_id
        and answers.row_number = responses.row_number
    where responses.disposition = 'accepted'
        and answers.answer_kind = 'rating'
        and answers.answer <> ''
        and answers.value is null
        and not answers.is_no_opinion
)

select
    file_id,
    row_number,
    value_column as column_name,
    value_text as value,
    case
        when unit = '%' then 'Neither a percentage from 0 to 100 nor a code this publisher uses'
        else 'Neither a number nor a code this publisher uses'
    end as reason
from (
    select outcomes.*, indicators.unit
    from outcomes
    inner join {{ ref('indicators') }} as indicators
        on outcomes.indicator_id = indicators.indicator_id
) as unreadable
union all
select
    file_id,
    row_number,
    question_asked,
    answer,
    case
        when scale_max is null then 'The answer is one of the words of its scale'
        else 'The answer is a whole number from ' || scale_min || ' to ' || scale_max || ', or one of the words of its scale'
    end
from answers
union all
select
    file_id,
    row_number,
    column_name,
    value,
    reason
from {{ ref('stg_landing__rejects') }}
where column_name is not null
