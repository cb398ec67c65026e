{% set year_of = "case years.which when 'baseline' then priorities.baseline_year else judged.verdict_year end" %}
with

priorities as (
    select
        *,
        case direction when 'up' then 1 else -1 end as sign
    from {{ ref('curve_priority') }}
),

points as (
    select * from {{ ref('curve_point') }}
),

history as (
    select * from points
    where point_kind = 'history' and value is not null
),

judged as (
    select
        priorities.partnership_id,
        priorities.academic_year,
        priorities.priority_number,
        max(case when history.point_year = priorities.baseline_year then history.value end) as baseline_value,
        max(case when history.point_year = priorities.baseline_year then history.n_pupils end) as n_baseline_pupils,
        max(history.point_year) as latest_year,
        max_by(history.value, history.point_year) as latest_value,
        max_by(history.n_pupils, history.point_year) as n_latest_pupils,
        max(case
            when history.point_year > priorities.baseline_year and history.point_year <= priorities.target_year
                then history.point_year
        end) as verdict_year
    from priorities
    left join history
        on priorities.partnership_id = history.partnership_id
        and priorities.academic_year = history.academic_year
        and priorities.priority_number = history.priority_number
    group by priorities.partnership_id, priorities.academic_year, priorities.priority_number
),

essentials as (
    select
        partnership_id,
        academic_year,
        priority_number,
        cast(count(*) as bigint) as essentials,
        cast(count(done_on) as bigint) as essentials_done,
        min(case when done_on is null then due_on end) as next_due_on
    from {{ ref('curve_essential') }}
    group by partnership_id, academic_year, priority_number
),

-- which schools are behind the figure of each of the two years
counted as (
    select distinct
        judged.partnership_id,
        judged.academic_year,
        judged.priority_number,
        years.which,
        memberships.school_id
    from (
        select partnership_id, academic_year, priority_number, verdict_year
        from judged
        where verdict_year is not null
    ) as judged
    inner join priorities
        on judged.partnership_id = priorities.partnership_id
        and judged.academic_year = priorities.academic_year
        and judged.priority_number = priorities.priority_number
    cross join (select 'baseline' as which union all select 'judged') as years
    inner join {{ ref('partnership_membership') }} as memberships
        on judged.partnership_id = memberships.partnership_id
        and {{ is_member_on('memberships', counted_on(year_of)) }}
    inner join {{ ref('int_school_years__weighed') }} as figures
        on memberships.school_id = figures.school_id
        and priorities.indicator_id = figures.indicator_id
        and coalesce(priorities.breakdown_id, 'all') = figures.breakdown_id
        and {{ year_of }} = figures.academic_year
        and figures.value is not null
),

in_common as (
    select
        partnership_id,
        academic_year,
        priority_number,
        {{ ratio('sum(case when years = 2 then 1 else 0 end)', 'count(*)') }} as share_in_common
    from (
        select partnership_id, academic_year, priority_number, school_id, count(*) as years
        from counted
        group by partnership_id, academic_year, priority_number, school_id
    ) as schools
    group by partnership_id, academic_year, priority_number
),

breaks as (
    select distinct
        judged.partnership_id,
        judged.academic_year,
        judged.priority_number
    from judged
    inner join priorities
        on judged.partnership_id = priorities.partnership_id
        and judged.academic_year = priorities.academic_year
        and judged.priority_number = priorities.priority_number
    inner join {{ ref('step_change') }} as changes
        on changes.area_kind = 'partnership'
        and changes.area_id = judged.partnership_id
        and changes.indicator_id = priorities.indicator_id
        and changes.from_year > priorities.baseline_year
        and changes.from_year <= judged.verdict_year
),

together as (
    select
        priorities.*,
        judged.baseline_value,
        judged.n_baseline_pupils,
        judged.latest_year,
        judged.latest_value,
        judged.n_latest_pupils,
        judged.verdict_year,
        actual.value as verdict_value,
        actual.n_pupils as n_verdict_pupils,
        expected.value as expected,
        expected.low as expected_low,
        expected.high as expected_high,
        expected.others_low,
        expected.others_high,
        expected.method as expected_method,
        expected.reason as expected_reason,
        coalesce(expected.interval_basis, 'none') as interval_basis,
        expected.errors as interval_errors,
        -- at the target year: as made now, or as made at the baseline once there is nothing left to forecast
        case when ahead.value is not null then ahead.made_in else planned.made_in end as forecast_made_in,
        coalesce(ahead.value, planned.value) as forecast,
        case when ahead.value is not null then ahead.low else planned.low end as forecast_low,
        case when ahead.value is not null then ahead.high else planned.high end as forecast_high,
        case when ahead.value is not null then ahead.method else planned.method end as forecast_method,
        case when ahead.value is not null then ahead.reason else planned.reason end as forecast_reason,
        in_common.share_in_common,
        breaks.partnership_id is not null as starts_anew,
        coalesce(essentials.essentials, 0) as essentials,
        coalesce(essentials.essentials_done, 0) as essentials_done,
        essentials.next_due_on,
        indicators.minimum_pupils,
        indicators.unit,
        cast(indicators.decimals as integer) as decimals
    from priorities
    inner join judged
        on priorities.partnership_id = judged.partnership_id
        and priorities.academic_year = judged.academic_year
        and priorities.priority_number = judged.priority_number
    inner join {{ ref('dim_indicator') }} as indicators
        on priorities.indicator_id = indicators.indicator_id
    {% for name, kind, made_at, year in [
        ('actual', 'history', none, 'judged.verdict_year'),
        ('expected', 'forecast', 'baseline', 'judged.verdict_year'),
        ('planned', 'forecast', 'baseline', 'priorities.target_year'),
        ('ahead', 'forecast', 'latest', 'priorities.target_year'),
    ] -%}
    left join points as {{ name }}
        on priorities.partnership_id = {{ name }}.partnership_id
        and priorities.academic_year = {{ name }}.academic_year
        and priorities.priority_number = {{ name }}.priority_number
        and {{ name }}.point_kind = '{{ kind }}'
        {% if made_at %}and {{ name }}.made_at = '{{ made_at }}'{% endif %}
        and {{ name }}.point_year = {{ year }}
    {% endfor -%}
    left join in_common
        on priorities.partnership_id = in_common.partnership_id
        and priorities.academic_year = in_common.academic_year
        and priorities.priority_number = in_common.priority_number
    left join breaks
        on priorities.partnership_id = breaks.partnership_id
        and priorities.academic_year = breaks.academic_year
        and priorities.priority_number = breaks.priority_number
    left join essentials
        on priorities.partnership_id = essentials.partnership_id
        and priorities.academic_year = essentials.academic_year
        and priorities.priority_number = essentials.priority_number
),

