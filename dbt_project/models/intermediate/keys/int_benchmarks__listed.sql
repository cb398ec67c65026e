{{ config(materialized='list') }}
-- Every id of what schools are compared with.
{{ benchmark_ids() }}
order by benchmark_id
