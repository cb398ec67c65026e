select
    breakdown_id,
    name,
    cast(sort_order as integer) as sort_order
from {{ ref('breakdowns') }}
