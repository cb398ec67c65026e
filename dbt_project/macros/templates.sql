{# Our own templates, all of them by one way: their columns, types, choices and rules are data in seeds/.
   The sentences are those of orchestration/readers/values.py; a test holds the two together, rule by rule. #}

{# What is wrong with a cell by its type, in a sentence; null where nothing is. `cell` is the text as typed, `quoted` the
   same in quotation marks; `iso_day` and its parts are read from it where it may be a date. #}
{% macro cell_complaint() -%}
    {%- set time_of_day = '([ T][0-9]{2}:[0-9]{2}(:[0-9]{2})?([.][0-9]+)?)?' -%}
    {%- set read_as_date -%}
        ({{ matches('cell', '[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}' ~ time_of_day) }}
        or {{ matches('cell', '[0-9]{1,2}[/.-][0-9]{1,2}[/.-][0-9]{4}' ~ time_of_day) }})
    {%- endset -%}
    case
        when cell = '' and required
            then column_name || ' is blank. ' || case
                when choices <> '' then 'Type one of: ' || replace(choices, '|', ', ') || '.'
                when example <> '' then 'Type a value like ' || example || '.'
                else 'Every row needs one.'
            end
        when cell = '' then null
        when type = 'choice' and (instr(cell, '|') > 0 or instr('|' || lower(choices) || '|', '|' || replace(lower(cell), ' ', '_') || '|') = 0)
            then quoted || ' is not one of the choices. Type one of: ' || replace(choices, '|', ', ') || '.'
        when type = 'code' and not {{ matches('cell', '[A-Za-z0-9][A-Za-z0-9 ._/-]{0,39}') }}
            then quoted || ' is not a valid code. Type letters, digits and hyphens only, like P01.'
        when type = 'urn' and not {{ matches('cell', '[1-9][0-9]{5}') }}
            then quoted || case
                when {{ matches('cell', '[0-9]{7}|[0-9]{3}[/ -]?[0-9]{4}') }} then ' looks like an establishment number.'
                else ' is not a valid URN.'
            end || ' A URN has six digits, like 123456.'
        when type = 'integer' and not {{ matches('cell', '[-+]?([1-9][0-9]{0,2}(,[0-9]{3}){1,2}|[0-9]{1,9})') }}
            then quoted || ' is not a whole number.'
        when type = 'number' and not {{ is_number('cell') }}
            then quoted || ' is not a number. Type digits only, like 12.5.'
        when type = 'figure' and {{ to_number('cell') }} is null
            then quoted || ' is not a figure. Type digits only, like 62 or -0.4.'
        when type = 'date' and not {{ read_as_date }}
            then quoted || ' is not a date we can read. Type it like 2019-03-14 or 14/03/2019.'
        when type = 'date' and (try_cast(iso_day as date) is null or iso_day < '0001') and iso_month > 12 and iso_day_of_month <= 12
            then quoted || ' has the month first. Type the day first: '
                || lpad(cast(iso_month as varchar), 2, '0') || '/' || lpad(cast(iso_day_of_month as varchar), 2, '0')
                || '/' || cast(cast(left(iso_day, 4) as integer) as varchar) || '.'
        when type = 'date' and (try_cast(iso_day as date) is null or iso_day < '0001')
            then quoted || ' is a day that does not exist. Type the date like 2019-03-14 or 14/03/2019.'
        when type = 'date' and left(iso_day, 4) not between '1800' and '2200'
            then quoted || ' has an unlikely year. Type the date like 2019-03-14 or 14/03/2019.'
        when type = 'year' and not ({{ matches('cell', '20[0-9]{2}/[0-9]{2}') }} and {{ years_follow('cell') }})
            then quoted || ' is not an academic year. Type it like 2018/19.'
        when type = 'term' and not (
            {{ matches('lower(cell)', '20[0-9]{2}/[0-9]{2} +(autumn|spring|summer)|(autumn|spring|summer)( term)?,? +20[0-9]{2}/[0-9]{2}') }}
            and {{ years_follow('cell') }}
        )
            then quoted || ' is not a term. Type it like 2018/19 spring; the terms are autumn, spring and summer.'
        when type = 'rating' and not {{ matches('cell', '[0-5]') }}
            then quoted || ' is not a valid rating. Type a whole number from 0 to 5.'
        when type = 'flag' and lower(cell) not in ('0', '1', 'true', 'false', 'yes', 'no', 'y', 'n')
            then quoted || ' is neither yes nor no. Type yes or no.'
    end
{%- endmacro %}

{# Whether in 2018/19 the second year is the one after the first. #}
{% macro years_follow(text) -%}
    coalesce(
        (try_cast(substr({{ text }}, instr({{ text }}, '/') - 2, 2) as integer) + 1) % 100
        = try_cast(substr({{ text }}, instr({{ text }}, '/') + 1, 2) as integer),
        false
    )
{%- endmacro %}

{# A right cell in the one spelling the warehouse keeps: 2018-09-01, 2018/19 spring, P01, review_team, true, 4.5. #}
{% macro tidy_cell() -%}
    case
        when cell = '' then null
        when type = 'code' then upper(cell)
        when type = 'choice' then replace(lower(cell), ' ', '_')
        when type = 'date' then iso_day
        when type = 'integer' then cast(try_cast(replace(cell, ',', '') as integer) as varchar)
        when type in ('number', 'figure') then cast({{ to_number('cell') }} as varchar)
        when type = 'term'
            then substr(cell, instr(cell, '/') - 4, 7) || ' ' || case
                when lower(cell) like '%autumn%' then 'autumn'
                when lower(cell) like '%spring%' then 'spring'
                else 'summer'
            end
        when type = 'flag' then case when lower(cell) in ('1', 'true', 'yes', 'y') then 'true' else 'false' end
        else cell
    end
{%- endmacro %}

{# Cells (dataset_id, file_id, row_number, column_name, cell) under their contract: + type, value (tidy, null where blank
   or wrong) and complaint (a sentence, null where the cell is right). `cells` is a relation or a query in brackets. #}
{% macro checked_cells(cells) -%}
    {%- set day = "replace(replace(split_part(split_part(cell, ' ', 1), 'T', 1), '/', '-'), '.', '-')" -%}
    with

    contracts as (
        select
            dataset_id,
            column_name,
            type,
            required,
            coalesce(choices, '') as choices,
            coalesce(example, '') as example
        from {{ ref('dataset_columns') }}
    ),

    rules as (
        select dataset_id, column_name, rule, argument from {{ ref('row_rules') }}
        union all
        select dataset_id, column_name, 'known', 'terms' from {{ ref('dataset_columns') }}
        where type = 'term'
    ),

    lists as (
        select instrument_id as list, item_id as id from {{ ref('instrument_items') }}
        union all
        select 'indicators', indicator_id from {{ ref('indicators') }}
        union all
        select 'breakdowns', breakdown_id from {{ ref('breakdowns') }}
        union all
        select 'terms', term_id from {{ ref('terms') }}
    ),

    under_contract as (
        select
            cells.dataset_id,
            cells.file_id,
            cells.row_number,
            contracts.column_name,
            contracts.type,
            contracts.required,
            contracts.choices,
            contracts.example,
            cells.cell,
            {{ told_in_words('cells.cell') }} as quoted,
            {{ day }} as day_text
        from {{ cells }} as cells
        inner join contracts
            on cells.dataset_id = contracts.dataset_id
            and cells.column_name = lower(contracts.column_name)
    ),

    dated as (
        select
            *,
            case
                when length(split_part(day_text, '-', 1)) = 4
                    then split_part(day_text, '-', 1) || '-' || lpad(split_part(day_text, '-', 2), 2, '0') || '-' || lpad(split_part(day_text, '-', 3), 2, '0')
                else split_part(day_text, '-', 3) || '-' || lpad(split_part(day_text, '-', 2), 2, '0') || '-' || lpad(split_part(day_text, '-', 1), 2, '0')
            end as iso_day,
            try_cast(split_part(day_text, '-', 2) as integer) as iso_month,
            try_cast(case
                when length(split_part(day_text, '-', 1)) = 4 then split_part(day_text, '-', 3)
                else split_part(day_text, '-', 1)
            end as integer) as iso_day_of_month
        from under_contract
    ),

    typed as (
        select
            *,
            {{ cell_complaint() }} as type_complaint,
            {{ tidy_cell() }} as tidy
        from dated
    ),

    listed as (
        select
            typed.*,
            known.argument as list,
            lists.id as listed_id
        from typed
        left join rules as known
            on typed.dataset_id = known.dataset_id
            and typed.column_name = known.column_name
            and known.rule = 'known'
        left join lists
            on known.argument = lists.list
            and lower(typed.tidy) = lower(lists.id)
            and typed.type_complaint is null
    ),

    ordered as (
        select
            listed.*,
            too_small.argument as least,
            earlier.column_name as earlier_column,
            earlier.cell as earlier_cell,
            earlier.tidy as earlier_tidy
        from listed
        left join rules as too_small
            on listed.dataset_id = too_small.dataset_id
            and listed.column_name = too_small.column_name
            and too_small.rule = 'not_below'
        left join rules as not_before
            on listed.dataset_id = not_before.dataset_id
            and listed.column_name = not_before.column_name
            and not_before.rule = 'not_before'
        left join typed as earlier
            on listed.file_id = earlier.file_id
            and listed.row_number = earlier.row_number
            and earlier.column_name = not_before.argument
            and earlier.type_complaint is null
    ),

    judged as (
        select
            *,
            case
                when type_complaint is not null then type_complaint
                when cell = '' then null
                when list is not null and listed_id is null
                    then quoted || ' is not on the list. Type one like ' || example || '; the sheet “notes” of the form has them all.'
                when least is not null and cast(tidy as double) < cast(least as double)
                    then quoted || ' is too small. Type ' || least || ' or more.'
                when tidy < earlier_tidy
                    then quoted || ' is before ' || earlier_column || ', which is “' || earlier_cell || '”. Put right whichever is wrong.'
            end as complaint
        from ordered
    )

    select
        dataset_id,
        file_id,
        row_number,
        column_name,
        type,
        cell,
        case when complaint is null then coalesce(listed_id, tidy) end as value,
        complaint
    from judged
{%- endmacro %}

{# The accepted rows of a template as columns: `columns` is a map of name -> type. Names are the contract's. #}
{% macro template_rows(dataset_id, columns) -%}
    select
        cells.file_id,
        cells.row_number
        {%- for name, type in columns.items() %},
        try_cast(max(case when cells.column_name = '{{ name }}' then cells.value end) as {{ type }}) as {{ name }}
        {%- endfor %}
    from {{ ref('int_template_cells__checked') }} as cells
    inner join {{ ref('int_template_rows__classified') }} as rows_read
        on cells.file_id = rows_read.file_id
        and cells.row_number = rows_read.row_number
    where cells.dataset_id = '{{ dataset_id }}'
        and rows_read.disposition = 'accepted'
    group by cells.file_id, cells.row_number
{%- endmacro %}

{# A mart that is a template's accepted rows: its columns are those of the model's own contract, which `make contracts` writes
   into models/marts/_templates.yml from seeds/. What is not a column of the template says in its meta where it comes from:
   `school_id` is the lineage of the school in one of them, `academic_year` that of the term in another, `file_id` is the file.
   The rest is read by orchestration/contract_files.py: the dataset, and the beginning of the names of columns that another
   mart has (`elsewhere`). #}
{% macro template_mart(dataset_id, elsewhere=none) -%}
    {%- set own = {} -%}
    {%- for column in model.columns.values() if 'made_from' not in column.meta -%}
        {%- do own.update({column.name: column.data_type}) -%}
    {%- endfor -%}
    with

    accepted as (
        {{ template_rows(dataset_id, own) }}
    ),

    schools as (
        select urn, school_id from {{ ref('dim_school') }}
    )

    select
        {%- for column in model.columns.values() %}
        {%- set made_from = column.meta.get('made_from') %}
        {%- if column.name == 'school_id' %}
        schools.school_id,
        {%- elif column.name == 'academic_year' and made_from %}
        left(accepted.{{ made_from }}, 7) as academic_year,
        {%- elif column.name != 'file_id' %}
        accepted.{{ column.name }},
        {%- endif %}
        {%- endfor %}
        accepted.file_id
    from accepted
    {%- if 'school_id' in model.columns %}
    left join schools
        on accepted.{{ model.columns.school_id.meta.made_from }} = schools.urn
    {%- endif %}
{%- endmacro %}
