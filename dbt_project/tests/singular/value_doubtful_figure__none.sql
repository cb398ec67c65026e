{{ config(severity='warn', meta={'dagster': {'ref': {'name': 'doubtful_figure'}}}) }}
-- Columns of figures that look wrong, though each cell may be right. A warning: the publisher may mean it.
select file_id, academic_year, column_name, doubt_id
from {{ ref('doubtful_figure') }}
