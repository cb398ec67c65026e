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
        averages.similar_n,
        coalesce(averages.similar_schools, 0) as similar_schools,
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
            when 'similar' then case when similar_schools >= similar_least then similar_value end
        end as benchmark_value,
        case benchmarks.benchmark
            when 'authority' then authority_n
            when 'partnership' then partnership_n
            when 'similar' then similar_n
        end as benchmark_n,
        case benchmarks.benchmark
            when 'authority' then authority_schools
            when 'partnership' then partnership_schools
            when 'similar' then similar_schools
        end as benchmark_schools,
        case
            when benchmarks.benchmark = 'england' then 'England has no published figure for schools of this kind'
            when benchmarks.benchmark = 'authority' and la_code is null then 'The authority of the school is not known'
            when benchmarks.benchmark = 'partnership' and partnership_id is null
                then 'The school was in no partnership on the day members are counted'
            when benchmarks.benchmark = 'similar' then
                case
                    when groupless_reason is not null then groupless_reason
                    when similar_schools = 0 then 'None of its similar schools has a figure'
                    else 'Too few of its similar schools have a figure'
                end
            when peers = 'unknown' then 'The phase of the school is not known'
            when benchmarks.benchmark = 'authority'
                then 'No other school of its kind in the authority has a figure here'
            else 'No other school of its kind in the partnership has a figure'
        end as no_benchmark
    from wide
    cross join benchmarks
),

judged as (
    select
        *,
        case
            when polarity = 'none' then 'Neither more nor less of it is better'
            when value is null then 'The school has no figure: ' || replace(status, '_', ' ')
            when n is null then 'The number of pupils is not published'
            when n < minimum_cohort then 'Fewer than ' || cast(minimum_cohort as varchar) || ' pupils'
            when benchmark_value is null then no_benchmark
            when benchmark_n < minimum_cohort
                then 'Fewer than ' || cast(minimum_cohort as varchar) || ' pupils in the benchmark'
            when ci_low is null or ci_high is null
                then 'Without an interval a difference cannot be told from chance'
        end as reason,
        case when ci_low > benchmark_value then 'above' when ci_high < benchmark_value then 'below' else 'around' end as side
    from beside
)

select
    school_id,
    urn,
    indicator_id,
    breakdown_id,
    academic_year,
    benchmark,
    benchmark_value,
    case
        when reason is not null then 'not_compared'
        when side = 'around' then 'similar'
        when (side = 'above') = (polarity = 'higher') then 'better'
        else 'worse'
    end as comparison,
    reason,
    n,
    value,
    ci_low,
    ci_high,
    polarity,
    benchmark_id,
    benchmark_n,
    cast(benchmark_schools as bigint) as benchmark_schools,
    release
from judged
