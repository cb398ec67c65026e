with

methods as (
    select * from {{ ref('int_forecast_methods__chosen') }}
    where is_latest
),

made as (
    select
        case when area_type = 'drawn' then 'partnership' else area_type end as kind_of_area,
        *
    from {{ ref('int_forecasts__made') }}
    where area_type <> 'partnership' and breakdown_id = 'all'
),

misses as (
    {% for horizon in var('forecast_horizons') %}
    select
        methods.area_type,
        methods.indicator_id,
        methods.horizon,
        made.size_class,
        made.made_in_year + {{ horizon }} > methods.chosen_on_until as is_later,
        made.actual_{{ horizon }} - {{ forecast_by('methods.method', horizon) }} as miss
    from made
    inner join methods
        on made.kind_of_area = methods.area_type
        and made.indicator_id = methods.indicator_id
        and methods.horizon = {{ horizon }}
        and methods.is_chosen
    where made.actual_{{ horizon }} is not null and methods.chosen_on_until is not null
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

-- the interval as it could be told from the earlier years
learnt as (
    select
        area_type,
        indicator_id,
        horizon,
        size_class,
        percentile_cont(0.05) within group (order by miss) as miss_low,
        percentile_cont(0.95) within group (order by miss) as miss_high
    from misses
    where not is_later
    group by area_type, indicator_id, horizon, size_class
    having count(*) >= {{ var('forecast_errors') }}
),

covered as (
    select
        misses.area_type,
        misses.indicator_id,
        misses.horizon,
        count(*) as tried,
        sum(case when misses.miss between learnt.miss_low and learnt.miss_high then 1.0 else 0.0 end) as inside,
        sum(case when misses.miss > learnt.miss_high then 1.0 else 0.0 end) as above,
        sum(case when misses.miss < learnt.miss_low then 1.0 else 0.0 end) as below
    from misses
    inner join learnt
        on misses.area_type = learnt.area_type
        and misses.indicator_id = learnt.indicator_id
        and misses.horizon = learnt.horizon
        and misses.size_class = learnt.size_class
    where misses.is_later
    group by misses.area_type, misses.indicator_id, misses.horizon
)

select
    methods.indicator_id,
    methods.area_type,
    methods.method,
    methods.horizon,
    methods.is_chosen,
    methods.reason_id,
    methods.n_forecasts,
    methods.mae,
    methods.mae_last_year,
    methods.mae_ratio,
    methods.difference_low,
    methods.difference_high,
    methods.n_forecasts_chosen_on,
    methods.chosen_on_mae,
    {{ year_name('methods.chosen_on_until') }} as chosen_on_until,
    {{ year_name('methods.as_at') }} as tried_until,
    case when methods.is_chosen then 100 * {{ ratio('covered.inside', 'covered.tried') }} end as covered_pct,
    case when methods.is_chosen then 100 * {{ ratio('covered.above', 'covered.tried') }} end as above_pct,
    case when methods.is_chosen then 100 * {{ ratio('covered.below', 'covered.tried') }} end as below_pct
from methods
left join covered
    on methods.area_type = covered.area_type
    and methods.indicator_id = covered.indicator_id
    and methods.horizon = covered.horizon
