{{ config(severity='warn', meta={'dagster': {'ref': {'name': 'back_series'}}}) }}
-- A later file repeats an earlier year's figure as it was first published. A warning: a publisher may restate.
select urn, indicator_id, breakdown_id, academic_year, own_value, later_value
from {{ ref('back_series') }}
where is_restated
