select
    indicator_id,
    name,
    short_name,
    topic,
    phase,
    unit,
    polarity,
    kind,
    cast(decimals as integer) as decimals,
    cast(minimum_cohort as integer) as minimum_cohort,
    publisher,
    description
from {{ ref('indicators') }}
