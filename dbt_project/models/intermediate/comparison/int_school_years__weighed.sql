-- The figure to use of each school, indicator, breakdown and year, with the number of pupils it stands for. Figures without
-- a cohort of their own (absence) are weighed by the school's pupils on roll of the same year.
with

outcomes as (
    select * from {{ ref('fct_outcome') }}
    where is_latest
),

indicators as (
    select {{ listed('indicator_id', 'indicators') }} as indicator_id, kind, unit from {{ ref('indicators') }}
),

rolls as (
    select school_id, urn, academic_year, value as pupils
    from outcomes
    where indicator_id = 'pupils_on_roll' and breakdown_id = 'all' and value is not null
),

weighed as (
    select
        outcomes.*,
        indicators.kind,
        indicators.unit,
        case
            when indicators.kind = 'count' then outcomes.value
            when outcomes.denominator is not null then outcomes.denominator
            when indicators.kind = 'rate' then rolls.pupils
        end as n_pupils,
        -- two URNs of one lineage with figures in the same year: the one with a figure, then with the larger cohort, stands for it
        row_number() over (
            partition by outcomes.school_id, outcomes.indicator_id, outcomes.breakdown_id, outcomes.academic_year
            order by
                case when outcomes.value is not null then 0 else 1 end,
                coalesce(outcomes.denominator, rolls.pupils, 0) desc,
                outcomes.urn desc
        ) = 1 as is_figure_of_lineage
    from outcomes
    inner join indicators
        on outcomes.indicator_id = indicators.indicator_id
    left join rolls
        on outcomes.urn = rolls.urn
        and outcomes.academic_year = rolls.academic_year
)

select
    school_id,
    urn,
    indicator_id,
    breakdown_id,
    academic_year,
    release,
    kind,
    unit,
    value,
    numerator,
    n_pupils,
    denominator,
    ci_low,
    ci_high,
    ci_method,
    status,
    source_file as file_id,
    is_figure_of_lineage
from weighed
