with

words as (
    select scale, max(value) as scale_max
    from {{ ref('scale_answers') }}
    group by scale
),

ratings as (
    select ratings.*, coalesce(instruments.scale_max, words.scale_max) as scale_max
    from {{ ref('fct_rating') }} as ratings
    inner join {{ ref('instruments') }} as instruments
        on ratings.instrument_id = instruments.instrument_id
    left join words
        on instruments.scale = words.scale
    where ratings.value is not null
),

schools as (
    select * from {{ ref('dim_school') }}
),

partnerships as (
    select * from {{ ref('dim_partnership') }}
),

authorities as (
    select * from {{ ref('local_authorities') }}
),

placed as (
    select
        'school' as area_type,
        ratings.school_id as area_id,
        schools.name as area_name,
        ratings.*
    from ratings
    inner join schools
        on ratings.urn = schools.urn
    union all
    select
        'partnership' as area_type,
        partnerships.partnership_id as area_id,
        partnerships.name as area_name,
        ratings.*
    from ratings
    inner join partnerships
        on ratings.partnership_id = partnerships.partnership_id
    union all
    select
        'authority' as area_type,
        schools.la_code as area_id,
        coalesce(authorities.la_name, 'Authority ' || schools.la_code) as area_name,
        ratings.*
    from ratings
    inner join schools
        on ratings.urn = schools.urn
    left join authorities
        on schools.la_code = authorities.la_code
    where schools.la_code is not null
)

select
    area_type,
    area_id,
    max(area_name) as area_name,
    instrument_id,
    item_id,
    respondent_role,
    term,
    count(*) as n_responses,
    count(distinct school_id) as n_schools,
    avg(value) as mean_value,
    median(value) as median_value,
    100 * avg(case when value >= greatest(scale_max - 1, 1) then 1.0 else 0.0 end) as share_high_pct
from placed
group by area_type, area_id, instrument_id, item_id, respondent_role, term
