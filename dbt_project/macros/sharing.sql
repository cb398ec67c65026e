{# Sharing: how much may be seen, in one order. #}

{# The place of a granularity among none, aggregate, anonymous, named and verbatim: the narrower one has the lower number. #}
{% macro granularity_level(granularity) -%}
    case {{ granularity }} when 'aggregate' then 1 when 'anonymous' then 2 when 'named' then 3 when 'verbatim' then 4 else 0 end
{%- endmacro %}

{# The word for such a place. #}
{% macro granularity_word(level) -%}
    case {{ level }} when 1 then 'aggregate' when 2 then 'anonymous' when 3 then 'named' when 4 then 'verbatim' else 'none' end
{%- endmacro %}

{# Whether a grant holds on a day: from its first day to the day before it is shared no longer. #}
{% macro is_shared_on(day) -%}
    shared_from <= {{ day }} and (shared_until is null or shared_until > {{ day }})
{%- endmacro %}
