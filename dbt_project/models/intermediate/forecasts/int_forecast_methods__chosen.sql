-- Which method to forecast with, as it could be told in each year: chosen on earlier target years, tried on later ones.
-- One row per indicator, kind of area, years ahead, year it is told in (as_at) and method.
-- An area's kind is partnership for the groups drawn by lot.
{% set methods = var('forecast_methods') %}
with

made as (
    select * from {{ ref('int_forecasts__made') }}
    where area_type <> 'partnership' and breakdown_id = 'all'
),

{% for horizon in var('forecast_horizons') %}
ahead_{{ horizon }} as (
    select
        area_type,
        indicator_id,
        n_schools,
        kind,
        {{ horizon }} as horizon,
        made_in_year + {{ horizon }} as target_year,
        {{ from_scale('actual_' ~ horizon, 'kind') }} as actual
        {%- for method in methods %},
        {% set step = ' + ' ~ drift_share(horizon) ~ ' * last_change' if method == 'drift' else '' -%}
        abs({{ from_scale(method ~ step, 'kind') }} - {{ from_scale('actual_' ~ horizon, 'kind') }}) as e_{{ method }}
        {%- endfor %}
    from made
    where actual_{{ horizon }} is not null
),
{% endfor %}

ahead as (
    {% for horizon in var('forecast_horizons') -%}
    select * from ahead_{{ horizon }}
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

yearly as (
    select
        area_type,
        indicator_id,
        horizon,
        target_year,
        count(*) as n_forecasts,
        sum(n_schools) as n_schools
        {%- for method in methods %},
        {{ in_order('sum', 'e_' ~ method) }} as sum_{{ method }},
        {{ in_order('sum', 'e_' ~ method ~ ' - e_last_year') }} as diff_{{ method }},
        {{ in_order('sum', '(e_' ~ method ~ ' - e_last_year) * (e_' ~ method ~ ' - e_last_year)') }} as square_{{ method }}
        {%- endfor %}
    from ahead
    group by area_type, indicator_id, horizon, target_year
),

-- drawings share their schools: a school that was drawn five times is no more evidence than one that was drawn once
repeated as (
    select
        yearly.*,
        case
            when yearly.area_type = 'drawn' then greatest(1, coalesce({{ ratio('yearly.n_schools', 'schools.n_forecasts') }}, 1))
            else 1
        end as times_drawn
    from yearly
    left join yearly as schools
        on schools.area_type = 'school'
        and yearly.indicator_id = schools.indicator_id
        and yearly.horizon = schools.horizon
        and yearly.target_year = schools.target_year
),

by_method as (
    {% for method in methods %}
    select
        case when area_type = 'drawn' then 'partnership' else area_type end as area_type,
        indicator_id,
        horizon,
        target_year,
        '{{ method }}' as method,
        {{ loop.index }} as method_order,
        n_forecasts,
        sum_{{ method }} as errors,
        sum_last_year as errors_last_year,
        diff_{{ method }} as difference,
        -- variance of the year's summed difference
        {{ ratio('square_' ~ method ~ ' - diff_' ~ method ~ ' * diff_' ~ method ~ ' / n_forecasts', 'n_forecasts - 1') }} * n_forecasts
            * times_drawn as variance
    from repeated
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

-- all that is known by the end of each year
so_far as (
    select
        area_type,
        indicator_id,
        horizon,
        target_year as as_at,
        method,
        method_order,
        row_number() over known as years,
        sum(n_forecasts) over known as n_forecasts,
        sum(errors) over known as errors,
        sum(errors_last_year) over known as errors_last_year,
        sum(difference) over known as difference,
        sum(variance) over known as variance,
        sum(case when difference < 0 then 1 else 0 end) over known as years_won
    from by_method
    window known as (partition by area_type, indicator_id, horizon, method order by target_year)
),

-- the last third of the target years, and at least one, is kept for trying the choice
split as (
    select
        all_years.*,
        earlier.as_at as chosen_on_until,
        earlier.years as chosen_on_years,
        earlier.n_forecasts as n_forecasts_chosen_on,
        {{ ratio('earlier.errors', 'earlier.n_forecasts') }} as chosen_on_mae,
        {{ ratio('earlier.difference', 'earlier.n_forecasts') }} as chosen_on_difference,
        {{ ratio('sqrt(earlier.variance)', 'earlier.n_forecasts') }} as chosen_on_error,
        earlier.years_won as chosen_on_years_won,
        all_years.n_forecasts - coalesce(earlier.n_forecasts, 0) as n_forecasts_tried,
        {{ ratio('all_years.errors - coalesce(earlier.errors, 0)', 'all_years.n_forecasts - coalesce(earlier.n_forecasts, 0)') }} as mae,
        {{ ratio('all_years.errors_last_year - coalesce(earlier.errors_last_year, 0)', 'all_years.n_forecasts - coalesce(earlier.n_forecasts, 0)') }} as mae_last_year,
        {{ ratio('all_years.difference - coalesce(earlier.difference, 0)', 'all_years.n_forecasts - coalesce(earlier.n_forecasts, 0)') }} as mean_difference,
        {{ ratio('sqrt(greatest(0, all_years.variance - coalesce(earlier.variance, 0)))', 'all_years.n_forecasts - coalesce(earlier.n_forecasts, 0)') }} as difference_error
    from so_far as all_years
    left join so_far as earlier
        on all_years.area_type = earlier.area_type
        and all_years.indicator_id = earlier.indicator_id
        and all_years.horizon = earlier.horizon
        and all_years.method = earlier.method
        and earlier.years = all_years.years - greatest(1, cast(floor(all_years.years / 3.0) as integer))
),

judged as (
    select
        *,
        min(chosen_on_mae) over one_choice as least_mae,
        case
            when method = 'last_year' then true
            when n_forecasts_chosen_on is null or n_forecasts_chosen_on < {{ var('forecast_errors') }} then false
            -- by more than chance, and not through one year alone
            else chosen_on_difference + {{ var('z95') }} * chosen_on_error < 0 and 2 * chosen_on_years_won > chosen_on_years
        end as beats_last_year
    from split
    window one_choice as (partition by area_type, indicator_id, horizon, as_at)
),

candidates as (
    select
        *,
        min(case
            when method <> 'last_year' and beats_last_year and chosen_on_mae <= least_mae * (1 + {{ var('forecast_tie') }})
                then method_order
        end) over one_choice as best_order
    from judged
    window one_choice as (partition by area_type, indicator_id, horizon, as_at)
),

confirmed as (
    select
        *,
        -- what was chosen must go on winning where it was not chosen
        max(case when method_order = best_order and mean_difference < 0 then 1 else 0 end) over one_choice as holds
    from candidates
    window one_choice as (partition by area_type, indicator_id, horizon, as_at)
)

select
    area_type,
    indicator_id,
    cast(horizon as integer) as horizon,
    cast(as_at as integer) as as_at,
    method,
    cast(method_order as integer) as method_order,
    method_order = case when holds = 1 then best_order else 1 end as is_chosen,
    case
        when n_forecasts_chosen_on is null then 'one_year_only'
        when n_forecasts_chosen_on < {{ var('forecast_errors') }} then 'few_forecasts'
        when best_order is null then 'none_better'
        when holds = 0 then 'did_not_hold'
        else 'better'
    end as reason_id,
    cast(chosen_on_until as integer) as chosen_on_until,
    cast(n_forecasts_tried as bigint) as n_forecasts,
    cast(n_forecasts_chosen_on as bigint) as n_forecasts_chosen_on,
    chosen_on_mae,
    mae,
    mae_last_year,
    {{ ratio('mae', 'mae_last_year') }} as mae_ratio,
    mean_difference - {{ var('z95') }} * difference_error as difference_low,
    mean_difference + {{ var('z95') }} * difference_error as difference_high,
    as_at = max(as_at) over (partition by area_type, indicator_id, horizon) as is_latest
from confirmed
