-- Which rule of seeds/risk_rules.csv fired for which school or partnership, as at the end of each term: tests first, under one
-- control of false discoveries, then facts, family by family.
with

rules as (
    select * from {{ ref('risk_rules') }}
),

as_ats as (
    select distinct as_at, academic_year, as_at_on, as_at_number, term_number, evidence_year
    from {{ ref('risk_looked_at') }}
),

terms as (
    select
        term_id,
        cast(starts_on as date) as starts_on,
        cast(ends_on as date) as ends_on,
        row_number() over (order by starts_on) as term_number
    from {{ ref('terms') }}
),

indicators as (
    select * from {{ ref('dim_indicator') }}
),

schools as (
    select * from {{ ref('dim_school') }}
),

-- schools that were in a partnership on the last day of the term
members as (
    select distinct
        memberships.partnership_id,
        memberships.school_id,
        as_ats.term_number
    from {{ ref('partnership_membership') }} as memberships
    inner join as_ats
        on memberships.joined_on <= as_ats.as_at_on
        and (memberships.left_on is null or memberships.left_on > as_ats.as_at_on)
),

-- Tests -------------------------------------------------------------------------------------------------------------

looked_at as (
    {{ risk_tests() }}
),

controlled as (
    {{ risk_tests_controlled('looked_at') }}
),

tests as (
    select
        fired.rule_id,
        fired.area_type,
        fired.area_id,
        as_ats.term_number,
        fired.n,
        fired.value,
        fired.level as threshold,
        fired.p_value,
        fired.q_value,
        fired.q_value <= {{ var('risk_false_discovery') }} as is_strong,
        indicators.short_name as said_what,
        {{ figure_words(
            'fired.value', "case when rules.family in ('gap_widening', 'gap_wide') and indicators.unit = '%' then 'points' else indicators.unit end", 'indicators.decimals'
        ) }} as said_value,
        fired.said_other,
        {{ count_words('fired.n', 'pupil', 'pupils') }} as said_n,
        fired.academic_year as said_year,
        cast(null as varchar) as said_limit,
        'Published results' as source
    from controlled as fired
    inner join rules
        on fired.rule_id = rules.rule_id
    inner join as_ats
        on fired.academic_year = as_ats.evidence_year
    inner join indicators
        on fired.indicator_id = indicators.indicator_id
    where fired.fires
),

-- Figures that are no test ------------------------------------------------------------------------------------------

high_levels as (
    select
        levels.rule_id,
        'school' as area_type,
        levels.school_id as area_id,
        as_ats.term_number,
        levels.n,
        levels.value,
        rules.threshold,
        levels.place >= rules.strong_threshold as is_strong,
        indicators.short_name as said_what,
        {{ figure_words('levels.value', 'indicators.unit', 'indicators.decimals') }} as said_value,
        'it is among the highest ' || {{ share_words('greatest(0.01, 1 - levels.place)') }} || ' of ' || cast(levels.schools as varchar) || ' '
        || replace(levels.peers, '_', '-') || ' schools' as said_other,
        {{ count_words('levels.n', 'pupil', 'pupils') }} as said_n,
        levels.academic_year as said_year,
        cast(null as varchar) as said_limit,
        'Published results' as source
    from {{ ref('risk_level') }} as levels
    inner join rules
        on levels.rule_id = rules.rule_id
    inner join as_ats
        on levels.academic_year = as_ats.evidence_year
    inner join indicators
        on levels.indicator_id = indicators.indicator_id
    where levels.place >= rules.threshold and levels.value is not null
),

yearly as (
    select
        rules.rule_id,
        rules.area_type,
        rules.threshold,
        rules.strong_threshold,
        rules.span,
        rules.minimum_n,
        series.area_id,
        series.indicator_id,
        series.academic_year,
        series.cohort,
        series.value,
        series.segment,
        case indicators.polarity when 'higher' then -1 else 1 end * series.value as worse_value,
        cast(left(series.academic_year, 4) as integer) as year_number
    from rules
    inner join {{ ref('trend_signal') }} as series
        on rules.subject = series.indicator_id
        and rules.breakdown_id = series.breakdown_id
        and rules.area_type = series.area_type
    inner join indicators
        on series.indicator_id = indicators.indicator_id
    where rules.family = 'worsening' and series.value is not null
),

