-- Rows of the register files, each with what became of it. A newer edition takes the place of an older one: of links always and
-- whole, so that a withdrawn link is gone; of establishments and groups whole where it lists at least nine in ten of them, else
-- (an extract of some schools) row by row. Of one day the whole register goes before an extract of some of its columns.
-- An edition that names no day is of the latest day its own rows know, and follows the named editions that know no later one.
with

files as (
    select *
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
        urn || ' ' || link_urn || ' ' || coalesce(link_type, '') || coalesce(' ' || cast(linked_on as varchar), ''),
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

days as (
    select file_id, opened_on as known_on from {{ ref('stg_register__gias') }}
    where status in ('open', 'closed')
    union all
    select file_id, closed_on from {{ ref('stg_register__gias') }}
    where status = 'closed'
    union all
    select file_id, changed_on from {{ ref('stg_register__gias') }}
    union all
    select file_id, opened_on from {{ ref('stg_register__spine') }}
    where status in ('open', 'closed')
    union all
    select file_id, closed_on from {{ ref('stg_register__spine') }}
    where status = 'closed'
    union all
    select file_id, opened_on from {{ ref('stg_register__groups') }}
    union all
    select file_id, closed_on from {{ ref('stg_register__groups') }}
    where status = 'closed'
    union all
    select file_id, linked_on from (
        select
            file_id,
            linked_on,
            row_number() over (partition by file_id order by linked_on desc) as place,
            count(*) over (partition by file_id) as n_links
        from {{ ref('stg_register__links') }}
        where linked_on is not null
    ) as links
    -- one link in a thousand may be of a day to come
    where place > floor(n_links / 1000)
),

known as (
    select
        files.file_id,
        files.dataset_id,
        files.snapshot_date,
        max(days.known_on) as known_on
    from files
    left join days
        on files.file_id = days.file_id
    group by files.file_id, files.dataset_id, files.snapshot_date
),

editions as (
    select
        own.file_id,
        own.snapshot_date,
        coalesce(own.snapshot_date, greatest(own.known_on, max(named.snapshot_date)), own.known_on) as edition_on
    from known as own
    left join known as named
        on own.dataset_id = named.dataset_id
        and own.snapshot_date is null
        and named.snapshot_date is not null
        and coalesce(named.known_on, cast('1800-01-01' as date)) <= own.known_on
    group by own.file_id, own.snapshot_date, own.known_on
),

good as (
    select
        entries.file_id,
        entries.dataset_id,
        entries.row_key,
        editions.edition_on,
        editions.snapshot_date,
        entries.is_partial,
        count(*) over (partition by entries.file_id) as n_rows
    from entries
    inner join editions
        on entries.file_id = editions.file_id
    where entries.reject_reason is null
),

ordered as (
    select
        *,
        row_number() over (
            partition by dataset_id
            -- two of one day: the fuller one, and then any, but the same one whenever and in whichever order they came
            order by
                coalesce(edition_on, cast('1800-01-01' as date)) desc,
                case when snapshot_date is null then 0 else 1 end,
                is_partial,
                n_rows desc,
                file_id
        ) as place
    from (
        select
            file_id, dataset_id, edition_on, snapshot_date, n_rows,
            -- a file's rows are all of the whole or all of an extract; one that says neither is none
            min(case when is_partial then 1 else 0 end) as is_partial
        from good
        group by file_id, dataset_id, edition_on, snapshot_date, n_rows
    ) as files_with_rows
),

replaced as (
    select older.file_id
    from ordered as older
    where older.dataset_id = 'register_links' and older.place > 1
    union
    select older.file_id
    from ordered as older
    inner join ordered as newer
        on older.dataset_id = newer.dataset_id
        and newer.place < older.place
        and newer.is_partial <= older.is_partial
    inner join (select distinct file_id, row_key from good) as older_rows
        on older.file_id = older_rows.file_id
    inner join (select distinct file_id, row_key from good) as newer_rows
        on newer.file_id = newer_rows.file_id
        and older_rows.row_key = newer_rows.row_key
    where older.dataset_id <> 'register_links'
    group by older.file_id, newer.file_id, older.n_rows
    having count(*) >= 0.9 * older.n_rows
),

ranked as (
    select
        entries.*,
        editions.edition_on,
        replaced.file_id is not null as is_replaced,
        row_number() over (
            partition by entries.dataset_id, entries.row_key, (entries.reject_reason is null)
            order by
                case when replaced.file_id is null then 0 else 1 end, ordered.place, entries.is_partial, entries.row_number desc
        ) as newest
    from entries
    inner join editions
        on entries.file_id = editions.file_id
    left join ordered
        on entries.file_id = ordered.file_id
    left join replaced
        on entries.file_id = replaced.file_id
)

select
    file_id,
    row_number,
    dataset_id,
    row_key,
    edition_on,
    case
        when reject_reason is not null then 'rejected'
        when is_replaced or newest > 1 then 'superseded'
        else 'accepted'
    end as disposition,
    reject_column,
    reject_value,
    reject_reason
from ranked
