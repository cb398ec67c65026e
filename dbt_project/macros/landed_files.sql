{# The file log of some families of files (see sources.yml, landed), one row per file and path. Whoever reads files of one family reads
   the log of that family alone: a form that arrives is no reason to look at results again. `sequence` orders files of one family. #}
{% macro landed_files(families) -%}
with

files as (
    {% for family in families -%}
    select * from {{ source('landed', family) }}
    {%- if not loop.last %}
    union all
    {% endif -%}
    {%- endfor %}
)

select
    cast(file_id as varchar) as file_id,
    cast(path as varchar) as path,
    cast(dataset_id as varchar) as dataset_id,
    cast(academic_year as varchar) as academic_year,
    cast(coalesce(release, 'final') as varchar) as release,
    {{ release_order('release') }} as release_order,
    try_cast(snapshot_date as date) as snapshot_date,
    try_cast(published_on as date) as published_on,
    coalesce(cast(edition as varchar), '') as edition,
    cast(status as varchar) as status,
    cast(reason as varchar) as reason,
    cast(rows_landed as bigint) as rows_landed,
    cast(rows_unreadable as bigint) as rows_unreadable,
    cast(first_seen_at as timestamp) as first_seen_at,
    cast(modified_at as timestamp) as modified_at,
    cast(sequence as bigint) as sequence
from files
{%- endmacro %}
