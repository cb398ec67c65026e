{# Wide raw rows of survey exports as one row per respondent and answer: file_id, row_number, respondent_id, submitted_at,
   answer_column, answer. A column the file does not have is null in raw and gives no row; a blank answer gives a row with ''. #}
{% macro answers(relation) -%}
    {{ return(adapter.dispatch('answers', 'turncurve')(relation)) }}
{%- endmacro %}

{% macro duckdb__answers(relation) -%}
    select
        _file_id as file_id,
        _row_number as row_number,
        _respondent as respondent_id,
        submitted_at,
        answer_column,
        answer
    from (
        unpivot (
            select _file_id, _row_number, _respondent, submitted_at, columns('^answer_[0-9]+$')
            from {{ relation }}
        )
        on columns(* exclude (_file_id, _row_number, _respondent, submitted_at))
        into name answer_column value answer
    )
{%- endmacro %}

{% macro spark__answers(relation) -%}
    {%- set found = [] -%}
    {%- if execute -%}
        {%- for column in adapter.get_columns_in_relation(relation) -%}
            {%- if modules.re.match('answer_[0-9]+$', column.name) -%}
                {%- do found.append(column.name) -%}
            {%- endif -%}
        {%- endfor -%}
    {%- endif -%}
    select file_id, row_number, respondent_id, submitted_at, answer_column, answer
    from (
        select
            _file_id as file_id,
            _row_number as row_number,
            _respondent as respondent_id,
            submitted_at,
            stack(
                {{ found | length }}
                {%- for name in found %}, '{{ name }}', {{ name }}{% endfor -%}
            ) as (answer_column, answer)
        from {{ relation }}
    )
    where answer is not null
{%- endmacro %}
