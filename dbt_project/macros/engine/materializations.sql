{# A list of keys (see the macro listed): not a table, but a type of column whose values are the one column of the query, in order. #}
{% materialization list, adapter='duckdb' %}
    {%- set target = this.incorporate(type='table') -%}
    {%- call statement('main') -%}
        create or replace type {{ target }} as enum ({{ compiled_code }})
    {%- endcall -%}
    {%- do adapter.commit() -%}
    {{ return({'relations': []}) }}
{% endmaterialization %}

{% materialization list, default %}
    {%- call statement('main') -%}
        select 1
    {%- endcall -%}
    {{ return({'relations': []}) }}
{% endmaterialization %}

{# To a contract an enumeration, of keys or of words, is the text it stands for, and as a text it is published. #}
{% macro get_column_schema_from_query(select_sql, select_sql_header=none) -%}
    {%- set told = [] -%}
    {%- for column in adapter.get_column_schema_from_query(get_empty_subquery_sql(select_sql, select_sql_header)) -%}
        {%- if column.dtype.startswith('ENUM(') and column.dtype.endswith(')') -%}
            {%- do told.append(api.Column(column.name, 'VARCHAR')) -%}
        {%- else -%}
            {%- do told.append(column) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(told) }}
{%- endmacro %}
