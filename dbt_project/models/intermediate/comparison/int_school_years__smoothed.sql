-- A figure weighed over three years in a row: 3 parts of its own year, 2 of the one before, 1 of the one before that. One row per
-- figure that has all three.
with

figures as (
    select * from {{ ref('int_school_years__benchmarked') }}
    where polarity <> 'none' and kind <> 'count'
),

-- how often a measure has started anew by each year: three years are weighed only where they are of one measure
starts as (
    select years.indicator_id, years.academic_year, count(*) as starts
    from (select distinct indicator_id, academic_year from figures) as years
    inner join {{ ref('series_breaks') }} as breaks
        on years.indicator_id = breaks.indicator_id
        and breaks.from_year <= years.academic_year
    group by years.indicator_id, years.academic_year
),

schools as (
    select school_id, row_number() over () as school_number
    from (select distinct school_id from figures) as each_once
),

measures as (
    select indicator_id, breakdown_id, row_number() over () as measure_number
    from (select distinct indicator_id, breakdown_id from figures) as each_once
),

-- the two years before, where no cohort is small; few columns and no texts, since a country is sorted here
lined_up as (
    select
        figures.figure_number,
        schools.school_number,
        measures.measure_number,
        coalesce(starts.starts, 0) as starts,
        cast(left(figures.academic_year, 4) as integer) as first_year,
        case when figures.n_pupils >= figures.minimum_pupils then figures.value end as told_value
    from figures
    inner join schools
        on figures.school_id = schools.school_id
    inner join measures
        on figures.indicator_id = measures.indicator_id
        and figures.breakdown_id = measures.breakdown_id
    left join starts
        on figures.indicator_id = starts.indicator_id
        and figures.academic_year = starts.academic_year
),

followed as (
    select
        figure_number,
        first_year,
        told_value,
        lag(told_value, 1) over line as value_before,
        lag(first_year, 1) over line as year_before,
        lag(told_value, 2) over line as value_before_that,
        lag(first_year, 2) over line as year_before_that
    from lined_up
    window line as (partition by school_number, measure_number, starts order by first_year)
)

select
    figure_number,
    {{ weighted_321('told_value', 'value_before', 'value_before_that') }} as three_year_value
from followed
where first_year = year_before + 1 and year_before = year_before_that + 1
