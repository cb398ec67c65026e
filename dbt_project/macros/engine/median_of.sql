{# The median of several expressions of one row; nulls are left out. #}
{% macro median_of(expressions) -%}
    {{ return(adapter.dispatch('median_of', 'turncurve')(expressions)) }}
{%- endmacro %}

{% macro duckdb__median_of(expressions) -%}
    list_aggregate([{{ expressions | join(', ') }}], 'median')
{%- endmacro %}

{% macro spark__median_of(expressions) -%}
    {%- set known = 'filter(array_sort(array(' ~ expressions | join(', ') ~ ')), x -> x is not null)' -%}
    (element_at({{ known }}, nullif(cast((size({{ known }}) + 1) / 2 as int), 0))
        + element_at({{ known }}, nullif(cast((size({{ known }}) + 2) / 2 as int), 0))) / 2
{%- endmacro %}
