{{ config(materialized='list') }}
-- Every release of figures.
select distinct release from {{ ref('int_outcome_rows__classified') }}
where release is not null
order by release
