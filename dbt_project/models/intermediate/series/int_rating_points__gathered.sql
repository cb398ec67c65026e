-- Every mean of answers as the point of a line of terms; `point_number` and `series_number` stand for a row and a line in this
-- build alone.
with

terms as (
    select term_id, term_number as position from {{ ref('dim_term') }}
),

series as (
    select * from {{ ref('rating_series') }}
),

lines as (
    select
        *,
        row_number() over () as series_number
    from (select distinct area_type, area_id, instrument_id, item_id, respondent_role from series) as each_once
)

select
    row_number() over () as point_number,
    lines.series_number,
    series.area_type,
    series.area_id,
    series.instrument_id,
    series.item_id,
    series.respondent_role,
    series.term,
    terms.position,
    series.mean_value as value,
    series.n_responses,
    'higher' as polarity,
    cast(null as varchar) as unusable_reason_id,
    cast(null as integer) as segment_from,
    -- answers are steps, not measures: the test asks how many reach the upper two
    true as is_share,
    series.share_high_pct / 100.0 as estimate,
    case when series.n_responses >= {{ var('rating_least_answers') }} then cast(series.n_responses as double) end as weight,
    cast(null as double) as events
from series
inner join terms
    on series.term = terms.term_id
inner join lines
    on series.area_type = lines.area_type
    and series.area_id = lines.area_id
    and series.instrument_id = lines.instrument_id
    and series.item_id = lines.item_id
    and series.respondent_role = lines.respondent_role
