-- Every figure of a series as the point of a line: what it is weighed by, whether anything may be said about it, and where the line
-- starts anew. A line is one area, indicator and group of pupils since its last new start; `point_number` and `series_number` stand
-- for a row and a line in this build alone.
with

indicators as (
    select {{ listed('indicator_id', 'indicators') }} as indicator_id, kind, polarity, minimum_pupils
    from {{ ref('indicators') }}
),

years as (
    select distinct academic_year from {{ ref('int_area_series__benchmarked') }}
),

-- where a measure starts anew for everybody, and where a person recorded it for one area
break_years as (
    select
        {{ listed('breaks.indicator_id', 'indicators') }} as indicator_id,
        years.academic_year,
        count(distinct breaks.from_year) as breaks,
        max(breaks.from_year) as break_from,
        max_by(breaks.reason, breaks.from_year) as break_reason
    from {{ ref('series_breaks') }} as breaks
    inner join years
        on breaks.from_year <= years.academic_year
    group by breaks.indicator_id, years.academic_year
),

areas as (
    select distinct area_id from {{ ref('int_area_series__benchmarked') }}
),

-- joined by the texts, so that an area or an indicator without figures is no error
step_years as (
    select
        steps.area_type,
        areas.area_id,
        indicators.indicator_id,
        years.academic_year,
        count(distinct steps.from_year) as steps,
        max(steps.from_year) as step_from,
        max_by(steps.reason, steps.from_year) as step_reason
    from {{ ref('int_step_changes__dated') }} as steps
    inner join areas
        on steps.area_id = cast(areas.area_id as varchar)
    inner join indicators
        on steps.indicator_id = cast(indicators.indicator_id as varchar)
    inner join years
        on steps.from_year <= years.academic_year
    group by 1, 2, 3, 4
),

series as (
    select
        {{ row_id('series') }} as point_number,
        series.area_type,
        series.area_id,
        series.indicator_id,
        series.breakdown_id,
        series.academic_year,
        cast(left(series.academic_year, 4) as integer) as position,
        series.value,
        series.n_pupils,
        indicators.polarity,
        -- an authority or England without a published number of pupils is not small
        case
            when series.value is null then 'no_figure'
            when indicators.kind = 'count' then null
            when series.n_pupils < indicators.minimum_pupils then 'small_cohort'
            when series.n_pupils is null and series.area_type in ('school', 'partnership') then 'unknown_cohort'
        end as unusable_reason_id,
        cast(1 + coalesce(break_years.breaks, 0) + coalesce(step_years.steps, 0) as integer) as segment,
        case
            when step_years.step_from is null or break_years.break_from > step_years.step_from then break_years.break_from
            else step_years.step_from
        end as segment_since,
        case
            when step_years.step_from is null or break_years.break_from > step_years.step_from then break_years.break_reason
            else step_years.step_reason
        end as segment_reason,
        coalesce(indicators.kind = 'proportion' and series.n_pupils > 0, false) as is_share,
        series.ci_method = 'byar' as is_events,
        case when indicators.kind = 'proportion' and series.n_pupils > 0 then series.value / 100.0 else series.value end as estimate,
        case
            when indicators.kind = 'proportion' and series.n_pupils > 0 then series.n_pupils
            when series.ci_high > series.ci_low
                then (3.92 / (series.ci_high - series.ci_low)) * (3.92 / (series.ci_high - series.ci_low))
        end as weight,
        case
            when indicators.kind = 'proportion'
                then least(series.value, 100 - series.value) * series.n_pupils / 100.0
            when series.ci_method = 'byar' then series.value * series.n_pupils / 100.0
        end as events
    from {{ ref('int_area_series__benchmarked') }} as series
    inner join indicators
        on series.indicator_id = indicators.indicator_id
    left join break_years
        on series.indicator_id = break_years.indicator_id
        and series.academic_year = break_years.academic_year
    left join step_years
        on series.area_type = step_years.area_type
        and series.area_id = step_years.area_id
        and series.indicator_id = step_years.indicator_id
        and series.academic_year = step_years.academic_year
),

-- events come in clusters: their intervals are widened by what years are seen to vary
event_points as (
    select
        area_type,
        area_id,
        indicator_id,
        breakdown_id,
        position,
        segment,
        value,
        events,
        1 / weight as variance
    from series
    where is_events and unusable_reason_id is null and weight is not null
),

spreads as (
    {{ event_spread('event_points', ['area_type', 'area_id', 'indicator_id', 'breakdown_id']) }}
),

lines as (
    select
        *,
        row_number() over () as series_number
    from (select distinct area_type, area_id, indicator_id, breakdown_id, segment from series) as each_once
)

select
    series.point_number,
    lines.series_number,
    series.area_type,
    series.area_id,
    series.indicator_id,
    series.breakdown_id,
    series.academic_year,
    series.position,
    series.value,
    series.n_pupils,
    series.polarity,
    series.unusable_reason_id,
    series.segment,
    series.segment_since,
    cast(left(series.segment_since, 4) as integer) as segment_from,
    series.segment_reason,
    series.is_share,
    series.estimate,
    case when series.is_events then series.weight / spreads.spread else series.weight end as weight,
    series.events
from series
inner join lines
    on series.area_type = lines.area_type
    and series.area_id = lines.area_id
    and series.indicator_id = lines.indicator_id
    and series.breakdown_id = lines.breakdown_id
    and series.segment = lines.segment
left join spreads
    on series.is_events
    and series.area_type = spreads.area_type
    and series.area_id = spreads.area_id
    and series.indicator_id = spreads.indicator_id
    and series.breakdown_id = spreads.breakdown_id
    and series.position = spreads.position
