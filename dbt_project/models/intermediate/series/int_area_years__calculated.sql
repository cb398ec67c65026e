-- Partnerships and authorities calculated from their schools' figures: weighed by cohort, with how many schools had a figure.
-- Authorities are their state-funded schools, as the publisher counts them.
-- A partnership's schools of a year are those that were members on 1 May of it (var membership_month_day).
-- A group of pupils has a figure only where it is of the same schools as the figure of all pupils beside it: otherwise it would be
-- read as the area's, and what is suppressed in one school would follow by subtraction. It is held back then, with its cohort.
with

figures as (
    select * from {{ ref('int_school_years__weighed') }}
),

schools as (
    select * from {{ ref('int_schools__measured') }}
),

memberships as (
    select
        {{ listed('memberships.partnership_id', 'benchmarks') }} as partnership_id,
        lineages.school_id,
        memberships.joined_on,
        memberships.left_on
    from {{ ref('partnership_membership') }} as memberships
    inner join (select distinct school_id from schools) as lineages
        on memberships.school_id = cast(lineages.school_id as varchar)
),

years as (
    select distinct
        academic_year,
        {{ counted_on('academic_year') }} as counted_on
    from figures
),

-- each area's schools of each year
areas as (
    select distinct
        'partnership' as area_type,
        memberships.partnership_id as area_id,
        years.academic_year,
        figures.urn
    from memberships
    inner join years
        on {{ is_member_on('memberships', 'years.counted_on') }}
    -- the form may name one URN of a lineage and the year's figures another
    inner join figures
        on memberships.school_id = figures.school_id
        and years.academic_year = figures.academic_year
    union all
    select distinct
        'authority' as area_type,
        schools.la_code as area_id,
        figures.academic_year,
        figures.urn
    from figures
    inner join schools
        on figures.urn = schools.urn
    -- the publisher's authority figures are of state-funded schools
    where schools.la_code is not null and not schools.is_independent
),

joined as (
    select
        areas.area_type,
        areas.area_id,
        figures.*,
        schools.phase,
        figures.value is not null and (figures.n_pupils > 0) as counts,
        (figures.ci_high - figures.ci_low) / (2 * {{ var('z95') }}) as standard_error
    from areas
    inner join figures
        on areas.urn = figures.urn
        and areas.academic_year = figures.academic_year
    inner join schools
        on figures.urn = schools.urn
),

-- schools with a figure of all pupils, of which a figure of a group must be too
totals as (
    select distinct area_type, area_id, urn, indicator_id, academic_year
    from joined
    where breakdown_id = 'all' and counts
),

expected as (
    select area_type, area_id, indicator_id, academic_year, count(*) as n_schools
    from totals
    group by area_type, area_id, indicator_id, academic_year
),

-- those that have the group's figure, or nobody in the group
answered as (
    select joined.area_type, joined.area_id, joined.indicator_id, joined.breakdown_id, joined.academic_year, count(*) as n_schools
    from joined
    inner join totals
        on joined.area_type = totals.area_type
        and joined.area_id = totals.area_id
        and joined.urn = totals.urn
        and joined.indicator_id = totals.indicator_id
        and joined.academic_year = totals.academic_year
    where joined.breakdown_id <> 'all'
        and (joined.counts or joined.denominator = 0 or joined.status in ('no_entries', 'not_applicable'))
    group by joined.area_type, joined.area_id, joined.indicator_id, joined.breakdown_id, joined.academic_year
),

