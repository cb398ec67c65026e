with

files as (
    select * from {{ source('raw', 'dfe_absence') }}
)

select
    _file_id as file_id,
    _row_number as row_number,
    'dfe_absence' as dataset_id,
    -- these files have no record type: national rows carry a school type where schools carry their number
    case
        when upper(trim(ESTAB)) in ('PRI', 'SEC', 'SPE') then upper(trim(ESTAB))
        else 'SCHOOL'
    end as record_type,
    nullif(trim(LA), '') as la_code,
    nullif(trim(ESTAB), '') as estab,
    nullif(trim(URN), '') as urn_text,
    {{ to_urn('URN') }} as urn,
    cast(null as varchar) as school_name,
    cast(null as varchar) as institution_type
from files
