-- Which URN has had which establishment number, and when it was open, by the registers and the published tables that print
-- both. One row per URN, number and kind of source. This is what rows that know only the number are matched with.
with

register_rows as (
    select * from {{ ref('int_register_rows__classified') }}
    where disposition = 'accepted'
),

registers as (
    select 1 as source_order, gias.urn, gias.laestab, gias.opened_on, gias.closed_on
    from {{ ref('stg_register__gias') }} as gias
    inner join register_rows
        on gias.file_id = register_rows.file_id
        and gias.row_number = register_rows.row_number
    union all
    select 2 as source_order, spine.urn, spine.laestab, spine.opened_on, spine.closed_on
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
)

select source_order, urn, laestab, opened_on, closed_on
from registers
where urn is not null
union all
select distinct
    3 as source_order,
    urn,
    la_code || lpad(estab, 4, '0') as laestab,
    cast(null as date) as opened_on,
    cast(null as date) as closed_on
from tables
where length(la_code) = 3
    and try_cast(estab as integer) is not null
