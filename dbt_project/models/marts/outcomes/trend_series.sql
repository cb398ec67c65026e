{{ config(materialized='view') }}
select
    area_type,
    area_id,
    area_name,
    indicator_id,
    breakdown_id,
    academic_year,
    value,
    cohort,
    schools,
    ci_low,
    ci_high,
    ci_method,
    origin,
    status,
    release,
    source_file,
    england_id
from {{ ref('int_area_series__gathered') }}
