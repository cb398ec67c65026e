-- Where a person recorded that a series starts anew, by the area as series know it: a school by its lineage.
with

held as (
    {{ template_rows('template_step_changes', {
        'area_kind': 'varchar', 'area_id': 'varchar', 'indicator_id': 'varchar', 'from_year': 'varchar', 'reason': 'varchar'
    }) }}
),

schools as (
    select urn, school_id from {{ ref('dim_school') }}
)

select
    held.area_kind as area_type,
    case held.area_kind when 'school' then schools.school_id else held.area_id end as area_id,
    held.indicator_id,
    held.from_year,
    held.reason
from held
left join schools
    on held.area_kind = 'school'
    and held.area_id = schools.urn
