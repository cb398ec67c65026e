{{ config(materialized='view') }}
-- What each point of each series says, in words and with its target.
with

points as (
    select * from {{ ref('int_trend_points__gathered') }}
),

signals as (
    select * from {{ ref('int_points__signalled') }} where kind = 'outcome'
),

years as (
    select distinct academic_year from {{ ref('dim_term') }}
),

priorities as (
    select
        priorities.partnership_id,
        priorities.indicator_id,
        coalesce(priorities.breakdown_id, 'all') as breakdown_id,
        years.academic_year,
        max_by(priorities.target, priorities.academic_year || priorities.priority_number) as target,
        max_by(priorities.direction, priorities.academic_year || priorities.priority_number) as direction
    from {{ ref('curve_priority') }} as priorities
    inner join years
        on priorities.academic_year <= years.academic_year
    group by 1, 2, 3, 4
)

select
    points.area_type,
    points.area_id,
    points.indicator_id,
    points.breakdown_id,
    points.academic_year,
    points.value,
    points.n_pupils,
    points.polarity,
    {{ signals_said('points.unusable_reason_id') }},
    {{ year_name('signals.spc_since_position') }} as spc_since,
    priorities.target as spc_target,
    {{ assurance('signals.spc_lower', 'signals.spc_upper', 'priorities.target', 'priorities.direction') }} as spc_assurance,
    points.segment,
    points.segment_since,
    points.segment_reason
from points
left join signals
    on points.point_number = signals.point_number
left join priorities
    on points.area_type = 'partnership'
    and points.area_id = priorities.partnership_id
    and points.indicator_id = priorities.indicator_id
    and points.breakdown_id = priorities.breakdown_id
    and points.academic_year = priorities.academic_year