-- everything as if the curve should go up, so that each rule is written once
upwards as (
    select
        *,
        sign * verdict_value as now,
        sign * target as goal,
        sign * baseline_value as then_value,
        sign * case when sign = 1 then expected_high else expected_low end as best,
        sign * case when sign = 1 then others_high else others_low end as others_best,
        sign * case when sign = 1 then expected_low else expected_high end as worst,
        sign * case when sign = 1 then forecast_low else forecast_high end as forecast_worst,
        sign * case when sign = 1 then forecast_high else forecast_low end as forecast_best
    from together
),

ruled as (
    select
        *,
        case
            when expected is null and baseline_value is null then 'no_baseline_figure'
            when verdict_year is null then 'nothing_since'
            when least(coalesce(n_baseline_pupils, minimum_pupils), coalesce(n_verdict_pupils, minimum_pupils)) < minimum_pupils
                then 'small_cohort'
            when n_baseline_pupils is null or n_verdict_pupils is null then 'cohort_unknown'
            when coalesce(share_in_common, 0) < {{ var('schools_in_common') }} then 'members_changed'
            when starts_anew then 'starts_anew'
            when best is null or worst is null then 'no_interval'
            when then_value >= goal then 'target_behind'
            when now > best and now <= others_best then 'as_others'
            when now >= goal and now > best then 'turned'
            when now > best then 'turning'
            when now < worst then 'wrong_way'
            when now >= goal then 'reached_as_forecast'
            when goal <= best then 'target_within'
            else 'as_forecast'
        end as rule_id,
        case
            when now >= goal then 'reached'
            when forecast_worst is null then 'cannot_say'
            when forecast_worst >= goal then 'likely'
            when forecast_best >= goal then 'possible'
            else 'unlikely'
        end as assurance,
        -- two baselines that differ as they are printed: what was agreed, and what the warehouse has for the same year
        case
            when round(baseline, decimals) <> round(baseline_value, decimals) then baseline_value - baseline
        end as baseline_difference
    from upwards
)

select
    ruled.partnership_id,
    ruled.academic_year,
    ruled.priority_number,
    ruled.priority,
    ruled.story,
    ruled.indicator_id,
    coalesce(ruled.breakdown_id, 'all') as breakdown_id,
    ruled.direction,
    ruled.baseline,
    ruled.baseline_year,
    ruled.baseline_value,
    ruled.baseline_difference,
    case
        when ruled.baseline_difference is not null
            then 'The baseline as agreed, ' || {{ figure_words('ruled.baseline', 'ruled.unit', 'greatest(ruled.decimals, 1)') }} || ', is '
                || {{ figure_words('abs(ruled.baseline_difference)', "case ruled.unit when '%' then 'percentage points' else ruled.unit end", 'greatest(ruled.decimals, 1)') }}
                || case when ruled.baseline_difference > 0 then ' below' else ' above' end || ' the figure in the warehouse for '
                || ruled.baseline_year || ', ' || {{ figure_words('ruled.baseline_value', 'ruled.unit', 'greatest(ruled.decimals, 1)') }}
                || '. The forecast and the way gone start from the figure in the warehouse.'
    end as baseline_note,
    ruled.target,
    ruled.target_year,
    ruled.latest_year,
    ruled.latest_value,
    ruled.n_latest_pupils,
    ruled.target - ruled.latest_value as gap_to_target,
    100 * {{ ratio('ruled.latest_value - ruled.baseline_value', 'ruled.target - ruled.baseline_value') }} as way_gone_pct,
    ruled.forecast_made_in,
    ruled.forecast,
    ruled.forecast_low,
    ruled.forecast_high,
    ruled.forecast_method,
    ruled.forecast_reason,
    ruled.assurance,
    ruled.verdict_year,
    ruled.verdict_value,
    ruled.n_verdict_pupils,
    ruled.expected,
    ruled.expected_low,
    ruled.expected_high,
    ruled.others_low,
    ruled.others_high,
    ruled.expected_method,
    ruled.expected_reason,
    ruled.interval_basis,
    cast(ruled.interval_errors as bigint) as interval_errors,
    ruled.verdict_value - ruled.expected as turn,
    100 * ruled.share_in_common as shared_schools_pct,
    cast(ruled.essentials as bigint) as essentials,
    cast(ruled.essentials_done as bigint) as essentials_done,
    ruled.next_due_on,
    case when ruled.now >= ruled.goal and rules.reason_reached is not null then 'reached' else rules.verdict end as verdict,
    ruled.rule_id,
    rules.rule_name,
    case when ruled.now >= ruled.goal then coalesce(rules.reason_reached, rules.reason) else rules.reason end as reason,
    ruled.file_id
from ruled
inner join {{ ref('curve_rules') }} as rules
    on ruled.rule_id = rules.rule_id
