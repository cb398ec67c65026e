with

files as (
    select * from {{ source('raw', 'register_gias') }}
)

select
    _file_id as file_id,
    _row_number as row_number,
    trim(URN) as urn_text,
    {{ to_urn('URN') }} as urn,
    nullif(trim({{ adapter.quote("LA (code)") }}), '') as la_code,
    nullif(trim({{ adapter.quote("LA (name)") }}), '') as la_name,
    nullif(trim({{ adapter.quote("LA (code)") }}), '') || nullif(lpad(trim(EstablishmentNumber), 4, '0'), '0000') as laestab,
    -- the number it had in the authority that went into today's
    nullif(trim({{ adapter.quote("PreviousLA (code)") }}), '')
        || nullif(lpad(trim(PreviousEstablishmentNumber), 4, '0'), '0000') as previous_laestab,
    nullif(trim(EstablishmentName), '') as name,
    nullif(trim({{ adapter.quote("TypeOfEstablishment (name)") }}), '') as institution_type,
    case
        when lower({{ adapter.quote("EstablishmentTypeGroup (name)") }}) like '%special%' or lower({{ adapter.quote("TypeOfEstablishment (name)") }}) like '%special%' then 'special'
        when lower({{ adapter.quote("TypeOfEstablishment (name)") }}) like '%pupil referral%'
            or lower({{ adapter.quote("TypeOfEstablishment (name)") }}) like '%alternative provision%' then 'alternative'
        when lower({{ adapter.quote("PhaseOfEducation (name)") }}) like '%primary%' then 'primary'
        when lower({{ adapter.quote("PhaseOfEducation (name)") }}) like '%secondary%' then 'secondary'
        when lower({{ adapter.quote("PhaseOfEducation (name)") }}) like 'all%through' then 'all_through'
        when lower({{ adapter.quote("PhaseOfEducation (name)") }}) like 'nursery' then 'nursery'
        when lower({{ adapter.quote("PhaseOfEducation (name)") }}) like '16%' then 'post_16'
    end as phase,
    -- of what was never opened (proposed, rejected, created in error) nothing is known but that it is no school
    case
        when lower(trim({{ adapter.quote("EstablishmentStatus (name)") }})) like 'open%' then 'open'
        when lower(trim({{ adapter.quote("EstablishmentStatus (name)") }})) in ('closed', 'de-registered') then 'closed'
        when trim({{ adapter.quote("EstablishmentStatus (name)") }}) <> '' then 'proposed'
    end as status,
    nullif(trim({{ adapter.quote("Trusts (name)") }}), '') as trust_name,
    {{ to_date('OpenDate') }} as opened_on,
    {{ to_date('CloseDate') }} as closed_on,
    {{ to_date('LastChangedDate') }} as changed_on,
    lower({{ adapter.quote("EstablishmentTypeGroup (name)") }}) like 'independent%' as is_independent,
    -- extracts of a kind of school lack columns of the whole
    {{ adapter.quote("EstablishmentTypeGroup (name)") }} is null as is_partial
from files
