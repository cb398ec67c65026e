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
        cohort,
        schools,
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
        least(steps.step, {{ forecast_horizons() | max }}) as tried_step
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
        coalesce(max_by(methods.reason, methods.as_at), 'one_year_only') as reason
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
        made.cohort,
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
        and ahead.made_in = made.origin
),

-- groups drawn by lot; those with more than a quarter of their schools from the partnership are no yardstick for it
own_share as (
    select
        drawn.group_id,
        members.partnership_id,
        {{ ratio('count(members.school_id)', 'max(drawn.schools)') }} as share
    from (
        select group_id, school_id, count(*) over (partition by group_id) as schools
        from {{ ref('int_groups__drawn') }}
    ) as drawn
    inner join (select distinct partnership_id, school_id from {{ ref('partnership_membership') }}) as members
        on drawn.school_id = members.school_id
    group by drawn.group_id, members.partnership_id
),

drawn as (
    {% for horizon in forecast_horizons() %}
    select
        made.*,
        {{ horizon }} as horizon,
        made.origin + {{ horizon }} as target_origin_drawn,
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
        made.origin = wanted.made_in as same_years,
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

-- nine in ten of the errors known then, or known since, or of the same years; of groups of this size, or of every size
measured as (
    {% for name, condition in [
        ('then_size', 'known_then and same_size'), ('then_all', 'known_then'),
        ('since_size', 'same_size'), ('since_all', 'true'),
        ('same_years', 'same_years'),
    ] %}
    select
        '{{ name }}' as basis,
        partnership_id,
        indicator_id,
        made_in,
        tried_step,
        method,
        size_class,
        count(*) as errors,
        count(distinct target_year) as years,
        percentile_cont(0.05) within group (order by error) as error_low,
        percentile_cont(0.95) within group (order by error) as error_high
    from errors
    where {{ condition }}
    group by partnership_id, indicator_id, made_in, tried_step, method, size_class
    having count(*) >= {{ var('forecast_errors') }}
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

with_errors as (
    select
        started.*,
        sqrt(started.step / cast(started.tried_step as double)) as widened,
        coalesce(chosen.basis, 'none') as interval_basis,
        chosen.errors,
        chosen.error_low,
        chosen.error_high,
        case when started.step = started.tried_step then meanwhile.error_low end as meanwhile_low,
        case when started.step = started.tried_step then meanwhile.error_high end as meanwhile_high
    from started
    left join (
        select
            partnership_id,
            indicator_id,
            made_in,
            tried_step,
            method,
            size_class,
            case when basis like 'then%' then 'known_then' else 'known_since' end as basis,
            errors,
            error_low,
            error_high,
            row_number() over (
                partition by partnership_id, indicator_id, made_in, tried_step, method, size_class
                order by case basis when 'then_size' then 1 when 'then_all' then 2 when 'since_size' then 3 else 4 end
            ) as place
        from measured
        -- one year's errors have one year's luck in common
        where basis <> 'same_years' and (years > 1 or basis like 'since%')
    ) as chosen
        on started.partnership_id = chosen.partnership_id
        and started.indicator_id = chosen.indicator_id
        and started.made_in = chosen.made_in
        and started.tried_step = chosen.tried_step
        and started.method = chosen.method
        and started.size_class = chosen.size_class
        and chosen.place = 1
    left join measured as meanwhile
        on started.partnership_id = meanwhile.partnership_id
        and started.indicator_id = meanwhile.indicator_id
        and started.made_in = meanwhile.made_in
        and started.tried_step = meanwhile.tried_step
        and started.method = meanwhile.method
        and started.size_class = meanwhile.size_class
        and meanwhile.basis = 'same_years'
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
        cohort,
        cast(null as bigint) as schools,
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
        series.cohort,
        series.schools,
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
        cast(null as double) as cohort,
        cast(null as bigint) as schools,
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
