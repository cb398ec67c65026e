{{ config(materialized='list') }}
-- Every id of an area that has figures: schools by URN and by lineage, partnerships, authorities, England and its phases.
select area_id
from (
    select urn as area_id from {{ ref('int_schools__observed') }}
    union
    select 'S' || urn from {{ ref('int_schools__observed') }}
    union
    select 'S' || first_urn from {{ ref('int_lineages__resolved') }}
    union
    select la_code from {{ ref('int_schools__observed') }}
    union
    select la_code from {{ ref('local_authorities') }}
    union
    select partnership_id from {{ ref('int_partnerships__described') }}
    union
    -- a membership may come before anybody has described its partnership
    select value from {{ ref('int_template_cells__checked') }}
    where dataset_id = 'template_memberships' and column_name = 'partnership_id'
    union
    select area_id from {{ ref('int_outcome_rows__classified') }}
    union
    select id from (values ('england'), ('england_primary'), ('england_secondary'), ('england_special')) as england (id)
) as areas
where area_id is not null
order by area_id
