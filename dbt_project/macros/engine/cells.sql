{# Wide raw rows as one row per cell: file_id, row_number, column_name (lower case), cell. Only columns that the seed names
   for the dataset are unpivoted, and those with a year behind the name (PTRWM_EXP_18): published files have hundreds more.
   A column the file does not have is null in raw and gives no row; a blank cell gives a row with ''. #}
{% macro cells(relation, dataset_id, seed='outcome_columns') -%}
    {{ return(adapter.dispatch('cells', 'turncurve')(relation, column_names(ref(seed), dataset_id))) }}
{%- endmacro %}

{# Names in the seed's column_name, lower case and without a part behind @, of one dataset or of all that a pattern fits; all of
   them where the seed knows no datasets. #}
{% macro column_names(seed, dataset_id=none) -%}
    {%- set names = [] -%}
    {%- if execute -%}
        {%- set query -%}
            select distinct split_part(lower(column_name), '@', 1) as name from {{ seed }}
            {%- if dataset_id %} where dataset_id like '{{ dataset_id }}'{% endif %} order by 1
        {%- endset -%}
        {%- for row in run_query(query).rows -%}
            {%- do names.append(row[0]) -%}
        {%- endfor -%}
    {%- endif -%}
    {{ return(names) }}
{%- endmacro %}

{# A regular expression that matches the names, and the names with a year of two digits behind them. #}
{% macro names_pattern(names) -%}
    {%- set escaped = [] -%}
    {%- for name in names -%}
        {%- do escaped.append(modules.re.escape(name)) -%}
    {%- endfor -%}
    {{ return('^(' ~ escaped | join('|') ~ ')(_[0-9][0-9])?$') }}
{%- endmacro %}

{% macro duckdb__cells(relation, names) -%}
    select
        _file_id as file_id,
        _row_number as row_number,
        lower(column_name) as column_name,
        cell
    from (
        unpivot (
            select _file_id, _row_number, columns('(?i){{ names_pattern(names) | replace("'", "''") }}')
            from {{ relation }}
        )
        on columns(* exclude (_file_id, _row_number))
        into name column_name value cell
    )
{%- endmacro %}

{% macro spark__cells(relation, names) -%}
    {%- set found = [] -%}
    {%- if execute -%}
        {%- for column in adapter.get_columns_in_relation(relation) -%}
            {%- if modules.re.match(names_pattern(names), column.name | lower) -%}
                {%- do found.append(column.name) -%}
            {%- endif -%}
        {%- endfor -%}
    {%- endif -%}
    select file_id, row_number, lower(column_name) as column_name, cell
    from (
        select
            _file_id as file_id,
            _row_number as row_number,
            stack(
                {{ found | length }}
                {%- for name in found %}, '{{ name }}', `{{ name }}`{% endfor -%}
            ) as (column_name, cell)
        from {{ relation }}
    )
    where cell is not null
{%- endmacro %}
