-- One row per URN: the best source's word for each fact, and the lineage the URN belongs to.
with

observed as (
    select * from {{ ref('int_schools__observed') }}
),

lineages as (
    select * from {{ ref('int_lineages__resolved') }}
),

authorities as (
    select * from {{ ref('local_authorities') }}
),

described as (
    select
        urn,
        min_by(laestab, source_order) filter (where laestab is not null) as laestab,
        min_by(name, source_order) filter (where name is not null) as name,
        min_by(phase, source_order) filter (where phase is not null) as phase,
        min_by(la_code, source_order) filter (where la_code is not null) as la_code,
        min_by(la_name, source_order) filter (where la_name is not null) as la_name,
        coalesce(min_by(is_independent, source_order) filter (where is_independent is not null), false) as is_independent
    from observed
    group by urn
),

joined as (
    select
        -- a school known by its establishment number alone is named after that
        case
            when described.urn like 'L%' then described.urn
            else 'S' || coalesce(lineages.first_urn, described.urn)
        end as school_id,
        described.urn,
        -- rows of it may say no year, and then not which number was its last: its name here is one
        coalesce(described.laestab, case when described.urn like 'L%' then substr(described.urn, 2) end) as laestab,
        coalesce(
            described.name,
            case
                when described.urn like 'L%' then 'School with establishment number ' || substr(described.urn, 2)
                else 'School ' || described.urn
            end
        ) as name,
        described.phase,
        described.la_code,
        coalesce(described.la_name, authorities.la_name) as la_name,
        case
            when not lineages.is_last then 'closed'
            -- a school that only a link names, and that nothing shows open
            when dated.status is null and spells.valid_to < spells.valid_from then 'proposed'
            else coalesce(dated.status, 'unknown')
        end as status,
        dated.opened_on,
        dated.closed_on,
        described.is_independent,
        coalesce(lineages.is_last, true) as is_last,
        spells.valid_from,
        spells.valid_to
    from described
    left join lineages
        on described.urn = lineages.urn
    left join {{ ref('int_schools__dated') }} as dated
        on described.urn = dated.urn
    left join {{ ref('int_school_spells__ordered') }} as spells
        on described.urn = spells.urn
    left join authorities
        on described.la_code = authorities.la_code
)

select
    school_id,
    urn,
    laestab,
    name,
    phase,
    la_code,
    la_name,
    status,
    opened_on,
    closed_on,
    is_independent,
    is_last and status <> 'proposed' as is_current,
    valid_from,
    valid_to
from joined
