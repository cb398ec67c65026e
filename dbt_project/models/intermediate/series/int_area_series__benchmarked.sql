-- Which figure of England stands beside a figure, what it is, and the verdict of the two: decided here and nowhere else, for every
-- school, partnership and authority. Schools are compared as docs/methods/comparison.md says. England itself stands beside nothing.
with

series as (
    select * from {{ ref('int_area_series__gathered') }}
),

indicators as (
    select
        {{ listed('indicator_id', 'indicators') }} as indicator_id,
        phase as indicator_phase,
        kind,
        polarity,
        cast(minimum_pupils as integer) as minimum_pupils
    from {{ ref('indicators') }}
),

england as (
    select area_id, indicator_id, breakdown_id, academic_year, value
    from series
    where area_type = 'england' and value is not null
),

-- the measures that are published for each series of England at all
england_measures as (
    select distinct area_id, indicator_id from england
),

chosen as (
    select
        series.*,
        indicators.kind,
        indicators.polarity,
        indicators.minimum_pupils,
        {{ listed("case
            when series.area_type = 'england' then null
            -- a score of progress is already a difference from all pupils in England with the same start
            when indicators.kind = 'progress' then 'england'
            -- the publisher counts all state-funded schools of an authority, of every phase, as it does for England
            when series.area_type = 'authority' and series.origin = 'published' then 'england'
            when series.phase = 'special' then 'england_special'
            when indicators.indicator_phase <> 'all' and series.phase is distinct from 'alternative' then 'england'
            when series.phase in ('primary', 'secondary') then 'england_' || series.phase
        end", 'areas') }} as england_id
    from series
    inner join indicators
        on series.indicator_id = indicators.indicator_id
),

beside as (
    select
        chosen.*,
        case when chosen.kind = 'progress' and chosen.area_type <> 'england' then 0.0 else england.value end as benchmark_value,
        england_measures.area_id is not null as england_is_published
    from chosen
    left join england
        on chosen.england_id = england.area_id
        and chosen.indicator_id = england.indicator_id
        and chosen.breakdown_id = england.breakdown_id
        and chosen.academic_year = england.academic_year
    left join england_measures
        on chosen.england_id = england_measures.area_id
        and chosen.indicator_id = england_measures.indicator_id
),

reasoned as (
    select
        *,
        case
            when value is null and status = 'held_back' then 'held_back'
            when value is null then 'no_figure'
            when n_pupils is null then 'cohort_unknown'
            when n_pupils < minimum_pupils then 'small_cohort'
            when benchmark_value is null and england_id is null and area_type <> 'school' and phase is null then 'several_phases'
            when benchmark_value is null and not england_is_published then 'no_england_of_kind'
            when benchmark_value is null then 'no_england_of_year'
            when ci_low is null or ci_high is null then 'no_interval'
        end as unclear
    from beside
),

sided as (
    select
        *,
        case when area_type <> 'england' and unclear is null then {{ side_of('ci_low', 'ci_high', 'benchmark_value') }} end as side,
        case when polarity = 'none' then 'no_better' else unclear end as why_not
    from reasoned
)

select
    area_type,
    area_id,
    area_name,
    indicator_id,
    breakdown_id,
    academic_year,
    value,
    n_pupils,
    n_schools,
    ci_low,
    ci_high,
    ci_method,
    origin,
    status,
    release,
    file_id,
    phase,
    figure_number,
    minimum_pupils,
    england_id,
    benchmark_value,
    -- on which side of England the whole interval lies, also where neither side is better
    side,
    case when area_type <> 'england' then {{ verdict_of('why_not', 'side', 'polarity') }} end as verdict,
    case when area_type <> 'england' then why_not end as reason_id
from sided
