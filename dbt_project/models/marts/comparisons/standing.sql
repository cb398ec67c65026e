-- Where a school stands among its peers, and its figure drawn towards their mean and over three years, beside the figure.
with

placed as (
    select * from {{ ref('int_school_years__placed') }}
),

figures as (
    select * from {{ ref('int_school_years__benchmarked') }}
    where polarity <> 'none' and kind <> 'count'
),

-- the two years before, where they follow each other and no cohort is small
followed as (
    select
        *,
        cast(left(academic_year, 4) as integer) as first_year,
        case when n >= minimum_cohort then value end as told_value,
        lag(case when n >= minimum_cohort then value end, 1) over line as value_before,
        lag(cast(left(academic_year, 4) as integer), 1) over line as year_before,
        lag(case when n >= minimum_cohort then value end, 2) over line as value_before_that,
        lag(cast(left(academic_year, 4) as integer), 2) over line as year_before_that
    from figures
    window line as (partition by school_id, indicator_id, breakdown_id order by academic_year)
)

select
    figures.school_id,
    figures.urn,
    figures.indicator_id,
    figures.breakdown_id,
    figures.academic_year,
    figures.value,
    figures.n,
    figures.ci_low,
    figures.ci_high,
    cast(placed.percentile as integer) as percentile,
    cast(placed.percentile_low as integer) as percentile_low,
    cast(placed.percentile_high as integer) as percentile_high,
    cast(ceil(placed.percentile / 20) as integer) as quintile,
    cast(ceil(placed.percentile_low / 20) as integer) as quintile_low,
    cast(ceil(placed.percentile_high / 20) as integer) as quintile_high,
    {{ quartile_band('placed.percentile') }} as quarter,
    case
        when placed.percentile is not null then null
        when figures.value is null then 'The school has no figure: ' || replace(figures.status, '_', ' ')
        when figures.n is null then 'The number of pupils is not published'
        when figures.n < figures.minimum_cohort
            then 'Fewer than ' || cast(figures.minimum_cohort as varchar) || ' pupils'
        when figures.ci_low is null or figures.ci_high is null then 'A rank is not given without its interval'
        else 'Too few schools of its kind to rank it among'
    end as reason,
    placed.shrunk_value,
    placed.trust,
    placed.peers_mean,
    case
        when figures.first_year = figures.year_before + 1 and figures.year_before = figures.year_before_that + 1
            then {{ weighted_321('figures.told_value', 'figures.value_before', 'figures.value_before_that') }}
    end as three_year_value,
    figures.peers as peer_kind,
    figures.release
from followed as figures
inner join placed
    on figures.school_id = placed.school_id
    and figures.indicator_id = placed.indicator_id
    and figures.breakdown_id = placed.breakdown_id
    and figures.academic_year = placed.academic_year
