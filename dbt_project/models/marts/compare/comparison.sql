{{ config(materialized='view') }}
-- Every figure of a school beside each of its four benchmarks, by the interval of the school's figure.
with

figures as (
    select * from {{ ref('int_school_years__benchmarked') }}
),

averages as (
    select * from {{ ref('int_similar_schools__averaged') }}
),

groupless as (
    select
        cast(school_id as varchar) as school_id,
        cast(academic_year as varchar) as academic_year,
        max(cast(reason as varchar)) as reason
    from {{ ref('int_similar_schools__matched') }}
    where is_latest and similar_school_id is null
    group by school_id, academic_year
),

least as (
    select value as schools from {{ ref('comparison_settings') }} where setting = 'similar_least_with_figure'
),

wide as (
    select
        figures.*,
        averages.similar_value,
        averages.n_similar_pupils,
        coalesce(averages.n_similar_schools, 0) as n_similar_schools,
        least.schools as similar_least,
        groupless.reason as groupless_reason
    from figures
    cross join least
    left join averages
        on figures.school_id = averages.school_id
        and figures.indicator_id = averages.indicator_id
        and figures.breakdown_id = averages.breakdown_id
        and figures.academic_year = averages.academic_year
    left join groupless
        on figures.school_id = groupless.school_id
        and figures.academic_year = groupless.academic_year
),

benchmarks as (
    select 'england' as benchmark
    union all
    select 'authority' as benchmark
    union all
    select 'partnership' as benchmark
    union all
    select 'similar' as benchmark
),

beside as (
    select
        wide.*,
        benchmarks.benchmark,
        case benchmarks.benchmark
            when 'england' then england_id
            when 'authority' then la_code
            when 'partnership' then partnership_id
        end as benchmark_id,
        case benchmarks.benchmark
            when 'england' then england_value
            when 'authority' then authority_value
            when 'partnership' then partnership_value
            when 'similar' then case when n_similar_schools >= similar_least then similar_value end
        end as benchmark_value,
        case benchmarks.benchmark
            when 'authority' then n_authority_pupils
            when 'partnership' then n_partnership_pupils
            when 'similar' then n_similar_pupils
        end as benchmark_n,
        case benchmarks.benchmark
            when 'authority' then n_authority_schools
            when 'partnership' then n_partnership_schools
            when 'similar' then n_similar_schools
        end as benchmark_schools,
        case
            when benchmarks.benchmark = 'authority' and la_code is null then 'no_authority'
            when benchmarks.benchmark = 'partnership' and partnership_id is null then 'no_partnership'
            when benchmarks.benchmark = 'similar' then
                case
                    when groupless_reason is not null then 'no_group'
                    when n_similar_schools = 0 then 'none_similar'
                    else 'few_similar'
                end
            when peer_kind = 'unknown' then 'no_phase'
            when benchmarks.benchmark = 'authority' then 'none_in_authority'
            else 'none_in_partnership'
        end as no_benchmark
    from wide
    cross join benchmarks
),

reasoned as (
    select
        *,
        case
            when benchmark = 'england' then england_reason_id
            when polarity = 'none' then 'no_better'
            when value is null then 'no_figure'
            when n_pupils is null then 'cohort_unknown'
            when n_pupils < minimum_pupils then 'small_cohort'
            when benchmark_value is null then no_benchmark
            when benchmark_n < minimum_pupils then 'small_benchmark'
            when ci_low is null or ci_high is null then 'no_interval'
        end as reason_id,
        {{ side_of('ci_low', 'ci_high', 'benchmark_value') }} as side
    from beside
),

reasons as (
    select * from {{ ref('verdict_reasons') }}
)

select
    reasoned.school_id,
    reasoned.urn,
    reasoned.indicator_id,
    reasoned.breakdown_id,
    reasoned.academic_year,
    reasoned.benchmark,
    reasoned.benchmark_value,
    case
        when reasoned.benchmark = 'england' then reasoned.england_verdict
        else {{ verdict_of('reasoned.reason_id', 'reasoned.side', 'reasoned.polarity') }}
    end as comparison,
    reasoned.reason_id,
    case
        when reasoned.reason_id = 'no_group' then reasoned.groupless_reason
        else {{ reason_sentence('reasons.reason', "'school'", 'reasoned.status', 'reasoned.minimum_pupils') }}
    end as reason,
    reasoned.n_pupils as n,
    reasoned.value,
    reasoned.ci_low,
    reasoned.ci_high,
    reasoned.polarity,
    reasoned.benchmark_id,
    reasoned.benchmark_n,
    cast(reasoned.benchmark_schools as bigint) as benchmark_schools,
    reasoned.release
from reasoned
left join reasons
    on reasoned.reason_id = reasons.reason_id
