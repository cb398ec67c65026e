-- Every series of a school with two figures of enough pupils has a chance of change.
with

series as (
    select area_id, indicator_id, breakdown_id
    from {{ ref('int_level_points__gathered') }}
    where area_type = 'school'
    group by area_id, indicator_id, breakdown_id
    having count(*) > 1
),

told as (
    select distinct area_id, indicator_id, breakdown_id
    from {{ ref('int_levels__estimated') }}
    where kind = 'change' and area_type = 'school' and probability_below is not null
)

select series.*
from series
left join told
    on series.area_id = told.area_id
    and series.indicator_id = told.indicator_id
    and series.breakdown_id = told.breakdown_id
where told.area_id is null
