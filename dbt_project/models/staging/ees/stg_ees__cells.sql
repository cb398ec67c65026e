{% for dataset in ees_datasets() | map(attribute='id') %}
select '{{ dataset }}' as dataset_id, file_id, row_number, column_name, cell
from ({{ cells(source('raw', dataset), dataset) }}) as measures
{% if not loop.last %}union all{% endif %}
{% endfor %}
