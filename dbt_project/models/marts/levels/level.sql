{{ config(materialized='view') }}
-- The level of each area in each year with a figure: what of its figures lasts, with the interval it is known to.
select
    area_type,
    area_id,
    indicator_id,
    breakdown_id,
    {{ year_name('year_number') }} as academic_year,
    estimate as level,
    low as ci_low,
    high as ci_high,
    reliability,
    n_pupils,
    benchmark_value,
    case when high_is_good then probability_below else 1 - probability_below end as probability_worse
from {{ ref('int_levels__estimated') }}
where kind = 'level'
