-- Values that could not be read in rows that were otherwise taken. The row stays; the value is missing with this reason.
with

outcomes as (
    select * from {{ ref('int_outcomes__decoded') }}
    where status = 'unreadable'
),

answers as (
    select answers.*
    from {{ ref('stg_forms__reflection_answers') }} as answers
    inner join {{ ref('int_reflections__classified') }} as responses
        on answers.file_id = responses.file_id
        and answers.row_number = responses.row_number
    where responses.disposition = 'accepted'
        and answers.instrument_id is not null
        and answers.answer <> ''
        and {{ to_rating('answers.answer') }} is null
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
    question,
    answer,
    'The answer is a whole number from 0 to 5'
from answers
