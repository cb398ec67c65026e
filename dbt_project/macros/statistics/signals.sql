{# What one series says: the five-point trend test, Mann-Kendall and Sen, and the XmR chart with its rules. #}

{# Two-sided p of a standard normal z (twice the tail beyond |z|): Chebyshev fit of erfc, relative error below 1.2e-7. #}
{% macro two_sided_p(z) -%}
    {%- set t = "(1 / (1 + 0.5 * abs(" ~ z ~ ") / sqrt(2.0)))" -%}
    {%- set terms = [1.00002368, 0.37409196, 0.09678418, -0.18628806, 0.27886807, -1.13520398, 1.48851587, -0.82215223, 0.17087277] -%}
    ({{ t }} * exp(-0.5 * ({{ z }}) * ({{ z }}) - 1.26551223
        {%- for term in terms %} + {{ t }} * ({{ term }}{% endfor %}{{ ')' * terms | length }}))
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

{# Which rule of the XmR chart flags a point: the first that holds. Each argument is the way it points (1, -1, 0). #}
{% macro first_rule(answers) -%}
    case
        when not enough then {{ answers[0] }}
        when outside <> 0 then {{ answers[1] }}
        when in_trend <> 0 then {{ answers[2] }}
        when near <> 0 and in_three then {{ answers[3] }}
        when on_side <> 0 then {{ answers[4] }}
        else {{ answers[5] }}
    end
{%- endmacro %}

{# All signals of many series at once, as a query. `relation` has the columns of `keys` and:
     position      whole number of the year or term; one more is the next one
     value         the figure; null where there is none
     usable        whether anything may be said about it: a figure, of a cohort large enough
     unusable      why not, where it is not
     segment       counts up where the series starts anew; nothing is compared across
     segment_from  position of the segment's first year or term; null for the first segment
     is_share      true: `estimate` (0 to 1) is a share of `weight` people, and formula (a) of the five-point test holds;
                   false: `weight` is 1 / se squared of `estimate`, and formula (b) does
     weight        null where there is no interval
     events        people or events counted in the figure (for a share, those counted or those not, whichever are fewer); null
                   where nothing is counted. A chart of rare events would call every single one a signal, so there is none
     polarity      higher, lower or none: which way is better
   Returns the relation's columns, the number of the series, and the signals. References: Fingertips technical guidance, trend
   markers (five points); Mann 1945, Kendall 1975, Sen 1968; NHS England, Making Data Count, as NHSRplotthedots draws it (XmR).
   No column of keys may be null, and a position stands once in a segment. A country has millions of points, so the five
   window passes see only usable points and one whole number for the series instead of its keys, the tests come straight after
   the first, so that the others sort few columns, and the relation is joined again at the end. Years are compared through
   lags of at most nine, without a join. #}
{% macro series_signals(relation, keys) -%}
{%- set series = keys + ['segment'] -%}
{%- set by = 'partition by series_number' -%}
{%- set five = range(5) -%}
{%- set ten = range(10) -%}
{%- set pairs = [] -%}
{%- for older in range(1, 10) -%}
    {%- for newer in range(older) -%}
        {%- do pairs.append('(x%s - x%s) / %s.0' % (newer, older, older - newer)) -%}
    {%- endfor -%}
{%- endfor -%}
with

series_known as (
    select
        *,
        row_number() over (order by {{ series | join(', ') }}) as series_number
    from (select distinct {{ series | join(', ') }} from {{ relation }}) as each_once
),

numbered as (
    select
        series_known.series_number,
        points_given.*
    from {{ relation }} as points_given
    inner join series_known
        on {% for key in series %}points_given.{{ key }} = series_known.{{ key }}{{ ' and ' if not loop.last }}{% endfor %}
),

lagged as (
    select
        series_number,
        position,
        value,
        is_share,
        segment_from,
        estimate,
        weight,
        {%- for k in range(1, 5) %}
        lag(estimate, {{ k }}) over in_order as e{{ k }},
        lag(weight, {{ k }}) over in_order as w{{ k }},
        {%- endfor %}
        {%- for k in range(1, 10) %}
        lag(value, {{ k }}) over in_order as v{{ k }},
        lag(position, {{ k }}) over in_order as p{{ k }},
        {%- endfor %}
        lead(position, 1) over in_order as next_position,
        min(position) over whole as first_position,
        count(*) over whole as known_points,
        avg(value) over whole as centre,
        avg(events) over whole as usual_events
    from numbered
    where usable
    window
        whole as ({{ by }}),
        in_order as ({{ by }} order by position)
),

paired as (
    select
        *,
        -- for the tests: differences from the newest of five points, and the unbroken points among the latest ten
        {%- for k in five %}
        {{ 'e%s - estimate' % k if k else '0.0' }} as d{{ k }},
        {%- endfor %}
        {%- for k in ten %}
        {{ 'case when p%s = position - %s then v%s end' % (k, k, k) if k else 'value' }} as x{{ k }},
        {%- endfor %}
        1{% for k in range(1, 10) %} + case when p{{ k }} = position - {{ k }} then 1 else 0 end{% endfor %} as mk_points,
        weight as w0,
        p4 = position - 4 as has_five
    from lagged
),

summed as (
    select
        *,
        w0 + w1 + w2 + w3 + w4 as sw,
        2 * w0 + w1 - w3 - 2 * w4 as swt,
        4 * w0 + w1 + w3 + 4 * w4 as swtt,
        w1 * d1 + w2 * d2 + w3 * d3 + w4 * d4 as swv,
        w1 * d1 - w3 * d3 - 2 * w4 * d4 as swvt,
        {% for a in ten -%}{%- for b in ten if b > a -%}
        {{ ' + ' if not (a == 0 and b == 1) else '' }}case when x{{ a }} > x{{ b }} then 1 when x{{ a }} < x{{ b }} then -1 else 0 end
        {%- endfor -%}{%- endfor %} as kendall,
        {%- for a in ten %}
        {% for b in ten if b != a -%}{{ ' + ' if not loop.first else '' }}case when x{{ a }} = x{{ b }} then 1 else 0 end{%- endfor %} as ties{{ a }},
        {%- endfor %}
        case when mk_points >= {{ var('mann_kendall_least_points') }} then {{ median_of(pairs) }} end as pair_slope
    from paired
),

sloped as (
    select
        *,
        sw * swtt - swt * swt as determinant,
        swv / nullif(sw, 0) + estimate as share,
        sw * swvt - swt * swv as slope,
        {%- for k in five %}
        (sw - w{{ k }}) * (swvt - {{ 2 - k }} * w{{ k }} * d{{ k }}) - (swt - {{ 2 - k }} * w{{ k }}) * (swv - w{{ k }} * d{{ k }}) as slope{{ k }},
        {%- endfor %}
        case when mk_points >= {{ var('mann_kendall_least_points') }} then
            (mk_points * (mk_points - 1) * (2 * mk_points + 5){% for k in ten %} - ties{{ k }} * (2 * ties{{ k }} + 7){% endfor %}) / 18.0
        end as kendall_variance
    from summed
),

tested as (
    select
        *,
        case
            when has_five is null or not has_five then
                case when segment_from > position - 4 then 'new_segment' else 'few_points' end
            when sw is null then 'no_interval'
            when is_share and (share <= 1e-12 or share >= 1 - 1e-12) then 'no_variation'
        end as trend_reason,
        slope * slope / nullif(determinant * sw * case when is_share then share * (1 - share) else 1 end, 0) as chi2,
        case when kendall_variance is not null then kendall end as mk_s,
        case
            when kendall_variance > 0 then (kendall - sign(kendall)) / sqrt(kendall_variance)
            when kendall_variance = 0 then 0.0
        end as mk_z,
        case when kendall_variance is not null then pair_slope end as sen_slope
    from sloped
),

directed as (
    select
        *,
        case when trend_reason is null then chi2 end as trend_chi2,
        case
            when known_points < {{ var('spc_least_points') }} then
                case when segment_from is null then 'few_points' else 'new_segment' end
            when usual_events < {{ var('spc_least_events') }} then 'rare_events'
        end as spc_reason,
        case
            when trend_reason is not null then 'cannot_say'
            when chi2 <= {{ var('trend_critical') }} then 'none'
            when least(slope, slope0, slope1, slope2, slope3, slope4) > 0 then 'increasing'
            when greatest(slope, slope0, slope1, slope2, slope3, slope4) < 0 then 'decreasing'
            else 'none'
        end as trend_direction
    from tested
),

-- sums that cancel in theory leave crumbs in practice: a point on the mean is on neither side
sided as (
    select
        *,
        abs(value - v1) as moving_range,
        1e-9 * (1 + abs(centre)) as crumb,
        case
            when value > centre + 1e-9 * (1 + abs(centre)) then 1
            when value < centre - 1e-9 * (1 + abs(centre)) then -1
            else 0
        end as side
    from directed
),

ended as (
    select
        *,
        position - max(case when p1 is null or p1 < position - 1 then position end) over so_far + 1 as points,
        avg(moving_range) over whole as range_mean,
        case sum(sign(value - v1)) over six when 6 then 1 when -6 then -1 else 0 end as trend_end,
        case sum(side) over seven when 7 then 1 when -7 then -1 else 0 end as side_end
    from sided
    window
        whole as ({{ by }}),
        so_far as ({{ by }} order by position rows between unbounded preceding and current row),
        six as ({{ by }} order by position rows between 5 preceding and current row),
        seven as ({{ by }} order by position rows between 6 preceding and current row)
),

-- ranges too wide for chance are left out of the limits, once; all seven points of a run are flagged, and a point that ends
-- one run and begins another belongs to the older one
screened as (
    select
        *,
        spc_reason is null as enough,
        avg(case when moving_range < {{ var('spc_screen') }} * range_mean or range_mean = 0 then moving_range end)
            over whole as range_kept,
        coalesce(nullif(trend_end, 0), max(trend_end) over ahead + min(trend_end) over ahead) as in_trend,
        coalesce(nullif(side_end, 0), max(side_end) over ahead + min(side_end) over ahead) as on_side
    from ended
    window
        whole as ({{ by }}),
        ahead as ({{ by }} order by position rows between current row and 6 following)
),

limited as (
    select
        *,
        case when enough then centre end as spc_mean,
        case when enough then centre - {{ var('spc_limit') }} * range_kept end as spc_lower,
        case when enough then centre + {{ var('spc_limit') }} * range_kept end as spc_upper,
        case when value > centre + {{ var('spc_limit') }} * range_kept + crumb then 1
            when value < centre - {{ var('spc_limit') }} * range_kept - crumb then -1
            else 0
        end as outside,
        case when abs(value - centre) > {{ var('spc_limit') }} * range_kept + crumb then 0
            when value > centre + {{ var('spc_limit') }} * 2 / 3 * range_kept + crumb then 1
            when value < centre - {{ var('spc_limit') }} * 2 / 3 * range_kept - crumb then -1
            else 0
        end as near
    from screened
),

-- two of three: all three on one side of the mean, two of them near the limit; the point may be any of the three
placed as (
    select
        *,
        {%- for one, other in (('lag(%s, 2)', 'lag(%s, 1)'), ('lag(%s, 1)', 'lead(%s, 1)'), ('lead(%s, 1)', 'lead(%s, 2)')) %}
        {{ 'or ' if not loop.first else '' }}coalesce(
            abs(side + {{ one % 'side' }} over in_order + {{ other % 'side' }} over in_order) = 3
            and abs(near + {{ one % 'near' }} over in_order + {{ other % 'near' }} over in_order) >= 2,
            false
        )
        {%- endfor %} as in_three
    from limited
    window in_order as ({{ by }} order by position)
),

ruled as (
    select
        *,
        {{ first_rule(["'cannot_say'", "'outside_limits'", "'seven_trend'", "'two_of_three'", "'one_side'", "'none'"]) }} as spc_rule,
        {{ first_rule([0, 'outside', 'in_trend', 'near', 'on_side', 0]) }} as spc_way
    from placed
),

since as (
    select
        *,
        -- the first point of the stretch that goes the same way, whatever rule flagged each of its points
        case
            when spc_way > 0 then coalesce(max(case when spc_way < 1 then next_position end) over so_far, first_position)
            when spc_way < 0 then coalesce(max(case when spc_way > -1 then next_position end) over so_far, first_position)
        end as spc_since_position
    from ruled
    window so_far as ({{ by }} order by position rows between unbounded preceding and current row)
),

-- a point about which nothing may be said is told why, by both tests
told as (
    select
        numbered.*,
        coalesce(since.points, 0) as points,
        case when numbered.usable then since.trend_direction else 'cannot_say' end as trend_direction,
        case when numbered.usable then since.trend_reason else numbered.unusable end as trend_reason,
        since.trend_chi2,
        since.mk_s,
        since.mk_z,
        since.sen_slope,
        -- for whoever asks how a rule came to speak; no mart does, and the engine leaves them out
        since.kendall_variance,
        since.determinant,
        since.slope,
        since.range_mean,
        since.trend_end,
        since.side_end,
        since.in_trend,
        since.on_side,
        since.near,
        since.in_three,
        since.spc_mean,
        since.spc_lower,
        since.spc_upper,
        case when numbered.usable then since.spc_reason else numbered.unusable end as spc_reason,
        case when numbered.usable then since.spc_rule else 'cannot_say' end as spc_rule,
        since.spc_way,
        since.spc_since_position,
        case when since.enough then since.known_points < {{ var('spc_trial_points') }} end as spc_trial,
        coalesce(since.known_points, 0) as spc_points
    from numbered
    left join since
        on numbered.usable
        and numbered.series_number = since.series_number
        and numbered.position = since.position
)

select
    *,
    {{ two_sided_p('sqrt(trend_chi2)') }} as trend_p,
    {{ two_sided_p('mk_z') }} as mk_p,
    case
        when trend_direction = 'cannot_say' then 'cannot_say'
        when trend_direction = 'none' then 'no_change'
        when polarity = 'none' then trend_direction
        when (trend_direction = 'increasing') = (polarity = 'higher') then 'better'
        else 'worse'
    end as trend_verdict,
    case
        when spc_rule = 'cannot_say' then 'cannot_say'
        when spc_rule = 'none' then 'common'
        when polarity = 'none' then case when spc_way > 0 then 'neutral_high' else 'neutral_low' end
        when (spc_way > 0) = (polarity = 'higher') then 'improvement'
        else 'concern'
    end as spc_variation,
    case when trend_direction in ('increasing', 'decreasing') then 'five_point_trend' else spc_rule end as sentence_rule
from told
{%- endmacro %}