-- years in a row in which each was worse than the one before; none of them across a year in which the series starts anew
runs as (
    select
        *,
        lag(worse_value, 1) over in_order as before_1,
        lag(worse_value, 2) over in_order as before_2,
        lag(value, 2) over in_order as first_value,
        year_number - lag(year_number, 2) over in_order as years_back
    from yearly
    window in_order as (partition by rule_id, area_id, segment order by year_number)
),

worsening as (
    select
        runs.rule_id,
        runs.area_type,
        runs.area_id,
        as_ats.term_number,
        runs.cohort as n,
        runs.value,
        runs.threshold,
        runs.worse_value - runs.before_2 >= runs.strong_threshold as is_strong,
        indicators.short_name as said_what,
        {{ figure_words('runs.value', 'indicators.unit', 'indicators.decimals') }} as said_value,
        {{ figure_words('runs.first_value', 'indicators.unit', 'indicators.decimals') }} as said_other,
        {{ count_words('runs.cohort', 'pupil', 'pupils') }} as said_n,
        runs.academic_year as said_year,
        'three years' as said_limit,
        'Published results' as source
    from runs
    inner join as_ats
        on runs.academic_year = as_ats.evidence_year
    inner join indicators
        on runs.indicator_id = indicators.indicator_id
    where runs.years_back = 2
        and runs.worse_value > runs.before_1
        and runs.before_1 > runs.before_2
        and runs.worse_value - runs.before_2 >= runs.threshold
        and coalesce(runs.cohort, runs.minimum_n) >= runs.minimum_n
),

expected as (
    select
        years.school_id,
        years.indicator_id,
        years.academic_year,
        years.la_code,
        years.phase,
        years.value,
        years.status,
        years.denominator,
        cast(left(years.academic_year, 4) as integer) as year_number
    from {{ ref('int_school_years__benchmarked') }} as years
    where years.breakdown_id = 'all'
        and years.indicator_id in (select subject from rules where family = 'level')
),

-- a school of several phases may have several small cohorts: the smallest speaks
small_cohorts as (
    select
        rules.rule_id,
        'school' as area_type,
        expected.school_id as area_id,
        as_ats.term_number,
        min(expected.denominator) as n,
        min(expected.denominator) as value,
        max(rules.minimum_n) as threshold,
        false as is_strong,
        cast(null as varchar) as said_what,
        cast(null as varchar) as said_value,
        min_by(indicators.short_name, expected.denominator) as said_other,
        {{ count_words('min(expected.denominator)', 'pupil', 'pupils') }} as said_n,
        max(expected.academic_year) as said_year,
        cast(null as varchar) as said_limit,
        'Published results' as source
    from expected
    inner join rules
        on rules.family = 'small_cohort'
        and '|' || rules.subject || '|' like '%|' || expected.indicator_id || '|%'
    inner join as_ats
        on expected.academic_year = as_ats.evidence_year
    inner join indicators
        on expected.indicator_id = indicators.indicator_id
    where expected.denominator > 0 and expected.denominator < rules.minimum_n
    group by rules.rule_id, expected.school_id, as_ats.term_number
),

-- a figure with a reason that is nobody's rule, or a row that was there last year and is not, while its neighbours have one
absent as (
    select school_id, indicator_id, academic_year
    from expected
    where value is null and status in ('unavailable', 'not_published', 'unreadable', 'low_coverage')
    union all
    select
        before.school_id,
        before.indicator_id,
        neighbours.academic_year
    from expected as before
    inner join (select distinct la_code, phase, indicator_id, academic_year, year_number from expected) as neighbours
        on before.la_code = neighbours.la_code
        and before.phase = neighbours.phase
        and before.indicator_id = neighbours.indicator_id
        and before.year_number + 1 = neighbours.year_number
    inner join (
        select school_id, max(case when is_current then coalesce(closed_on, cast('2999-12-31' as date)) end) as closed_on
        from schools
        group by school_id
    ) as lineages
        on before.school_id = lineages.school_id
        and lineages.closed_on > {{ census_day('neighbours.academic_year') }}
    left join expected as now
        on before.school_id = now.school_id
        and before.indicator_id = now.indicator_id
        and neighbours.academic_year = now.academic_year
    where before.value is not null and now.school_id is null
),

