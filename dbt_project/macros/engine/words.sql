{# Days and large numbers as people read them. Engines write them with functions of their own. #}

{# 20 Nov 2026 #}
{% macro day_words(day) -%}
    {{ return(adapter.dispatch('day_words', 'turncurve')(day)) }}
{%- endmacro %}

{% macro duckdb__day_words(day) -%}
    strftime({{ day }}, '%-d %b %Y')
{%- endmacro %}

{% macro spark__day_words(day) -%}
    date_format({{ day }}, 'd MMM yyyy')
{%- endmacro %}

{# A whole number with a comma between thousands: 16,643 #}
{% macro thousands(number) -%}
    {{ return(adapter.dispatch('thousands', 'turncurve')(number)) }}
{%- endmacro %}

{% macro duckdb__thousands(number) -%}
    format('{:,}', cast({{ number }} as bigint))
{%- endmacro %}

{% macro spark__thousands(number) -%}
    format_number(cast({{ number }} as bigint), 0)
{%- endmacro %}
