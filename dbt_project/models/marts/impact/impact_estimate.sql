with

estimates as (
    select * from {{ ref('int_impact__estimated') }}
    where relative_year is null
),

indicators as (
    select indicator_id, kind, topic from {{ ref('dim_indicator') }}
),

measures as (
    select * from {{ ref('impact_measures') }}
),

partnerships as (
    select partnership_id, name from {{ ref('dim_partnership') }}
),

reasons as (
    select * from {{ ref('impact_reasons') }}
),

months as (
    select * from {{ ref('toolkit_months') }}
),

joined as (
    select
        estimates.*,
        case when estimates.scope = 'all' then 'All partnerships' else coalesce(partnerships.name, estimates.scope) end as scope_name,
        indicators.topic,
        measures.meaningful_effect,
        measures.meaningful_because,
        reasons.sentence as reason,
        -- a share carries the spread of its pupils in itself
        case
            when indicators.kind = 'proportion' then nullif(sqrt(level_before * (100 - level_before)), 0)
            else measures.pupil_sd
        end as spread_of_pupils,
        measures.spread_note,
        n_took_part_before + n_no_figure_before + n_no_figure_after + n_no_pool + n_none_alike as n_schools_left_out,
        -- Hedges' correction for the pupils of both sides, of which there are at least twice those who took part
        1 - 3 / nullif(4 * 2 * n_pupils - 9, 0) as correction
    from estimates
    inner join indicators
        on estimates.indicator_id = indicators.indicator_id
    inner join measures
        on estimates.indicator_id = measures.indicator_id
    left join partnerships
        on estimates.scope = partnerships.partnership_id
    left join reasons
        on estimates.reason_id = reasons.reason_id
),

standardised as (
    select
        *,
        correction * estimate / spread_of_pupils as hedges_g,
        correction * ci_low / spread_of_pupils as hedges_g_low,
        correction * ci_high / spread_of_pupils as hedges_g_high
    from joined
)

select
    standardised.event_type,
    standardised.scope,
    standardised.scope_name,
    standardised.indicator_id,
    'all' as breakdown_id,
    standardised.estimate,
    standardised.se,
    standardised.df,
    standardised.ci_low,
    standardised.ci_high,
    standardised.p_value,
    standardised.p_value_adjusted,
    standardised.estimates_made,
    standardised.p_value_randomisation,
    standardised.hedges_g,
    standardised.hedges_g_low,
    standardised.hedges_g_high,
    case
        when standardised.estimate is null then 'There is no estimate.'
        when standardised.hedges_g is null then coalesce(standardised.spread_note, 'No spread of pupils is known.')
    end as hedges_g_reason,
    {%- if var('impact_months_of_progress') %}
    case
        when standardised.topic in ('Attainment', 'Progress')
            then cast(case when standardised.hedges_g < 0 then -months.months else months.months end as integer)
    end as months_of_progress,
    {%- else %}
    cast(null as integer) as months_of_progress,
    {%- endif %}
    standardised.mde,
    standardised.meaningful_effect,
    standardised.meaningful_because,
    standardised.n_schools_considered,
    standardised.n_schools,
    standardised.n_comparison_schools,
    standardised.n_schools_left_out,
    case
        when standardised.n_schools_left_out > 0
            then replace(trim(
                case when standardised.n_no_figure_before > 0 then cast(standardised.n_no_figure_before as varchar) || ' without figures before; ' else '' end
                || case when standardised.n_no_figure_after > 0 then cast(standardised.n_no_figure_after as varchar) || ' without figures after; ' else '' end
                || case when standardised.n_took_part_before > 0 then cast(standardised.n_took_part_before as varchar) || ' that took part elsewhere before; ' else '' end
                || case when standardised.n_no_pool > 0 then cast(standardised.n_no_pool as varchar) || ' of a phase or year without schools to compare with; ' else '' end
                || case when standardised.n_none_alike > 0 then cast(standardised.n_none_alike as varchar) || ' with no school near enough; ' else '' end
                || '.'
            ), '; .', '.')
        else 'None.'
    end as left_out_reason,
    standardised.n_clusters,
    standardised.n_comparison_clusters,
    standardised.shared_variance,
    standardised.pre_trend_p_value,
    case
        when standardised.estimate is null then 'cannot_be_checked'
        when standardised.pre_trend_p_value is null then 'cannot_be_checked'
        when standardised.pre_trend_p_value < 0.05 then 'differs'
        else 'alike'
    end as pre_trend,
    case
        when standardised.estimate is null then 'There is no estimate.'
        when standardised.pre_trend_p_value is null then 'Cannot be checked, because too few of these schools have figures of two years before.'
        when standardised.pre_trend_p_value < 0.05 then 'Before the event these schools had already moved differently from the comparison schools.'
        else 'Before the event these schools moved as the comparison schools did, as far as so few can show.'
    end as pre_trend_reason,
    standardised.verdict,
    standardised.reason_id,
    standardised.reason,
    standardised.method,
    case
        when standardised.first_year is not null
            then cast(standardised.first_year as varchar) || '/' || lpad(cast((standardised.first_year + 1) % 100 as varchar), 2, '0')
                || ' to ' || cast(standardised.last_year as varchar) || '/' || lpad(cast((standardised.last_year + 1) % 100 as varchar), 2, '0')
    end as years,
    standardised.years_before
from standardised
{%- if var('impact_months_of_progress') %}
left join months
    on round(abs(standardised.hedges_g), 2) between months.effect_from and months.effect_to
{%- endif %}
