{# How much more yearly rates of events vary than independent events would: one row per point, `spread`, 1 or more.

   Byar's interval holds for events that come one by one. Suspensions come in clusters (one pupil several times, a class, a new
   rule), so that large schools would show a trend in most years. How large the clusters are is learnt from the points
   themselves: three years in a row on a straight line bend by nothing, and independent events bend them by their variance.
   The mean of squared bends over that variance, among all series of the measure with about as many events a year, is the
   factor by which variances are widened. A point knows bends of its year and before; a band with too few bends takes those
   of all bands, and a measure with too few has no spread.

   `relation` has the columns of `keys`, indicator_id, position, segment, value, events and variance (of Byar's interval). #}
{% macro event_spread(relation, keys) -%}
{%- set by = (keys + ['segment']) | join(', ') -%}
with

bent as (
    select
        {{ keys | join(', ') }},
        indicator_id,
        position,
        avg(events) over five as usual_events,
        avg(events) over three as bent_events,
        case when lag(position, 2) over in_order = position - 2 then
            (value - 2 * lag(value, 1) over in_order + lag(value, 2) over in_order)
            * (value - 2 * lag(value, 1) over in_order + lag(value, 2) over in_order)
            / nullif(variance + 4 * lag(variance, 1) over in_order + lag(variance, 2) over in_order, 0)
        end as bend
    from {{ relation }}
    window
        in_order as (partition by {{ by }} order by position),
        three as (partition by {{ by }} order by position rows between 2 preceding and current row),
        five as (partition by {{ by }} order by position rows between 4 preceding and current row)
),

banded as (
    select
        *,
        {{ events_band('bent_events') }} as bent_band,
        {{ events_band('usual_events') }} as usual_band
    from bent
),

-- every measure, band and year there is, so that a year without a bend of its own still knows earlier ones
summed as (
    select
        places.indicator_id,
        places.band,
        places.position,
        coalesce(sum(banded.bend), 0) as bends,
        count(banded.bend) as known
    from (select distinct indicator_id, usual_band as band, position from banded) as places
    left join banded
        on places.indicator_id = banded.indicator_id
        and places.band = banded.bent_band
        and banded.position <= places.position
    group by places.indicator_id, places.band, places.position
),

pooled as (
    select
        places.indicator_id,
        places.position,
        sum(banded.bend) / nullif(cast(count(banded.bend) as double), 0) as spread,
        count(banded.bend) as known
    from (select distinct indicator_id, position from banded) as places
    left join banded
        on places.indicator_id = banded.indicator_id
        and banded.position <= places.position
    group by places.indicator_id, places.position
)

select
    {% for key in keys %}banded.{{ key }}, {% endfor %}
    banded.position,
    case
        when summed.known >= {{ var('spread_least_bends') }} then greatest(1, summed.bends / summed.known)
        when pooled.known >= {{ var('spread_least_bends') }} then greatest(1, pooled.spread)
    end as spread
from banded
inner join summed
    on banded.indicator_id = summed.indicator_id
    and banded.usual_band = summed.band
    and banded.position = summed.position
inner join pooled
    on banded.indicator_id = pooled.indicator_id
    and banded.position = pooled.position
{%- endmacro %}

{# Bands of events a year within which series are alike. #}
{% macro events_band(events) -%}
    case when {{ events }} < 10 then 1 when {{ events }} < 30 then 2 when {{ events }} < 100 then 3 when {{ events }} < 1000 then 4 else 5 end
{%- endmacro %}
