-- Rows of inspection outcomes, each with what became of it. No file supersedes another: a later edition no longer shows every
-- inspection, and of one date there are a list of schools and a list of inspections. Only the same inspections of a school twice
-- in one file are superseded.
with

rows_read as (
    select * from {{ ref('stg_ofsted__rows') }}
),

files as (
    select *, coalesce(snapshot_date, cast(modified_at as date)) as edition_on
    from {{ ref('stg_landing__inspection_files') }}
    where status = 'loaded'
),

ranked as (
    select
        rows_read.*,
        files.edition_on,
        files.sequence,
        row_number() over (
            partition by rows_read.file_id, rows_read.urn, rows_read.inspections
            order by rows_read.row_number desc
        ) as newest
    from rows_read
    inner join files
        on rows_read.file_id = files.file_id
)

select
    file_id,
    row_number,
    urn,
    school_name,
    edition_on,
    sequence,
    case
        when urn is null then 'rejected'
        when newest > 1 then 'superseded'
        else 'accepted'
    end as disposition,
    case when urn is null then 'URN' end as reject_column,
    case when urn is null then urn_text end as reject_value,
    case when urn is null then 'A school needs a URN of six digits' end as reject_reason
from ranked
