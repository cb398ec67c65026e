-- Rows of inspection outcomes, each with what became of it. A later edition does not supersede an earlier one: the inspections
-- it no longer shows stay. Only the same school twice in one file, or in two files of one date, is superseded.
with

rows_read as (
    select * from {{ ref('stg_ofsted__rows') }}
),

files as (
    select *, coalesce(snapshot_date, cast(modified_at as date)) as edition_on
    from {{ ref('stg_landing__files') }}
    where status = 'loaded'
),

ranked as (
    select
        rows_read.*,
        files.edition_on,
        files.sequence,
        row_number() over (
            partition by files.edition_on, rows_read.urn
            order by files.sequence desc, rows_read.row_number desc
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
