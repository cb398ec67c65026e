{{ config(meta={'dagster': {'ref': {'name': 'file_log'}}}) }}
-- A row has one fate: the ledger holds no row of a file twice.
select file_id, row_number, count(*) as fates
from {{ ref('int_rows__accounted') }}
group by file_id, row_number
having count(*) > 1
