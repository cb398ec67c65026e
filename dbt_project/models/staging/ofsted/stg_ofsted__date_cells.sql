-- the columns with dates and URNs that the grades refer to
with

files as (
    select * from {{ source('raw', 'ofsted_inspections') }}
)
{% for name in [
    'URN',
    'URN at time of latest full inspection',
    'URN at time of latest OEIF graded inspection',
    'URN at time of the ungraded inspection',
    'URN at time of previous full inspection',
    'Inspection start date',
    'Publication date',
    'Inspection start date of latest OEIF graded inspection',
    'Publication date of latest OEIF graded inspection',
    'Date of latest ungraded inspection',
    'Ungraded inspection publication date',
    'Previous inspection start date',
    'Previous publication date',
] %}
select _file_id as file_id, _row_number as row_number, '{{ name | lower }}' as column_name, trim({{ adapter.quote(name) }}) as cell
from files
where {{ adapter.quote(name) }} is not null
{% if not loop.last %}union all{% endif %}
{% endfor %}
