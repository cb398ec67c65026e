with

files as (
    select * from {{ source('raw', 'dfe_ks4_destinations') }}
)

select
    _file_id as file_id,
    _row_number as row_number,
    'dfe_ks4_destinations' as dataset_id,
    upper(trim(RECTYPE)) as record_type,
    nullif(trim(LEA), '') as la_code,
    nullif(trim(ESTAB), '') as estab,
    nullif(trim(URN), '') as urn_text,
    {{ to_urn('URN') }} as urn,
    nullif(trim(SCHNAME), '') as school_name,
    nullif(trim(NFTYPE), '') as institution_type
from files
