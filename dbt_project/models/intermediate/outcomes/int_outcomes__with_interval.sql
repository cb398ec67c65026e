-- Figures with a 95 per cent interval: the publisher's where there is one, Wilson's for proportions of a known cohort, Byar's
-- for events per 100 pupils where the events are known.
with

decoded as (
    select
        file_id,
        row_number,
        dataset_id,
        area_type,
        {{ listed('area_id', 'areas') }} as area_id,
        {{ listed('academic_year', 'years') }} as academic_year,
        {{ listed('release', 'releases') }} as release,
        release_order,
        {{ listed('indicator_id', 'indicators') }} as indicator_id,
        {{ listed('breakdown_id', 'breakdowns') }} as breakdown_id,
        kind,
        unit,
        value,
        numerator,
        denominator,
        ci_low,
        ci_high,
        status
    from {{ ref('int_outcomes__decoded') }}
),

-- one figure may stand in two kinds of file (performance tables, Explore Education Statistics): the one with a value
figures as (
    select *
    from (
        select
            *,
            row_number() over (
                partition by area_type, area_id, indicator_id, breakdown_id, academic_year, release
                order by case when status = 'ok' then 0 else 1 end, dataset_id, file_id desc, row_number desc
            ) as choice
        from decoded
    ) as ranked
    where choice = 1
),

methods as (
    select
        *,
        case
            when status = 'ok' and ci_low is not null and ci_high is not null then 'published'
            when status <> 'ok' or denominator is null or denominator <= 0 then 'none'
            when kind = 'proportion' then 'wilson'
            when kind = 'rate' and numerator is not null then case unit when '%' then 'wilson' else 'byar' end
            else 'none'
        end as ci_method
    from figures
)

select
    file_id,
    row_number,
    dataset_id,
    area_type,
    area_id,
    academic_year,
    release,
    release_order,
    indicator_id,
    breakdown_id,
    value,
    numerator,
    denominator,
    case ci_method
        when 'published' then ci_low
        when 'wilson' then {{ wilson('value', 'denominator', -1) }}
        when 'byar' then 100 * {{ byar('numerator', -1) }} / denominator
    end as ci_low,
    case ci_method
        when 'published' then ci_high
        when 'wilson' then {{ wilson('value', 'denominator', 1) }}
        when 'byar' then 100 * {{ byar('numerator', 1) }} / denominator
    end as ci_high,
    ci_method,
    status,
    row_number() over (
        partition by area_type, area_id, indicator_id, breakdown_id, academic_year
        order by release_order desc
    ) = 1 as is_latest
from methods
