with

answers as (
    select * from {{ ref('int_form_answers__mapped') }}
    where answer_kind = 'text' and answer <> ''
),

responses as (
    select * from {{ ref('int_form_responses__classified') }}
    where disposition = 'accepted'
),

items as (
    select * from {{ ref('instrument_items') }}
),

schools as (
    select urn, school_id from {{ ref('dim_school') }}
),

terms as (
    select * from {{ ref('dim_term') }}
)

select
    answers.file_id || '-' || answers.row_number || '-' || answers.target as statement_id,
    coalesce(responses.kind, lower(replace(replace(items.section, ' ', '_'), '-', '_')), 'statement') as kind,
    answers.instrument_id,
    answers.target as item_id,
    coalesce(responses.section, items.section) as section,
    answers.answer as text,
    responses.subject,
    responses.beneficiary,
    responses.evidence,
    responses.is_expected,
    responses.consent_to_quote,
    responses.respondent_role,
    responses.respondent_id,
    schools.school_id,
    responses.urn,
    responses.partnership_id,
    responses.term,
    terms.academic_year,
    try_cast(left(responses.submitted_at, 10) as date) as stated_on,
    answers.file_id
from answers
inner join responses
    on answers.file_id = responses.file_id
    and answers.row_number = responses.row_number
inner join terms
    on responses.term = terms.term_id
left join items
    on answers.instrument_id = items.instrument_id
    and answers.target = items.item_id
left join schools
    on responses.urn = schools.urn
