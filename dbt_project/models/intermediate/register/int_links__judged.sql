-- Every pair of schools that the register links, and whether the one plainly carries on the other: one that closed, one that
-- opened then, and no third. Each pair that does not has the reason. Which of the two came first is settled by dates where the
-- two sides contradict each other, and rejected where nothing settles it. A link's own day is often the planned one, so it
-- counts only where the register gives none.
with

rows_taken as (
    select * from {{ ref('int_register_rows__classified') }}
    where disposition = 'accepted' and dataset_id = 'register_links'
),

links as (
    select
        links.urn,
        links.link_urn,
        links.linked_on,
        lower(links.link_type) as link_type,
        rows_taken.edition_on,
        link_types.direction
    from {{ ref('stg_register__links') }} as links
    inner join rows_taken
        on links.file_id = rows_taken.file_id
        and links.row_number = rows_taken.row_number
    inner join {{ ref('link_types') }} as link_types
        on lower(links.link_type) like link_types.pattern
    where links.urn <> links.link_urn
),

-- one row per pair, however often and from whichever side it is told; first and second are only an order of texts
claims as (
    select
        least(urn, link_urn) as first_urn,
        greatest(urn, link_urn) as second_urn,
        max(linked_on) as linked_on,
        max(edition_on) as edition_on,
        max(case when direction = 'either' or (direction = 'forward') = (urn < link_urn) then 1 else 0 end) as says_first_was_first,
        max(case when direction = 'either' or (direction = 'forward') = (urn > link_urn) then 1 else 0 end) as says_second_was_first,
        max(case when link_type like '%split%' then 1 else 0 end) as is_split,
        max(case when link_type like '%amalgam%' then 1 else 0 end) as is_amalgamated,
        max(case when link_type like '%merged%' then 1 else 0 end) as is_merged
    from links
    group by 1, 2
),

dated as (
    select
        *,
        -- of results only the years are known: a school with some was open when their year began
        greatest(open_to, {{ year_begins('results_to') }}) as last_shown_on,
        least(open_from, {{ year_begins('results_from') }}) as first_shown_on
    from {{ ref('int_schools__dated') }}
),

directed as (
    select
        claims.*,
        case
            -- closed when the other opened: whatever the link says, that one was first
            when {{ opened_as_closed('two', 'one') }} then true
            when {{ opened_as_closed('one', 'two') }} then false
            when claims.says_second_was_first = 0 then true
            when claims.says_first_was_first = 0 then false
            when one.status = 'closed' and two.status in ('open', 'proposed') then true
            when two.status = 'closed' and one.status in ('open', 'proposed') then false
            when one.closed_on <> two.closed_on then one.closed_on < two.closed_on
            when one.opened_on <> two.opened_on then one.opened_on < two.opened_on
            when one.last_shown_on <> two.last_shown_on then one.last_shown_on < two.last_shown_on
            -- of two that became one, the one that nothing shows any more
            when claims.is_merged + claims.is_amalgamated = 0 then null
            when two.urn is null and one.urn is not null then false
            when one.urn is null and two.urn is not null then true
        end as is_first_first
    from claims
    left join dated as one
        on claims.first_urn = one.urn
    left join dated as two
        on claims.second_urn = two.urn
),

pairs as (
    select
        case when coalesce(is_first_first, true) then first_urn else second_urn end as predecessor_urn,
        case when coalesce(is_first_first, true) then second_urn else first_urn end as successor_urn,
        is_first_first is not null as is_directed,
        linked_on,
        -- what is planned has not happened
        linked_on <= coalesce(edition_on, linked_on) as is_linked_by_then,
        is_split,
        is_amalgamated,
        is_merged
    from directed
),

-- when the schools that followed each school were shown first: one that nobody shows may have been there between two others
followed as (
    select pairs.predecessor_urn as urn, min(dated.first_shown_on) as followed_on
    from pairs
    inner join dated
        on pairs.successor_urn = dated.urn
    group by pairs.predecessor_urn
),

