-- Groups of schools of one phase and authority put together by lot, as large as partnerships are. Nothing is planned for
-- them: what their figures do is what a partnership's do by themselves.
-- One row per drawing, group and school. Eight drawings have groups of eight, eight of four. The last group of an authority may be
-- smaller. drawn_at orders all groups by lot from 0 to 1: those up to 0.1 are a tenth of them. The lot is a hash, so the same register gives the same groups.
with

schools as (
    select
        school_id,
        max(case when is_current then phase end) as phase,
        max(case when is_current then la_code end) as la_code
    from {{ ref('dim_school') }}
    group by school_id
),

ordered as (
    select
        schools.*,
        lots.lot,
        cast(floor((
            row_number() over (
                partition by schools.la_code, schools.phase, lots.lot
                order by md5(schools.school_id || cast(lots.lot as varchar))
            ) - 1
        ) / lots.size) as integer) as place
    from schools
    cross join (
        {% for lot in range(1, 17) %}select {{ lot }} as lot, {{ 8 if lot <= 8 else 4 }} as size{% if not loop.last %} union all {% endif %}{% endfor %}
    ) as lots
    where schools.phase is not null and schools.la_code is not null
),

named as (
    select
        lot,
        la_code || ' ' || phase || ' ' || cast(lot as varchar) || ' ' || cast(place as varchar) as group_id,
        phase,
        school_id
    from ordered
),

groups as (
    select
        group_id,
        row_number() over (order by md5(group_id)) / cast(count(*) over () as double) as drawn_at
    from (select distinct group_id from named) as each_once
)

select
    named.lot,
    named.group_id,
    named.phase,
    named.school_id,
    groups.drawn_at
from named
inner join groups
    on named.group_id = groups.group_id
