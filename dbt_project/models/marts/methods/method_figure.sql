select
    method_id,
    figure,
    value,
    worlds,
    measured_on,
    note
from {{ ref('measured') }}