facts as (
    select
        pairs.*,
        own.status as own_status,
        own.closed_on,
        own.last_shown_on,
        own.open_from as own_open_from,
        own.open_to as own_open_to,
        own.results_to as own_results_to,
        next_one.status as next_status,
        next_one.opened_on,
        next_one.open_from as next_open_from,
        next_one.open_to as next_open_to,
        next_one.results_from as next_results_from,
        coalesce(next_one.first_shown_on, followed.followed_on) as next_shown_on,
        next_one.last_shown_on as next_last_shown_on,
        coalesce(own.closed_on, pairs.linked_on) as ended_on,
        own.urn is null as is_own_unknown,
        next_one.urn is null as is_next_unknown,
        followed.followed_on is not null as is_next_followed,
        named.urn is not null as is_next_named
    from pairs
    left join dated as own
        on pairs.predecessor_urn = own.urn
    left join dated as next_one
        on pairs.successor_urn = next_one.urn
    left join followed
        on pairs.successor_urn = followed.urn
    left join {{ ref('int_schools__named') }} as named
        on pairs.successor_urn = named.urn
),

told as (
    select
        *,
        coalesce(case
            when next_status = 'proposed' then false
            when not is_next_unknown or is_next_followed then true
            when own_status = 'closed' or is_next_named then true
            -- of a school that is shown open, a link alone is not enough; one that nothing shows has nothing to lose
            else last_shown_on is null and coalesce(is_linked_by_then, true)
        end, false) as has_opened,
        coalesce(case
            when own_status = 'closed' then true
            when last_shown_on is null then coalesce(is_linked_by_then, true)
            when is_linked_by_then and linked_on > last_shown_on then true
            -- of two that became one, the tables go on with the other
            when is_merged + is_amalgamated > 0 then next_last_shown_on > last_shown_on
            else next_shown_on > last_shown_on
        end, false) as has_gone,
        coalesce(
            own_open_to >= next_open_from and next_open_to >= own_open_from, false
        ) as is_shown_with_next,
        -- in two years or more: in one, the table may show a school before and after it changed
        coalesce(
            (closed_on is null or opened_on is null) and {{ year_begins('own_results_to') }} > {{ year_begins('next_results_from') }}, false
        ) as has_results_with_next
    from facts
),

reasoned as (
    select
        *,
        case
            when not is_directed and not (is_shown_with_next or has_results_with_next) then 'circular'
            when not has_opened then 'not_opened'
            when not has_gone then 'both_open'
            when is_shown_with_next or has_results_with_next and own_status = 'closed' then 'merged'
            when has_results_with_next then 'both_open'
            when opened_on < greatest(ended_on, own_open_to) - interval '31' day then 'merged'
            -- a census may print the URN of a later day, so it counts where the register has no day
            when opened_on is null and next_open_from < ended_on - interval '31' day then 'merged'
            when opened_on > closed_on + interval '1' year then 'gap'
            when is_split = 1 then 'split'
            when is_amalgamated = 1 or is_merged = 1 and opened_on is not null and closed_on is not null then 'amalgamated'
            when is_merged = 1 then 'merged'
            else 'carried_on'
        end as own_reason_id
    from told
),

-- links that only repeat what two others say together
shortcuts as (
    select distinct long.predecessor_urn, long.successor_urn
    from reasoned as long
    inner join reasoned as before
        on long.predecessor_urn = before.predecessor_urn
    inner join reasoned as after
        on before.successor_urn = after.predecessor_urn
        and long.successor_urn = after.successor_urn
    where before.own_reason_id = 'carried_on' and after.own_reason_id = 'carried_on'
),

kept as (
    select reasoned.*
    from reasoned
    left join shortcuts
        on reasoned.predecessor_urn = shortcuts.predecessor_urn
        and reasoned.successor_urn = shortcuts.successor_urn
    where shortcuts.predecessor_urn is null
),

counted as (
    select
        *,
        sum(case when own_reason_id in ('carried_on', 'split', 'amalgamated', 'merged') then 1 else 0 end)
            over (partition by predecessor_urn) as n_successors,
        sum(case when own_reason_id in ('carried_on', 'split', 'amalgamated') then 1 else 0 end)
            over (partition by successor_urn) as n_predecessors
    from kept
)

select
    predecessor_urn,
    successor_urn,
    linked_on,
    case
        when own_reason_id = 'carried_on' and n_successors > 1 then 'split'
        when own_reason_id = 'carried_on' and n_predecessors > 1 then 'amalgamated'
        else own_reason_id
    end as reason_id
from counted
