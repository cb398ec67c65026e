-- When each URN stood for its school: along a lineage the spells follow each other and never overlap, and on a day on which a
-- register or a census shows a URN open, it stands. A school that is only proposed has an empty spell. A handover that nothing
-- dates is put in 1900.
with

lineages as (
    select * from {{ ref('int_lineages__resolved') }}
),

dated as (
    select * from {{ ref('int_schools__dated') }}
),

handovers as (
    select
        lineages.urn,
        lineages.first_urn,
        lineages.n_before,
        own.opened_on,
        own.closed_on,
        own.open_from,
        own.open_to,
        -- the days between which the handover lies: the earlier URNs of the line are shown open until, the later ones from
        max(own.open_to) over (
            partition by lineages.first_urn order by lineages.n_before rows between unbounded preceding and 1 preceding
        ) as open_to_before,
        min(own.open_from) over (
            partition by lineages.first_urn order by lineages.n_before rows between current row and unbounded following
        ) as open_from_after,
        case
            when lineages.predecessor_urn is not null
                then coalesce(
                    own.opened_on,
                    cast(before.closed_on + interval '1' day as date),
                    -- a link's day is often the planned one, and the school before it still had results
                    greatest(
                        lineages.linked_on,
                        case
                            when before.results_to < own.results_from or own.results_from is null
                                then cast({{ year_begins('before.results_to') }} + interval '1' year as date)
                        end
                    ),
                    {{ year_begins('own.results_from') }},
                    own.open_from,
                    cast('1900-01-01' as date)
                )
        end as begun_on
    from lineages
    left join dated as own
        on lineages.urn = own.urn
    left join dated as before
        on lineages.predecessor_urn = before.urn
),

shown as (
    select
        *,
        -- the day of the handover gives way to the days on which the one or the other is shown open
        case
            when begun_on is not null
                then greatest(least(begun_on, open_from_after), cast(open_to_before + interval '1' day as date))
        end as shown_from
    from handovers
),

-- dates that contradict the order give way to it
in_order as (
    select
        *,
        max(shown_from) over (
            partition by first_urn order by n_before rows between unbounded preceding and current row
        ) as from_day
    from shown
),

followed as (
    select
        *,
        lead(from_day) over (partition by first_urn order by n_before) as next_from_day
    from in_order
)

select
    'S' || first_urn as school_id,
    urn,
    coalesce(from_day, case when opened_on is not null then least(opened_on, open_from, next_from_day) end) as valid_from,
    case
        when next_from_day is not null then cast(next_from_day - interval '1' day as date)
        when closed_on is not null then greatest(closed_on, open_to, cast(from_day - interval '1' day as date))
    end as valid_to
from followed
union all
select
    'S' || dated.urn as school_id,
    dated.urn,
    case
        when dated.status = 'proposed' then {{ not_yet() }}
        when dated.opened_on is not null then least(dated.opened_on, dated.open_from)
    end as valid_from,
    case
        when dated.status = 'proposed' then cast({{ not_yet() }} - interval '1' day as date)
        when dated.closed_on is not null then greatest(dated.closed_on, dated.open_to)
    end as valid_to
from dated
left join lineages
    on dated.urn = lineages.urn
where lineages.urn is null
union all
-- one that only a link names, and that nothing shows open
select distinct
    'S' || judged.successor_urn as school_id,
    judged.successor_urn as urn,
    {{ not_yet() }} as valid_from,
    cast({{ not_yet() }} - interval '1' day as date) as valid_to
from {{ ref('int_links__judged') }} as judged
left join dated
    on judged.successor_urn = dated.urn
left join lineages
    on judged.successor_urn = lineages.urn
where judged.reason_id = 'not_opened' and dated.urn is null and lineages.urn is null
