-- How far schools of a kind lie apart, for the scale behind one school's figure; none of fewer than three.
with

figures as (
    select * from {{ ref('int_school_years__benchmarked') }}
    where polarity <> 'none' and kind <> 'count' and value is not null and n_pupils >= minimum_pupils
)

select
    indicator_id,
    breakdown_id,
    academic_year,
    peer_kind,
    cast(count(*) as bigint) as n_schools,
    min(value) as lowest,
    cast(percentile_cont(0.1) within group (order by value) as double) as low_tenth,
    cast(percentile_cont(0.25) within group (order by value) as double) as low_quarter,
    cast(percentile_cont(0.5) within group (order by value) as double) as middle,
    cast(percentile_cont(0.75) within group (order by value) as double) as high_quarter,
    cast(percentile_cont(0.9) within group (order by value) as double) as high_tenth,
    max(value) as highest
from figures
group by indicator_id, breakdown_id, academic_year, peer_kind
-- of two schools each reads the other's figure
having count(*) >= 3
