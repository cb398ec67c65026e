-- A signal on the worse side of an area's own chart, for rules of the family signal. Limits of a chart rest on the whole series, so
-- that the sign of an older year may rest on later ones: only the newest year counts.
with

rules as (
    select * from {{ ref('risk_test_rule') }}
    where family = 'signal' and test_level is not null
),

signals as (
    select
        rules.rule_id,
        rules.test_level,
        rules.minimum_n,
        rules.unit,
        rules.decimals,
        signals.*,
        max(signals.academic_year) over (partition by rules.rule_id) as newest_year
    from {{ ref('trend_signal') }} as signals
    inner join rules
        on signals.area_type = rules.area_type
        and signals.indicator_id = rules.subject
        and signals.breakdown_id = rules.breakdown_id
    where signals.value is not null
)

select
    rule_id,
    area_type,
    area_id,
    indicator_id,
    academic_year,
    test_level as level,
    n_pupils as n_evidence,
    value,
    {{ figure_words('value', 'unit', 'decimals') }} as value_words,
    case spc_rule
        when 'outside_limits' then 'outside its own limits'
        when 'seven_trend' then 'the end of seven years that each were worse'
        when 'two_of_three' then 'two of three years near the limit'
        else 'seven years on the worse side of its own mean'
    end || ' (mean ' || {{ figure_words('spc_mean', 'unit', 'decimals') }} || ' over '
    || cast(n_spc_points as varchar) || ' years)' as other_words,
    cast(null as double) as z,
    spc_variation = 'concern' as alarm
from signals
where academic_year = newest_year
    and spc_rule <> 'cannot_say'
    and spc_variation <> 'cannot_say'
    and {{ enough('n_pupils', 'minimum_n') }}