missing as (
    select
        max(rules.rule_id) as rule_id,
        'school' as area_type,
        absent.school_id as area_id,
        as_ats.term_number,
        cast(count(*) as double) as n,
        cast(count(*) as double) as value,
        max(rules.threshold) as threshold,
        count(*) >= max(rules.strong_threshold) as is_strong,
        cast(null as varchar) as said_what,
        cast(null as varchar) as said_value,
        {{ joined('indicators.short_name', ', ') }} as said_other,
        cast(null as varchar) as said_n,
        absent.academic_year as said_year,
        cast(null as varchar) as said_limit,
        'Published results' as source
    from absent
    inner join rules
        on rules.family = 'missing'
    inner join as_ats
        on absent.academic_year = as_ats.evidence_year
    inner join indicators
        on absent.indicator_id = indicators.indicator_id
    group by absent.school_id, absent.academic_year, as_ats.term_number
),

-- Inspections -------------------------------------------------------------------------------------------------------

-- the grade of the whole where there is one, else the least favourable judgement
inspections as (
    select
        school_id,
        inspected_on,
        max(framework) as framework,
        coalesce(
            max(case when judgement_id = 'overall_effectiveness' then grade_order end), max(grade_order)
        ) as grade_order
    from {{ ref('fct_inspection') }}
    group by school_id, inspected_on
),

last_inspections as (
    select *
    from (
        select
            inspections.*,
            as_ats.term_number,
            as_ats.as_at_on,
            row_number() over (
                partition by inspections.school_id, as_ats.term_number order by inspections.inspected_on desc
            ) as choice
        from inspections
        inner join as_ats
            on inspections.inspected_on <= as_ats.as_at_on
    ) as ranked
    where choice = 1
),

open_inspected as (
    select
        last_inspections.*,
        frameworks.name as framework_name,
        coalesce(grades.judgement || ': ' || lower(grades.grade), 'no grade') as grade_words,
        {{ dbt.datediff('last_inspections.inspected_on', 'last_inspections.as_at_on', 'month') }} as months
    from last_inspections
    inner join (
        select school_id, max(case when is_current then coalesce(closed_on, cast('2999-12-31' as date)) end) as closed_on
        from schools
        group by school_id
    ) as lineages
        on last_inspections.school_id = lineages.school_id
        and lineages.closed_on > last_inspections.as_at_on
    left join {{ ref('inspection_frameworks') }} as frameworks
        on last_inspections.framework = frameworks.framework
    left join (
        select
            school_id,
            inspected_on,
            grade_order,
            grade,
            min_by(judgement, case judgement_id when 'overall_effectiveness' then '0' else '1' end || judgement) as judgement
        from {{ ref('fct_inspection') }}
        where grade_order is not null
        group by school_id, inspected_on, grade_order, grade
    ) as grades
        on last_inspections.school_id = grades.school_id
        and last_inspections.inspected_on = grades.inspected_on
        and last_inspections.grade_order = grades.grade_order
),

inspections_due as (
    select
        rules.rule_id,
        'school' as area_type,
        inspected.school_id as area_id,
        inspected.term_number,
        1.0 as n,
        cast(inspected.months as double) as value,
        rules.threshold,
        inspected.months >= rules.strong_threshold as is_strong,
        cast(null as varchar) as said_what,
        cast(inspected.inspected_on as varchar) as said_value,
        inspected.grade_words as said_other,
        {{ count_words('inspected.months', 'month', 'months') }} as said_n,
        cast(null as varchar) as said_year,
        cast(cast(rules.threshold as integer) as varchar) as said_limit,
        'Inspections' as source
    from open_inspected as inspected
    inner join rules
        on rules.family = 'inspection_due'
        and '|' || rules.subject || '|' like '%|' || cast(coalesce(inspected.grade_order, 0) as varchar) || '|%'
    -- the rule looks ahead: a term has four months
    where inspected.months + 4 * rules.span >= rules.threshold
),

inspection_grades as (
    select
        rules.rule_id,
        'school' as area_type,
        inspected.school_id as area_id,
        inspected.term_number,
        1.0 as n,
        cast(inspected.grade_order as double) as value,
        rules.threshold,
        inspected.grade_order >= rules.strong_threshold as is_strong,
        cast(null as varchar) as said_what,
        inspected.grade_words as said_value,
        inspected.framework_name as said_other,
        cast(null as varchar) as said_n,
        cast(inspected.inspected_on as varchar) as said_year,
        cast(null as varchar) as said_limit,
        'Inspections' as source
    from open_inspected as inspected
    inner join rules
        on rules.family = 'inspection_grade'
        and '|' || rules.subject || '|' like '%|' || inspected.framework || '|%'
    where inspected.grade_order >= rules.threshold
),

