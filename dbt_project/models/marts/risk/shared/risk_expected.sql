-- Figures of all pupils that are expected of a school: those of the measures by which schools are ordered. One row per school,
-- indicator and year.
select
    years.school_id,
    years.indicator_id,
    years.academic_year,
    years.la_code,
    years.phase,
    years.value,
    years.status,
    years.denominator,
    cast(left(years.academic_year, 4) as integer) as year_number
from {{ ref('int_school_years__benchmarked') }} as years
where years.breakdown_id = 'all'
    and years.indicator_id in (select subject from {{ ref('risk_rules') }} where family = 'level')
