select
    cast(term_id as varchar) as term_id,
    cast(academic_year as varchar) as academic_year,
    cast(term_name as varchar) as season,
    cast(row_number() over (order by starts_on) as integer) as term_number,
    cast(starts_on as date) as starts_on,
    cast(ends_on as date) as ends_on,
    term_name || ' ' || academic_year as name
from {{ ref('terms') }}
