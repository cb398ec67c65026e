"""What there is to choose from: areas, indicators, groups of pupils, years, schools.

Belongs here: the lists behind the filters, an area as it is chosen, the list of schools. Does not belong here: any measured
value.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from dashboards.access.catalog import CODE, COUNT, TEXT, question
from dashboards.shared.fragments import IS_OPEN, is_member
from dashboards.shared.request import Ask, State

question(
    "areas",
    """One row per authority and partnership that can be chosen: its name, its authority and how many schools belong to
    it today. The authority the
    warehouse holds most about comes first; one without schools and partnerships is left out.""",
    f"""
    with members as (
        select m.partnership_id, count(distinct m.school_id) as schools
        from marts.partnership_membership as m
        where {is_member()}
        group by m.partnership_id
    ),
    partnerships as (
        select 'partnership' as area_type, p.partnership_id as area_id, p.name, p.kind, p.la_code, p.la_name,
            coalesce(m.schools, 0) as schools, p.started_on, p.ended_on
        from marts.dim_partnership as p
        left join members as m on m.partnership_id = p.partnership_id
    ),
    authorities as (
        select 'authority' as area_type, a.la_code as area_id, a.la_name as name, 'authority' as kind, a.la_code,
            a.la_name,
            (select count(distinct s.school_id) from marts.dim_school as s
             where s.la_code = a.la_code and {IS_OPEN}) as schools,
            cast(null as date) as started_on, cast(null as date) as ended_on
        from marts.dim_authority as a
    ),
    areas as (
        select * from authorities where schools > 0 or la_code in (select la_code from partnerships)
        union all
        select * from partnerships
    ),
    -- whoever opens the pages first means the authority this warehouse is about
    home as (
        select a.la_code
        from marts.dim_authority as a
        order by (select count(*) from partnerships as p where p.la_code = a.la_code) desc,
            (select count(*) from marts.trend_series as t where t.area_type = 'authority' and t.area_id = a.la_code) desc
        limit 1
    )
    select area_type, area_id, name, kind, la_code, la_name, schools, started_on, ended_on
    from areas
    order by la_code not in (select la_code from home), la_name, area_type, name
    """,
    made_of="open partnerships",
)

question(
    "indicators",
    """One row per indicator of the warehouse, with how it is to be read and whether any series of it exists.""",
    """
    select i.indicator_id, i.name, i.short_name, i.topic, i.phase, i.unit, i.polarity, i.kind, i.decimals,
        i.minimum_pupils, i.publisher, i.description,
        exists (select 1 from marts.trend_series as t where t.indicator_id = i.indicator_id) as has_series
    from marts.dim_indicator as i
    order by i.topic_order,
        i.phase, i.indicator_id
    """,
    made_of="open",
)

question(
    "breakdowns",
    """One row per breakdown, in the order they are listed.""",
    """
    select breakdown_id, name, sort_order from marts.dim_breakdown order by sort_order, breakdown_id
    """,
    made_of="open",
)

question(
    "years",
    """One row per academic year for which any series has a row, latest first.""",
    """
    select distinct academic_year from marts.trend_series where academic_year is not null order by academic_year desc
    """,
    made_of="open",
)

question(
    "schools",
    """One row per school (one per lineage): today's URN and name, phase, authority, status and partnerships today.
    With a search text only schools whose name, or any URN they ever had, contains it; with an authority only its own.
    `found` is how many there are beyond the limit.""",
    f"""
    with memberships as (
        select m.school_id, string_agg(distinct p.name, '; ' order by p.name) as partnerships
        from marts.partnership_membership as m
        inner join marts.dim_partnership as p on p.partnership_id = m.partnership_id
        where {is_member()}
        group by m.school_id
    )
    select s.school_id, s.urn, s.name, s.phase, s.la_name, s.status, memberships.partnerships, count(*) over () as found
    from marts.dim_school as s
    left join memberships on memberships.school_id = s.school_id
    where s.is_current
      and ($search is null
           or contains(lower(s.name), lower($search))
           or s.school_id in (select e.school_id from marts.dim_school as e where contains(e.urn, $search)))
      and ($authority is null or s.la_code = $authority)
    order by memberships.partnerships is null, s.name, s.urn
    limit $most
    """,
    made_of="open partnerships",
    search=TEXT.or_none(),
    authority=CODE.or_none(),
    most=COUNT,
)


@dataclass(frozen=True)
class Area:
    """A partnership or a whole authority, as chosen in the filter."""

    area_type: str
    area_id: str
    name: str
    kind: str
    la_code: str
    la_name: str
    schools: int

    @property
    def key(self) -> str:
        """How the area is written in an address."""
        return f"{self.area_type}-{self.area_id}"

    @property
    def partnership(self) -> str | None:
        """The partnership's id, or None for a whole authority."""
        return self.area_id if self.area_type == "partnership" else None

    @property
    def label(self) -> str:
        """The area's name as it stands in a list."""
        return f"{self.name} (whole authority)" if self.area_type == "authority" else self.name


def areas(ask: Ask) -> list[Area]:
    """Every area that can be chosen, as the filter lists them."""
    return [
        Area(
            r["area_type"],
            r["area_id"],
            r["name"],
            r["kind"] or "",
            r["la_code"] or "",
            r["la_name"] or "",
            int(r["schools"]),
        )
        for r in ask("areas").rows
    ]


def find_area(ask: Ask, key: str | None) -> Area:
    """The area written `key`, or the first one when `key` is None. Raises LookupError when there is no such area."""
    listed = areas(ask)
    for area in listed:
        if key is None or area.key == key:
            return area
    raise LookupError(
        f"There is no partnership or authority called “{key}” in this warehouse."
        if key
        else "There is no partnership or authority in this warehouse yet."
    )


def chosen_area(state: State, ask: Ask) -> Area:
    """The area the address names, or the first one. Raises LookupError when there is no such area."""
    return find_area(ask, state.get("area"))


def chosen_group(state: State, ask: Ask) -> tuple[str, str]:
    """The group of pupils the address names (all pupils where it names none), and its name."""
    groups = {str(row["breakdown_id"]): str(row["name"]) for row in ask("breakdowns").rows}
    chosen = state.choice("breakdown", list(groups), "all") or "all"
    return chosen, groups.get(chosen, chosen)


def indicator_meta(ask: Ask, indicator: str) -> dict[str, Any]:
    """The indicator's name, unit and kind. Raises LookupError where there is no such indicator."""
    for row in ask("indicators").rows:
        if row["indicator_id"] == indicator:
            return row
    raise LookupError(f"There is no indicator called “{indicator}” in this warehouse.")
