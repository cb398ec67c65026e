-- Schools' figures added up, beside the publisher's own authority figure, and whether the two can be compared at all: the same
-- kind of mean, of one release, and over all schools of the authority, which the numbers of pupils tell.
with

indicators as (
    select * from {{ ref('indicators') }}
    where adds_up
),

published as (
    select benchmarks.*
    from {{ ref('benchmark_outcome') }} as benchmarks
    inner join indicators
        on benchmarks.indicator_id = indicators.indicator_id
    where benchmarks.area_type = 'authority'
        and benchmarks.is_latest
        and benchmarks.breakdown_id = 'all'
        and benchmarks.value is not null
),

calculated as (
    select * from {{ ref('int_area_years__calculated') }}
    where area_type = 'authority' and value is not null
),

authorities as (
    select * from {{ ref('dim_authority') }}
),

paired as (
    select
        published.area_id as la_code,
        coalesce(authorities.la_name, 'Authority ' || published.area_id) as la_name,
        published.indicator_id,
        published.academic_year,
        published.value as published_value,
        calculated.value as calculated_value,
        calculated.value - published.value as difference,
        calculated.n_schools,
        calculated.n_schools_missing,
        calculated.n_pupils,
        published.denominator as n_published_pupils,
        case when published.denominator > 0 then calculated.n_pupils / published.denominator end as share_of_pupils,
        calculated.release = published.release as is_one_release
    from published
    inner join calculated
        on published.area_id = calculated.area_id
        and published.indicator_id = calculated.indicator_id
        and published.breakdown_id = calculated.breakdown_id
        and published.academic_year = calculated.academic_year
    left join authorities
        on published.area_id = authorities.la_code
),

judged as (
    select
        *,
        case
            when not is_one_release then 'The schools'' figures and the authority''s are of two releases'
            when share_of_pupils is null then 'The publisher does not give the authority''s number of pupils'
            when share_of_pupils < 1 - {{ var('reconciliation_pupils') }} then 'Schools are missing'
            when share_of_pupils > 1 + {{ var('reconciliation_pupils') }} then 'The schools have more pupils than the authority''s figure'
        end as reason
    from paired
)

select
    la_code,
    la_name,
    indicator_id,
    academic_year,
    published_value,
    calculated_value,
    difference,
    cast({{ var('reconciliation_tolerance') }} as double) as tolerance,
    n_schools,
    n_schools_missing,
    n_pupils,
    n_published_pupils,
    share_of_pupils,
    reason,
    case when reason is null then abs(difference) <= {{ var('reconciliation_tolerance') }} end as is_within_tolerance
from judged
