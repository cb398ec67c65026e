-- When each URN stood for its school: along a lineage the spells follow each other and never overlap.
-- A school that another took in while that one was there already, or the smaller of two that became one, never stood for the
-- lineage: its spell is empty, and ends on the day before the lineage took it in. A handover no source dates is put in 1900.
with recursive

lineages as (
    select * from {{ ref('int_lineages__resolved') }}
),

establishments as (
    select
        urn,
        max(laestab) as laestab,
        min_by(opened_on, source_order) filter (where opened_on is not null) as opened_on,
        min_by(closed_on, source_order) filter (where closed_on is not null) as closed_on
    from {{ ref('int_establishments__known') }}
    group by urn
),

-- of several predecessors one carries the school on: the one with its number, else the one linked first
chosen as (
    select successor_urn, urn, succeeded_on
    from (
        select
            lineages.*,
            row_number() over (
                partition by lineages.successor_urn
                order by
                    case when own.laestab = next_one.laestab then 0 else 1 end,
                    lineages.succeeded_on nulls last,
                    lineages.urn
            ) as choice
        from lineages
        left join establishments as own
            on lineages.urn = own.urn
        left join establishments as next_one
            on lineages.successor_urn = next_one.urn
        where lineages.successor_urn is not null and not lineages.is_absorbed
    ) as ranked
    where choice = 1
),

-- from the end of the lineage backwards: place 0 is its last URN
main_line as (
    select terminal_urn, urn, 0 as place, cast(null as date) as succeeded_on
    from lineages
    where urn = terminal_urn
    union all
    select main_line.terminal_urn, chosen.urn, main_line.place + 1, chosen.succeeded_on
    from main_line
    inner join chosen
        on main_line.urn = chosen.successor_urn
),

handovers as (
    select
        later.terminal_urn,
        later.urn,
        later.place,
        dates.opened_on,
        dates.closed_on,
        case
            when earlier.urn is not null
                then coalesce(
                    dates.opened_on,
                    earlier.succeeded_on,
                    cast(earlier_dates.closed_on + interval '1' day as date),
                    cast('1900-01-01' as date)
                )
        end as begun_on
    from main_line as later
    left join main_line as earlier
        on later.terminal_urn = earlier.terminal_urn
        and later.place + 1 = earlier.place
    left join establishments as dates
        on later.urn = dates.urn
    left join establishments as earlier_dates
        on earlier.urn = earlier_dates.urn
),

-- dates that contradict the order give way to it
in_order as (
    select
        *,
        max(begun_on) over (
            partition by terminal_urn order by place desc rows between unbounded preceding and current row
        ) as from_day
    from handovers
),

followed as (
    select
        *,
        lag(from_day) over (partition by terminal_urn order by place) as next_from_day
    from in_order
),

-- where a URN beside the main line joins it
joining as (
    select lineages.urn, lineages.terminal_urn, lineages.successor_urn as reached_urn
    from lineages
    left join main_line
        on lineages.urn = main_line.urn
    where main_line.urn is null
    union all
    select joining.urn, joining.terminal_urn, lineages.successor_urn
    from joining
    inner join lineages
        on joining.reached_urn = lineages.urn
    left join main_line
        on joining.reached_urn = main_line.urn
    where main_line.urn is null
),

main_spells as (
    select
        followed.terminal_urn,
        followed.urn,
        case
            when from_day is not null then from_day
            when opened_on > next_from_day then next_from_day
            when opened_on is null and joined.terminal_urn is not null then cast('1900-01-01' as date)
            else opened_on
        end as valid_from,
        case
            when place > 0 then cast(next_from_day - interval '1' day as date)
            when closed_on < from_day then cast(from_day - interval '1' day as date)
            else closed_on
        end as valid_to
    from followed
    left join (select distinct terminal_urn from joining) as joined
        on followed.terminal_urn = joined.terminal_urn
),

side_spells as (
    select
        joining.terminal_urn,
        joining.urn,
        main_spells.valid_from,
        cast(main_spells.valid_from - interval '1' day as date) as valid_to
    from joining
    inner join main_spells
        on joining.reached_urn = main_spells.urn
),

lineage_spells as (
    select terminal_urn, urn, valid_from, valid_to from main_spells
    union all
    select terminal_urn, urn, valid_from, valid_to from side_spells
)

select
    'S' || lineages.first_urn as school_id,
    spells.urn,
    spells.valid_from,
    spells.valid_to
from lineage_spells as spells
inner join lineages
    on spells.urn = lineages.urn
union all
select
    'S' || establishments.urn as school_id,
    establishments.urn,
    establishments.opened_on as valid_from,
    establishments.closed_on as valid_to
from establishments
left join lineages
    on establishments.urn = lineages.urn
where lineages.urn is null
