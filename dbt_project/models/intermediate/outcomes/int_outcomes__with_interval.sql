-- Figures with a 95 per cent interval: the publisher's where there is one, Wilson's for proportions of a known cohort, Byar's
-- for events per 100 pupils where the events are known. A school's share of its pupils on roll that is printed alone (persistent
-- absence in performance tables) is of the pupils on roll of the year.
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

not_taken as (
    select file_id, row_number, indicator_id, breakdown_id
    from {{ ref('int_outcomes__compared') }}
    where choice > 1
),

figures as (
    select decoded.*
    from decoded
    left join not_taken
        on decoded.file_id = not_taken.file_id
        and decoded.row_number = not_taken.row_number
        and decoded.indicator_id = not_taken.indicator_id
        and decoded.breakdown_id = not_taken.breakdown_id
    where not_taken.file_id is null
),

indicators as (
    select {{ listed('indicator_id', 'indicators') }} as indicator_id, share_of_roll from {{ ref('indicators') }}
),

rolls as (
    select area_id, academic_year, max_by(value, release_order) as pupils
    from figures
    where area_type = 'school' and indicator_id = 'pupils_on_roll' and breakdown_id = 'all' and value > 0
    group by area_id, academic_year
),

of_pupils as (
    select
        figures.file_id,
        figures.row_number,
        figures.dataset_id,
        figures.area_type,
        figures.area_id,
        figures.academic_year,
        figures.release,
        figures.release_order,
        figures.indicator_id,
        figures.breakdown_id,
        figures.kind,
        figures.unit,
        figures.value,
        coalesce(figures.numerator, round(figures.value * rolls.pupils / 100.0)) as numerator,
        coalesce(figures.denominator, rolls.pupils) as denominator,
        figures.ci_low,
        figures.ci_high,
        figures.status
    from figures
    inner join indicators
        on figures.indicator_id = indicators.indicator_id
    left join rolls
        on figures.area_type = 'school'
        and figures.area_id = rolls.area_id
        and figures.academic_year = rolls.academic_year
        and figures.breakdown_id = 'all'
        and figures.denominator is null
        and indicators.share_of_roll
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
    from of_pupils
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
        -- a release that says nothing of a figure does not take it away
        order by case when status in ('unavailable', 'unreadable') then 1 else 0 end, release_order desc
    ) = 1 as is_latest
from methods
