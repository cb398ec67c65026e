-- Rows of the register files, each with what became of it. A later snapshot supersedes an earlier one, row by row; of one day
-- the whole register goes before an extract of some of its columns.
with

files as (
    select
        *,
        coalesce(snapshot_date, cast('1900-01-02' as date)) as snapshot_order
    from {{ ref('stg_landing__register_files') }}
    where status = 'loaded'
),

entries as (
    select
        file_id,
        row_number,
        'register_spine' as dataset_id,
        urn as row_key,
        false as is_partial,
        case when urn is null then 'URN' end as reject_column,
        case when urn is null then urn_text end as reject_value,
        case when urn is null then 'A school needs a URN of six digits' end as reject_reason
    from {{ ref('stg_register__spine') }}
    union all
    select
        file_id,
        row_number,
        'register_gias',
        urn,
        is_partial,
        case when urn is null then 'URN' end,
        case when urn is null then urn_text end,
        case when urn is null then 'An establishment needs a URN of six digits' end
    from {{ ref('stg_register__gias') }}
    union all
    select
        file_id,
        row_number,
        'register_links',
        urn || ' ' || link_urn || ' ' || coalesce(link_type, ''),
        false,
        case when urn is null then 'URN' when link_urn is null then 'LinkURN' end,
        case when urn is null then urn_text when link_urn is null then link_urn_text end,
        case when urn is null or link_urn is null then 'A link needs two URNs of six digits' end
    from {{ ref('stg_register__links') }}
    union all
    select
        file_id,
        row_number,
        'register_groups',
        group_uid,
        false,
        case when group_uid is null then 'Group UID' end,
        cast(null as varchar),
        case when group_uid is null then 'A group needs its Group UID' end
    from {{ ref('stg_register__groups') }}
),

ranked as (
    select
        entries.*,
        files.snapshot_date,
        row_number() over (
            partition by entries.dataset_id, entries.row_key, (entries.reject_reason is null)
            order by files.snapshot_order desc, entries.is_partial, files.sequence desc, entries.row_number desc
        ) as newest
    from entries
    inner join files
        on entries.file_id = files.file_id
)

select
    file_id,
    row_number,
    dataset_id,
    row_key,
    snapshot_date,
    case
        when reject_reason is not null then 'rejected'
        when newest > 1 then 'superseded'
        else 'accepted'
    end as disposition,
    reject_column,
    reject_value,
    reject_reason
from ranked
