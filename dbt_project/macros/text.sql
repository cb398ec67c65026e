{# Text to value, the same on every engine. Each returns null where the text cannot be read, never an error. #}

{# What a number is, as orchestration/readers/values.py has it, and a test holds the two together. A cast alone takes NaN, inf, 1e3
   and 1_000 for numbers. #}
{% macro number_pattern() -%}
    [-+]?(([1-9][0-9]{0,2}(,[0-9]{3}){1,4}|[0-9]{1,15})([.][0-9]{0,30})?|[.][0-9]{1,30}|[0-9]([.][0-9]{1,20})?e[-+][0-9]{2})
{%- endmacro %}

{# Whether a text is a number and nothing else. #}
{% macro is_number(text) -%}
    {{ matches(text, number_pattern()) }}
{%- endmacro %}

{# A figure as publishers and people write it: '63%', '1,234', ' 4.5 '; null where it is none, and 4,5 is none. #}
{% macro to_number(text) -%}
    case
        when {{ matches('trim(' ~ text ~ ')', number_pattern() ~ '[ ]*%?') }}
            then try_cast(replace(replace(trim({{ text }}), '%', ''), ',', '') as double)
    end
{%- endmacro %}

{# A six-digit unique reference number; anything else is null. #}
{% macro to_urn(text) -%}
    case
        when {{ matches('trim(' ~ text ~ ')', '[1-9][0-9][0-9][0-9][0-9][0-9]') }} then trim({{ text }})
    end
{%- endmacro %}

{# The one six-digit number of an answer such as 'Hill Primary (123456)'; null where there is none. #}
{% macro find_urn(text) -%}
    nullif(regexp_extract({{ text }}, '(^|[^0-9])([1-9][0-9][0-9][0-9][0-9][0-9])([^0-9]|$)', 2), '')
{%- endmacro %}

{# 2018-09-01, 01/09/2018 or 01-09-2018 (day first, as the register writes it), with or without a time behind it.
   1900-01-01 is the register's way to say that it does not know. #}
{% macro to_date(text) -%}
    {%- set day = "split_part(split_part(replace(trim(" ~ text ~ "), '/', '-'), ' ', 1), 'T', 1)" -%}
    nullif(
        case
            when length(split_part({{ day }}, '-', 1)) = 4 then try_cast({{ day }} as date)
            when length(split_part({{ day }}, '-', 3)) = 4
                then try_cast(
                    split_part({{ day }}, '-', 3)
                    || '-' || lpad(split_part({{ day }}, '-', 2), 2, '0')
                    || '-' || lpad(split_part({{ day }}, '-', 1), 2, '0') as date
                )
        end,
        cast('1900-01-01' as date)
    )
{%- endmacro %}

{# A whole number from low to high, alone ('4', '4.0') or in front of its words ('4 - mostly', '4: mostly'). #}
{% macro to_rating(text, low=0, high=5) -%}
    case
        when {{ matches('trim(' ~ text ~ ')', '(?s)[0-9]([.]0+)?([  ]*[-–—:].*)?') }}
            and cast(left(trim({{ text }}), 1) as integer) between {{ low }} and {{ high }}
            then cast(left(trim({{ text }}), 1) as double)
    end
{%- endmacro %}

{# 'Autumn 2018/19', '2018-2019 autumn term' -> '2018/19 autumn'. #}
{% macro to_term(text) -%}
    {%- set tidy = "lower(replace(trim(" ~ text ~ "), '-', '/'))" -%}
    {%- set season -%}
        case
            when {{ tidy }} like '%autumn%' then 'autumn'
            when {{ tidy }} like '%spring%' then 'spring'
            when {{ tidy }} like '%summer%' then 'summer'
        end
    {%- endset -%}
    {%- set year = "nullif(regexp_extract(" ~ tidy ~ ", '(20[0-9][0-9])/(20)?([0-9][0-9])', 1), '')" -%}
    {%- set next = "regexp_extract(" ~ tidy ~ ", '(20[0-9][0-9])/(20)?([0-9][0-9])', 3)" -%}
    case
        when try_cast({{ year }} as integer) + 1 = 2000 + try_cast({{ next }} as integer)
            then {{ year }} || '/' || {{ next }} || ' ' || {{ season }}
    end
{%- endmacro %}

{# The census day of an academic year, 15 January: '2016/17' -> 2017-01-15. #}
{% macro census_day(academic_year) -%}
    cast(cast(cast(left({{ academic_year }}, 4) as integer) + 1 as varchar) || '-01-15' as date)
{%- endmacro %}

{# 2018 -> 2018/19: the name of the academic year that begins in the autumn of a calendar year. #}
{% macro year_name(start) -%}
    cast({{ start }} as varchar) || '/' || right(cast({{ start }} + 1 as varchar), 2)
{%- endmacro %}

{# A question as the reader spells its wording: straight marks, no number in front, in lower case. #}
{% macro wording(text) -%}
    {%- set straight = "translate(" ~ text ~ ", '’‘ʼ“”‐‑–—', '''''''\"\"----')" -%}
    {%- set number = '^[Qq]?[0-9]{1,3}([.][0-9]{1,3})*[ ]*[.):][ ]*' -%}
    lower(
        case
            when {{ matches(straight, number ~ '[^0-9 ]') }} then regexp_replace({{ straight }}, '{{ number }}', '')
            else {{ straight }}
        end
    )
{%- endmacro %}

{# The first day of an academic year: '2016/17' -> 2016-09-01. #}
{% macro year_begins(academic_year) -%}
    cast(left({{ academic_year }}, 4) || '-09-01' as date)
{%- endmacro %}

{# What is told of a value nobody could use to people who may not see its file: the value where it is a short number or one or two
   characters, as publishers' codes are; else its kind and length, for it may be somebody's name, or a number somebody goes by. #}
{% macro told_value(text) -%}
    case
        when {{ text }} is null or length(trim({{ text }})) <= 2 then {{ text }}
        when {{ matches('trim(' ~ text ~ ')', '[-+]?[0-9.,]{1,7}%?') }} then {{ text }}
        when {{ matches('trim(' ~ text ~ ')', '[-+0-9.,/: ]+') }}
            then 'Digits and signs, ' || length(trim({{ text }})) || ' characters'
        else 'A text of ' || length(trim({{ text }})) || ' characters'
    end
{%- endmacro %}

{# The same in a sentence: a value that is shown stands in quotation marks, of another its kind is told. #}
{% macro told_in_words(text, first=true) -%}
    case
        when {{ told_value(text) }} = {{ text }} then '“' || {{ text }} || '”'
        {%- if first %}
        else {{ told_value(text) }}
        {%- else %}
        else 'something else'
        {%- endif %}
    end
{%- endmacro %}
