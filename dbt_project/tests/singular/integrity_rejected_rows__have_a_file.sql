{{ config(meta={'dagster': {'ref': {'name': 'rejected_rows'}}}) }}
-- Every rejected row belongs to a file of the log.
select rejected.file_id, rejected.row_number
from {{ ref('rejected_rows') }} as rejected
left join {{ ref('file_log') }} as files
    on rejected.file_id = files.file_id
where files.file_id is null
