select
    cast(la_code as varchar) as la_code,
    cast(la_name as varchar) as la_name
from {{ ref('local_authorities') }}
