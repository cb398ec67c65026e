-- Which URN has had which establishment number, and when it was open, by the registers and the published tables that print
-- both. One row per URN, number and kind of source. This is what rows that know only the number are matched with.
-- A number has a history: the register's own columns say which one a school had in an authority that is no more, and where they
-- do not, the seed of reorganisations does.
with

register_rows as (
    select * from {{ ref('int_register_rows__classified') }}
    where disposition = 'accepted'
),

dated as (
    select urn, opened_on, closed_on from {{ ref('int_schools__dated') }}
),

gias as (
    select gias.urn, gias.laestab, gias.previous_laestab
    from {{ ref('stg_register__gias') }} as gias
    inner join register_rows
        on gias.file_id = register_rows.file_id
        and gias.row_number = register_rows.row_number
),

registers as (
    select 1 as source_order, urn, laestab from gias
    union all
    select 1, urn, previous_laestab from gias
    where length(previous_laestab) = 7 and previous_laestab <> laestab
    union all
    select 2, spine.urn, spine.laestab
    from {{ ref('stg_register__spine') }} as spine
    inner join register_rows
        on spine.file_id = register_rows.file_id
        and spine.row_number = register_rows.row_number
),

tables as (
    {% for table in ['ks2', 'ks4', 'ks5', 'absence', 'census', 'ks4_destinations', 'ks5_destinations'] %}
    select urn, la_code, estab from {{ ref('stg_dfe__' ~ table ~ '_rows') }}
    where urn is not null
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
    union all
    select urn, left(laestab, 3) as la_code, right(laestab, 4) as estab from {{ ref('stg_ees__rows') }}
    where urn is not null and laestab is not null
),

printed as (
    select source_order, urn, laestab from registers
    where urn is not null
    union all
    select distinct 3 as source_order, urn, la_code || lpad(estab, 4, '0') as laestab
    from tables
    where length(la_code) = 3
        and try_cast(estab as integer) is not null
),

-- the same school's number in the other authority, unless it is known to have had one of its own there
carried as (
    select distinct printed.urn, renumbered.other_laestab as laestab
    from printed
    inner join (
        select old_laestab as laestab, new_laestab as other_laestab from {{ ref('int_numbers__renumbered') }}
        union all
        select new_laestab, old_laestab from {{ ref('int_numbers__renumbered') }}
    ) as renumbered
        on printed.laestab = renumbered.laestab
    left join printed as own
        on printed.urn = own.urn
        and left(own.laestab, 3) = left(renumbered.other_laestab, 3)
    where own.urn is null
)

select
    numbers.source_order,
    numbers.urn,
    numbers.laestab,
    dated.opened_on,
    dated.closed_on
from (
    select source_order, urn, laestab from printed
    union all
    select 4, urn, laestab from carried
) as numbers
left join dated
    on numbers.urn = dated.urn
