{# An aggregate of fractions in the order of the values themselves. A sum depends on the order it is made in, in its last digits, and
   the order of rows depends on how much memory there was: two builds of the same data must give the same bytes. Spark promises no
   order inside an aggregate. #}
{% macro in_order(aggregate, value) -%}
    {{ return(adapter.dispatch('in_order', 'turncurve')(aggregate, value)) }}
{%- endmacro %}

{% macro duckdb__in_order(aggregate, value) -%}
    {{ aggregate }}({{ value }} order by {{ value }})
{%- endmacro %}

{% macro spark__in_order(aggregate, value) -%}
    {{ aggregate }}({{ value }})
{%- endmacro %}
