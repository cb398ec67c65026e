-- One row per URN that has ever been linked: the URN its chain of successors ends at, and the lineage's own number.
-- Each URN follows one successor (rule in the README of this folder), so chains are walked, not guessed; a cycle in the
-- links ends at the smallest URN on it.
with recursive

links as (
    select links.*
    from {{ ref('stg_register__links') }} as links
    inner join {{ ref('int_register_rows__classified') }} as rows_taken
        on links.file_id = rows_taken.file_id
        and links.row_number = rows_taken.row_number
    where rows_taken.disposition = 'accepted'
),

link_types as (
    select * from {{ ref('link_types') }}
),

laestabs as (
    select urn, max(laestab) as laestab
    from {{ ref('int_establishments__known') }}
    where laestab is not null
    group by urn
),

steps as (
    select
        case when link_types.direction = 'forward' then links.urn else links.link_urn end as urn,
        case when link_types.direction = 'forward' then links.link_urn else links.urn end as successor_urn,
        max(links.linked_on) as linked_on,
        max(case when link_types.direction = 'forward' then 1 else 0 end) as is_forward,
        max(case when lower(links.link_type) like '%merged%' then 1 else 0 end) as is_merged
    from links
    inner join link_types
        on lower(links.link_type) like link_types.pattern
    where links.urn <> links.link_urn
    group by 1, 2
),

chosen as (
    select urn, successor_urn, linked_on, is_merged
    from (
        select
            steps.urn,
            steps.successor_urn,
            steps.linked_on,
            steps.is_merged,
            row_number() over (
                partition by steps.urn
                order by
                    case when own.laestab = next_one.laestab then 0 else 1 end,
                    steps.is_forward desc,
                    steps.linked_on desc nulls last,
                    steps.successor_urn desc
            ) as choice
        from steps
        left join laestabs as own
            on steps.urn = own.urn
        left join laestabs as next_one
            on steps.successor_urn = next_one.urn
    ) as ranked
    where choice = 1
),

walks as (
    select urn, urn as reached_urn, 0 as steps_taken
    from chosen
    union all
    select walks.urn, chosen.successor_urn, walks.steps_taken + 1
    from walks
    inner join chosen
        on walks.reached_urn = chosen.urn
    where walks.steps_taken < 25
),

ends as (
    select
        urn,
        case
            -- 25 steps without an end is a cycle: every URN on it or before it agrees on its smallest member
            when max(steps_taken) >= 25 then min(case when steps_taken >= 12 then reached_urn end)
            else max_by(reached_urn, steps_taken)
        end as terminal_urn
    from walks
    group by urn
),

members as (
    select urn, terminal_urn from ends
    union
    select terminal_urn, terminal_urn from ends
)

select
    members.urn,
    members.terminal_urn,
    min(members.urn) over (partition by members.terminal_urn) as first_urn,
    count(*) over (partition by members.terminal_urn) as urns_in_lineage,
    -- the step the walk took from here; none from the end of the lineage, even where a cycle would lead on
    case when members.urn <> members.terminal_urn then chosen.successor_urn end as successor_urn,
    case when members.urn <> members.terminal_urn then chosen.linked_on end as succeeded_on,
    -- it went into a school that was there before
    coalesce(members.urn <> members.terminal_urn and chosen.is_merged = 1, false) as is_absorbed
from members
left join chosen
    on members.urn = chosen.urn
