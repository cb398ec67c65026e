{# Limit of a difference between two independent figures from the distances between each figure and an end of its own
   interval (Newcombe 1998, method 10, where the intervals are Wilson's): the end of the first figure that moves the
   difference the same way, and the opposite end of the second. side is -1 for the lower, 1 for the upper limit. #}
{% macro difference_limit(difference, first, second, side) -%}
    (({{ difference }}) {{ '+' if side > 0 else '-' }} sqrt(({{ first }}) * ({{ first }}) + ({{ second }}) * ({{ second }})))
{%- endmacro %}
