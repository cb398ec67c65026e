{{ config(meta={'dagster': {'ref': {'name': 'fct_outcome'}}}) }}
-- A figure has a value or says why not, never both and never neither.
select urn, indicator_id, breakdown_id, academic_year, release, value, status
from {{ ref('fct_outcome') }}
where (status = 'ok') <> (value is not null)
