{# Limit of a difference between two independent figures from the distances between each figure and an end of its own
   interval (Newcombe 1998, method 10, where the intervals are Wilson's): the end of the first figure that moves the
   difference the same way, and the opposite end of the second. side is -1 for the lower, 1 for the upper limit. #}
{% macro difference_limit(difference, first, second, side) -%}
    (({{ difference }}) {{ '+' if side > 0 else '-' }} sqrt(({{ first }}) * ({{ first }}) + ({{ second }}) * ({{ second }})))
{%- endmacro %}

{# Three years in a row in one figure, weighed 3, 2, 1, the newest first. #}
{% macro weighted_321(newest, middle, oldest) -%}
    ((3 * ({{ newest }}) + 2 * ({{ middle }}) + ({{ oldest }})) / 6.0)
{%- endmacro %}

{# Quarter A (best) to D of a percentile; one on an edge belongs to the quarter below the edge. Null outside 0 to 100. #}
{% macro quartile_band(percentile, high_is_good=true) -%}
    {%- set bands = ['D', 'C', 'B', 'A'] if high_is_good else ['A', 'B', 'C', 'D'] -%}
    case
        when {{ percentile }} between 0 and 25 then '{{ bands[0] }}'
        when {{ percentile }} > 25 and {{ percentile }} <= 50 then '{{ bands[1] }}'
        when {{ percentile }} > 50 and {{ percentile }} <= 75 then '{{ bands[2] }}'
        when {{ percentile }} > 75 and {{ percentile }} <= 100 then '{{ bands[3] }}'
    end
{%- endmacro %}
