-- Responses to forms, one row per row of an export, each with what became of it. Where a form's second answer replaces the
-- first (seeds/surveys/forms.csv), the later response of a person about the same school or partnership and term wins; where it adds,
-- only the same response in another export is superseded. A form that does not ask the term is of the day it was sent.
with

files as (
    select * from {{ ref('stg_landing__form_files') }}
    where status = 'loaded'
),

forms as (
    select * from {{ ref('forms') }}
),

terms as (
    select * from {{ ref('dim_term') }}
),

-- people choose a partnership by its name as often as by its id
partnerships as (
    select upper(partnership_name) as name, min(partnership_id) as partnership_id
    from (
        {{ template_rows('template_partnerships', {'partnership_id': 'varchar', 'partnership_name': 'varchar'}) }}
    ) as taken
    group by upper(partnership_name)
    having count(distinct partnership_id) = 1
),

answers as (
    select * from {{ ref('int_form_answers__mapped') }}
),

landed as (
    select
        file_id,
        row_number,
        form_id,
        max(respondent_id) as respondent_id,
        max(submitted_at) as submitted_at
    from {{ ref('stg_forms__answers') }}
    group by file_id, row_number, form_id
),

codes as (
    select distinct
        answers.file_id,
        answers.row_number,
        codes.field,
        codes.code
    from answers
    inner join {{ ref('answer_codes') }} as codes
        on answers.target = codes.field
        and lower(answers.answer) like lower(codes.pattern)
),

coded as (
    select
        file_id,
        row_number,
        max(case when field = 'respondent_role' then code end) as respondent_role,
        max(case when field = 'kind' then code end) as kind,
        max(case when field = 'is_expected' then code end) as is_expected,
        -- in doubt, nobody is quoted
        min(case when field = 'consent_to_quote' then code end) as consent_to_quote
    from codes
    group by file_id, row_number
),

beneficiaries as (
    select file_id, row_number, {{ joined('code', '; ') }} as beneficiary
    from codes
    where field = 'beneficiary'
    group by file_id, row_number
),

said as (
    select
        file_id,
        row_number,
        min(instrument_id) as instrument_id,
        max(case when target = 'school_urn' then question_asked end) as urn_question,
        max(case when target = 'school_urn' then nullif(answer, '') end) as urn_text,
        max(case when target = 'school_urn' then {{ find_urn('answer') }} end) as urn,
        max(case when target = 'partnership_id' then question_asked end) as partnership_question,
        max(case when target = 'partnership_id' then nullif(upper(answer), '') end) as partnership_id,
        max(case when target = 'term' then question_asked end) as term_question,
        max(case when target = 'term' then answer end) as term_text,
        max(case when target = 'term' then {{ to_term('answer') }} end) as term_asked,
        max(case when target = 'respondent_role' then question_asked end) as role_question,
        max(case when target = 'respondent_role' then nullif(answer, '') end) as role_text,
        max(case when target = 'kind' then question_asked end) as kind_question,
        max(case when target = 'kind' then nullif(answer, '') end) as kind_text,
        max(case when target = 'subject' then nullif(answer, '') end) as subject,
        max(case when target = 'section' then nullif(answer, '') end) as section,
        max(case when target = 'evidence' then nullif(answer, '') end) as evidence,
        {{ joined("target || '=' || answer", '|') }} as everything_said
    from answers
    group by file_id, row_number
),

placed as (
    select
        landed.*,
        files.sequence,
        said.instrument_id,
        said.urn_question,
        said.urn_text,
        said.urn,
        said.partnership_question,
        coalesce(partnerships.partnership_id, said.partnership_id) as partnership_id,
        said.term_question,
        said.term_text,
        said.role_question,
        said.role_text,
        said.kind_question,
        said.kind_text,
        said.subject,
        said.section,
        said.evidence,
        said.everything_said,
        forms.about,
        forms.again,
        coalesce(coded.respondent_role, forms.respondent_role) as respondent_role,
        coded.respondent_role as role_coded,
        coded.kind,
        coded.is_expected,
        coded.consent_to_quote,
        beneficiaries.beneficiary,
        case
            when said.term_question is not null then terms.term_id
            else by_day.term_id
        end as term
    from landed
    inner join files
        on landed.file_id = files.file_id
    inner join forms
        on landed.form_id = forms.form_id
    left join said
        on landed.file_id = said.file_id
        and landed.row_number = said.row_number
    left join partnerships
        on said.partnership_id = partnerships.name
    left join coded
        on landed.file_id = coded.file_id
        and landed.row_number = coded.row_number
    left join beneficiaries
        on landed.file_id = beneficiaries.file_id
        and landed.row_number = beneficiaries.row_number
    left join terms
        on said.term_asked = terms.term_id
    left join terms as by_day
        on try_cast(left(landed.submitted_at, 10) as date) between by_day.starts_on and by_day.ends_on
),

checked as (
    select
        *,
        case
            when urn is null and (about = 'school' or urn_text is not null) then 'school_urn'
            when partnership_id is null and about = 'partnership' then 'partnership_id'
            when term is null then 'term'
            when role_text is not null and role_coded is null then 'respondent_role'
            when kind_text is not null and kind is null then 'kind'
        end as fault
    from placed
),

ranked as (
    select
        *,
        row_number() over (
            partition by
                again,
                instrument_id,
                respondent_id,
                (fault is null),
                case when again = 'replaces' then respondent_role end,
                case when again = 'replaces' then urn end,
                case when again = 'replaces' and about <> 'school' then partnership_id end,
                case when again = 'replaces' then term end,
                case when again = 'replaces' then subject end,
                case when again = 'adds' then submitted_at end,
                case when again = 'adds' then everything_said end
            order by submitted_at desc, sequence desc, row_number desc
        ) as newest
    from checked
)

select
    file_id,
    row_number,
    form_id as dataset_id,
    instrument_id,
    respondent_id,
    respondent_role,
    submitted_at,
    urn,
    partnership_id,
    term,
    subject,
    section,
    kind,
    evidence,
    beneficiary,
    case is_expected when 'true' then true when 'false' then false end as is_expected,
    coalesce(consent_to_quote = 'true', false) as consent_to_quote,
    case
        when fault is not null then 'rejected'
        when newest > 1 then 'superseded'
        else 'accepted'
    end as disposition,
    case fault
        when 'school_urn' then coalesce(urn_question, fault)
        when 'partnership_id' then coalesce(partnership_question, fault)
        when 'term' then coalesce(term_question, fault)
        when 'respondent_role' then role_question
        when 'kind' then kind_question
    end as reject_column,
    case fault
        when 'school_urn' then urn_text
        when 'term' then term_text
        when 'respondent_role' then role_text
        when 'kind' then kind_text
    end as reject_value,
    case
        when fault = 'school_urn' then 'The school''s URN has six digits'
        when fault = 'partnership_id' then 'The row names the partnership, like P01'
        when fault = 'term' and term_question is not null then 'The term is named like Autumn 2018/19'
        when fault = 'term' then 'The form does not ask the term, and the row has no date that tells it'
        when fault = 'respondent_role' then 'The answer names the host, the review team or another role this form knows'
        when fault = 'kind' then 'The answer is a strength or an area to consider'
    end as reject_reason
from ranked
