{# Membership of partnerships: one rule of when a school is in one. #}

{# Whether a membership holds on a day: from the day of joining to the day before that of leaving. `memberships` is the relation. #}
{% macro is_member_on(memberships, day) -%}
    {{ memberships }}.joined_on <= {{ day }} and ({{ memberships }}.left_on is null or {{ memberships }}.left_on > {{ day }})
{%- endmacro %}

{# The day of an academic year on which its members are counted, as a date (variable membership_month_day). #}
{% macro counted_on(academic_year) -%}
    cast(cast({{ first_year(academic_year) }} + 1 as varchar) || '-{{ var("membership_month_day") }}' as date)
{%- endmacro %}
