{{ config(severity='warn', meta={'dagster': {'ref': {'name': 'reconciliation'}}}) }}
-- Schools weighed by cohort come within half a point of the publisher's own authority figure, for every authority and year.
-- A warning, since suppressed schools are missing from the mean; the data page shows each difference.
select la_code, indicator_id, academic_year, published_value, calculated_value, difference
from {{ ref('reconciliation') }}
where not is_within_tolerance
