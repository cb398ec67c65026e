-- Every landed row once, with what became of it: the ledger behind the file log. Rows a reader could not use are in it too.
{% set ledgers = [
    'int_outcome_rows__used',
    'int_register_rows__classified',
    'int_template_rows__classified',
    'int_form_responses__classified',
    'int_inspection_rows__classified',
] %}
{% for ledger in ledgers %}
select
    file_id,
    row_number,
    disposition,
    reject_column as column_name,
    reject_value as value,
    reject_reason as reason
from {{ ref(ledger) }}
union all
{% endfor %}
select
    file_id,
    row_number,
    'rejected' as disposition,
    max(column_name) as column_name,
    max(value) as value,
    max(reason) as reason
from {{ ref('stg_landing__rejects') }}
-- a value left out of a row that was taken is listed in int_cells__rejected
where scope = 'row'
group by file_id, row_number
