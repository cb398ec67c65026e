-- pupils: who the figures of the row are about; it tells which of two rows of one school and year is the school. sessions: half days
-- on which they could have come, which tell a year from a term.
{% for dataset in ees_datasets() %}
select
    _file_id as file_id,
    _row_number as row_number,
    '{{ dataset.id }}' as dataset_id,
    trim(geographic_level) as geographic_level,
    trim(time_identifier) as time_identifier,
    trim(time_period) as time_period,
    case
        when {{ matches('trim(time_period)', '[0-9][0-9][0-9][0-9][0-9][0-9]') }}
            and (try_cast(left(trim(time_period), 4) as integer) + 1) % 100 = try_cast(right(trim(time_period), 2) as integer)
            then {{ year_name(
                "(cast(left(trim(time_period), 4) as integer) + " ~ dataset.years_later
                ~ (" + case when max(" ~ dataset.left_in ~ ") over (partition by _file_id) in (1, 3) then 1 else 0 end" if dataset.left_in else "") ~ ")"
            ) }}
    end as academic_year,
    case when length(trim(old_la_code)) = 3 then trim(old_la_code) end as la_code,
    case
        when {{ matches("replace(replace(trim(school_laestab), '/', ''), '-', '')", '[0-9][0-9][0-9][0-9][0-9][0-9][0-9]') }}
            then replace(replace(trim(school_laestab), '/', ''), '-', '')
    end as laestab,
    nullif(trim(school_urn), '') as urn_text,
    {{ to_urn('school_urn') }} as urn,
    nullif(trim(school_name), '') as school_name,
    case when lower(trim(version)) in ('provisional', 'revised', 'final') then lower(trim(version)) end as release,
    {{ to_number(adapter.quote(dataset.pupils)) }} as pupils,
    {% if dataset.sessions %}{{ to_number(dataset.sessions) }}{% else %}cast(null as double){% endif %} as sessions
from {{ source('raw', dataset.id) }}
{% if not loop.last %}union all{% endif %}
{% endfor %}
