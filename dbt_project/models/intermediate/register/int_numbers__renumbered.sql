-- Establishment numbers that a reorganised authority's schools had before and after: the number stays and the authority's code
-- changes. A number is followed only where one new authority alone has it, and no register says that it was another school's: one
-- that opened after the change, closed before it, or had another number before.
with

register_rows as (
    select * from {{ ref('int_register_rows__classified') }}
    where disposition = 'accepted'
),

registered as (
    select gias.urn, gias.laestab, gias.previous_laestab
    from {{ ref('stg_register__gias') }} as gias
    inner join register_rows
        on gias.file_id = register_rows.file_id
        and gias.row_number = register_rows.row_number
    union all
    select spine.urn, spine.laestab, null
    from {{ ref('stg_register__spine') }} as spine
    inner join register_rows
        on spine.file_id = register_rows.file_id
        and spine.row_number = register_rows.row_number
),

schools as (
    select
        registered.laestab,
        max(registered.previous_laestab) as previous_laestab,
        min(coalesce(dated.opened_on, cast('1800-01-01' as date))) as opened_on,
        max(coalesce(dated.closed_on, cast('2999-12-31' as date))) as closed_on
    from registered
    left join {{ ref('int_schools__dated') }} as dated
        on registered.urn = dated.urn
    group by registered.laestab
),

numbers as (
    {% for table in ['ks2', 'ks4', 'ks5', 'absence', 'census', 'ks4_destinations', 'ks5_destinations'] %}
    select la_code || lpad(estab, 4, '0') as laestab from {{ ref('stg_dfe__' ~ table ~ '_rows') }}
    union
    {% endfor %}
    select laestab from {{ ref('stg_ees__rows') }}
    union
    select laestab from registered
),

changes as (
    select old_la_code, new_la_code, cast(changed_on as date) as changed_on from {{ ref('authority_changes') }}
),

pairs as (
    select
        old_numbers.laestab as old_laestab,
        new_numbers.laestab as new_laestab,
        changes.changed_on,
        changes.old_la_code,
        count(*) over (partition by old_numbers.laestab) as n_new,
        count(*) over (partition by new_numbers.laestab) as n_old
    from changes
    inner join numbers as old_numbers
        on left(old_numbers.laestab, 3) = changes.old_la_code
    inner join numbers as new_numbers
        on left(new_numbers.laestab, 3) = changes.new_la_code
        and right(old_numbers.laestab, 4) = right(new_numbers.laestab, 4)
    where length(old_numbers.laestab) = 7 and length(new_numbers.laestab) = 7
)

select pairs.old_laestab, pairs.new_laestab, pairs.changed_on
from pairs
left join schools as before
    on pairs.old_laestab = before.laestab
left join schools as after
    on pairs.new_laestab = after.laestab
where pairs.n_new = 1
    and pairs.n_old = 1
    and coalesce(before.closed_on >= pairs.changed_on - interval '1' day, true)
    and coalesce(after.opened_on <= pairs.changed_on, true)
    and coalesce(left(after.previous_laestab, 3) <> pairs.old_la_code or after.previous_laestab = pairs.old_laestab, true)
