with

files as (
    select * from {{ source('raw', 'register_spine') }}
)

select
    _file_id as file_id,
    _row_number as row_number,
    trim(URN) as urn_text,
    {{ to_urn('URN') }} as urn,
    nullif(trim(LA), '') as la_code,
    nullif(trim(LANAME), '') as la_name,
    nullif(trim(LAESTAB), '') as laestab,
    nullif(trim(SCHNAME), '') as name,
    nullif(trim(MINORGROUP), '') as minor_group,
    nullif(trim(NFTYPE), '') as institution_type,
    case
        when lower(MINORGROUP) like '%special%' or lower(NFTYPE) like '%special%' then 'special'
        when lower(NFTYPE) like '%pupil referral%' or lower(NFTYPE) like '%alternative provision%' then 'alternative'
        when ISPRIMARY = '1' and ISSECONDARY = '1' then 'all_through'
        when ISPRIMARY = '1' then 'primary'
        when ISSECONDARY = '1' then 'secondary'
        when ISPOST16 = '1' then 'post_16'
    end as phase,
    -- ICLOSE: 1 open, 2 closed, 3 proposed to close, 4 proposed to open; later years print words
    case
        when trim(ICLOSE) in ('1', '3') or lower(ICLOSE) like 'open%' then 'open'
        when trim(ICLOSE) = '2' or lower(ICLOSE) like 'closed%' then 'closed'
        when trim(ICLOSE) = '4' or lower(ICLOSE) like 'proposed%' then 'proposed'
    end as status,
    {{ to_date('OPENDATE') }} as opened_on,
    {{ to_date('CLOSEDATE') }} as closed_on,
    lower(MINORGROUP) like 'independent%' as is_independent
from files
