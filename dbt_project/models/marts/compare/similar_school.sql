select
    school_id,
    academic_year,
    release,
    similar_rank,
    similar_school_id,
    distance,
    traits_used,
    traits_stated,
    traits_missing,
    phase,
    reason,
    is_latest
from {{ ref('int_similar_schools__matched') }}
