{{ config(materialized='view') }}
-- Every figure of every area and year: schools, partnerships, authorities and England. A view: int_area_series__benchmarked stores it,
-- with what stands beside each figure.
with

school_figures as (
    select
        weighed.*,
        {{ row_id('weighed') }} as figure_number
    from {{ ref('int_school_years__weighed') }} as weighed
    where weighed.is_figure_of_lineage
),

calculated as (
    select * from {{ ref('int_area_years__calculated') }}
),

published as (
    select * from {{ ref('int_outcomes__with_interval') }}
    where area_type <> 'school' and is_latest
),

schools as (
    select * from {{ ref('int_schools__measured') }}
),

partnerships as (
    select * from {{ ref('dim_partnership') }}
),

authorities as (
    select * from {{ ref('local_authorities') }}
),

lineages as (
    select
        school_id,
        max_by(name, case when is_current then '1' || urn else '0' || urn end) as name
    from schools
    group by school_id
),

school_series as (
    select
        'school' as area_type,
        figures.school_id as area_id,
        lineages.name as area_name,
        figures.indicator_id,
        figures.breakdown_id,
        figures.academic_year,
        figures.value,
        coalesce(figures.denominator, figures.n_pupils) as n_pupils,
        1 as n_schools,
        figures.ci_low,
        figures.ci_high,
        figures.ci_method,
        'published' as origin,
        figures.status,
        figures.release,
        figures.file_id,
        schools.phase,
        figures.figure_number
    from school_figures as figures
    inner join lineages
        on figures.school_id = lineages.school_id
    inner join schools
        on figures.urn = schools.urn
),

partnership_series as (
    select
        calculated.area_type,
        {{ listed('calculated.area_id', 'areas') }} as area_id,
        partnerships.name as area_name,
        calculated.indicator_id,
        calculated.breakdown_id,
        calculated.academic_year,
        calculated.value,
        calculated.n_pupils,
        calculated.n_schools,
        calculated.ci_low,
        calculated.ci_high,
        calculated.ci_method,
        'calculated' as origin,
        calculated.status,
        calculated.release,
        cast(null as varchar) as file_id,
        calculated.shared_phase as phase,
        cast(null as bigint) as figure_number
    from calculated
    inner join partnerships
        on calculated.area_id = partnerships.partnership_id
    where calculated.area_type = 'partnership'
),

-- the publisher's own authority figure where there is one, else the one calculated from the schools
authority_series as (
    select
        'authority' as area_type,
        {{ listed('coalesce(published.area_id, calculated.area_id)', 'areas') }} as area_id,
        coalesce(published.indicator_id, calculated.indicator_id) as indicator_id,
        coalesce(published.breakdown_id, calculated.breakdown_id) as breakdown_id,
        coalesce(published.academic_year, calculated.academic_year) as academic_year,
        coalesce(published.value, calculated.value) as value,
        coalesce(published.denominator, calculated.n_pupils) as n_pupils,
        calculated.n_schools,
        case when published.value is null then calculated.ci_low else published.ci_low end as ci_low,
        case when published.value is null then calculated.ci_high else published.ci_high end as ci_high,
        case when published.value is null then calculated.ci_method else published.ci_method end as ci_method,
        case when published.value is not null then 'published' else 'calculated' end as origin,
        case when published.value is not null then 'ok' else coalesce(calculated.status, published.status) end as status,
        coalesce(published.release, calculated.release) as release,
        published.file_id,
        calculated.shared_phase as phase
    from (select * from published where area_type = 'authority') as published
    full outer join (select * from calculated where area_type = 'authority') as calculated
        on published.area_id = calculated.area_id
        and published.indicator_id = calculated.indicator_id
        and published.breakdown_id = calculated.breakdown_id
        and published.academic_year = calculated.academic_year
),

-- state-funded England is the benchmark; all schools stands in where a year has no state-funded row
england_choice as (
    select
        *,
        case
            when area_type in ('england_state', 'england_all') then 'england'
            else area_type
        end as series_id,
        row_number() over (
            partition by
                case when area_type in ('england_state', 'england_all') then 'england' else area_type end,
                indicator_id, breakdown_id, academic_year
            order by
                case when value is not null then 0 else 1 end,
                case when area_type = 'england_all' then 1 else 0 end
        ) as choice
    from published
    where area_type <> 'authority'
),

england_series as (
    select
        'england' as area_type,
        {{ listed('series_id', 'areas') }} as area_id,
        case series_id
            when 'england_primary' then 'England, primary'
            when 'england_secondary' then 'England, secondary'
            when 'england_special' then 'England, special'
            else case when area_type = 'england_all' then 'England, all schools' else 'England, state-funded' end
        end as area_name,
        indicator_id,
        breakdown_id,
        academic_year,
        value,
        denominator as n_pupils,
        cast(null as bigint) as n_schools,
        cast(null as double) as ci_low,
        cast(null as double) as ci_high,
        'none' as ci_method,
        'published' as origin,
        status,
        release,
        file_id,
        cast(null as varchar) as phase,
        cast(null as bigint) as figure_number
    from england_choice
    where choice = 1
)

select * from school_series
union all
select * from partnership_series
union all
select
    authority_series.area_type,
    authority_series.area_id,
    coalesce(authorities.la_name, 'Authority ' || authority_series.area_id) as area_name,
    authority_series.indicator_id,
    authority_series.breakdown_id,
    authority_series.academic_year,
    authority_series.value,
    authority_series.n_pupils,
    authority_series.n_schools,
    authority_series.ci_low,
    authority_series.ci_high,
    coalesce(authority_series.ci_method, 'none') as ci_method,
    authority_series.origin,
    authority_series.status,
    authority_series.release,
    authority_series.file_id,
    authority_series.phase,
    cast(null as bigint) as figure_number
from authority_series
left join authorities
    on authority_series.area_id = authorities.la_code
union all
select * from england_series
