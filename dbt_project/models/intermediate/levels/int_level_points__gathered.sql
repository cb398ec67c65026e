{{ config(materialized='view') }}
-- Every figure that the model of levels may take, beside England's, with the scale it is compared on. A view: it is read once, by
-- int_levels__estimated.
with

indicators as (
    select
        {{ listed('indicators.indicator_id', 'indicators') }} as indicator_id,
        indicators.phase as indicator_phase,
        indicators.polarity,
        seeds.form,
        seeds.pupil_variance
    from {{ ref('indicators') }} as indicators
    inner join (select indicator_id, min(form) as form, min(pupil_variance) as pupil_variance from {{ ref('level_seeds') }} group by indicator_id) as seeds
        on indicators.indicator_id = seeds.indicator_id
)

select
    series.area_type,
    series.area_id,
    series.indicator_id,
    series.breakdown_id,
    points.position as year_number,
    points.segment,
    -- as schools are compared, see int_school_years__benchmarked
    case
        when series.area_type <> 'school' then coalesce(series.phase, 'mixed')
        when series.phase in ('special', 'alternative') then series.phase
        when indicators.indicator_phase <> 'all' then 'mainstream'
        else coalesce(series.phase, 'unknown')
    end as peer_kind,
    indicators.form,
    indicators.polarity = 'higher' as high_is_good,
    series.value,
    cast(series.n_pupils as double) as n_pupils,
    series.benchmark_value,
    -- where no interval is published, what pupils alone make; without it every step of a year would be taken for real
    case
        when series.ci_method = 'published' then power((series.ci_high - series.ci_low) / (2 * {{ var('z95') }}), 2)
        else indicators.pupil_variance / nullif(series.n_pupils, 0)
    end as published_variance
from {{ ref('int_area_series__benchmarked') }} as series
inner join {{ ref('int_trend_points__gathered') }} as points
    on {{ row_id('series') }} = points.point_number
inner join indicators
    on series.indicator_id = indicators.indicator_id
where series.area_type <> 'england'
    and series.n_pupils > 0
    and points.unusable_reason_id is null
    and indicators.polarity <> 'none'
