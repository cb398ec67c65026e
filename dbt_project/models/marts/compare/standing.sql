-- Where a school stands among its peers, and its figure drawn towards their mean and over three years, beside the figure.
with

placed as (
    select * from {{ ref('int_school_years__placed') }}
),

-- how often a measure has started anew by each year: three years are weighed only where they are of one measure
starts as (
    select years.indicator_id, years.academic_year, count(*) as starts
    from (select distinct indicator_id, academic_year from placed) as years
    inner join {{ ref('series_breaks') }} as breaks
        on years.indicator_id = breaks.indicator_id
        and breaks.from_year <= years.academic_year
    group by years.indicator_id, years.academic_year
),

-- the two years before, where they follow each other and no cohort is small
followed as (
    select
        placed.*,
        cast(left(placed.academic_year, 4) as integer) as first_year,
        case when n >= minimum_cohort then value end as told_value,
        lag(case when n >= minimum_cohort then value end, 1) over line as value_before,
        lag(cast(left(placed.academic_year, 4) as integer), 1) over line as year_before,
        lag(case when n >= minimum_cohort then value end, 2) over line as value_before_that,
        lag(cast(left(placed.academic_year, 4) as integer), 2) over line as year_before_that
    from placed
    left join starts
        on placed.indicator_id = starts.indicator_id
        and placed.academic_year = starts.academic_year
    window line as (
        partition by placed.school_id, placed.indicator_id, placed.breakdown_id, coalesce(starts.starts, 0) order by placed.academic_year
    )
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
    case
        when first_year = year_before + 1 and year_before = year_before_that + 1
            then {{ weighted_321('told_value', 'value_before', 'value_before_that') }}
    end as three_year_value,
    peer_kind,
    release
from followed
