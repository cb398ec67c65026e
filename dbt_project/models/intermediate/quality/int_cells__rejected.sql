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
-- judgements: a grade in words nobody knows, or one without the day of its inspection
select
    file_id,
    row_number,
    case when status = 'unreadable' then column_name else inspected_on_column end as column_name,
    raw_grade as value,
    case
        when status = 'unreadable' then 'No grade that is known here'
        else 'A judgement needs the first day of its inspection, such as 14/03/2019'
    end as reason
from {{ ref('int_inspections__read') }}
where status = 'unreadable' or (inspected_on is null and status = 'ok')
union all
-- a school twice in one file and year: both rows are taken, one of them stands for the school
select
    file_id,
    row_number,
    'school_laestab' as column_name,
    key_text as value,
    'This school has two rows for ' || academic_year || ' in the file: the figures of the row with more pupils are used, not these' as reason
from {{ ref('int_outcome_rows__classified') }}
where disposition = 'accepted' and not is_row_to_use
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
where scope = 'cell'
