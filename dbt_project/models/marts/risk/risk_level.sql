-- Where a school is likely to stand among its peers next year, from this year and those before it in the span of the rule, and nothing
-- later.
{%- set earlier = range(1, var('risk_level_years')) %}
with

rules as (
    select
        rule_id,
        {{ listed('subject', 'indicators') }} as indicator_id,
        {{ listed('breakdown_id', 'breakdowns') }} as breakdown_id,
        phase,
        parameter as carry,
        minimum_n,
        span,
        weight
    from {{ ref('risk_rules') }}
    where family = 'level' and area_type = 'school'
),

-- the rule of each kind of school: its phase's own before that of every phase
own_rules as (
    select *
    from (
        select
            kinds.peer_kind,
            rules.*,
            row_number() over (
                partition by rules.indicator_id, kinds.peer_kind
                order by case when rules.phase is null then 1 else 0 end, rules.rule_id
            ) as choice
        from (select distinct indicator_id, peer_kind from {{ ref('int_school_years__benchmarked') }}) as kinds
        inner join rules
            on kinds.indicator_id = rules.indicator_id
            and (rules.phase is null or rules.phase = kinds.peer_kind)
    ) as listed
    where choice = 1
),

figures as (
    select
        years.school_id,
        years.indicator_id,
        years.academic_year,
        years.peer_kind,
        years.kind,
        years.value,
        years.n_pupils,
        years.ci_low,
        years.ci_high,
        indicators.unit,
        own_rules.rule_id,
        own_rules.carry,
        own_rules.span,
        own_rules.weight as most_points,
        cast(left(years.academic_year, 4) as integer) as year_number,
        years.value is not null and {{ enough('years.n_pupils', 'own_rules.minimum_n') }} as counts,
        case years.polarity when 'higher' then -1 else 1 end as adverse_sign
    from {{ ref('int_school_years__benchmarked') }} as years
    inner join own_rules
        on years.indicator_id = own_rules.indicator_id
        and years.peer_kind = own_rules.peer_kind
        and years.breakdown_id = own_rules.breakdown_id
    inner join {{ ref('indicators') }} as indicators
        on years.indicator_id = indicators.indicator_id
),

-- sums of few groups, joined again: a window would sort a country for each
usual as (
    select rule_id, peer_kind, academic_year, {{ in_order('avg', 'value') }} as mean
    from figures
    where counts
    group by rule_id, peer_kind, academic_year
),

-- how far a figure lies on the worse side of the mean of its peers, and the variance chance alone gives it
placed as (
    select
        figures.*,
        case when counts then adverse_sign * (value - usual.mean) end as worse_by,
        case
            when not counts then null
            when kind = 'proportion' then usual.mean * (100 - usual.mean) / nullif(n_pupils, 0)
            when unit = 'per 100 pupils' then 100 * usual.mean / nullif(n_pupils, 0)
            when ci_low is not null
                then (ci_high - ci_low) * (ci_high - ci_low) / (4 * {{ var('z95') }} * {{ var('z95') }})
            else 0
        end as chance_variance
    from figures
    left join usual
        on figures.rule_id = usual.rule_id
        and figures.peer_kind = usual.peer_kind
        and figures.academic_year = usual.academic_year
),

with_past as (
    select
        *
        {%- for back in earlier %},
        lag(worse_by, {{ back }}) over in_order as worse_by_{{ back }},
        lag(chance_variance, {{ back }}) over in_order as variance_{{ back }},
        year_number - lag(year_number, {{ back }}) over in_order as years_{{ back }}
        {%- endfor %}
    from placed
    window in_order as (partition by school_id, indicator_id order by year_number)
),

weighted as (
    select
        *,
        case when worse_by is null then 0.0 else 1.0 end as weight_0
        {%- for back in earlier %},
        case when worse_by_{{ back }} is null or years_{{ back }} >= span then 0.0 else power(carry, years_{{ back }}) end
            as weight_{{ back }}
        {%- endfor %}
    from with_past
),

smoothed as (
    select
        *,
        case when weight_0 > 0 then 1 else 0 end
        {%- for back in earlier %} + case when weight_{{ back }} > 0 then 1 else 0 end{% endfor %} as years_used,
        {% set weights %}weight_0{% for back in earlier %} + weight_{{ back }}{% endfor %}{% endset -%}
        {% set sum -%}
            weight_0 * coalesce(worse_by, 0)
            {%- for back in earlier %} + weight_{{ back }} * coalesce(worse_by_{{ back }}, 0){% endfor %}
        {%- endset -%}
        {% set variances -%}
            weight_0 * weight_0 * coalesce(chance_variance, 0)
            {%- for back in earlier %} + weight_{{ back }} * weight_{{ back }} * coalesce(variance_{{ back }}, 0){% endfor %}
        {%- endset -%}
        {{ ratio(sum, weights) }} as mean_worse_by,
        {{ ratio(variances, '(' ~ weights ~ ') * (' ~ weights ~ ')') }} as mean_variance
    from weighted
),

-- empirical Bayes: what of the spread between peers is more than chance, and so how much of a school's own figure to believe.
-- What two years in a row have in common is no chance either, whatever published intervals say of it
spreads as (
    select
        rule_id,
        peer_kind,
        academic_year,
        greatest(
            0,
            coalesce({{ in_order('var_samp', 'mean_worse_by') }}, 0) - coalesce({{ in_order('avg', 'mean_variance') }}, 0),
            coalesce(covar_samp(worse_by, case when years_1 = 1 then worse_by_1 end), 0)
        ) as between_variance,
        count(mean_worse_by) as peers_with_level
    from smoothed
    where mean_worse_by is not null
    group by rule_id, peer_kind, academic_year
),

shrunk as (
    select
        smoothed.*,
        spreads.between_variance,
        spreads.peers_with_level
    from smoothed
    inner join spreads
        on smoothed.rule_id = spreads.rule_id
        and smoothed.peer_kind = spreads.peer_kind
        and smoothed.academic_year = spreads.academic_year
    where smoothed.mean_worse_by is not null
),

levelled as (
    select
        *,
        case when mean_variance > 0 then between_variance / (between_variance + mean_variance) else 1.0 end as reliability
    from shrunk
),

ranked as (
    select
        *,
        reliability * mean_worse_by as shrunk_distance,
        -- rounded, since the last digits of a sum depend on the order of its parts
        percent_rank() over (
            partition by rule_id, peer_kind, academic_year order by round(reliability * mean_worse_by, 9)
        ) as share_better
    from levelled
)

select
    school_id,
    indicator_id,
    academic_year,
    rule_id,
    peer_kind,
    cast(peers_with_level as bigint) as n_schools,
    value,
    n_pupils,
    adverse_sign * value as worse_value,
    cast(years_used as integer) as years_used,
    mean_worse_by,
    reliability,
    shrunk_distance,
    case when told_apart then share_better end as share_better,
    case when told_apart then most_points * greatest(0, 2 * share_better - 1) else 0 end as points
from (
    -- among very few schools, or where chance explains all there is between them, a place says nothing
    select *, peers_with_level >= {{ var('risk_least_peers') }} and between_variance > 0 as told_apart
    from ranked
) as judged