summed as (
    select
        area_type,
        area_id,
        indicator_id,
        breakdown_id,
        academic_year,
        kind,
        unit,
        sum(case when counts then n_pupils end) as n_pupils,
        sum(case when counts then n_pupils * value end) as weighted_sum,
        sum(case when counts then value end) as total,
        sum(case when counts then denominator end) as denominator,
        sum(case when counts then numerator end) as numerator,
        sum(case when counts and numerator is not null and denominator > 0 then 1 else 0 end) as n_schools_with_count,
        sum(case when counts then n_pupils * n_pupils end) as squares,
        sum(case when counts then n_pupils * n_pupils * value end) as squares_value,
        sum(case when counts then n_pupils * n_pupils * value * value end) as squares_value_value,
        sum(case when counts then n_pupils * n_pupils * standard_error * standard_error end) as variance_sum,
        sum(case when counts and ci_method = 'published' then 1 else 0 end) as n_schools_with_interval,
        cast(sum(case when counts then 1 else 0 end) as bigint) as n_schools,
        cast(sum(case when counts then 0 else 1 end) as bigint) as n_schools_missing,
        max(release) as release,
        -- the phase of the schools with a figure, where they share one
        case
            when count(distinct case when counts then coalesce(phase, 'unknown') end) = 1
                then max(case when counts then phase end)
        end as shared_phase
    from joined
    group by area_type, area_id, indicator_id, breakdown_id, academic_year, kind, unit
),

whole as (
    select
        summed.*,
        summed.breakdown_id <> 'all' and coalesce(answered.n_schools, 0) < coalesce(expected.n_schools, 0) as is_held_back
    from summed
    left join expected
        on summed.area_type = expected.area_type
        and summed.area_id = expected.area_id
        and summed.indicator_id = expected.indicator_id
        and summed.academic_year = expected.academic_year
    left join answered
        on summed.area_type = answered.area_type
        and summed.area_id = answered.area_id
        and summed.indicator_id = answered.indicator_id
        and summed.breakdown_id = answered.breakdown_id
        and summed.academic_year = answered.academic_year
),

averaged as (
    select
        *,
        case
            when is_held_back then null
            when kind = 'count' then total
            else {{ ratio('weighted_sum', 'n_pupils') }}
        end as value,
        case
            when is_held_back then 'none'
            when kind = 'proportion' and denominator > 0 then 'wilson'
            -- progress scores: schools are independent samples, so their standard errors add up by weight
            when kind = 'progress' and n_schools > 0 and n_schools_with_interval = n_schools then 'published'
            when kind = 'rate' and n_schools > 0 and n_schools_with_count = n_schools then
                case unit when '%' then 'wilson' else 'byar' end
            -- neither counts nor intervals: the schools themselves are the sample, and two say nothing of a spread
            when kind in ('mean', 'rate') and n_schools >= 3 then 't'
            else 'none'
        end as ci_method
    from whole
)

select
    area_type,
    area_id,
    indicator_id,
    breakdown_id,
    academic_year,
    release,
    value,
    case when is_held_back then null when kind = 'count' then total else n_pupils end as n_pupils,
    case when is_held_back then 0 else n_schools end as n_schools,
    case when is_held_back then null else n_schools_missing end as n_schools_missing,
    case ci_method
        when 'wilson' then {{ wilson('value', 'denominator', -1) }}
        when 'byar' then 100 * {{ byar('numerator', -1) }} / denominator
        when 't' then value - {{ mean_half_width('n_schools', 'value', 'n_pupils', 'squares', 'squares_value', 'squares_value_value') }}
        when 'published' then value - {{ var('z95') }} * {{ ratio('sqrt(variance_sum)', 'n_pupils') }}
    end as ci_low,
    case ci_method
        when 'wilson' then {{ wilson('value', 'denominator', 1) }}
        when 'byar' then 100 * {{ byar('numerator', 1) }} / denominator
        when 't' then value + {{ mean_half_width('n_schools', 'value', 'n_pupils', 'squares', 'squares_value', 'squares_value_value') }}
        when 'published' then value + {{ var('z95') }} * {{ ratio('sqrt(variance_sum)', 'n_pupils') }}
    end as ci_high,
    ci_method,
    shared_phase,
    case when is_held_back then 'held_back' when n_schools > 0 then 'ok' else 'unavailable' end as status
from averaged
