-- A figure that got worse every year of the rule's span, by its threshold and more, without a new start of the series between.
with

yearly as (
    select
        rules.rule_id,
        rules.area_type,
        rules.threshold,
        rules.strong_threshold,
        rules.span,
        rules.minimum_n,
        rules.sentence,
        indicators.short_name,
        indicators.unit,
        indicators.decimals,
        series.area_id,
        series.academic_year,
        series.n_pupils,
        series.value,
        series.segment,
        case indicators.polarity when 'higher' then -1 else 1 end * series.value as worse_value,
        cast(left(series.academic_year, 4) as integer) as year_number
    from {{ ref('risk_rules') }} as rules
    inner join {{ ref('trend_signal') }} as series
        on rules.subject = series.indicator_id
        and rules.breakdown_id = series.breakdown_id
        and rules.area_type = series.area_type
    inner join {{ ref('indicators') }} as indicators
        on series.indicator_id = indicators.indicator_id
    where rules.family = 'worsening' and series.value is not null
),

stepped as (
    select
        *,
        case
            when year_number - lag(year_number) over in_order = 1 and worse_value > lag(worse_value) over in_order then 0
            else 1
        end as begins
    from yearly
    window in_order as (partition by rule_id, area_id, segment order by year_number)
),

-- years in a row of which each was worse than the one before have the same run
in_runs as (
    select
        *,
        sum(begins) over (
            partition by rule_id, area_id, segment order by year_number rows between unbounded preceding and current row
        ) as run
    from stepped
)

select
    now.rule_id,
    now.area_type,
    now.area_id,
    days.term_number,
    now.n_pupils as n_evidence,
    now.value,
    now.threshold,
    now.worse_value - began.worse_value >= now.strong_threshold as is_strong,
    {{ filled('now.sentence', {
        'what': 'now.short_name',
        'value': figure_words('now.value', 'now.unit', 'now.decimals'),
        'other': figure_words('began.value', 'now.unit', 'now.decimals'),
        'n': count_words('now.n_pupils', 'pupil', 'pupils'),
        'year': 'now.academic_year',
        'span': span_words('now.span', 'year', 'years'),
    }) }} as evidence,
    'Published results' as source
from in_runs as now
inner join in_runs as began
    on now.rule_id = began.rule_id
    and now.area_id = began.area_id
    and now.segment = began.segment
    and now.run = began.run
    and now.year_number - now.span + 1 = began.year_number
inner join {{ ref('risk_day') }} as days
    on now.academic_year = days.evidence_year
where now.worse_value - began.worse_value >= now.threshold and {{ enough('now.n_pupils', 'now.minimum_n') }}
