-- Which schools are most likely to be in the lowest fifth of their kind next year, over the measures that the register weighs, and
-- what came of it in earlier years.
with

rules as (
    select
        {{ listed('subject', 'indicators') }} as indicator_id,
        {{ listed('breakdown_id', 'breakdowns') }} as breakdown_id,
        phase,
        weight
    from {{ ref('risk_rules') }}
    where family = 'level' and area_type = 'school'
),

chances as (
    select
        points.area_id as school_id,
        points.year_number,
        points.indicator_id,
        points.peer_kind,
        points.probability_lowest_fifth as probability,
        points.was_lowest_fifth,
        points.high_is_good,
        points.estimate,
        rules.weight,
        row_number() over (
            partition by points.area_id, points.year_number, points.indicator_id
            order by case when rules.phase is null then 1 else 0 end
        ) as choice
    from {{ ref('int_levels__estimated') }} as points
    inner join rules
        on points.indicator_id = rules.indicator_id
        and points.breakdown_id = rules.breakdown_id
        and (rules.phase is null or rules.phase = points.peer_kind)
    where points.kind = 'outlook' and points.area_type = 'school' and points.probability_lowest_fifth is not null
),

weighed as (
    select
        chances.*,
        indicators.short_name,
        row_number() over (
            partition by chances.school_id, chances.year_number
            order by chances.weight * chances.probability desc, indicators.short_name
        ) as reason_order
    from chances
    inner join {{ ref('indicators') }} as indicators
        on cast(chances.indicator_id as varchar) = indicators.indicator_id
    where chances.choice = 1
),

summed as (
    select
        school_id,
        year_number,
        count(*) as n_indicators,
        sum(weight) as weight_known,
        {{ in_order('sum', 'weight * probability') }} / sum(weight) as expected_share,
        -- said only where all that was foreseen has come
        case
            when count(was_lowest_fifth) = count(*) then sum(weight * was_lowest_fifth) / sum(weight)
        end as share_that_came,
        {% for place in (1, 2, 3) -%}
        max(case
            when reason_order = {{ place }} and probability >= 0.225
                then short_name || ' ' || {{ share_words('probability') }} || ' × ' || cast(cast(weight as integer) as varchar)
        end) as reason_{{ place }}{% if not loop.last %},{% endif %}
        {% endfor %}
    from weighed
    group by school_id, year_number
),

-- schools of which as much is known as of others in the same phase: half of the most weight that any has
phases as (
    select school_id, max(case when is_current then phase end) as phase
    from {{ ref('dim_school') }}
    group by school_id
),

placed as (
    select
        summed.*,
        phases.phase,
        summed.weight_known >= 0.5 * max(summed.weight_known) over (partition by phases.phase, summed.year_number) as is_ranked
    from summed
    inner join phases
        on cast(summed.school_id as varchar) = phases.school_id
)

select
    cast(school_id as varchar) as school_id,
    {{ year_name('year_number') }} as academic_year,
    {{ year_name('year_number + 1') }} as outlook_year,
    phase,
    cast(n_indicators as bigint) as n_indicators,
    cast(weight_known as double) as weight_known,
    expected_share,
    is_ranked,
    reason_1,
    reason_2,
    reason_3,
    share_that_came >= 0.5 as was_there
from placed
