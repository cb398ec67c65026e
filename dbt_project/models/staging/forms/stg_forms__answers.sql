-- Answers of every form, whichever tool it came from: one row per respondent's row and question that raw holds. Raw is wide,
-- its answers numbered; which question each number is, is told per file.
with

answers as (
    {{ answers(source('raw', 'forms')) }}
),

questions as (
    select * from {{ source('landing', 'questions') }}
),

files as (
    select * from {{ source('landed', 'forms') }}
    where status = 'loaded'
)

select
    answers.file_id,
    answers.row_number,
    files.dataset_id as form_id,
    answers.respondent_id,
    answers.submitted_at,
    questions.question as question_asked,
    -- a question asked twice carries a number behind its second wording
    regexp_replace(questions.question, '__[0-9]+$', '') as question,
    trim(answers.answer) as answer
from answers
inner join questions
    on answers.file_id = questions._file_id
    and answers.answer_column = questions.answer_column
inner join files
    on answers.file_id = files.file_id
