select
    compared.area_type,
    compared.area_id,
    compared.indicator_id,
    compared.breakdown_id,
    compared.academic_year,
    compared.release,
    compared.file_id,
    files.path as source_path,
    compared.row_number,
    compared.value,
    compared.status,
    compared.choice = 1 as is_taken,
    compared.reason
from {{ ref('int_outcomes__compared') }} as compared
inner join {{ ref('stg_landing__outcome_files') }} as files
    on compared.file_id = files.file_id
    and files.status = 'loaded'
where compared.n_candidates > 1