-- Reviews -----------------------------------------------------------------------------------------------------------

-- check-ins that were due in the last terms, as they stood on the last day of the term
check_ins as (
    select
        rules.rule_id,
        rules.area_type,
        rules.parameter,
        rules.threshold,
        rules.strong_threshold,
        rules.minimum_n,
        case rules.area_type when 'school' then steps.school_id else steps.partnership_id end as area_id,
        as_ats.term_number,
        steps.due_on,
        case when steps.taken_on <= as_ats.as_at_on then steps.taken_on end as taken_on,
        {{ dbt.datediff('steps.due_on', 'least(coalesce(steps.taken_on, as_ats.as_at_on), as_ats.as_at_on)', 'day') }} as days_late,
        row_number() over (
            partition by rules.rule_id, steps.school_id, as_ats.term_number order by steps.due_on desc, steps.review_id
        ) as choice
    from {{ ref('review_step') }} as steps
    inner join rules
        on rules.family = 'check_in' and rules.subject = steps.step
    inner join as_ats
        on steps.due_on < as_ats.as_at_on
    inner join terms
        on as_ats.term_number - rules.span + 1 = terms.term_number
        and steps.due_on >= terms.starts_on
),

late_check_ins as (
    select
        rule_id,
        area_type,
        area_id,
        term_number,
        1.0 as n,
        cast(days_late as double) as value,
        threshold,
        days_late >= strong_threshold as is_strong,
        cast(null as varchar) as said_what,
        {{ count_words('days_late', 'day', 'days') }} as said_value,
        case when taken_on is null then 'has not been held' else 'was held on ' || cast(taken_on as varchar) end as said_other,
        cast(null as varchar) as said_n,
        cast(due_on as varchar) as said_year,
        cast(null as varchar) as said_limit,
        'Reviews' as source
    from check_ins
    where area_type = 'school' and choice = 1 and days_late > threshold
    union all
    select
        rule_id,
        area_type,
        area_id,
        term_number,
        cast(count(*) as double) as n,
        avg(case when days_late > parameter then 1.0 else 0.0 end) as value,
        max(threshold) as threshold,
        avg(case when days_late > parameter then 1.0 else 0.0 end) >= max(strong_threshold) as is_strong,
        cast(null as varchar) as said_what,
        {{ share_words('avg(case when days_late > parameter then 1.0 else 0.0 end)') }} as said_value,
        cast(null as varchar) as said_other,
        {{ count_words('count(*)', 'check-in', 'check-ins') }} as said_n,
        cast(null as varchar) as said_year,
        cast(cast(max(parameter) as integer) as varchar) as said_limit,
        'Reviews' as source
    from check_ins
    where area_type = 'partnership'
    group by rule_id, area_type, area_id, term_number
    having count(*) >= max(minimum_n)
        and avg(case when days_late > parameter then 1.0 else 0.0 end) >= max(threshold)
),

-- Events ------------------------------------------------------------------------------------------------------------

attended as (
    select
        rules.rule_id,
        rules.area_type,
        case rules.area_type when 'school' then came.school_id else events.partnership_id end as area_id,
        terms.term_number,
        sum(came.invited) as invited,
        sum(least(came.people, came.invited)) as people
    from {{ ref('event_attendance') }} as came
    inner join {{ ref('event') }} as events
        on came.event_id = events.event_id
    inner join terms
        on events.held_on between terms.starts_on and terms.ends_on
    inner join rules
        on rules.family = 'engagement'
    where came.invited > 0 and (rules.area_type = 'school' or events.partnership_id is not null)
    group by
        rules.rule_id,
        rules.area_type,
        case rules.area_type when 'school' then came.school_id else events.partnership_id end,
        terms.term_number
),

