{{ config(materialized='view') }}
-- How the level of each area changed beside England in the years up to its latest figure, and how likely that is.
with

indicators as (
    select {{ listed('indicator_id', 'indicators') }} as indicator_id, unit, cast(decimals as integer) as decimals
    from {{ ref('indicators') }}
),

sided as (
    select
        *,
        case when high_is_good then probability_below else 1 - probability_below end as probability_worse,
        case when high_is_good then probability_much_below else probability_much_above end as probability_much_worse,
        case when high_is_good then probability_much_above else probability_much_below end as probability_much_better
    from {{ ref('int_levels__estimated') }}
    where kind = 'change'
),

surest as (
    select
        sided.*,
        greatest(probability_worse, 1 - probability_worse) as probability,
        indicators.unit,
        indicators.decimals,
        -- a change that is none as figures are printed is none, however sure
        round(estimate, indicators.decimals) <> 0 as shows
    from sided
    inner join indicators
        on sided.indicator_id = indicators.indicator_id
)

select
    surest.area_type,
    surest.area_id,
    surest.indicator_id,
    surest.breakdown_id,
    {{ year_name('surest.year_number') }} as academic_year,
    {{ year_name('surest.since_year') }} as since_year,
    surest.year_number - surest.since_year as years_back,
    surest.n_pupils,
    surest.estimate as change,
    surest.low as ci_low,
    surest.high as ci_high,
    1 - surest.probability_worse as probability_better,
    surest.probability_worse,
    surest.amount as meaningful_change,
    surest.probability_much_better,
    surest.probability_much_worse,
    case
        when yardstick.yardstick = 'realistic possibility' or not surest.shows then 'none'
        when surest.probability_worse > 0.5 then 'worse'
        else 'better'
    end as direction,
    surest.probability,
    yardstick.yardstick,
    yardstick.is_strong and surest.shows as is_strong,
    case
        when yardstick.yardstick = 'realistic possibility' or not surest.shows then 'No clear change'
        else upper(left(yardstick.yardstick, 1)) || substr(yardstick.yardstick, 2) || ' (' || {{ share_words('surest.probability') }}
            || ') to have got ' || case when surest.probability_worse > 0.5 then 'worse' else 'better' end
    end
    || case surest.year_number - surest.since_year
        when 1 then ' in the year'
        else ' over the ' || split_part('one two three four five', ' ', cast(surest.year_number - surest.since_year as integer)) || ' years'
    end
    || ' to ' || {{ year_name('surest.year_number') }} || ', compared with England'
    || case
        when yardstick.yardstick = 'realistic possibility' or not surest.shows then ' (' || {{ thousands('surest.n_pupils') }} || ' pupils).'
        else ': by about' || replace(
            ' ' || {{ figure_words('abs(surest.estimate)', points('surest.unit'), 'surest.decimals') }}, ' 1 points', ' 1 point'
        )
            || ' (95% interval ' || {{ better_or_worse('surest.low', 'surest.high_is_good', 'surest.decimals') }}
            || ' to ' || {{ better_or_worse('surest.high', 'surest.high_is_good', 'surest.decimals') }} || '; '
            || {{ thousands('surest.n_pupils') }} || ' pupils).'
    end as sentence
from surest
inner join {{ ref('yardstick') }} as yardstick
    on {{ on_yardstick('yardstick', 'surest.probability') }}
