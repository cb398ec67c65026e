{# Rules about schools of the register that more than one condition needs. #}

{# Whether one school opened when another closed: from a month before, since papers overlap, to a year after. Both are relations
   with the columns of int_schools__dated; unknown days fit nothing. #}
{% macro opened_as_closed(opened, closed) -%}
    {{ opened }}.opened_on >= {{ closed }}.closed_on - interval '31' day
        and {{ opened }}.opened_on <= {{ closed }}.closed_on + interval '1' year
        and coalesce({{ opened }}.closed_on > {{ closed }}.closed_on, true)
        and coalesce({{ closed }}.opened_on < {{ opened }}.opened_on, true)
{%- endmacro %}

{# The day on which one school followed the other; `settled` has the link, `before` and `after` the two schools. #}
{% macro link_day() -%}
    case when settled.is_joined then after.valid_from else coalesce(before.closed_on, settled.linked_on) end
{%- endmacro %}

{# A sentence of link_reasons with the other school and the day in it. #}
{% macro link_sentence(sentence, other) -%}
    replace(
        replace({{ sentence }}, '{other}', {{ other }}.name || ' (' || {{ other }}.urn || ')'),
        '{day}',
        coalesce(' on ' || {{ day_words(link_day()) }}, '')
    )
{%- endmacro %}

{# A day that no record reaches: a school that is only proposed stands from then. #}
{% macro not_yet() -%}
    cast('2200-01-01' as date)
{%- endmacro %}
