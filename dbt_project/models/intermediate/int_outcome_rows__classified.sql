-- Rows of the published outcome files, each with what became of it: accepted, rejected (with a reason) or superseded.
with

all_rows as (
    select * from {{ ref('stg_dfe__ks2_rows') }}
    union all
    select * from {{ ref('stg_dfe__ks4_rows') }}
    union all
    select * from {{ ref('stg_dfe__absence_rows') }}
    union all
    select * from {{ ref('stg_dfe__census_rows') }}
),

files as (
    select * from {{ ref('stg_landing__files') }}
    where status = 'loaded'
),

record_types as (
    select * from {{ ref('record_types') }}
),

typed as (
    select
        all_rows.*,
        files.academic_year,
        files.release,
        files.release_order,
        files.sequence,
        record_types.area_type,
        case
            when record_types.area_type = 'school' then all_rows.urn
            when record_types.area_type = 'authority' then all_rows.la_code
            when record_types.area_type is not null then 'england'
        end as area_id,
        case
            when record_types.area_type is null then 'RECTYPE'
            when record_types.area_type = 'school' and all_rows.urn is null then 'URN'
            when record_types.area_type = 'authority' and all_rows.la_code is null then 'LEA'
        end as reject_column,
        case
            when record_types.area_type is null then all_rows.record_type
            when record_types.area_type = 'school' and all_rows.urn is null then all_rows.urn_text
        end as reject_value,
        case
            when record_types.area_type is null
                then 'The record type is not one this table uses for a school, an authority or England'
            when record_types.area_type = 'school' and all_rows.urn is null
                then 'A school row needs a URN of six digits'
            when record_types.area_type = 'authority' and all_rows.la_code is null
                then 'An authority row needs an authority code'
        end as reject_reason
    from all_rows
    inner join files
        on all_rows.file_id = files.file_id
    left join record_types
        on all_rows.dataset_id = record_types.dataset_id
        and all_rows.record_type = record_types.record_type
),

ranked as (
    select
        *,
        -- the same area twice in one release of one year: the later file wins, within a file the later row
        row_number() over (
            partition by dataset_id, academic_year, release, area_type, area_id, (reject_reason is null)
            order by sequence desc, row_number desc
        ) as newest
    from typed
)

select
    file_id,
    row_number,
    dataset_id,
    area_type,
    area_id,
    urn,
    la_code,
    estab,
    school_name,
    institution_type,
    academic_year,
    release,
    release_order,
    case
        when reject_reason is not null then 'rejected'
        when newest > 1 then 'superseded'
        else 'accepted'
    end as disposition,
    reject_column,
    reject_value,
    reject_reason
from ranked
