{{ config(materialized='view') }}
-- Where a school stands among its peers, and its figure drawn towards their mean and over three years, beside the figure.
with

figures as (
    {{ figures_placed() }}
),

averaged as (
    select * from {{ ref('int_school_years__smoothed') }}
)

select
    school_id,
    urn,
    indicator_id,
    breakdown_id,
    academic_year,
    value,
    n_pupils,
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
        when n_pupils is null then 'The number of pupils is not published'
        when n_pupils < minimum_pupils
            then 'Fewer than ' || cast(minimum_pupils as varchar) || ' pupils'
        when ci_low is null or ci_high is null then 'A rank is not given without its interval'
        else 'Too few schools of its kind to rank it among'
    end as reason,
    shrunk_value,
    reliability,
    peers_mean,
    averaged.three_year_value,
    peer_kind,
    release
from figures
left join averaged
    on figures.figure_number = averaged.figure_number
