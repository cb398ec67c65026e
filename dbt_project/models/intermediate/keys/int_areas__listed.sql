{{ config(materialized='list') }}
-- Every id of an area that has figures: schools by URN and by lineage, partnerships, authorities, England and its phases.
with

schools as (
    {{ schools_with_figures() }}
)

select area_id
from (
    select urn as area_id from schools
    union
    select school_id from schools
    union
    select benchmark_id from ({{ benchmark_ids() }}) as benchmarks
    union
    select area_id from {{ ref('int_outcome_rows__classified') }}
) as areas
where area_id is not null
order by area_id
