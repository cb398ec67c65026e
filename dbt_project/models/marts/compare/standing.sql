-- Where a school stands among its peers, and its figure drawn towards their mean and over three years, beside the figure.
with

figures as (
    {{ figures_placed() }}
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
        case when figures.n >= figures.minimum_cohort then figures.value end as told_value
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
),

averaged as (
    select
        figure_number,
        {{ weighted_321('told_value', 'value_before', 'value_before_that') }} as three_year_value
    from followed
    where first_year = year_before + 1 and year_before = year_before_that + 1
)

select
    school_id,
    urn,
    indicator_id,
    breakdown_id,
    academic_year,
    value,
    n,
    ci_low,
    ci_high,
    cast(percentile as integer) as percentile,
    cast(percentile_low as integer) as percentile_low,
    cast(percentile_high as integer) as percentile_high,
    cast(ceil(percentile / 20) as integer) as quintile,
    cast(ceil(percentile_low / 20) as integer) as quintile_low,
    cast(ceil(percentile_high / 20) as integer) as quintile_high,
    {{ quartile_band('percentile') }} as quarter,
    case
        when percentile is not null then null
        when value is null then 'The school has no figure: ' || replace(status, '_', ' ')
        when n is null then 'The number of pupils is not published'
        when n < minimum_cohort
            then 'Fewer than ' || cast(minimum_cohort as varchar) || ' pupils'
        when ci_low is null or ci_high is null then 'A rank is not given without its interval'
        else 'Too few schools of its kind to rank it among'
    end as reason,
    shrunk_value,
    trust,
    peers_mean,
    averaged.three_year_value,
    peer_kind,
    release
from figures
left join averaged
    on figures.figure_number = averaged.figure_number
