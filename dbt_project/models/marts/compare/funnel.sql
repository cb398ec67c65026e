{{ config(materialized='view') }}
-- The figures placed in their funnels, with what is said of each and why nothing can be.
with

figures as (
    {{ figures_placed() }}
),

reasoned as (
    select
        *,
        case
            when value is null then 'The school has no figure: ' || replace(status, '_', ' ')
            when n_pupils is null then 'The number of pupils is not published'
            when n_pupils < minimum_pupils then 'Fewer than ' || cast(minimum_pupils as varchar) || ' pupils'
            when benchmark is null then 'There is no figure to set beside it'
            when form = 'none'
                then 'Neither a count nor an interval is published, so a difference cannot be told from chance'
            when z is null then 'The comparator leaves no room for chance'
        end as reason
    from figures
),

lain as (
    select
        *,
        case
            when reason is not null then 'cannot_say'
            when value > upper_998 then 'above_998'
            when value < lower_998 then 'below_998'
            when value > upper_95 then 'above_95'
            when value < lower_95 then 'below_95'
            else 'within'
        end as position
    from reasoned
)

select
    school_id,
    urn,
    indicator_id,
    breakdown_id,
    academic_year,
    benchmark,
    benchmark_value,
    value,
    n_pupils,
    lower_95,
    upper_95,
    lower_998,
    upper_998,
    case
        when position in ('cannot_say', 'within') then position
        when (position in ('above_95', 'above_998')) = (polarity = 'higher') then 'better'
        else 'worse'
    end as verdict,
    position,
    reason,
    case when reason is null then z end as z,
    case when reason is null then p_value end as p_value,
    case when reason is null then z_chance end as z_chance,
    phi,
    tau2,
    case when reason is null then expected end as expected,
    case when reason is null then limits else 'none' end as limit_method,
    peer_kind,
    n_peer_figures,
    release
from lain
