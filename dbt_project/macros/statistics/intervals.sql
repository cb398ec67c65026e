{# Formulas used by more than one model. p and value in per cent (0-100), n in people. #}

{# a / b, null where b is null or zero: engines disagree about division by zero. #}
{% macro ratio(numerator, denominator) -%}
    (({{ numerator }}) / nullif(cast({{ denominator }} as double), 0))
{%- endmacro %}

{# Wilson score interval of a proportion (PHE Technical Guide 3): side is -1 for the lower, 1 for the upper limit, in per cent. #}
{% macro wilson(p, n, side) -%}
    {%- set z = var('z95') -%}
    {%- set q = "least(greatest((" ~ p ~ ") / 100.0, 0), 1)" -%}
    {%- set x = "(" ~ n ~ ")" -%}
    case
        when {{ x }} > 0
            then 100 * least(1, greatest(0, (
                {{ q }} + {{ z }} * {{ z }} / (2 * {{ x }})
                {{ '+' if side > 0 else '-' }} {{ z }} * sqrt(
                    {{ q }} * (1 - {{ q }}) / {{ x }} + {{ z }} * {{ z }} / (4 * {{ x }} * {{ x }})
                )
            ) / (1 + {{ z }} * {{ z }} / {{ x }})))
    end
{%- endmacro %}

{# The order in which figures of one year are published: 1 provisional, 2 revised, 3 final. #}
{% macro release_order(release) -%}
    case {{ release }} when 'provisional' then 1 when 'revised' then 2 else 3 end
{%- endmacro %}
