{{ config(materialized='list') }}
-- Every group of pupils that a file, a column of one, or the project itself knows.
select breakdown_id from {{ ref('breakdowns') }}
union
select breakdown_id from {{ ref('outcome_columns') }}
where breakdown_id is not null
union
select breakdown_id from {{ ref('int_outcome_rows__classified') }}
where breakdown_id is not null
order by breakdown_id
