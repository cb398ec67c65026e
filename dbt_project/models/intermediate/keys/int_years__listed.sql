{{ config(materialized='list') }}
-- Every academic year with figures.
select distinct academic_year from {{ ref('int_outcome_rows__classified') }}
where academic_year is not null
order by academic_year
