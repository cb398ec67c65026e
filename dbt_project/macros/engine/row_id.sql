{# A whole number of its own for each row of a table, the same whenever it is read in one build. `relation` is the table, by its name in
   the query. A window that numbers rows would let one thread write what two could. Spark's number is another one when a view is read again,
   so there the relation must be stored first. #}
{% macro row_id(relation) -%}
    {{ return(adapter.dispatch('row_id', 'turncurve')(relation)) }}
{%- endmacro %}

{% macro duckdb__row_id(relation) -%}
    {{ relation }}.rowid
{%- endmacro %}

{% macro spark__row_id(relation) -%}
    monotonically_increasing_id()
{%- endmacro %}
