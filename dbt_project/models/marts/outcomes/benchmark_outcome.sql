select
    area_type,
    area_id,
    indicator_id,
    breakdown_id,
    academic_year,
    release,
    value,
    status,
    file_id as source_file,
    denominator,
    is_latest
from {{ ref('int_outcomes__with_interval') }}
where area_type <> 'school'