attended_lately as (
    select
        attended.rule_id,
        attended.area_type,
        attended.area_id,
        as_ats.term_number,
        max(rules.threshold) as threshold,
        max(rules.strong_threshold) as strong_threshold,
        max(rules.minimum_n) as minimum_n,
        sum(case when attended.term_number > as_ats.term_number - rules.span then attended.invited else 0 end) as invited,
        sum(case when attended.term_number > as_ats.term_number - rules.span then attended.people else 0 end) as people,
        sum(case when attended.term_number <= as_ats.term_number - rules.span then attended.invited else 0 end) as invited_before,
        sum(case when attended.term_number <= as_ats.term_number - rules.span then attended.people else 0 end) as people_before
    from attended
    inner join rules
        on attended.rule_id = rules.rule_id
    inner join as_ats
        on attended.term_number <= as_ats.term_number
        and attended.term_number > as_ats.term_number - 2 * rules.span
    group by attended.rule_id, attended.area_type, attended.area_id, as_ats.term_number
),

drifting as (
    select
        rule_id,
        area_type,
        area_id,
        term_number,
        cast(invited as double) as n,
        {{ ratio('people', 'invited') }} as value,
        threshold,
        {{ ratio('people', 'invited') }} <= strong_threshold as is_strong,
        cast(null as varchar) as said_what,
        {{ share_words(ratio('people', 'invited')) }} as said_value,
        coalesce(', and ' || {{ share_words(ratio('people_before', 'invited_before')) }} || ' in the terms before', '') as said_other,
        cast(invited as varchar) || ' invited' as said_n,
        cast(null as varchar) as said_year,
        cast(null as varchar) as said_limit,
        'Attendance at events' as source
    from attended_lately
    where invited >= minimum_n
        and {{ ratio('people', 'invited') }} <= threshold
        and {{ ratio('people', 'invited') }} <= coalesce({{ ratio('people_before', 'invited_before') }}, 1)
),

-- Answers -----------------------------------------------------------------------------------------------------------

leaders as (
    select
        ratings.instrument_id,
        ratings.partnership_id,
        ratings.school_id,
        terms.term_number,
        terms.term_id,
        avg(ratings.value) as mean_value,
        count(ratings.value) as answers
    from {{ ref('fct_rating') }} as ratings
    inner join terms
        on ratings.term = terms.term_id
    where ratings.school_id is not null
        and ratings.instrument_id in (select subject from rules where family in ('answers_fell', 'silent', 'response'))
    group by ratings.instrument_id, ratings.partnership_id, ratings.school_id, terms.term_number, terms.term_id
),

answers_fell as (
    select
        rules.rule_id,
        'school' as area_type,
        now.school_id as area_id,
        now.term_number,
        cast(max(now.answers) as double) as n,
        max(now.mean_value) as value,
        max(rules.threshold) as threshold,
        avg(before.mean_value) - max(now.mean_value) >= max(rules.strong_threshold) as is_strong,
        max(instruments.name) as said_what,
        {{ figure_words('max(now.mean_value)', "'score'", '1') }} as said_value,
        {{ figure_words('avg(before.mean_value)', "'score'", '1') }} as said_other,
        {{ count_words('max(now.answers)', 'answer', 'answers') }} as said_n,
        now.term_id as said_year,
        cast(null as varchar) as said_limit,
        'Reflection answers' as source
    from leaders as now
    inner join rules
        on rules.family = 'answers_fell' and rules.subject = now.instrument_id
    inner join leaders as before
        on now.instrument_id = before.instrument_id
        and now.school_id = before.school_id
        and before.term_number < now.term_number
        and before.term_number >= now.term_number - rules.span
    inner join {{ ref('instruments') }} as instruments
        on now.instrument_id = instruments.instrument_id
    where now.answers >= rules.minimum_n and before.answers >= rules.minimum_n
    group by rules.rule_id, now.school_id, now.term_number, now.term_id
    having avg(before.mean_value) - max(now.mean_value) >= max(rules.threshold) and count(*) > 1
),

-- which members answered, term by term, where anybody of the partnership did
responses as (
    select
        active.instrument_id,
        active.partnership_id,
        active.term_number,
        members.school_id,
        max(case when leaders.answers > 0 then 1 else 0 end) as answered
    from (
        select distinct instrument_id, partnership_id, term_number from leaders where answers > 0
    ) as active
    inner join members
        on active.partnership_id = members.partnership_id
        and active.term_number = members.term_number
    left join leaders
        on active.instrument_id = leaders.instrument_id
        and members.school_id = leaders.school_id
        and active.term_number = leaders.term_number
    group by active.instrument_id, active.partnership_id, active.term_number, members.school_id
),

