-- What each point of each series says, in words and with its target.
with

points as (
    select * from {{ ref('int_trend_points__gathered') }}
),

signals as (
    select * from {{ ref('int_points__signalled') }} where kind = 'outcome'
)

select
    points.area_type,
    points.area_id,
    points.indicator_id,
    points.breakdown_id,
    points.academic_year,
    points.value,
    points.polarity,
    {{ signals_said('points.unusable') }},
    {{ year_name('signals.spc_since_position') }} as spc_since,
    points.target as spc_target,
    {{ assurance('signals.spc_lower', 'signals.spc_upper', 'points.target', 'points.direction') }} as spc_assurance,
    points.segment,
    points.segment_since,
    points.segment_reason
from points
left join signals
    on points.point_number = signals.point_number
