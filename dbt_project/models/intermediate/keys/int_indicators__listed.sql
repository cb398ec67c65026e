{{ config(materialized='list') }}
-- Every indicator.
select indicator_id from {{ ref('indicators') }}
order by indicator_id
