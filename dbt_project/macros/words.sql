{# Figures, terms and spans as words, in the form in which a page shows them, and the sentence of a rule. What engines write
   differently is in engine/words.sql. #}

{# A figure with its unit, rounded as the indicator says: 62%, −0.4, 3.20 per 100 pupils. #}
{% macro figure_words(value, unit, decimals) -%}
    replace(case {{ decimals }}
        when 0 then cast(cast(round({{ value }}) as bigint) as varchar)
        when 1 then cast(cast(round({{ value }}, 1) as decimal(18, 1)) as varchar)
        else cast(cast(round({{ value }}, 2) as decimal(18, 2)) as varchar)
    end, '-', '−') || case {{ unit }} when '%' then '%' when 'score' then '' when 'pupils' then '' else ' ' || {{ unit }} end
{%- endmacro %}

{# What a difference of two figures is counted in: those of shares in points. #}
{% macro points(unit) -%}
    case {{ unit }} when '%' then 'points' else {{ unit }} end
{%- endmacro %}

{# A gap of a group of pupils, positive where the group is behind: 12 points behind, 1.6 ahead. `beside` is true
   where the other pupils are named after it: 1.6 ahead of. #}
{% macro gap_words(gap, unit, decimals, beside=false) -%}
    {%- set size = "ltrim(replace(' ' || " ~ figure_words("abs(" ~ gap ~ ")", points(unit), decimals) ~ ", ' 1 points', ' 1 point'))" -%}
    case
        when 2 * abs({{ gap }}) < power(10, -{{ decimals }}) then '{{ 'level with' if beside else 'level' }}'
        when {{ gap }} > 0 then {{ size }} || ' behind'
        else {{ size }} || ' {{ 'ahead of' if beside else 'ahead' }}'
    end
{%- endmacro %}

{# A share of 0 to 1 as a whole percentage. #}
{% macro share_words(share) -%}
    cast(cast(round(100 * ({{ share }})) as bigint) as varchar) || '%'
{%- endmacro %}

{# A count with its noun: 1 pupil, 2,721 pupils, or that it is not known. #}
{% macro count_words(count, one, many) -%}
    case
        when {{ count }} is null then 'number of {{ many }} not published'
        when {{ count }} = 1 then '1 {{ one }}'
        else {{ thousands("round(" ~ count ~ ")") }} || ' {{ many }}'
    end
{%- endmacro %}

{# How far back a rule looks, after "the last" or "the": year, three years, 14 terms. #}
{% macro span_words(span, one, many) -%}
    case {{ span }}
        when 1 then '{{ one }}'
        {%- for word in ['two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten', 'eleven', 'twelve'] %}
        when {{ loop.index + 1 }} then '{{ word }} {{ many }}'
        {%- endfor %}
        else cast({{ span }} as varchar) || ' {{ many }}'
    end
{%- endmacro %}

{# 2018/19 summer -> summer 2018/19 #}
{% macro term_words(term) -%}
    split_part({{ term }}, ' ', 2) || ' ' || split_part({{ term }}, ' ', 1)
{%- endmacro %}

{# A rule's sentence with its gaps filled: `words` has an expression for each name the sentence may use. What a rule has no word for
   is left out. #}
{% macro filled(sentence, words) -%}
    {%- set text = namespace(made=sentence) -%}
    {%- for name, expression in words.items() -%}
        {%- set text.made = "replace(" ~ text.made ~ ", '{" ~ name ~ "}', coalesce(" ~ expression ~ ", ''))" -%}
    {%- endfor -%}
    {{ text.made }}
{%- endmacro %}
