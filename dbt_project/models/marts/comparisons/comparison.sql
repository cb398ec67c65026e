-- Every figure of a school beside each of its four benchmarks, by the interval of the school's figure.
with

figures as (
    select * from {{ ref('int_school_years__benchmarked') }}
),

averages as (
    select * from {{ ref('int_similar_schools__averaged') }}
),

groupless as (
    select school_id, academic_year, max(reason) as reason
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

beside as (
    select
        'england' as benchmark,
        *,
        england_id as benchmark_id,
        england_value as benchmark_value,
        cast(null as double) as benchmark_n,
        cast(null as bigint) as benchmark_schools,
        'England has no published figure for schools of this kind' as no_benchmark
    from wide
    union all
    select
        'authority' as benchmark,
        *,
        la_code as benchmark_id,
        authority_value as benchmark_value,
        authority_n as benchmark_n,
        authority_schools as benchmark_schools,
        case
            when la_code is null then 'The authority of the school is not known'
            when peers = 'unknown' then 'The phase of the school is not known'
            else 'No other school of its kind in the authority has a figure here'
        end as no_benchmark
    from wide
    union all
    select
        'partnership' as benchmark,
        *,
        partnership_id as benchmark_id,
        partnership_value as benchmark_value,
        partnership_n as benchmark_n,
        partnership_schools as benchmark_schools,
        case
            when partnership_id is null then 'The school was in no partnership on the day members are counted'
            when peers = 'unknown' then 'The phase of the school is not known'
            else 'No other school of its kind in the partnership has a figure'
        end as no_benchmark
    from wide
    union all
    select
        'similar' as benchmark,
        *,
        cast(null as varchar) as benchmark_id,
        case when similar_schools >= similar_least then similar_value end as benchmark_value,
        similar_n as benchmark_n,
        similar_schools as benchmark_schools,
        case
            when groupless_reason is not null then groupless_reason
            when similar_schools = 0 then 'None of its similar schools has a figure'
            else 'Too few of its similar schools have a figure'
        end as no_benchmark
    from wide
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
