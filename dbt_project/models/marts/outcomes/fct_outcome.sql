-- Figures of schools, with the lineage each URN belongs to.
with

figures as (
    select * from {{ ref('int_outcomes__with_interval') }}
    where area_type = 'school'
),

schools as (
    select urn, school_id from {{ ref('int_schools__measured') }}
)

select
    schools.school_id,
    figures.area_id as urn,
    figures.indicator_id,
    figures.breakdown_id,
    figures.academic_year,
    figures.release,
    figures.value,
    figures.numerator,
    figures.denominator,
    figures.ci_low,
    figures.ci_high,
    figures.status,
    figures.file_id as source_file,
    figures.ci_method,
    figures.is_latest
from figures
inner join schools
    on figures.area_id = schools.urn
