-- The register: every school and partnership as at the end of each term, with its score, its reasons and what changed. Made of open
-- results alone, so that neither a score nor an order nor a count tells anybody of a reason that was not shared with them.
with

as_ats as (
    select
        as_at,
        academic_year,
        season,
        as_at_number,
        evidence_year,
        sum(n_tests) as n_tests,
        sum(expected_false) as expected_false
    from {{ ref('risk_tests_made') }}
    group by as_at, academic_year, season, as_at_number, evidence_year
),

-- the lines of risk_flag that are made of open data, as mart_datasets names them
open_lines as (
    select of_rows from {{ ref('mart_datasets') }} where mart = 'risk_flag' and made_of = 'open'
),

flags as (
    select * from {{ ref('risk_flag') }}
    where 'evidence_kind = ' || evidence_kind in (select of_rows from open_lines)
        or 'family = ' || family in (select of_rows from open_lines)
),

rules as (
    select rule_id, short_name, row_number() over (order by rule_id) as rule_order from {{ ref('risk_rules') }}
),

-- rounded, since the last digits of a sum depend on the order of its parts, and schools with the same points share a place
standings as (
    select
        levels.school_id,
        levels.academic_year,
        round(sum(levels.points), 9) as points,
        -- of several that count as much, the first rule
        max_by(rules.short_name, round(levels.points * 1000000) * 1000 - rules.rule_order) as highest
    from {{ ref('risk_level') }} as levels
    inner join rules
        on levels.rule_id = rules.rule_id
    group by levels.school_id, levels.academic_year
),

flagged as (
    select
        area_type,
        area_id,
        as_at,
        count(*) as flags,
        sum(case when points > 0 then 1 else 0 end) as reasons_that_count,
        sum(case when strength = 'strong' and points > 0 then 1 else 0 end) as strong_flags,
        sum(case when evidence_kind = 'test' then 1 else 0 end) as test_flags,
        sum(case when evidence_kind <> 'test' and points > 0 then 1 else 0 end) as fact_flags,
        round(sum(points), 9) as points,
        {{ joined('rule_short_name', '; ') }} as reasons,
        {{ joined('rule_id', ', ') }} as rule_ids
    from flags
    group by area_type, area_id, as_at
),

listed as (
    select 'school' as area_type, standings.school_id as area_id, as_ats.as_at
    from standings
    inner join as_ats
        on standings.academic_year = as_ats.evidence_year
    union
    select area_type, area_id, as_at from flagged
    union
    -- what was closed is told once, though nothing else is known of the school
    select flagged.area_type, flagged.area_id, following.as_at
    from flagged
    inner join as_ats as before
        on flagged.as_at = before.as_at
    inner join as_ats as following
        on before.as_at_number + 1 = following.as_at_number
    where flagged.reasons_that_count > 0
    union
    select 'partnership' as area_type, partnerships.partnership_id as area_id, as_ats.as_at
    from {{ ref('dim_partnership') }} as partnerships
    inner join {{ ref('terms') }} as terms
        on partnerships.started_on <= cast(terms.ends_on as date)
        and (partnerships.ended_on is null or partnerships.ended_on >= cast(terms.starts_on as date))
    inner join as_ats
        on terms.term_id = as_ats.as_at
),

scored as (
    select
        listed.area_type,
        listed.area_id,
        as_ats.*,
        coalesce(standings.points, 0) as standing_points,
        case when standings.points > 0 then standings.highest end as standing_most,
        coalesce(flagged.points, 0) as flag_points,
        round(coalesce(standings.points, 0) + coalesce(flagged.points, 0), 9) as score,
        coalesce(flagged.flags, 0) as flags,
        coalesce(flagged.reasons_that_count, 0) as reasons_that_count,
        coalesce(flagged.strong_flags, 0) as strong_flags,
        case
            when coalesce(flagged.reasons_that_count, 0) = 0 then 'none'
            when flagged.test_flags = 0 then 'facts'
            when flagged.fact_flags = 0 then 'tests'
            else 'both'
        end as evidence_kind,
        flagged.reasons,
        flagged.rule_ids
    from listed
    inner join as_ats
        on listed.as_at = as_ats.as_at
    left join standings
        on listed.area_type = 'school'
        and listed.area_id = standings.school_id
        and as_ats.evidence_year = standings.academic_year
    left join flagged
        on listed.area_type = flagged.area_type
        and listed.area_id = flagged.area_id
        and listed.as_at = flagged.as_at
),

compared as (
    select
        *,
        rank() over (partition by as_at, area_type order by score desc) as rank,
        count(*) over (partition by as_at, area_type) as listed,
        case when lag(as_at_number) over in_order = as_at_number - 1 then lag(score) over in_order end as score_before,
        case
            when lag(as_at_number) over in_order = as_at_number - 1 then lag(reasons_that_count) over in_order
        end as reasons_before
    from scored
    window in_order as (partition by area_type, area_id order by as_at_number)
)

select
    area_type,
    area_id,
    as_at,
    academic_year,
    season,
    case when area_type = 'school' then area_id end as school_id,
    score,
    cast(rank as bigint) as rank,
    cast(listed as bigint) as listed,
    standing_points,
    standing_most,
    flag_points,
    cast(flags as bigint) as flags,
    cast(strong_flags as bigint) as strong_flags,
    evidence_kind,
    reasons,
    rule_ids,
    case
        when reasons_that_count = 0 and coalesce(reasons_before, 0) = 0 then 'none'
        when reasons_that_count = 0 then 'closed'
        when coalesce(reasons_before, 0) = 0 then 'new'
        when score - score_before >= {{ var('risk_change_points') }} then 'worse'
        when score - score_before <= -{{ var('risk_change_points') }} then 'better'
        else 'same'
    end as change,
    score_before,
    strong_flags > 0 and score >= {{ var('risk_monitoring_points') }} as is_monitored,
    cast(n_tests as bigint) as n_tests,
    expected_false
from compared
