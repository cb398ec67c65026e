with

priorities as (
    select
        partnership_id,
        academic_year,
        priority_number,
        indicator_id,
        coalesce(breakdown_id, 'all') as breakdown_id,
        target,
        {{ first_year('baseline_year') }} as baseline_origin,
        {{ first_year('target_year') }} as target_origin
    from {{ ref('curve_priority') }}
),

series as (
    select
        area_id as partnership_id,
        indicator_id,
        breakdown_id,
        {{ first_year('academic_year') }} as origin,
        value,
        ci_low,
        ci_high,
        n_pupils,
        n_schools,
        status
    from {{ ref('int_area_years__calculated') }}
    where area_type = 'partnership'
),

made as (
    select * from {{ ref('int_forecasts__made') }}
    where area_type = 'partnership'
),

methods as (
    select * from {{ ref('int_forecast_methods__chosen') }}
    where area_type = 'partnership' and is_chosen
),

latest as (
    select
        priorities.partnership_id,
        priorities.academic_year,
        priorities.priority_number,
        max(series.origin) as latest_origin
    from priorities
    inner join series
        on priorities.partnership_id = series.partnership_id
        and priorities.indicator_id = series.indicator_id
        and priorities.breakdown_id = series.breakdown_id
    where series.value is not null
    group by priorities.partnership_id, priorities.academic_year, priorities.priority_number
),

-- two forecasts of each curve: the one made in the baseline's year, and the one made now where the target lies ahead
origins as (
    select *, baseline_origin as made_in, 'baseline' as made_at
    from priorities
    union all
    select priorities.*, latest.latest_origin as made_in, 'latest' as made_at
    from priorities
    inner join latest
        on priorities.partnership_id = latest.partnership_id
        and priorities.academic_year = latest.academic_year
        and priorities.priority_number = latest.priority_number
    where latest.latest_origin > priorities.baseline_origin and latest.latest_origin < priorities.target_origin
),

ahead as (
    select
        origins.*,
        steps.step,
        -- two years are the furthest that is tried; beyond, their errors are widened
        least(steps.step, {{ var('forecast_horizons') | max }}) as tried_step
    from origins
    cross join (
        {% for step in range(1, 11) %}select {{ step }} as step{% if not loop.last %} union all {% endif %}{% endfor %}
    ) as steps
    where origins.made_in + steps.step <= origins.target_origin
),

-- the method that could be told to be best by then: the latest year of the backtest at or before the origin
told as (
    select
        ahead.partnership_id,
        ahead.academic_year,
        ahead.priority_number,
        ahead.made_in,
        ahead.step,
        coalesce(max_by(methods.method, methods.as_at), 'last_year') as method,
        coalesce(max_by(methods.reason_id, methods.as_at), 'one_year_only') as reason
    from ahead
    left join methods
        on ahead.indicator_id = methods.indicator_id
        and ahead.tried_step = methods.horizon
        and methods.as_at <= ahead.made_in
    group by ahead.partnership_id, ahead.academic_year, ahead.priority_number, ahead.made_in, ahead.step
),

started as (
    select
        ahead.*,
        told.method,
        told.reason,
        made.kind,
        made.n_pupils,
        coalesce(made.size_class, 'unknown') as size_class,
        {{ forecast_by('told.method', 'ahead.step') }} as forecast
    from ahead
    inner join told
        on ahead.partnership_id = told.partnership_id
        and ahead.academic_year = told.academic_year
        and ahead.priority_number = told.priority_number
        and ahead.made_in = told.made_in
        and ahead.step = told.step
    inner join made
        on ahead.partnership_id = made.area_id
        and ahead.indicator_id = made.indicator_id
        and ahead.breakdown_id = made.breakdown_id
        and ahead.made_in = made.made_in_year
),

-- groups drawn by lot; those with more than a quarter of their schools from the partnership are no yardstick for it
own_share as (
    select
        drawn.group_id,
        members.partnership_id,
        {{ ratio('count(members.school_id)', 'max(drawn.n_schools)') }} as share
    from (
        select group_id, school_id, count(*) over (partition by group_id) as n_schools
        from {{ ref('int_groups__drawn') }}
    ) as drawn
    inner join (select distinct partnership_id, school_id from {{ ref('partnership_membership') }}) as members
        on drawn.school_id = members.school_id
    group by drawn.group_id, members.partnership_id
),

