{# Chances as the yardstick has them, and the normal distribution for sums of many schools. #}

{# Chance below z of a normal deviate: Abramowitz and Stegun 1964, 26.2.17, off by no more than 1e-7. #}
{% macro normal_below(z) -%}
    {%- set t = '(1 / (1 + 0.2316419 * abs(' ~ z ~ ')))' -%}
    {%- set tail -%}
        exp(-({{ z }}) * ({{ z }}) / 2) * 0.3989422804014327 * {{ t }} * (0.319381530 + {{ t }} * (-0.356563782
        + {{ t }} * (1.781477937 + {{ t }} * (-1.821255978 + {{ t }} * 1.330274429))))
    {%- endset -%}
    case when {{ z }} > 0 then 1 - {{ tail }} else {{ tail }} end
{%- endmacro %}

{# The words a join with seed yardstick gives a chance: the band that is nearest. `chance` may be null. #}
{% macro on_yardstick(yardstick, chance) -%}
    {{ chance }} >= {{ yardstick }}.chance_from and {{ chance }} < {{ yardstick }}.chance_to
{%- endmacro %}

{# An end of a change's interval, by what it would mean: 0.5 better, 5.8 worse, 0.0. #}
{% macro better_or_worse(change, high_is_good, decimals) -%}
    {{ figure_words("abs(" ~ change ~ ")", "'score'", decimals) }}
        || case
            when round({{ change }}, {{ decimals }}) = 0 then ''
            when ({{ change }} > 0) = {{ high_is_good }} then ' better'
            else ' worse'
        end
{%- endmacro %}
