select
    event_type,
    scope,
    indicator_id,
    'all' as breakdown_id,
    relative_year,
    estimate,
    ci_low,
    ci_high,
    n_schools
from {{ ref('int_impact__estimated') }}
where relative_year is not null