drawn as (
    {% for horizon in var('forecast_horizons') %}
    select
        made.*,
        {{ horizon }} as horizon,
        made.made_in_year + {{ horizon }} as target_origin_drawn,
        actual_{{ horizon }} as actual
    from {{ ref('int_forecasts__made') }} as made
    where made.area_type = 'drawn' and made.actual_{{ horizon }} is not null
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

wanted as (
    select distinct partnership_id, indicator_id, made_in, tried_step, method, size_class
    from started
),

errors as (
    select
        wanted.partnership_id,
        wanted.indicator_id,
        wanted.made_in,
        wanted.tried_step,
        wanted.method,
        wanted.size_class,
        made.target_origin_drawn as target_year,
        made.target_origin_drawn <= wanted.made_in as known_then,
        made.made_in_year = wanted.made_in as same_years,
        made.size_class = wanted.size_class as same_size,
        made.actual - {{ forecast_by('wanted.method', 'wanted.tried_step') }} as error
    from wanted
    inner join drawn as made
        on wanted.indicator_id = made.indicator_id
        and wanted.tried_step = made.horizon
    left join own_share
        on wanted.partnership_id = own_share.partnership_id
        and made.area_id = own_share.group_id
    where coalesce(own_share.share, 0) <= 0.25
),

{% set bases = {
    'then_size': 'known_then and same_size', 'then_all': 'known_then',
    'since_size': 'same_size', 'since_all': 'true',
    'same_years': 'same_years',
} -%}
-- nine in ten of the errors known then, or known since, or of the same years; of groups of this size, or of every size
measured as (
    select
        partnership_id,
        indicator_id,
        made_in,
        tried_step,
        method,
        size_class
        {%- for name, condition in bases.items() %},
        count(case when {{ condition }} then error end) as n_{{ name }},
        count(distinct case when {{ condition }} then target_year end) as years_{{ name }},
        percentile_cont(0.05) within group (order by case when {{ condition }} then error end) as low_{{ name }},
        percentile_cont(0.95) within group (order by case when {{ condition }} then error end) as high_{{ name }}
        {%- endfor %}
    from errors
    group by partnership_id, indicator_id, made_in, tried_step, method, size_class
),

-- one year's errors have one year's luck in common, so those known then count from two years on
based as (
    select
        *,
        case
            when n_then_size >= {{ var('forecast_errors') }} and years_then_size > 1 then 'then_size'
            when n_then_all >= {{ var('forecast_errors') }} and years_then_all > 1 then 'then_all'
            when n_since_size >= {{ var('forecast_errors') }} then 'since_size'
            when n_since_all >= {{ var('forecast_errors') }} then 'since_all'
        end as basis
    from measured
),

with_errors as (
    select
        started.*,
        sqrt(started.step / cast(started.tried_step as double)) as widened,
        case
            when based.basis like 'then%' then 'known_then'
            when based.basis like 'since%' then 'known_since'
            else 'none'
        end as interval_basis,
        {% for column, source in [('errors', 'n'), ('error_low', 'low'), ('error_high', 'high')] -%}
        case based.basis
            {%- for name in bases if name != 'same_years' %}
            when '{{ name }}' then based.{{ source }}_{{ name }}
            {%- endfor %}
        end as {{ column }},
        {% endfor -%}
        {% for side in ['low', 'high'] -%}
        case
            when started.step = started.tried_step and based.n_same_years >= {{ var('forecast_errors') }}
                then based.{{ side }}_same_years
        end as meanwhile_{{ side }}{% if not loop.last %},{% endif %}
        {% endfor %}
    from started
    left join based
        on started.partnership_id = based.partnership_id
        and started.indicator_id = based.indicator_id
        and started.made_in = based.made_in
        and started.tried_step = based.tried_step
        and started.method = based.method
        and started.size_class = based.size_class
),

forecast_points as (
    select
        partnership_id,
        academic_year,
        priority_number,
        'forecast' as point_kind,
        made_at,
        {{ year_name('made_in') }} as made_in,
        {{ year_name('made_in + step') }} as point_year,
        {{ from_scale('forecast', 'kind') }} as value,
        {{ from_scale('forecast + widened * error_low', 'kind') }} as low,
        {{ from_scale('forecast + widened * error_high', 'kind') }} as high,
        {{ from_scale('forecast + meanwhile_low', 'kind') }} as others_low,
        {{ from_scale('forecast + meanwhile_high', 'kind') }} as others_high,
        n_pupils,
        cast(null as bigint) as n_schools,
        method,
        reason,
        interval_basis,
        errors,
        'ok' as status
    from with_errors
),

history_points as (
    select
        priorities.partnership_id,
        priorities.academic_year,
        priorities.priority_number,
        'history' as point_kind,
        cast(null as varchar) as made_at,
        cast(null as varchar) as made_in,
        {{ year_name('series.origin') }} as point_year,
        series.value,
        series.ci_low as low,
        series.ci_high as high,
        cast(null as double) as others_low,
        cast(null as double) as others_high,
        series.n_pupils,
        series.n_schools,
        cast(null as varchar) as method,
        cast(null as varchar) as reason,
        cast(null as varchar) as interval_basis,
        cast(null as bigint) as errors,
        series.status
    from priorities
    inner join series
        on priorities.partnership_id = series.partnership_id
        and priorities.indicator_id = series.indicator_id
        and priorities.breakdown_id = series.breakdown_id
),

target_points as (
    select
        partnership_id,
        academic_year,
        priority_number,
        'target' as point_kind,
        cast(null as varchar) as made_at,
        cast(null as varchar) as made_in,
        {{ year_name('target_origin') }} as point_year,
        target as value,
        cast(null as double) as low,
        cast(null as double) as high,
        cast(null as double) as others_low,
        cast(null as double) as others_high,
        cast(null as double) as n_pupils,
        cast(null as bigint) as n_schools,
        cast(null as varchar) as method,
        cast(null as varchar) as reason,
        cast(null as varchar) as interval_basis,
        cast(null as bigint) as errors,
        'ok' as status
    from priorities
)

select * from history_points
union all
select * from forecast_points
union all
select * from target_points
