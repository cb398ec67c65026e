{{ config(meta={'dagster': {'ref': {'name': 'file_log'}}}) }}
-- Nothing lost: every landed row is accepted, rejected or superseded.
select file_id, path, rows_landed, rows_accepted, rows_rejected, rows_superseded
from {{ ref('file_log') }}
where rows_landed <> rows_accepted + rows_rejected + rows_superseded
