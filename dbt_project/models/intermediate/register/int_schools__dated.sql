-- When each URN is known to have been open: what the register says of it, and on which days a register, a census or a table of
-- results shows it. Destinations are left out: they are published years after the pupils left.
with

register_rows as (
    select * from {{ ref('int_register_rows__classified') }}
    where disposition = 'accepted'
),

registers as (
    select 1 as source_order, gias.urn, gias.status, gias.opened_on, gias.closed_on, register_rows.edition_on
    from {{ ref('stg_register__gias') }} as gias
    inner join register_rows
        on gias.file_id = register_rows.file_id
        and gias.row_number = register_rows.row_number
    union all
    select 2, spine.urn, spine.status, spine.opened_on, spine.closed_on, register_rows.edition_on
    from {{ ref('stg_register__spine') }} as spine
    inner join register_rows
        on spine.file_id = register_rows.file_id
        and spine.row_number = register_rows.row_number
),

described as (
    select
        urn,
        min_by(status, source_order) filter (where status is not null) as status,
        min_by(opened_on, source_order) filter (where opened_on is not null and coalesce(status, '') <> 'proposed') as opened_on,
        -- a day of closing that is only planned closes nothing
        min_by(closed_on, source_order) filter (where closed_on is not null and coalesce(status, 'closed') = 'closed') as closed_on,
        min(case when status = 'open' then edition_on end) as open_from,
        max(case when status = 'open' then edition_on end) as open_to
    from registers
    where urn is not null
    group by urn
),

files as (
    select * from {{ ref('stg_landing__outcome_files') }}
    where status = 'loaded'
),

table_rows as (
    {% for table in ['ks2', 'ks4', 'ks5', 'absence', 'census'] %}
    select distinct urn, file_id, cast(null as varchar) as row_year, {{ 'true' if table == 'census' else 'false' }} as is_census
    from {{ ref('stg_dfe__' ~ table ~ '_rows') }}
    where urn is not null
    union all
    {% endfor %}
    select distinct urn, file_id, academic_year as row_year, dataset_id in ('ees_census', 'ees_sen') as is_census
    from {{ ref('stg_ees__rows') }}
    where urn is not null and academic_year is not null and dataset_id not in ('ees_ks4_destinations', 'ees_ks5_destinations')
),

seen as (
    select
        urn,
        min(case when is_census then {{ census_day('academic_year') }} end) as census_from,
        max(case when is_census then {{ census_day('academic_year') }} end) as census_to,
        min(case when not is_census then academic_year end) as results_from,
        max(case when not is_census then academic_year end) as results_to
    from (
        select table_rows.urn, table_rows.is_census, coalesce(table_rows.row_year, files.academic_year) as academic_year
        from table_rows
        inner join files
            on table_rows.file_id = files.file_id
    ) as years
    where academic_year is not null
    group by urn
),

joined as (
    select
        coalesce(described.urn, seen.urn) as urn,
        described.status as register_status,
        described.opened_on,
        described.closed_on,
        least(described.open_from, seen.census_from) as open_from,
        greatest(described.open_to, seen.census_to) as open_to,
        seen.census_to,
        seen.results_from,
        seen.results_to
    from described
    full outer join seen
        on described.urn = seen.urn
),

settled as (
    select
        *,
        case
            -- shown open long after it was said to have closed, or once it was only proposed: the later word counts
            when closed_on is not null and census_to > closed_on + interval '1' year then 'open'
            when closed_on is not null and coalesce(register_status, 'closed') = 'closed' then 'closed'
            when register_status = 'proposed' and coalesce(cast(census_to as varchar), results_to) is not null then 'open'
            else register_status
        end as status
    from joined
)

select
    urn,
    status,
    opened_on,
    case when status = 'closed' then closed_on end as closed_on,
    open_from,
    open_to,
    results_from,
    results_to
from settled
