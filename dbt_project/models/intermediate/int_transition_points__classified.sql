-- Rows of the transition-point form, each with what became of it. The same school, cycle, respondent and item again: the later wins.
with

files as (
    select * from {{ ref('stg_landing__files') }}
    where status = 'loaded'
),

items as (
    select item_id from {{ ref('instrument_items') }}
    where instrument_id = 'transition_points'
),

terms as (
    select term_id from {{ ref('terms') }}
),

checked as (
    select
        answers.*,
        files.sequence,
        case
            when answers.urn is null then 'school_urn'
            when terms.term_id is null then 'cycle'
            when answers.review_date_text is not null and answers.reviewed_on is null then 'review_date'
            when answers.respondent_role is null or answers.respondent_role not in ('host', 'review_team') then 'respondent_role'
            when items.item_id is null then 'item_id'
            when answers.rating is null and answers.raw_answer <> '' then 'rating'
        end as reject_column
    from {{ ref('stg_template__transition_points') }} as answers
    inner join files
        on answers.file_id = files.file_id
    left join items
        on answers.item_id = items.item_id
    left join terms
        on answers.term = terms.term_id
),

ranked as (
    select
        *,
        row_number() over (
            partition by urn, term, respondent_role, item_id, (reject_column is null)
            order by sequence desc, row_number desc
        ) as newest
    from checked
)

select
    file_id,
    row_number,
    'template_transition_points' as dataset_id,
    urn,
    partnership_id,
    term,
    reviewed_on,
    respondent_role,
    item_id,
    raw_answer,
    rating,
    case
        when reject_column is not null then 'rejected'
        when newest > 1 then 'superseded'
        else 'accepted'
    end as disposition,
    reject_column,
    case reject_column
        when 'school_urn' then urn_text
        when 'cycle' then cycle_text
        when 'review_date' then review_date_text
        when 'respondent_role' then respondent_role
        when 'item_id' then item_id
        when 'rating' then raw_answer
    end as reject_value,
    case reject_column
        when 'school_urn' then 'The school''s URN has six digits'
        when 'cycle' then 'The cycle is a term such as 2018/19 spring'
        when 'review_date' then 'The date of the review is a date such as 2019-03-14, or nothing'
        when 'respondent_role' then 'The respondent is host or review_team'
        when 'item_id' then 'The item is one of TP01 to TP27'
        when 'rating' then 'The rating is a whole number from 0 to 5, or nothing'
    end as reject_reason
from ranked
