{# So many rows for each row of another model: a join that loses or doubles rows is seen by it. #}
{% test rows_for_each(model, of, times=1) %}
select found.rows_found, expected.rows_expected
from (select count(*) as rows_found from {{ model }}) as found
cross join (select {{ times }} * count(*) as rows_expected from {{ of }}) as expected
where found.rows_found <> expected.rows_expected
{% endtest %}
