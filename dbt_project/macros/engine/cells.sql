{# Wide raw rows as one row per cell: file_id, row_number, column_name (lower case), cell.
   A column the file does not have is null in raw and gives no row; a blank cell gives a row with ''. #}
{% macro cells(relation) -%}
    {{ return(adapter.dispatch('cells', 'turncurve')(relation)) }}
{%- endmacro %}

{% macro duckdb__cells(relation) -%}
    select
        _file_id as file_id,
        _row_number as row_number,
        lower(column_name) as column_name,
        cell
    from (
        unpivot (select * exclude (_overflow) from {{ relation }})
        on columns(* exclude (_file_id, _row_number))
        into name column_name value cell
    )
{%- endmacro %}

{% macro spark__cells(relation) -%}
    {%- set names = [] -%}
    {%- if execute -%}
        {%- for column in adapter.get_columns_in_relation(relation) -%}
            {%- if column.name not in ('_file_id', '_row_number', '_overflow') -%}
                {%- do names.append(column.name) -%}
            {%- endif -%}
        {%- endfor -%}
    {%- endif -%}
    select file_id, row_number, lower(column_name) as column_name, cell
    from (
        select
            _file_id as file_id,
            _row_number as row_number,
            stack(
                {{ names | length }}
                {%- for name in names %}, '{{ name }}', `{{ name }}`{% endfor -%}
            ) as (column_name, cell)
        from {{ relation }}
    )
    where cell is not null
{%- endmacro %}
