-- Rows of the partnership and membership forms, each with what became of it.
with

files as (
    select * from {{ ref('stg_landing__files') }}
    where status = 'loaded'
),

partnerships as (
    select
        rows_read.*,
        case
            when partnership_id is null then 'partnership_id'
            when name is null then 'partnership_name'
            when kind is null or kind not in ('cluster', 'triad', 'trust', 'board') then 'kind'
            when lead_urn_text is not null and lead_urn is null then 'lead_urn'
            when started_on is null then 'started_on'
            when ended_on_text is not null and ended_on is null then 'ended_on'
            when ended_on < started_on then 'ended_on'
        end as reject_column
    from {{ ref('stg_template__partnerships') }} as rows_read
),

memberships as (
    select
        rows_read.*,
        case
            when partnership_id is null then 'partnership_id'
            when urn is null then 'school_urn'
            when joined_on is null then 'joined_on'
            when left_on_text is not null and left_on is null then 'left_on'
            when left_on < joined_on then 'left_on'
            when role not in ('member', 'lead') then 'role'
        end as reject_column
    from {{ ref('stg_template__memberships') }} as rows_read
),

both_forms as (
    select
        file_id,
        row_number,
        'template_partnerships' as dataset_id,
        partnership_id as row_key,
        reject_column,
        case reject_column
            when 'kind' then kind
            when 'lead_urn' then lead_urn_text
            when 'started_on' then started_on_text
            when 'ended_on' then ended_on_text
        end as reject_value,
        case reject_column
            when 'partnership_id' then 'A partnership needs a code of its own, such as P01'
            when 'partnership_name' then 'A partnership needs a name'
            when 'kind' then 'The kind is one of cluster, triad, trust or board'
            when 'lead_urn' then 'The lead school''s URN has six digits'
            when 'started_on' then 'The start needs a date such as 2018-09-01 or 01/09/2018'
            when 'ended_on' then 'The end needs a date such as 2018-09-01 that is not before the start, or nothing'
        end as reject_reason
    from partnerships
    union all
    select
        file_id,
        row_number,
        'template_memberships',
        partnership_id || ' ' || urn || ' ' || cast(joined_on as varchar),
        reject_column,
        case reject_column
            when 'school_urn' then urn_text
            when 'joined_on' then joined_on_text
            when 'left_on' then left_on_text
            when 'role' then role
        end,
        case reject_column
            when 'partnership_id' then 'A membership needs the partnership''s code'
            when 'school_urn' then 'The school''s URN has six digits'
            when 'joined_on' then 'The date of joining is needed, such as 2018-09-01 or 01/09/2018'
            when 'left_on' then 'The date of leaving is a date such as 2018-09-01 that is not before joining, or nothing'
            when 'role' then 'The role is member or lead'
        end
    from memberships
),

ranked as (
    select
        both_forms.*,
        row_number() over (
            partition by both_forms.dataset_id, both_forms.row_key, (both_forms.reject_reason is null)
            order by files.sequence desc, both_forms.row_number desc
        ) as newest
    from both_forms
    inner join files
        on both_forms.file_id = files.file_id
)

select
    file_id,
    row_number,
    dataset_id,
    case
        when reject_reason is not null then 'rejected'
        when newest > 1 then 'superseded'
        else 'accepted'
    end as disposition,
    reject_column,
    reject_value,
    reject_reason
from ranked
