-- What each source says of each URN, best source first: the register, then the spine, then outcome files, links and our own forms.
with

register_rows as (
    select * from {{ ref('int_register_rows__classified') }}
    where disposition = 'accepted'
),

-- of the newest edition alone: a school of which only a withdrawn link knew is none
links as (
    select links.urn, links.link_urn, links.link_name
    from {{ ref('stg_register__links') }} as links
    inner join register_rows
        on links.file_id = register_rows.file_id
        and links.row_number = register_rows.row_number
),

observed as (
    select
        1 as source_order, gias.urn, gias.laestab, gias.name, gias.phase, gias.la_code, gias.la_name, gias.is_independent
    from {{ ref('stg_register__gias') }} as gias
    inner join register_rows
        on gias.file_id = register_rows.file_id
        and gias.row_number = register_rows.row_number
    union all
    select
        2, spine.urn, spine.laestab, spine.name, spine.phase, spine.la_code, spine.la_name, spine.is_independent
    from {{ ref('stg_register__spine') }} as spine
    inner join register_rows
        on spine.file_id = register_rows.file_id
        and spine.row_number = register_rows.row_number
    union all
    select
        3,
        urn,
        max_by(la_code || lpad(estab, 4, '0'), academic_year) filter (where la_code is not null and estab is not null),
        max_by(school_name, academic_year) filter (where school_name is not null),
        max(case
            when institution_type in ('CYS', 'FDS', 'ACS', 'FS', 'ACCS', 'NMSS', 'State-funded special school', 'Non-maintained special school', 'special') then 'special'
            when institution_type = 'Pupil referral unit' then 'alternative'
            when institution_type = 'State-funded nursery' then 'nursery'
            when institution_type = 'alternative' then 'alternative'
            when dataset_id = 'dfe_ks2' or institution_type in ('State-funded primary', 'primary') then 'primary'
            when dataset_id in ('dfe_ks4', 'dfe_ks4_destinations') or institution_type in ('State-funded secondary', 'secondary')
                then 'secondary'
        end),
        max_by(la_code, academic_year) filter (where la_code is not null),
        null,
        max(case when institution_type is not null then institution_type in ('IND', 'INDSPEC', 'INDSPS', 'INDSS', 'Independent school') end)
    from {{ ref('int_outcome_rows__classified') }}
    where area_type = 'school' and urn is not null
    group by urn
    union all
    select 4, link_urn, null, max(link_name), null, null, null, null
    from links
    group by link_urn
    union all
    select 4, urn, null, null, null, null, null, null
    from links
    group by urn
    union all
    select 4, urn, null, name, null, null, null, null from {{ ref('int_schools__named') }}
    union all
    select 5, urn, null, null, null, null, null, null
    from {{ ref('int_inspections__read') }}
    group by urn
)

select
    source_order,
    urn,
    laestab,
    name,
    phase,
    la_code,
    la_name,
    is_independent
from observed
where urn is not null
