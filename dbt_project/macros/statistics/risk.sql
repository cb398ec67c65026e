{# What the risk register counts with: tails and the control of false discoveries. #}

{# Two-sided p of a standard normal z (twice the tail beyond |z|): Chebyshev fit of erfc, relative error below 1.2e-7. #}
{% macro two_sided_p(z) -%}
    {%- set t = "(1 / (1 + 0.5 * abs(" ~ z ~ ") / sqrt(2.0)))" -%}
    {%- set terms = [1.00002368, 0.37409196, 0.09678418, -0.18628806, 0.27886807, -1.13520398, 1.48851587, -0.82215223, 0.17087277] -%}
    ({{ t }} * exp(-0.5 * ({{ z }}) * ({{ z }}) - 1.26551223
        {%- for term in terms %} + {{ t }} * ({{ term }}{% endfor %}{{ ')' * terms | length }}))
{%- endmacro %}

{# Chance of a standard normal value above z. #}
{% macro upper_tail(z) -%}
    case when {{ z }} > 0 then 0.5 * {{ two_sided_p(z) }} else 1 - 0.5 * {{ two_sided_p(z) }} end
{%- endmacro %}

{# Benjamini and Hochberg 1995, first step: p times how many were looked at, over how many are at least as small. `by` names
   what was looked at together. Equal p have equal answers. #}
{% macro discovery_ratio(p, by) -%}
    {{ p }} * count(*) over (partition by {{ by }}) / count(*) over (partition by {{ by }} order by {{ p }})
{%- endmacro %}

{# Second step: the smallest ratio of this p and all larger ones, at most 1. `ratio` is the column of the first step. #}
{% macro discovery_rate(ratio, p, by) -%}
    least(1, min({{ ratio }}) over (
        partition by {{ by }} order by {{ p }} desc rows between unbounded preceding and current row
    ))
{%- endmacro %}
