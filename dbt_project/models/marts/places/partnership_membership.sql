select
    partnership_id,
    school_id,
    urn,
    joined_on,
    left_on,
    role
from {{ ref('int_memberships__dated') }}
