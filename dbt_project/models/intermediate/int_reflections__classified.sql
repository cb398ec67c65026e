-- Responses to the reflection questions, one row per form row, each with what became of it. A leader who answers twice
-- for one school and term: the later response wins.
with

files as (
    select * from {{ ref('stg_landing__files') }}
    where status = 'loaded'
),

answers as (
    select * from {{ ref('stg_forms__reflection_answers') }}
),

terms as (
    select term_id from {{ ref('terms') }}
),

responses as (
    select
        file_id,
        row_number,
        max(respondent_id) as respondent_id,
        max(submitted_at) as submitted_at,
        max(case when target = 'school_urn' then answer end) as urn_text,
        max(case when target = 'school_urn' then {{ to_urn('answer') }} end) as urn,
        max(case when target = 'partnership_id' then nullif(upper(answer), '') end) as partnership_id,
        max(case when target = 'term' then answer end) as term_text,
        max(case when target = 'term' then {{ to_term('answer') }} end) as term
    from answers
    group by file_id, row_number
),

checked as (
    select
        responses.*,
        files.sequence,
        case
            when responses.urn is null then 'Which school do you lead? (URN)'
            when terms.term_id is null then 'Which term is this about?'
        end as reject_column
    from responses
    inner join files
        on responses.file_id = files.file_id
    left join terms
        on responses.term = terms.term_id
),

ranked as (
    select
        *,
        row_number() over (
            partition by respondent_id, urn, term, (reject_column is null)
            order by sequence desc, submitted_at desc, row_number desc
        ) as newest
    from checked
)

select
    file_id,
    row_number,
    'forms_reflection' as dataset_id,
    respondent_id,
    submitted_at,
    urn,
    partnership_id,
    term,
    case
        when reject_column is not null then 'rejected'
        when newest > 1 then 'superseded'
        else 'accepted'
    end as disposition,
    reject_column,
    case reject_column
        when 'Which school do you lead? (URN)' then urn_text
        when 'Which term is this about?' then term_text
    end as reject_value,
    case reject_column
        when 'Which school do you lead? (URN)' then 'The school''s URN has six digits'
        when 'Which term is this about?' then 'The term is named like Autumn 2018/19'
    end as reject_reason
from ranked
