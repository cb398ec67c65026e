{# A figure beside another, by its 95 per cent interval: the one place where a verdict is made. #}

{# On which side of the benchmark the whole interval lies; around it where it holds the benchmark or ends on it. #}
{% macro side_of(ci_low, ci_high, benchmark) -%}
    case
        when {{ ci_low }} > {{ benchmark }} then 'above'
        when {{ ci_high }} < {{ benchmark }} then 'below'
        else 'around'
    end
{%- endmacro %}

{# The verdict from the reason why there is none, the side, and which direction is better. #}
{% macro verdict_of(reason_id, side, polarity) -%}
    case
        when {{ reason_id }} is not null then 'not_compared'
        when {{ side }} = 'around' then 'similar'
        when ({{ side }} = 'above') = ({{ polarity }} = 'higher') then 'better'
        else 'worse'
    end
{%- endmacro %}

{# The sentence of a reason (seeds/rules/verdict_reasons.csv) about one figure: the kind of area, why it has no figure, the least cohort. #}
{% macro reason_sentence(reason, area, status, minimum_pupils) -%}
    replace(replace(replace(
        {{ reason }}, '{area}', {{ area }}),
        '{status}', replace({{ status }}, '_', ' ')),
        '{minimum}', cast({{ minimum_pupils }} as varchar))
{%- endmacro %}
