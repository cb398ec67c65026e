{{ config(severity='warn', meta={'dagster': {'ref': {'name': 'fct_outcome'}}}) }}
-- A published interval lies around its value, to the rounding of the publisher. A warning: publishers have misprinted.
select urn, indicator_id, breakdown_id, academic_year, value, ci_low, ci_high
from {{ ref('fct_outcome') }}
where value is not null
    and ci_low is not null
    and (value < ci_low - 0.1 or value > ci_high + 0.1)
