{# Whether the whole text is of the pattern. Patterns use what both engines' expressions share: no backslash, no class by name. #}
{% macro matches(text, pattern) -%}
    {{ return(adapter.dispatch('matches', 'turncurve')(text, pattern)) }}
{%- endmacro %}

{% macro duckdb__matches(text, pattern) -%}
    regexp_full_match({{ text }}, '{{ pattern }}')
{%- endmacro %}

{% macro spark__matches(text, pattern) -%}
    (({{ text }}) rlike '^({{ pattern }})$')
{%- endmacro %}
