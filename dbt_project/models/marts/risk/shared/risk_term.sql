-- Terms in order, with their number: what "the last three terms" counts by. One row per term.
select
    term_id,
    academic_year,
    term_name,
    cast(starts_on as date) as starts_on,
    cast(ends_on as date) as ends_on,
    row_number() over (order by starts_on) as term_number
from {{ ref('terms') }}