silent as (
    select
        rules.rule_id,
        'school' as area_type,
        now.school_id as area_id,
        now.term_number,
        cast(count(distinct before.term_number) as double) as n,
        cast(count(distinct before.term_number) as double) as value,
        cast(max(rules.span) as double) as threshold,
        false as is_strong,
        lower(max(instruments.name)) as said_what,
        cast(null as varchar) as said_value,
        max(before.partnership_id) as said_other,
        cast(null as varchar) as said_n,
        cast(null as varchar) as said_year,
        cast(max(rules.span) as varchar) as said_limit,
        'Reflection answers' as source
    from responses as now
    inner join rules
        on rules.family = 'silent' and rules.subject = now.instrument_id
    inner join responses as before
        on now.instrument_id = before.instrument_id
        and now.school_id = before.school_id
        and before.term_number <= now.term_number
        and before.term_number > now.term_number - rules.span
    inner join {{ ref('instruments') }} as instruments
        on now.instrument_id = instruments.instrument_id
    where now.answered = 0
    group by rules.rule_id, now.school_id, now.term_number
    having max(before.answered) = 0 and count(distinct before.term_number) = max(rules.span)
),

low_responses as (
    select
        rules.rule_id,
        'partnership' as area_type,
        responses.partnership_id as area_id,
        responses.term_number,
        cast(count(*) as double) as n,
        avg(cast(responses.answered as double)) as value,
        max(rules.threshold) as threshold,
        avg(cast(responses.answered as double)) < max(rules.strong_threshold) as is_strong,
        lower(max(instruments.name)) as said_what,
        {{ share_words('avg(cast(responses.answered as double))') }} as said_value,
        cast(null as varchar) as said_other,
        {{ count_words('count(*)', 'school', 'schools') }} as said_n,
        max(terms.term_id) as said_year,
        cast(null as varchar) as said_limit,
        'Reflection answers' as source
    from responses
    inner join rules
        on rules.family = 'response' and rules.subject = responses.instrument_id
    inner join {{ ref('instruments') }} as instruments
        on responses.instrument_id = instruments.instrument_id
    inner join terms
        on responses.term_number = terms.term_number
    group by rules.rule_id, responses.partnership_id, responses.term_number
    having count(*) >= max(rules.minimum_n) and avg(cast(responses.answered as double)) < max(rules.threshold)
),

-- Partnerships ------------------------------------------------------------------------------------------------------

cards as (
    select
        maturity.partnership_id,
        terms.term_number,
        terms.term_id,
        sum(case when maturity.answer = 'true' then 1 else 0 end) as true_cards,
        count(*) as all_cards
    from {{ ref('maturity_card') }} as maturity
    inner join terms
        on maturity.term = terms.term_id
    group by maturity.partnership_id, terms.term_number, terms.term_id
),

-- the last assessment, and the last one at least the rule's span before the day
assessed as (
    select
        rules.rule_id,
        cards.partnership_id,
        as_ats.term_number,
        max_by(cards.true_cards, cards.term_number) as true_cards,
        max_by(cards.all_cards, cards.term_number) as all_cards,
        max_by(cards.term_id, cards.term_number) as term_id,
        max_by(
            cards.true_cards, case when cards.term_number <= as_ats.term_number - rules.span then cards.term_number end
        ) as true_cards_before,
        max_by(
            cards.term_id, case when cards.term_number <= as_ats.term_number - rules.span then cards.term_number end
        ) as term_before
    from cards
    inner join rules
        on rules.family = 'maturity'
    inner join as_ats
        on cards.term_number <= as_ats.term_number
    group by rules.rule_id, cards.partnership_id, as_ats.term_number
),

stalled as (
    select
        rule_id,
        'partnership' as area_type,
        partnership_id as area_id,
        term_number,
        cast(all_cards as double) as n,
        cast(true_cards as double) as value,
        cast(true_cards_before as double) as threshold,
        true_cards < true_cards_before as is_strong,
        cast(null as varchar) as said_what,
        cast(true_cards as varchar) || ' of ' || cast(all_cards as varchar) as said_value,
        'and ' || cast(true_cards_before as varchar) || ' in ' || term_before as said_other,
        cast(null as varchar) as said_n,
        term_id as said_year,
        cast(null as varchar) as said_limit,
        'Maturity cards' as source
    from assessed
    where true_cards_before is not null and true_cards <= true_cards_before and true_cards < all_cards
),

