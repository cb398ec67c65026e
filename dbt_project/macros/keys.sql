{# What the lists of keys are made of, where more than one list or model needs the same (see macros/engine/listed.sql). #}

{# Every URN of every school that has figures under one of them, as dim_school has it. #}
{% macro schools_with_figures() -%}
    select * from {{ ref('dim_school') }}
    where school_id in (
        select schools.school_id
        from {{ ref('dim_school') }} as schools
        inner join {{ ref('int_outcome_rows__classified') }} as published
            on schools.urn = published.urn
    )
{%- endmacro %}

{# Ids of what schools are compared with and counted in: authorities, partnerships, England and its phases. #}
{% macro benchmark_ids() -%}
    select la_code as benchmark_id from {{ ref('dim_school') }}
    where la_code is not null
    union
    select la_code from {{ ref('local_authorities') }}
    union
    select area_id from {{ ref('int_outcome_rows__classified') }}
    where area_type = 'authority' and area_id is not null
    union
    select partnership_id from {{ ref('dim_partnership') }}
    where partnership_id is not null
    union
    -- a membership may come before anybody has described its partnership
    select partnership_id from {{ ref('partnership_membership') }}
    where partnership_id is not null
    union
    select id from (values ('england'), ('england_primary'), ('england_secondary'), ('england_special')) as england (id)
{%- endmacro %}
