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

{# All values of a group as one text, in the order of another column; missing ones are left out. #}
{% macro joined_by(value, separator, order) -%}
    {{ return(adapter.dispatch('joined_by', 'turncurve')(value, separator, order)) }}
{%- endmacro %}

{% macro duckdb__joined_by(value, separator, order) -%}
    string_agg({{ value }}, '{{ separator }}' order by {{ order }})
{%- endmacro %}

{% macro spark__joined_by(value, separator, order) -%}
    array_join(transform(array_sort(collect_list(struct({{ order }} as place, {{ value }} as said))), x -> x.said), '{{ separator }}')
{%- endmacro %}
