-- Answers of every form, whichever tool it came from: one row per respondent's row and question.
with

answers as (
    select * from {{ source('raw', 'forms') }}
),

files as (
    select * from {{ source('landing', 'files') }}
    where status = 'loaded'
)

select
    answers._file_id as file_id,
    answers._row_number as row_number,
    files.dataset_id as form_id,
    answers._respondent as respondent_id,
    answers.submitted_at,
    answers.question as question_asked,
    -- a question asked twice carries a number behind its second wording
    regexp_replace(answers.question, '__[0-9]+$', '') as question,
    trim(answers.answer) as answer
from answers
inner join files
    on answers._file_id = files.file_id
