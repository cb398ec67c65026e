select
    school_id,
    urn,
    indicator_id,
    breakdown_id,
    academic_year,
    release,
    value,
    numerator,
    denominator,
    ci_low,
    ci_high,
    status,
    source_file,
    ci_method,
    is_latest
from {{ ref('int_outcomes__by_school') }}
