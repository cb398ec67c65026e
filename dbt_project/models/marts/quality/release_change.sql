with

figures as (
    select * from {{ ref('fct_outcome') }}
),

paired as (
    select
        urn,
        indicator_id,
        breakdown_id,
        academic_year,
        release as to_release,
        value as to_value,
        status as to_status,
        lag(release) over (
            partition by urn, indicator_id, breakdown_id, academic_year order by {{ release_order('release') }}
        ) as from_release,
        lag(value) over (
            partition by urn, indicator_id, breakdown_id, academic_year order by {{ release_order('release') }}
        ) as from_value,
        lag(status) over (
            partition by urn, indicator_id, breakdown_id, academic_year order by {{ release_order('release') }}
        ) as from_status
    from figures
)

select
    urn,
    indicator_id,
    breakdown_id,
    academic_year,
    from_release,
    to_release,
    from_value,
    to_value,
    round(to_value - from_value, 6) as difference,
    from_status,
    to_status,
    from_status <> to_status or coalesce(abs(to_value - from_value) > 0.0000005, false) as is_changed
from paired
where from_release is not null
