-- A gap of disadvantaged pupils wider than England's, for rules of the family gap_wide. The years before are named, and not tested.
with

england as (
    select
        series.indicator_id,
        series.academic_year,
        max(case when indicators.polarity = 'higher' then -1 else 1 end)
        * (
            max(case when series.breakdown_id = 'disadvantaged' then series.value end)
            - max(case when series.breakdown_id = 'not_disadvantaged' then series.value end)
        ) as gap
    from {{ ref('trend_series') }} as series
    inner join {{ ref('indicators') }} as indicators
        on series.indicator_id = indicators.indicator_id
    where series.area_type = 'england' and series.area_id = 'england'
    group by series.indicator_id, series.academic_year
)

select
    gaps.rule_id,
    'school' as area_type,
    gaps.school_id as area_id,
    gaps.indicator_id,
    gaps.academic_year,
    gaps.test_level as level,
    gaps.n_evidence,
    gaps.gap as value,
    {{ gap_words('gaps.gap', 'gaps.unit', 'gaps.decimals', beside=true) }} as value_words,
    'in England: ' || {{ gap_words('england.gap', 'gaps.unit', 'gaps.decimals') }} || coalesce('; ' || gaps.words_before, '') as other_words,
    (gaps.gap - england.gap) / sqrt(gaps.variance) as z,
    true as alarm
from {{ ref('risk_gap') }} as gaps
inner join england
    on gaps.indicator_id = england.indicator_id
    and gaps.academic_year = england.academic_year
    and england.gap is not null
where gaps.family = 'gap_wide'
