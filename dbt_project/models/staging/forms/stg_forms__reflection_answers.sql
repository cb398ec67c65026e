with

files as (
    select * from {{ source('raw', 'forms_reflection') }}
),

questions as (
    select * from {{ ref('form_questions') }}
    where form_id = 'forms_reflection'
)

select
    files._file_id as file_id,
    files._row_number as row_number,
    files._respondent as respondent_id,
    files.submitted_at,
    files.question,
    trim(files.answer) as answer,
    questions.instrument_id,
    questions.target
from files
left join questions
    on (questions.match = 'exact' and lower(trim(files.question)) = lower(questions.question))
    or (questions.match = 'pattern' and lower(files.question) like lower(questions.question))
