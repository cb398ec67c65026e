{# A key by its place in the list of keys of its kind (int_<kind>__listed): still a text to every query, but held, compared and sorted
   as a whole number. A country's figures are joined by four keys each, and as texts those were half of the work. Every column of
   such a type carries its list, so it is for tables of figures, not for those of schools. A value its list does not have stops the
   build. (A cast that gives null instead writes the whole list into an error it then drops, for every such value: where something
   may not be in the list, join by the text and take the key from the other side.) Elsewhere a text stays a text. #}
{% macro listed(value, kind) -%}
    {{ return(adapter.dispatch('listed', 'turncurve')(value, kind)) }}
{%- endmacro %}

{% macro duckdb__listed(value, kind) -%}
    cast({{ value }} as {{ ref('int_' ~ kind ~ '__listed') }})
{%- endmacro %}

{% macro spark__listed(value, kind) -%}
    {{ value }}
{%- endmacro %}
