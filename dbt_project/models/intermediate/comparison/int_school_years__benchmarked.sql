-- The figure of each school, indicator, breakdown and year, beside what it may be compared with: England (with the verdict of
-- int_area_series__benchmarked), its authority and the other schools of its partnership. A benchmark is null where there is none, with how many schools and pupils are in it.
-- Schools are set beside their own kind: special schools and alternative provision beside their like, every other school
-- beside schools of its phase where a measure is of all phases, since absence and suspensions differ by phase.
with

indicators as (
    select {{ listed('indicator_id', 'indicators') }} as indicator_id, polarity, minimum_pupils, phase
    from {{ ref('indicators') }}
),

schools as (
    select * from {{ ref('int_schools__measured') }}
),

figures as (
    select
        weighed.*,
        -- stands for the figure in this build alone
        {{ row_id('weighed') }} as figure_number,
        schools.phase,
        schools.la_code,
        schools.is_independent,
        indicators.polarity,
        cast(indicators.minimum_pupils as integer) as minimum_pupils,
        indicators.phase as indicator_phase,
        weighed.kind <> 'count' and weighed.value is not null and weighed.n_pupils > 0 as counts,
        case
            when schools.phase in ('special', 'alternative') then schools.phase
            when indicators.phase <> 'all' then 'mainstream'
            else coalesce(schools.phase, 'unknown')
        end as peer_kind
    from {{ ref('int_school_years__weighed') }} as weighed
    inner join schools
        on weighed.urn = schools.urn
    inner join indicators
        on weighed.indicator_id = indicators.indicator_id
),

years as (
    select
        academic_year,
        {{ counted_on('academic_year') }} as counted_on
    from (select distinct academic_year from figures) as distinct_years
),

members as (
    select
        {{ listed('memberships.partnership_id', 'benchmarks') }} as partnership_id,
        lineages.school_id,
        years.academic_year,
        max(memberships.joined_on) as joined_on
    from {{ ref('partnership_membership') }} as memberships
    inner join (select distinct school_id from schools) as lineages
        on memberships.school_id = cast(lineages.school_id as varchar)
    inner join years
        on {{ is_member_on('memberships', 'years.counted_on') }}
    group by memberships.partnership_id, lineages.school_id, years.academic_year
),

-- a school in several partnerships is compared with the one it joined last
own_partnership as (
    select school_id, academic_year, partnership_id
    from (
        select
            *,
            row_number() over (
                partition by school_id, academic_year order by joined_on desc, partnership_id
            ) as choice
        from members
    ) as ranked
    where choice = 1
),

partnership_sums as (
    select
        members.partnership_id,
        figures.indicator_id,
        figures.breakdown_id,
        figures.academic_year,
        figures.peer_kind,
        sum(figures.n_pupils) as n_pupils,
        {{ in_order('sum', 'figures.n_pupils * figures.value') }} as weighted_sum,
        count(distinct figures.school_id) as schools
    from figures
    inner join members
        on figures.school_id = members.school_id
        and figures.academic_year = members.academic_year
    where figures.counts
    group by members.partnership_id, figures.indicator_id, figures.breakdown_id, figures.academic_year, figures.peer_kind
),

authority_sums as (
    select
        la_code,
        indicator_id,
        breakdown_id,
        academic_year,
        peer_kind,
        sum(n_pupils) as n_pupils,
        {{ in_order('sum', 'n_pupils * value') }} as weighted_sum,
        sum(case when is_figure_of_lineage then 1 else 0 end) as schools
    from figures
    where counts and la_code is not null and not is_independent
    group by la_code, indicator_id, breakdown_id, academic_year, peer_kind
),

-- what other URNs of a lineage put into the sums, to be taken out again with the school itself
twins as (
    select
        school_id,
        indicator_id,
        breakdown_id,
        academic_year,
        peer_kind,
        sum(n_pupils) as n_pupils,
        {{ in_order('sum', 'n_pupils * value') }} as weighted_sum,
        sum(case when not is_independent then n_pupils end) as state_weight,
        {{ in_order('sum', 'case when not is_independent then n_pupils * value end') }} as state_weighted_sum
    from figures
    where counts and not is_figure_of_lineage
    group by school_id, indicator_id, breakdown_id, academic_year, peer_kind
),

