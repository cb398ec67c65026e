-- The last inspection of a school that is open, as at each day. One row per school and day.
with

-- the grade of the whole where there is one, else the least favourable judgement
inspections as (
    select
        school_id,
        inspected_on,
        max(framework) as framework,
        coalesce(
            max(case when judgement_id = 'overall_effectiveness' then grade_order end), max(grade_order)
        ) as grade_order
    from {{ ref('fct_inspection') }}
    group by school_id, inspected_on
),

last_inspections as (
    select *
    from (
        select
            inspections.*,
            days.term_number,
            days.as_at_on,
            row_number() over (
                partition by inspections.school_id, days.term_number order by inspections.inspected_on desc
            ) as choice
        from inspections
        inner join {{ ref('risk_day') }} as days
            on inspections.inspected_on <= days.as_at_on
    ) as ranked
    where choice = 1
),

grades as (
    select
        school_id,
        inspected_on,
        grade_order,
        grade,
        min_by(judgement, case judgement_id when 'overall_effectiveness' then '0' else '1' end || judgement) as judgement
    from {{ ref('fct_inspection') }}
    where grade_order is not null
    group by school_id, inspected_on, grade_order, grade
)

select
    last_inspections.school_id,
    last_inspections.term_number,
    last_inspections.inspected_on,
    last_inspections.framework,
    last_inspections.grade_order,
    frameworks.name as framework_name,
    coalesce(grades.judgement || ': ' || lower(grades.grade), 'no grade') as grade_words,
    {{ dbt.datediff('last_inspections.inspected_on', 'last_inspections.as_at_on', 'month') }} as months
from last_inspections
inner join {{ ref('risk_open_school') }} as schools
    on last_inspections.school_id = schools.school_id
    and schools.open_until > last_inspections.as_at_on
left join {{ ref('inspection_frameworks') }} as frameworks
    on last_inspections.framework = frameworks.framework
left join grades
    on last_inspections.school_id = grades.school_id
    and last_inspections.inspected_on = grades.inspected_on
    and last_inspections.grade_order = grades.grade_order
