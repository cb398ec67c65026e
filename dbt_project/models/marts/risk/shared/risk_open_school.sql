-- Until when each school's lineage is open: a school that has closed is neither missed nor inspected. One row per school_id.
select school_id, max(case when is_current then coalesce(closed_on, cast('2999-12-31' as date)) end) as open_until
from {{ ref('dim_school') }}
group by school_id
