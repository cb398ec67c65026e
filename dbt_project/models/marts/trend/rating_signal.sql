with

terms as (
    select
        term_id,
        cast(row_number() over (order by starts_on) as integer) as position
    from {{ ref('terms') }}
),

points as (
    select
        series.area_type,
        series.area_id,
        series.instrument_id,
        series.item_id,
        series.respondent_role,
        series.term,
        terms.position,
        series.mean_value as value,
        series.responses,
        true as usable,
        cast(null as varchar) as unusable,
        cast(1 as integer) as segment,
        cast(null as integer) as segment_from,
        -- answers are steps, not measures: the test asks how many reach the upper two
        true as is_share,
        series.share_high_pct / 100.0 as estimate,
        case when series.responses >= {{ var('rating_least_answers') }} then cast(series.responses as double) end as weight,
        cast(null as double) as events,
        'higher' as polarity
    from {{ ref('rating_series') }} as series
    inner join terms
        on series.term = terms.term_id
),

signals as (
    {{ series_signals('points', ['area_type', 'area_id', 'instrument_id', 'item_id', 'respondent_role']) }}
)

select
    signals.area_type,
    signals.area_id,
    signals.instrument_id,
    signals.item_id,
    signals.respondent_role,
    signals.term,
    signals.value,
    signals.polarity,
    signals.responses,
    cast(signals.points as integer) as points,
    signals.trend_direction,
    signals.trend_chi2,
    signals.trend_p,
    signals.trend_verdict,
    case signals.trend_reason when 'no_interval' then 'small_cohort' else signals.trend_reason end as trend_reason,
    cast(signals.mk_s as integer) as mk_s,
    signals.mk_z,
    signals.mk_p,
    signals.sen_slope,
    cast(signals.spc_points as integer) as spc_points,
    signals.spc_mean,
    signals.spc_lower,
    signals.spc_upper,
    signals.spc_trial,
    signals.spc_reason,
    signals.spc_rule,
    signals.spc_variation,
    since.term_id as spc_since,
    signals.sentence_rule
from signals
left join terms as since
    on signals.spc_since_position = since.position
