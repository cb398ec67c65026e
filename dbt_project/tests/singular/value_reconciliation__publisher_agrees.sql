{{ config(severity='warn', meta={'dagster': {'ref': {'name': 'reconciliation'}}}) }}
-- Schools weighed by cohort come within half a point of the publisher's own authority figure, wherever the two can be compared.
-- A warning, one row for each indicator and year, however many authorities differ; the data page shows each difference.
select
    indicator_id,
    academic_year,
    count(*) as n_compared,
    sum(case when is_within_tolerance then 0 else 1 end) as n_different
from {{ ref('reconciliation') }}
where is_within_tolerance is not null
group by indicator_id, academic_year
having sum(case when is_within_tolerance then 0 else 1 end) > 0
