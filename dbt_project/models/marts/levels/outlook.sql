{{ config(materialized='view') }}
-- The next year's figure of each area as it is to be expected from the years up to one, and the chances that hang on it.
with

targets as (
    select
        partnership_id,
        indicator_id,
        coalesce(breakdown_id, 'all') as breakdown_id,
        max_by(target, academic_year || priority_number) as target,
        max_by(direction, academic_year || priority_number) as direction
    from {{ ref('curve_priority') }}
    group by 1, 2, 3
),

foreseen as (
    select
        *,
        case when high_is_good then probability_below else 1 - probability_below end as probability_worse,
        case when area_type = 'school' then probability_lowest_fifth end as probability_fifth
    from {{ ref('int_levels__estimated') }}
    where kind = 'outlook'
)

select
    foreseen.area_type,
    foreseen.area_id,
    foreseen.indicator_id,
    foreseen.breakdown_id,
    {{ year_name('foreseen.year_number') }} as academic_year,
    {{ year_name('foreseen.year_number + 1') }} as outlook_year,
    foreseen.n_pupils,
    foreseen.estimate as value,
    foreseen.low as ci_low,
    foreseen.high as ci_high,
    foreseen.probability_worse,
    foreseen.probability_fifth as probability_lowest_fifth,
    yardstick.yardstick,
    targets.target,
    case targets.direction
        when 'up' then 1 - {{ normal_below('(targets.target - foreseen.estimate) / nullif(foreseen.sd, 0)') }}
        when 'down' then {{ normal_below('(targets.target - foreseen.estimate) / nullif(foreseen.sd, 0)') }}
    end as probability_target,
    foreseen.was_worse,
    foreseen.was_lowest_fifth
from foreseen
left join {{ ref('yardstick') }} as yardstick
    on {{ on_yardstick('yardstick', 'foreseen.probability_fifth') }}
left join targets
    on foreseen.area_type = 'partnership'
    and cast(foreseen.area_id as varchar) = targets.partnership_id
    and cast(foreseen.indicator_id as varchar) = targets.indicator_id
    and cast(foreseen.breakdown_id as varchar) = targets.breakdown_id