published_authority as (
    select
        {{ listed('area_id', 'benchmarks') }} as la_code,
        indicator_id,
        breakdown_id,
        academic_year,
        value
    from {{ ref('int_outcomes__with_interval') }}
    where area_type = 'authority' and is_latest and value is not null
),

own as (
    select
        figures.*,
        own_partnership.partnership_id,
        case when figures.counts then figures.n_pupils else 0 end + coalesce(twins.n_pupils, 0) as own_weight,
        case when figures.counts then figures.n_pupils * figures.value else 0 end
        + coalesce(twins.weighted_sum, 0) as own_weighted_sum,
        case when figures.counts and not figures.is_independent then figures.n_pupils else 0 end
        + coalesce(twins.state_weight, 0) as own_state_weight,
        case when figures.counts and not figures.is_independent then figures.n_pupils * figures.value else 0 end
        + coalesce(twins.state_weighted_sum, 0) as own_state_weighted_sum
    from figures
    left join own_partnership
        on figures.school_id = own_partnership.school_id
        and figures.academic_year = own_partnership.academic_year
    left join twins
        on figures.school_id = twins.school_id
        and figures.indicator_id = twins.indicator_id
        and figures.breakdown_id = twins.breakdown_id
        and figures.academic_year = twins.academic_year
        and figures.peer_kind = twins.peer_kind
    where figures.is_figure_of_lineage
),

beside as (
    select
        own.*,
        {{ listed('judged.england_id', 'benchmarks') }} as england_id,
        judged.benchmark_value as england_value,
        judged.verdict as england_verdict,
        judged.reason_id as england_reason_id,
        partnerships.schools - case when own.own_weight > 0 then 1 else 0 end as n_partnership_schools,
        partnerships.n_pupils - own.own_weight as n_partnership_pupils,
        partnerships.weighted_sum - own.own_weighted_sum as partnership_sum,
        authorities.schools - case when own.counts and not own.is_independent then 1 else 0 end as n_authority_schools,
        authorities.n_pupils - own.own_state_weight as n_authority_pupils,
        authorities.weighted_sum - own.own_state_weighted_sum as authority_sum,
        case
            when own.indicator_phase <> 'all' and own.peer_kind = 'mainstream' then published_authority.value
        end as authority_published
    from own
    inner join {{ ref('int_area_series__benchmarked') }} as judged
        on own.figure_number = judged.figure_number
    left join partnership_sums as partnerships
        on own.partnership_id = partnerships.partnership_id
        and own.indicator_id = partnerships.indicator_id
        and own.breakdown_id = partnerships.breakdown_id
        and own.academic_year = partnerships.academic_year
        and own.peer_kind = partnerships.peer_kind
        and own.peer_kind <> 'unknown'
    left join authority_sums as authorities
        on own.la_code = authorities.la_code
        and own.indicator_id = authorities.indicator_id
        and own.breakdown_id = authorities.breakdown_id
        and own.academic_year = authorities.academic_year
        and own.peer_kind = authorities.peer_kind
        and own.peer_kind <> 'unknown'
    left join published_authority
        on own.la_code = published_authority.la_code
        and own.indicator_id = published_authority.indicator_id
        and own.breakdown_id = published_authority.breakdown_id
        and own.academic_year = published_authority.academic_year
)

select
    figure_number,
    school_id,
    urn,
    indicator_id,
    breakdown_id,
    academic_year,
    release,
    kind,
    polarity,
    minimum_pupils,
    phase,
    peer_kind,
    value,
    numerator,
    coalesce(denominator, n_pupils) as n_pupils,
    denominator,
    ci_low,
    ci_high,
    status,
    england_id,
    england_value,
    england_verdict,
    england_reason_id,
    la_code,
    case
        when n_authority_schools > 0 then coalesce(authority_published, {{ ratio('authority_sum', 'n_authority_pupils') }})
    end as authority_value,
    case when n_authority_schools > 0 then n_authority_pupils end as n_authority_pupils,
    cast(coalesce(n_authority_schools, 0) as bigint) as n_authority_schools,
    partnership_id,
    case when n_partnership_schools > 0 then {{ ratio('partnership_sum', 'n_partnership_pupils') }} end as partnership_value,
    case when n_partnership_schools > 0 then n_partnership_pupils end as n_partnership_pupils,
    cast(coalesce(n_partnership_schools, 0) as bigint) as n_partnership_schools
from beside
