-- Every cell of every template that arrived, one row per cell, as typed. What a column is, is said by its contract, not here.
{% for dataset_id in template_datasets() %}
select
    '{{ dataset_id }}' as dataset_id,
    file_id,
    row_number,
    column_name,
    trim(cell) as cell
from ({{ cells(source('raw', dataset_id), dataset_id, 'dataset_columns') }}) as cells_read
{% if not loop.last %}union all{% endif %}
{% endfor %}
