{# All values of a group as one text, in their own order. #}
{% macro joined(value, separator) -%}
    {{ return(adapter.dispatch('joined', 'turncurve')(value, separator)) }}
{%- endmacro %}

{% macro duckdb__joined(value, separator) -%}
    string_agg({{ value }}, '{{ separator }}' order by {{ value }})
{%- endmacro %}

{% macro spark__joined(value, separator) -%}
    array_join(array_sort(collect_list({{ value }})), '{{ separator }}')
{%- endmacro %}
