-- The gap of disadvantaged pupils for each rule that looks at it, positive where they are behind, with the mean of the years straight
-- before it, as many as the rule's span has. One row per rule, school and year.
with

rules as (
    select * from {{ ref('risk_test_rule') }}
    where family in ('gap_widening', 'gap_wide') and area_type = 'school'
),

-- the variances a gap's interval stands for downwards and upwards: a difference of two intervals is told from the ends that face
-- each other (Newcombe 1998, as the gap itself)
gaps as (
    select
        gaps.school_id,
        gaps.indicator_id,
        gaps.academic_year,
        cast(left(gaps.academic_year, 4) as integer) as year_number,
        coalesce(series.segment, 0) as segment,
        least(gaps.n_pupils, gaps.n_other_pupils) as n_evidence,
        measures.adverse_sign * gaps.gap as gap,
        power(case measures.polarity when 'higher' then gap_high - gap else gap - gap_low end / {{ var('z95') }}, 2) as variance,
        power(case measures.polarity when 'higher' then gap - gap_low else gap_high - gap end / {{ var('z95') }}, 2) as variance_up
    from {{ ref('pupil_gap') }} as gaps
    inner join (select distinct subject, polarity, adverse_sign from rules) as measures
        on gaps.indicator_id = measures.subject
    -- a gap is not followed across a year in which the series starts again
    left join {{ ref('trend_signal') }} as series
        on series.area_type = 'school'
        and gaps.school_id = series.area_id
        and gaps.indicator_id = series.indicator_id
        and series.breakdown_id = 'disadvantaged'
        and gaps.academic_year = series.academic_year
    where gaps.gap_low < gaps.gap and gaps.gap < gaps.gap_high
),

-- years without a hole between them keep the distance between the year and its place in the run
in_runs as (
    select
        *,
        year_number - row_number() over (
            partition by school_id, indicator_id, segment order by year_number
        ) as run
    from gaps
),

before as (
    select
        rules.rule_id,
        now.school_id,
        now.academic_year,
        count(*) as years,
        sum(earlier.gap) / count(*) as gap,
        sum(earlier.variance_up) / (count(*) * count(*)) as variance,
        -- 10 points behind, 12 points behind and 1 point ahead
        coalesce({{ joined_by(
            "case when earlier.year_number < now.year_number - 1 then " ~ gap_words('earlier.gap', 'rules.unit', 'rules.decimals') ~ " end",
            ', ', 'earlier.year_number'
        ) }} || ' and ', '')
        || max(case when earlier.year_number = now.year_number - 1 then {{ gap_words('earlier.gap', 'rules.unit', 'rules.decimals') }} end)
            as in_words
    from rules
    inner join in_runs as now
        on rules.subject = now.indicator_id
    inner join in_runs as earlier
        on now.school_id = earlier.school_id
        and now.indicator_id = earlier.indicator_id
        and now.segment = earlier.segment
        and now.run = earlier.run
        and earlier.year_number < now.year_number
        and earlier.year_number > now.year_number - rules.span
    group by rules.rule_id, now.school_id, now.academic_year
)

select
    rules.rule_id,
    rules.family,
    rules.test_level,
    rules.unit,
    rules.decimals,
    now.school_id,
    now.indicator_id,
    now.academic_year,
    now.n_evidence,
    now.gap,
    now.variance,
    before.gap as gap_before,
    before.variance as variance_before,
    'in the ' || {{ span_words('before.years', 'year', 'years') }} || ' before: ' || before.in_words as words_before
from rules
inner join in_runs as now
    on rules.subject = now.indicator_id
left join before
    on rules.rule_id = before.rule_id
    and now.school_id = before.school_id
    and now.academic_year = before.academic_year
where {{ enough('now.n_evidence', 'rules.minimum_n') }}