changed_roles as (
    select
        rules.rule_id,
        'school' as area_type,
        starts.school_id as area_id,
        as_ats.term_number,
        cast(count(*) as double) as n,
        cast(count(*) as double) as value,
        1.0 as threshold,
        max(case when starts.role in ('partnership_lead', 'chair') then 1 else 0 end) = 1 as is_strong,
        max(replace(upper(left(starts.role, 1)) || substr(starts.role, 2), '_', ' ')) as said_what,
        cast(null as varchar) as said_value,
        cast(null as varchar) as said_other,
        cast(null as varchar) as said_n,
        cast(max(starts.started_on) as varchar) as said_year,
        cast(null as varchar) as said_limit,
        'Roles' as source
    from {{ ref('role_holder') }} as starts
    inner join {{ ref('role_holder') }} as ends
        on starts.partnership_id = ends.partnership_id
        and starts.school_id = ends.school_id
        and starts.role = ends.role
        and starts.started_on > ends.started_on
        and ends.ended_on <= starts.started_on
    inner join rules
        on rules.family = 'leadership_change'
        and '|' || rules.subject || '|' like '%|' || starts.role || '|%'
    inner join as_ats
        on starts.started_on <= as_ats.as_at_on
    inner join terms
        on as_ats.term_number - rules.span + 1 = terms.term_number
        and starts.started_on >= terms.starts_on
    group by rules.rule_id, starts.school_id, as_ats.term_number
),

facts as (
    select * from high_levels
    union all
    select * from worsening
    union all
    select * from small_cohorts
    union all
    select * from missing
    union all
    select * from inspections_due
    union all
    select * from inspection_grades
    union all
    select * from late_check_ins
    union all
    select * from drifting
    union all
    select * from answers_fell
    union all
    select * from silent
    union all
    select * from low_responses
    union all
    select * from stalled
    union all
    select * from changed_roles
),

fired as (
    select
        rule_id, area_type, area_id, term_number, n, value, threshold, p_value, q_value, is_strong,
        said_what, said_value, said_other, said_n, said_year, said_limit, source
    from tests
    union all
    select
        rule_id, area_type, area_id, term_number, n, value, threshold, null, null, is_strong,
        said_what, said_value, said_other, said_n, said_year, said_limit, source
    from facts
),

-- an unbroken run of a flag keeps the distance between the number of the day and its own number in the run
numbered as (
    select
        fired.*,
        as_ats.as_at,
        as_ats.academic_year,
        as_ats.as_at_number,
        as_ats.as_at_number - row_number() over (
            partition by fired.rule_id, fired.area_type, fired.area_id order by as_ats.as_at_number
        ) as run
    from fired
    inner join as_ats
        on fired.term_number = as_ats.term_number
),

measured as (
    select method_id, value
    from {{ ref('measured') }}
    where figure = 'false_alarm_rate'
)

select
    numbered.rule_id,
    numbered.area_type,
    numbered.area_id,
    numbered.as_at,
    numbered.academic_year,
    case when numbered.area_type = 'school' then numbered.area_id end as school_id,
    rules.name as rule,
    rules.short_name as rule_short_name,
    rules.family,
    rules.evidence as evidence_kind,
    replace(replace(replace(replace(replace(replace(replace(
        rules.sentence,
        '{what}', coalesce(numbered.said_what, '')),
        '{value}', coalesce(numbered.said_value, '')),
        '{other}', coalesce(numbered.said_other, '')),
        '{n}', coalesce(numbered.said_n, '')),
        '{year}', coalesce(numbered.said_year, '')),
        '{limit}', coalesce(numbered.said_limit, '')),
        '{span}', coalesce(numbered.said_limit, '')
    ) as evidence,
    numbered.n,
    numbered.value,
    numbered.threshold,
    numbered.p_value,
    numbered.q_value,
    case when numbered.is_strong then 'strong' else 'weak' end as strength,
    case when numbered.is_strong then rules.weight else rules.weight / 2 end as points,
    min_by(numbered.as_at, numbered.as_at_number) over (
        partition by numbered.rule_id, numbered.area_type, numbered.area_id, numbered.run
    ) as since,
    measured.value as false_alarm_rate,
    case
        when measured.value is not null then 'measured on simulated schools without any effect'
        when rules.evidence = 'test' then 'not measured yet'
        else 'a fact, not a test'
    end as false_alarm_reason,
    numbered.source
from numbered
inner join rules
    on numbered.rule_id = rules.rule_id
left join measured
    on rules.false_alarm = measured.method_id
