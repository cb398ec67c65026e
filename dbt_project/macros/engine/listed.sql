{# A key by its place in the list of all keys of its kind (`areas`, `indicators`, `breakdowns`, `years`, `releases`): still a text to
   every query, but held, compared and sorted as a whole number. A country's figures are joined by four keys each, and as texts
   those were half of the work. Only for values that the list has: another one stops the build. Elsewhere a text stays a text. #}
{% macro listed(value, kind) -%}
    {{ return(adapter.dispatch('listed', 'turncurve')(value, kind)) }}
{%- endmacro %}

{% macro duckdb__listed(value, kind) -%}
    cast({{ value }} as {{ ref('int_' ~ kind ~ '__listed') }})
{%- endmacro %}

{% macro spark__listed(value, kind) -%}
    {{ value }}
{%- endmacro %}
