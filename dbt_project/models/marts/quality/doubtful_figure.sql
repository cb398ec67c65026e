select
    doubted.file_id,
    files.path as source_path,
    doubted.academic_year,
    doubted.column_name,
    doubted.doubt_id,
    doubted.n_figures,
    doubted.first_row,
    doubted.last_row,
    doubted.reason
from {{ ref('int_figures__doubted') }} as doubted
inner join {{ ref('stg_landing__outcome_files') }} as files
    on doubted.file_id = files.file_id
    and files.status = 'loaded'
