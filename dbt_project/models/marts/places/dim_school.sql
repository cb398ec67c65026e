select
    school_id,
    urn,
    laestab,
    name,
    phase,
    la_code,
    la_name,
    status,
    opened_on,
    closed_on,
    valid_from,
    valid_to,
    is_current,
    is_independent
from {{ ref('int_schools__described') }}
