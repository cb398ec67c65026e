{{ config(materialized='view') }}
select
    cast(school_id as varchar) as school_id,
    cast(academic_year as varchar) as academic_year,
    cast(release as varchar) as release,
    similar_rank,
    cast(similar_school_id as varchar) as similar_school_id,
    distance,
    traits_used,
    traits_stated,
    cast(traits_missing as varchar) as traits_missing,
    cast(phase as varchar) as phase,
    cast(reason as varchar) as reason,
    is_latest
from {{ ref('int_similar_schools__matched') }}
