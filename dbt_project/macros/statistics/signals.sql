{# What the signals of series become in the marts. The tests and rules themselves are in `methods.signals`. #}

{# The columns of int_points__signalled beside their points, where `signals` may have no row for a point. `unusable` is why nothing
   may be said of a point, or null; `renamed` are reasons of the trend test called otherwise here. #}
{% macro signals_said(unusable, renamed={}) -%}
    coalesce(signals.n_points, 0) as n_points,
    coalesce(cast(signals.trend_direction as varchar), 'cannot_say') as trend_direction,
    signals.trend_chi2,
    signals.trend_p_value,
    coalesce(cast(signals.trend_verdict as varchar), 'cannot_say') as trend_verdict,
    coalesce(
        {{ unusable }},
        {%- for name, called in renamed.items() %}
        case signals.trend_reason_id when '{{ name }}' then '{{ called }}' end,
        {%- endfor %}
        cast(signals.trend_reason_id as varchar)
    ) as trend_reason_id,
    signals.mk_s,
    signals.mk_z,
    signals.mk_p_value,
    signals.sen_slope,
    coalesce(signals.n_spc_points, 0) as n_spc_points,
    signals.spc_mean,
    signals.spc_lower,
    signals.spc_upper,
    signals.is_spc_trial,
    coalesce({{ unusable }}, cast(signals.spc_reason_id as varchar)) as spc_reason_id,
    coalesce(cast(signals.spc_rule as varchar), 'cannot_say') as spc_rule,
    coalesce(cast(signals.spc_variation as varchar), 'cannot_say') as spc_variation,
    coalesce(cast(signals.sentence_rule as varchar), 'cannot_say') as sentence_rule
{%- endmacro %}

{# What an XmR chart's limits say of a target: pass, fail, inconsistent, or null without a target or direction. `wanted` is
   an expression: up, down, or anything else for none. #}
{% macro assurance(lower, upper, target, wanted) -%}
    case
        when {{ lower }} is null or {{ upper }} is null or {{ target }} is null then null
        when {{ wanted }} is null or {{ wanted }} not in ('up', 'down') then null
        when {{ target }} > {{ upper }} then case {{ wanted }} when 'up' then 'fail' else 'pass' end
        when {{ target }} < {{ lower }} then case {{ wanted }} when 'up' then 'pass' else 'fail' end
        else 'inconsistent'
    end
{%- endmacro %}
