-- One row per URN of a school that carries on another or is carried on: its place in the line, and the lineage's own number.
-- Each URN has at most one before it and one after it (int_links__judged), so the lines are walked from their beginnings; a circle
-- of links has none, and joins nobody. A line is cut before a URN that is shown open while an earlier one of it still is.
with recursive

steps as (
    select * from {{ ref('int_links__judged') }}
    where reason_id = 'carried_on'
),

walks as (
    select
        steps.predecessor_urn as head_urn,
        steps.predecessor_urn as urn,
        0 as n_before,
        cast(null as varchar) as predecessor_urn,
        cast(null as date) as linked_on
    from steps
    left join steps as before
        on steps.predecessor_urn = before.successor_urn
    where before.successor_urn is null
    union all
    select walks.head_urn, steps.successor_urn, walks.n_before + 1, steps.predecessor_urn, steps.linked_on
    from walks
    inner join steps
        on walks.urn = steps.predecessor_urn
),

shown as (
    select
        walks.*,
        coalesce(
            dated.open_from <= max(dated.open_to) over (
                partition by walks.head_urn order by walks.n_before rows between unbounded preceding and 1 preceding
            ),
            false
        ) as is_cut
    from walks
    left join {{ ref('int_schools__dated') }} as dated
        on walks.urn = dated.urn
),

pieces as (
    select
        *,
        sum(case when is_cut then 1 else 0 end) over (
            partition by head_urn order by n_before rows between unbounded preceding and current row
        ) as piece
    from shown
)

select
    urn,
    n_before,
    case when not is_cut then predecessor_urn end as predecessor_urn,
    case when not is_cut then linked_on end as linked_on,
    n_before = max(n_before) over (partition by head_urn, piece) as is_last,
    min(urn) over (partition by head_urn, piece) as first_urn,
    count(*) over (partition by head_urn, piece) as urns_in_lineage
from pieces
