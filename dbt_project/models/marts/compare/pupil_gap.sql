-- Disadvantaged pupils beside the other pupils of the same school and year, with the interval of the difference.
with

figures as (
    select * from {{ ref('int_school_years__benchmarked') }}
    where breakdown_id in ('disadvantaged', 'not_disadvantaged') and polarity <> 'none' and kind <> 'count'
),

paired as (
    select
        disadvantaged.school_id,
        disadvantaged.urn,
        disadvantaged.indicator_id,
        disadvantaged.academic_year,
        disadvantaged.kind,
        disadvantaged.polarity,
        disadvantaged.minimum_pupils,
        disadvantaged.value,
        disadvantaged.n_pupils,
        disadvantaged.status,
        disadvantaged.release,
        others.value as other_value,
        others.n_pupils as n_other_pupils,
        others.status as other_status,
        -- distances from each value to the ends of its interval: Newcombe's method joins those of two groups
        disadvantaged.value - disadvantaged.ci_low as below,
        disadvantaged.ci_high - disadvantaged.value as above,
        others.value - others.ci_low as other_below,
        others.ci_high - others.value as other_above
    from figures as disadvantaged
    inner join figures as others
        on disadvantaged.school_id = others.school_id
        and disadvantaged.indicator_id = others.indicator_id
        and disadvantaged.academic_year = others.academic_year
    where disadvantaged.breakdown_id = 'disadvantaged' and others.breakdown_id = 'not_disadvantaged'
),

subtracted as (
    select
        *,
        value - other_value as gap,
        {{ difference_limit('value - other_value', 'below', 'other_above', -1) }} as gap_low,
        {{ difference_limit('value - other_value', 'above', 'other_below', 1) }} as gap_high,
        case
            when value is null then 'No figure for disadvantaged pupils: ' || replace(status, '_', ' ')
            when other_value is null then 'No figure for the other pupils: ' || replace(other_status, '_', ' ')
            when n_pupils is null or n_other_pupils is null then 'The number of pupils is not published'
            when n_pupils < minimum_pupils or n_other_pupils < minimum_pupils
                then 'Fewer than ' || cast(minimum_pupils as varchar) || ' pupils in a group'
            when below is null or other_below is null then 'Without an interval a gap cannot be told from chance'
        end as reason
    from paired
)

select
    school_id,
    urn,
    indicator_id,
    academic_year,
    value,
    n_pupils,
    other_value,
    n_other_pupils,
    gap,
    case when reason is null then gap_low end as gap_low,
    case when reason is null then gap_high end as gap_high,
    case
        when reason is not null then 'cannot_say'
        when gap_low <= 0 and gap_high >= 0 then 'no_gap_seen'
        when (gap_low > 0) = (polarity = 'higher') then 'ahead'
        else 'behind'
    end as verdict,
    reason,
    release
from subtracted
