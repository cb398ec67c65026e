-- Rows of the published outcome files, each with what became of it in its own file: accepted, rejected (with a reason) or superseded.
-- Which of several files a figure is taken from is decided figure by figure (int_outcomes__chosen).
with

all_rows as (
    {% for table in ['ks2', 'ks4', 'ks5', 'absence', 'census', 'ks4_destinations', 'ks5_destinations'] %}
    select
        file_id,
        row_number,
        dataset_id,
        record_type,
        la_code,
        estab,
        urn_text,
        urn,
        school_name,
        institution_type,
        urn as school_key,
        cast(null as varchar) as row_year,
        'all' as breakdown_id,
        cast(null as varchar) as part,
        cast(null as varchar) as row_release,
        cast(null as double) as n_pupils,
        cast(null as varchar) as known_column,
        cast(null as varchar) as known_value,
        cast(null as varchar) as known_reason
    from {{ ref('stg_dfe__' ~ table ~ '_rows') }}
    union all
    {% endfor %}
    select
        file_id,
        row_number,
        dataset_id,
        record_type,
        la_code,
        estab,
        urn_text,
        urn,
        school_name,
        institution_type,
        school_key,
        row_year,
        breakdown_id,
        part,
        row_release,
        n_pupils,
        known_column,
        known_value,
        known_reason
    from {{ ref('int_ees_rows__placed') }}
),

files as (
    select * from {{ ref('stg_landing__outcome_files') }}
    where status = 'loaded'
),

record_types as (
    select * from {{ ref('record_types') }}
),

typed as (
    select
        all_rows.*,
        coalesce(all_rows.row_year, files.academic_year) as academic_year,
        -- what a code means is told by when the file was published: by its latest year
        coalesce(max(all_rows.row_year) over (partition by all_rows.file_id), files.academic_year) as published_year,
        coalesce(all_rows.row_release, files.release) as release,
        {{ release_order('coalesce(all_rows.row_release, files.release)') }} as release_order,
        files.published_on,
        record_types.area_type,
        case
            when record_types.area_type = 'school' then all_rows.school_key
            when record_types.area_type = 'authority' then all_rows.la_code
            when record_types.area_type is not null then 'england'
        end as area_id,
        case
            when all_rows.known_reason is not null then all_rows.known_column
            when record_types.area_type is null then 'RECTYPE'
            when record_types.area_type = 'school' and all_rows.school_key is null then 'URN'
            when record_types.area_type = 'authority' and all_rows.la_code is null then 'LEA'
        end as reject_column,
        case
            when all_rows.known_reason is not null then all_rows.known_value
            when record_types.area_type is null then all_rows.record_type
            when record_types.area_type = 'school' and all_rows.school_key is null then all_rows.urn_text
        end as reject_value,
        case
            when all_rows.known_reason is not null then all_rows.known_reason
            when record_types.area_type is null
                then 'The record type is not one this table uses for a school, an authority or England'
            when record_types.area_type = 'school' and all_rows.school_key is null
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
        -- the same area twice in a file: the later row, as in a file that was mended by a row at its end
        row_number() over (
            partition by file_id, academic_year, area_type, area_id, breakdown_id, part, (reject_reason is null)
            order by row_number desc
        ) as newest,
        -- a file of many years keeps both rows of a school that it counts twice, in two phases: the larger one stands for it
        row_number() over (
            partition by file_id, academic_year, area_type, area_id, breakdown_id, part, (reject_reason is null)
            order by coalesce(n_pupils, -1) desc, row_number desc
        ) as largest
    from typed
)

select
    file_id,
    row_number,
    dataset_id,
    area_type,
    area_id,
    case when area_type = 'school' then area_id end as urn,
    la_code,
    estab,
    school_name,
    institution_type,
    academic_year,
    published_year,
    published_on,
    breakdown_id,
    part,
    release,
    release_order,
    case
        when reject_reason is not null then 'rejected'
        when row_year is null and newest > 1 then 'superseded'
        else 'accepted'
    end as disposition,
    reject_column,
    reject_value,
    reject_reason,
    row_year is null or largest = 1 as is_row_to_use,
    coalesce(urn_text, la_code || estab) as key_text
from ranked
