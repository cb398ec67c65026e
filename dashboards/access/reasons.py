"""Why something is not shown: counted by school, in words, with its agreement.

Belongs here: the sentences about what a viewer does not see of an area. They are made of agreements and memberships alone,
and never of the data they are about: a sentence that came only where there is something to hide would betray it. Does
not belong here: which figures of few people are held back (the published file says that, row by row).
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from typing import Any

from dashboards.access.rights import LEVELS, PUBLISHED, Rights

#: The schools a question is about, by the parameters it has; the first that fits is used.
_SCHOOLS = (
    ("urn", "s.school_id in (select school_id from published.marts.dim_school where urn = $urn)"),
    ("partnership", "m.partnership_id = $partnership"),
    ("scope", "($scope = 'all' or m.partnership_id = $scope)"),
    (
        "area_id",
        "case $area_type when 'school' then s.school_id when 'partnership' then m.partnership_id else s.la_code end = $area_id",
    ),
    ("authority", "s.la_code = $authority"),
)
_WORDS = {
    "own_school": "nobody else",
    "heads_group": "the heads’ group only",
    "board": "the board only",
    "authority": "the authority only",
    "other_partnerships": "other partnerships only",
}
_HOW = {1: "only in totals", 2: "only without names", 3: "by name, and not word for word"}
#: What is needed to be shown a row of a school.
_NAMED = LEVELS.index("named")


def why_hidden(rights: Rights, made_of: tuple[str, ...], values: Mapping[str, Any]) -> tuple[str, ...]:
    """A sentence for each dataset of which something is not shown of the schools a question is about."""
    known = rights.declared
    asked = [d for d in made_of if known.seen_by.get(d) == "agreement"]
    kept = [
        d for d in made_of if d in known.seen_by and known.seen_by[d] != "agreement" and not rights.sees_by_itself(d)
    ]
    said = [_KEPT[known.seen_by[d]].format(what=known.names[d]) for d in kept]
    where = next((text for name, text in _SCHOOLS if values.get(name) is not None), None)
    if not asked or "sharing_grants" not in known.columns or where is None:
        return tuple(said)
    # sections of a page ask about one area again and again, and the answer holds as long as these rights do
    place = (where, *sorted((name, str(value)) for name, value in values.items() if f"${name}" in where))
    unknown = [dataset for dataset in asked if (dataset, place) not in rights.reasons]
    if unknown:
        found = _of(rights, unknown, where, values)
        rights.reasons.update({(dataset, place): found.get(dataset, []) for dataset in unknown})
    return (*said, *(sentence for dataset in asked for sentence in rights.reasons[dataset, place]))


_KEPT = {
    "signed_in": "{what}: shown to those who are signed in.",
    "staff": "{what}: shown to the analyst and the data steward of the authority.",
    "steward": "{what}: shown to the data steward, since it may name people.",
}


_SMALL = {
    "few_people": "fewer than {people} people answered{inside}, or all so alike that everybody’s answer would be known",
    "few_schools": "fewer than {schools} schools answered",
    "betrays": "with what else is shown, a few people’s answers could be worked out from {it}",
}


def why_small(rights: Rights, made_of: tuple[str, ...], reasons: list[str]) -> list[str]:
    """A sentence for each reason why figures of few people are not shown, with how many there are."""
    known, own = rights.declared, rights.viewer.kind == "head"
    pooled = [dataset for dataset in made_of if known.n_least_people.get(dataset)]
    people = {known.n_least_people[dataset] for dataset in pooled}
    schools = max((known.n_least_schools[dataset] for dataset in pooled), default=3)
    inside = f" ({min(known.n_least_people_own[d] for d in pooled)} in their own school)" if own and pooled else ""
    said = []
    for reason, words in _SMALL.items():
        number = reasons.count(reason)
        if number:
            figures, it = ("1 figure is", "it") if number == 1 else (f"{number} figures are", "them")
            text = words.format(people=max(people, default=5), schools=schools, it=it, inside=inside)
            said.append(f"{figures} not shown: {text}.")
    return said


def _of(rights: Rights, datasets: list[str], where: str, values: Mapping[str, Any]) -> dict[str, list[str]]:
    """By dataset, what is not shown of the schools or partnerships of a place: one query, since most of its time is planning."""
    marts, kinds = f"{PUBLISHED}.marts", [rights.declared.area_types.get(dataset) or "school" for dataset in datasets]
    parameters = {
        "datasets": datasets,
        "kinds": kinds,
        "day": rights.day,
        "audiences": [audience for audience, _ in rights.audiences],
        "named": _NAMED,
    }
    asked = ("urn", "partnership", "authority", "scope", "area_type", "area_id")
    parameters |= {name: values[name] for name in asked if f"${name}" in where}
    cursor = rights.connection.cursor()
    try:
        rows = cursor.execute(
            f"""with
            asked as (select unnest($datasets) as dataset, unnest($kinds) as kind),
            here as (
                select distinct s.school_id, m.partnership_id
                from {marts}.dim_school as s
                inner join {marts}.partnership_membership as m
                    on m.school_id = s.school_id and m.joined_on <= $day and (m.left_on is null or m.left_on > $day)
                where s.is_current and ({where})
            ),
            places as (
                select 'school' as kind, school_id as area_id from here
                union
                select 'partnership', partnership_id from here
            ),
            held as (
                select asked.dataset, asked.kind, places.area_id, coalesce(may.level, 0) as level
                from asked
                inner join places on places.kind = asked.kind
                left join {rights.schema}.may as may
                    on may.dataset = asked.dataset and may.area_type = asked.kind and may.area_id = places.area_id
                where coalesce(may.level, 0) < $named
            ),
            parties as (
                select 'school' as kind, s.school_id as area_id, a.*
                from {marts}.agreement as a
                inner join {marts}.dim_school as s on a.party_kind = 'school' and a.party_id = s.urn
                union all
                select 'partnership', a.party_id, a.* from {marts}.agreement as a where a.party_kind = 'partnership'
            ),
            lines as (
                select held.dataset, held.kind, held.area_id, held.level, p.agreement_id, p.audience, p.signed_on, p.expires_on,
                    p.withdrawn_on, p.starts_on
                from held
                left join parties as p
                    on p.kind = held.kind and p.area_id = held.area_id and p.dataset = held.dataset
                    and p.party_role in ('controller', 'joint_controller')
            ),
            reasons as (
                select dataset, kind, area_id, agreement_id, case
                        when level > 0 then 'level ' || level
                        when agreement_id is null then 'none'
                        when signed_on is null then 'unsigned'
                        when withdrawn_on <= $day then 'withdrawn'
                        when expires_on < $day then 'expired'
                        when greatest(starts_on, signed_on) > $day then 'later'
                        when not list_contains($audiences, audience) then audience
                        else 'ended'
                    end as reason,
                    case when withdrawn_on <= $day then withdrawn_on when signed_on is not null then expires_on end as day
                from lines
                where level = 0 or list_contains($audiences, audience)
            ),
            one_each as (
                select distinct on (dataset, area_id) dataset, kind, area_id, reason, agreement_id, day
                from reasons
                order by dataset, area_id, coalesce(list_position(['withdrawn', 'unsigned', 'expired', 'later'], reason), 9),
                    agreement_id, reason
            )
            select dataset, kind, (select count(*) from places where places.kind = one_each.kind), reason,
                list_sort(list_distinct(list(agreement_id))), list_distinct(list(day)), count(*)
            from one_each
            group by dataset, kind, reason
            order by dataset, count(*) desc, reason""",
            parameters,
        ).fetchall()
    finally:
        cursor.close()
    said: dict[str, list[str]] = {}
    for (dataset, kind, number), reasons in itertools.groupby(rows, key=lambda row: row[:3]):
        parts = [_said(kind, *row[3:]) for row in reasons]
        said[dataset] = [f"{rights.declared.names[dataset]}, of {_count(kind, number)}: {'; '.join(parts)}."]
    return said


def _count(kind: str, number: int) -> str:
    return f"{number} {kind}" if number == 1 else f"{number} {kind}s"


def _said(kind: str, reason: str, agreements: list[str], days: list[Any], number: int) -> str:
    who, day = _count(kind, number), days[0] if len(days) == 1 else None
    has, shares = ("has", "shares") if number == 1 else ("have", "share")
    named = f"agreement{'' if len(agreements) == 1 else 's'} {' and '.join(agreements)}" if len(agreements) < 3 else ""
    by = (named or f"{len(agreements)} agreements") if agreements else ""
    under = f" ({by})" if by else ""
    until = f" ({by}{f', to {_day(day)}' if day else ''})" if by else ""
    if reason.startswith("level "):
        return f"{who} {shares} this {_HOW[int(reason[6:])]}{until}"
    return {
        "none": f"{who} {has} no agreement about it",
        "unsigned": f"{who} {has} not signed{under}",
        "withdrawn": f"{who} withdrew on {_day(day)}{under}" if day else f"{who} withdrew{under}",
        "expired": f"{who}: the agreement ended on {_day(day)}{under}" if day else f"{who}: the agreement ended{under}",
        "later": f"{who}: the agreement has not begun{under}",
        "ended": f"{who} {shares} this no longer{under}",
    }.get(reason, f"{who} {shares} this with {_WORDS.get(reason, 'others only')}{until}")


def _day(day: Any) -> str:
    return f"{day.day} {day:%B %Y}"
