{# How a model becomes a table or a view. The warehouse is built into an empty file that nobody reads before it is whole, so there
   is nothing to build beside, to rename and to drop: dbt's own way asks the database six more questions for each model, which
   was a third of the time of a small refresh. No hooks, grants, indexes or partitions: the project has none. #}
{% materialization table, adapter='duckdb', supported_languages=['sql', 'python'] %}
    {%- set target = this.incorporate(type='table') -%}
    {%- set promised = config.get('contract').enforced and model['language'] == 'sql' -%}
    {%- do turncurve.make_room() -%}
    {%- if promised -%}
        {%- do get_assert_columns_equivalent(compiled_code) -%}
        {%- call statement('main') -%}
            create table {{ target }} as ({{ get_select_subquery(compiled_code) }})
        {%- endcall -%}
        {%- do turncurve.keeps_its_constraints(target) -%}
    {%- else -%}
        {%- call statement('main', language=model['language']) -%}
            {{- create_table_as(False, target, compiled_code, model['language']) -}}
        {%- endcall -%}
    {%- endif -%}
    {%- do adapter.commit() -%}
    {{ return({'relations': [target]}) }}
{% endmaterialization %}

{# The constraints of a contract, looked at when the table is whole, or through the view. dbt would make an empty table with
   constraints and insert into it, which takes longer, and would look at none of a view; what is published has those of columns that
   may not be null from its own making. #}
{% macro keeps_its_constraints(relation) -%}
    {%- set broken = [] -%}
    {%- for column in model['columns'].values() -%}
        {%- for constraint in column.get('constraints', []) -%}
            {%- if constraint['type'] == 'not_null' -%}
                {%- do broken.append((column['name'] ~ ' is null', column['name'] ~ ' is null')) -%}
            {%- elif constraint['type'] == 'check' -%}
                {%- do broken.append(('not (' ~ constraint['expression'] ~ ')', 'not: ' ~ constraint['expression'])) -%}
            {%- else -%}
                {%- do exceptions.raise_compiler_error('a constraint of type ' ~ constraint['type'] ~ ' is not looked at here') -%}
            {%- endif -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- if broken -%}
        {%- set counts -%}
            select {% for condition, _ in broken %}count(*) filter (where {{ condition }}){{ ', ' if not loop.last }}{% endfor %}
            from {{ relation }}
        {%- endset -%}
        {%- set found = run_query(counts).rows[0] -%}
        {%- for _, said in broken -%}
            {%- if found[loop.index0] -%}
                {%- do exceptions.raise_compiler_error(found[loop.index0] ~ ' rows break the contract: ' ~ said) -%}
            {%- endif -%}
        {%- endfor -%}
    {%- endif -%}
{%- endmacro %}

{% materialization view, adapter='duckdb' %}
    {%- set target = this.incorporate(type='view') -%}
    {%- do turncurve.make_room() -%}
    {%- call statement('main') -%}
        {{- get_create_view_as_sql(target, sql) -}}
    {%- endcall -%}
    {%- if config.get('contract').enforced -%}
        {%- do turncurve.keeps_its_constraints(target) -%}
    {%- endif -%}
    {%- do adapter.commit() -%}
    {{ return({'relations': [target]}) }}
{% endmaterialization %}

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

{# What a model was built as before, where it is built once more into the same file. #}
{% macro make_room() -%}
    {%- set before = load_cached_relation(this) -%}
    {%- if before is not none -%}
        {%- do adapter.drop_relation(before) -%}
    {%- endif -%}
{%- endmacro %}
