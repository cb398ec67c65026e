-- What each term of each series of ratings says, in words.
with

terms as (
    select term_id, term_number as position from {{ ref('dim_term') }}
),

points as (
    select * from {{ ref('int_rating_points__gathered') }}
),

signals as (
    select * from {{ ref('int_points__signalled') }} where kind = 'rating'
)

select
    points.area_type,
    points.area_id,
    points.instrument_id,
    points.item_id,
    points.respondent_role,
    points.term,
    points.value,
    points.polarity,
    points.n_responses,
    {{ signals_said('points.unusable_reason_id', {'no_interval': 'small_cohort'}) }},
    since.term_id as spc_since
from points
left join signals
    on points.point_number = signals.point_number
left join terms as since
    on signals.spc_since_position = since.position
