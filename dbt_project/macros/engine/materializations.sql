{# How a model becomes a table or a view. The warehouse is built into an empty file that nobody reads before it is whole, so there
   is nothing to build beside, to rename and to drop: dbt's own way asks the database six more questions for each model, which
   was half the time of a small build. No hooks, grants, indexes or partitions: the project has none. #}
{% materialization table, adapter='duckdb', supported_languages=['sql', 'python'] %}
    {%- set target = this.incorporate(type='table') -%}
    {%- do turncurve.make_room() -%}
    {%- call statement('main', language=model['language']) -%}
        {{- create_table_as(False, target, compiled_code, model['language']) -}}
    {%- endcall -%}
    {%- do adapter.commit() -%}
    {{ return({'relations': [target]}) }}
{% endmaterialization %}

{% materialization view, adapter='duckdb' %}
    {%- set target = this.incorporate(type='view') -%}
    {%- do turncurve.make_room() -%}
    {%- call statement('main') -%}
        {{- get_create_view_as_sql(target, sql) -}}
    {%- endcall -%}
    {%- do adapter.commit() -%}
    {{ return({'relations': [target]}) }}
{% endmaterialization %}

{# What a model was built as before, where it is built once more into the same file. #}
{% macro make_room() -%}
    {%- set before = load_cached_relation(this) -%}
    {%- if before is not none -%}
        {%- do adapter.drop_relation(before) -%}
    {%- endif -%}
{%- endmacro %}
