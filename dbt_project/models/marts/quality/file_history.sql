with

noted as (
    select
        *,
        lag(status) over (partition by path order by happened_at) as status_before
    from {{ ref('stg_landing__history') }}
),

files as (
    select * from {{ ref('stg_landing__files') }}
    where status = 'loaded'
),

arrived as (
    select
        path,
        happened_at,
        file_id,
        case
            when status = 'refused' then 'quarantined'
            when status = 'loaded' and status_before = 'refused' then 'corrected'
            when status = 'loaded' and status_before = 'loaded' then 'replaced'
            when status = 'loaded' then 'taken'
            when status = 'ignored' then 'passed over'
            else status
        end as event,
        rows_landed as rows_concerned,
        reason,
        1 as turn
    from noted
),

put_right as (
    select
        targets.path,
        forms.first_seen_at as happened_at,
        targets.file_id,
        'corrected' as event,
        cast(count(*) as bigint) as rows_concerned,
        'Cells put right by ' || forms.path as reason,
        2 as turn
    from {{ ref('int_corrections__classified') }} as corrections
    inner join files as targets
        on corrections.target_file_id = targets.file_id
    inner join files as forms
        on corrections.file_id = forms.file_id
    where corrections.disposition = 'accepted'
    group by targets.path, forms.first_seen_at, targets.file_id, forms.path
),

later as (
    select
        files.file_id,
        files.path,
        files.first_seen_at,
        min(newer.first_seen_at) as replaced_at
    from files
    left join files as newer
        on files.dataset_id = newer.dataset_id
        and files.sequence < newer.sequence
        and newer.first_seen_at >= files.first_seen_at
    group by files.file_id, files.path, files.first_seen_at
),

superseded as (
    select
        later.path,
        coalesce(later.replaced_at, later.first_seen_at) as happened_at,
        later.file_id,
        'superseded' as event,
        log.rows_superseded as rows_concerned,
        case
            when log.rows_superseded = log.rows_landed then 'Every row is replaced by a later one about the same thing.'
            else 'Some rows are replaced by later ones about the same thing.'
        end as reason,
        3 as turn
    from {{ ref('file_log') }} as log
    inner join later
        on log.file_id = later.file_id
        and log.path = later.path
    where log.rows_superseded > 0
),

events as (
    select * from arrived
    union all
    select * from put_right
    union all
    select * from superseded
)

select
    path as source_path,
    row_number() over (partition by path order by happened_at, turn, event, reason) as step,
    happened_at,
    event,
    file_id,
    rows_concerned,
    reason
from events
