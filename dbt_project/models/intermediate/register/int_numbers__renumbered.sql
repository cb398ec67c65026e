-- Establishment numbers that a reorganised authority's schools had before and after: the number stays and the authority's code
-- changes. A number is followed only where one new authority alone has it.
with

numbers as (
    {% for table in ['ks2', 'ks4', 'ks5', 'absence', 'census', 'ks4_destinations', 'ks5_destinations'] %}
    select la_code || lpad(estab, 4, '0') as laestab from {{ ref('stg_dfe__' ~ table ~ '_rows') }}
    union
    {% endfor %}
    select laestab from {{ ref('stg_ees__rows') }}
    union
    select laestab from {{ ref('stg_register__gias') }}
    union
    select laestab from {{ ref('stg_register__spine') }}
),

changes as (
    select * from {{ ref('authority_changes') }}
),

pairs as (
    select
        old_numbers.laestab as old_laestab,
        new_numbers.laestab as new_laestab,
        cast(changes.changed_on as date) as changed_on,
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

select old_laestab, new_laestab, changed_on
from pairs
where n_new = 1 and n_old = 1
