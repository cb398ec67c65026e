with

repeated as (
    select * from {{ ref('int_outcomes__back_series') }}
),

own as (
    select area_id as urn, indicator_id, breakdown_id, academic_year, value, status
    from {{ ref('int_outcomes__with_interval') }}
    where area_type = 'school' and is_latest
),

compared as (
    select
        repeated.urn,
        repeated.indicator_id,
        repeated.breakdown_id,
        repeated.academic_year,
        own.value as own_value,
        repeated.value as later_value,
        repeated.file_id as later_file_id,
        repeated.published_with,
        -- the same year repeated in several later files: compare the first of them
        row_number() over (
            partition by repeated.urn, repeated.indicator_id, repeated.breakdown_id, repeated.academic_year
            order by repeated.published_with, repeated.release desc, repeated.file_id desc
        ) as first_repeat
    from repeated
    inner join own
        on repeated.urn = own.urn
        and repeated.indicator_id = own.indicator_id
        and repeated.breakdown_id = own.breakdown_id
        and repeated.academic_year = own.academic_year
    where repeated.value is not null
)

select
    urn,
    indicator_id,
    breakdown_id,
    academic_year,
    own_value,
    later_value,
    later_file_id,
    round(later_value - own_value, 6) as difference,
    own_value is null or abs(later_value - own_value) > 0.0000005 as is_restated
from compared
where first_repeat = 1
