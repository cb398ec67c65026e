"""What a head teacher should know first.

Belongs here: the three findings and the ways to the rest. Does not belong here: which they are (see `sentences.py`).
"""

from __future__ import annotations

from dash import dcc, html

from dashboards.access import Answer
from dashboards.shared.places import chosen_group
from dashboards.shared.request import Ask, State, address
from dashboards.shared.wording import (
    text_or,
)
from dashboards.topics.levels import parts
from dashboards.topics.school import sentences
from dashboards.topics.school.choice import identity_of
from dashboards.ui import charts
from dashboards.ui import components as c
from dashboards.ui.sections import section


def _area(urn: str, chosen: str | None, ask: Ask) -> str | None:
    """The chosen area where the school is a member of it, else its authority: pages of an area do not show other schools."""
    la_code = text_or(identity_of(urn, ask).rows[0]["la_code"])
    mine = [f"partnership-{r['partnership_id']}" for r in ask("school_partnerships", urn=urn).rows if r["is_today"]]
    return chosen if chosen in mine else f"authority-{la_code}" if la_code else None


def changes_of(state: State, ask: Ask, breakdown: str = "all") -> Answer:
    """How the level of each indicator of the school changed."""
    school = identity_of(state.get("urn"), ask).rows[0]["school_id"]
    return ask("area_changes", area_type="school", area_id=str(school), breakdown=breakdown, year=None)


@section("urn", "breakdown", "show-changes")
def changes(state: State, ask: Ask) -> html.Section | None:
    """What has most likely changed in the school, and what is to be expected next."""
    breakdown, group = chosen_group(state, ask)
    where = {"urn": state.get("urn"), "breakdown": breakdown}
    return parts.changes(
        f"{parts.TITLE}, {group.lower()}",
        state,
        changes_of(state, ask, breakdown),
        charts.twin("school_changes", **where),
        c.download_link("school_changes", **where),
    )


@section("urn", "area")
def three(state: State, ask: Ask) -> html.Section:
    """What a head teacher should know first, each with its rule and the way to the rest."""
    urn = state.get("urn") or ""
    area = _area(urn, state.get("area"), ask)
    days = ask("risk_days").rows
    term = str(days[0]["as_at"]) if days else ""
    risk = ask("school_risk", urn=urn, as_at=term or "none")
    found = sentences.three(
        risk.rows,
        term,
        ask("compare_spine", urn=urn, breakdown="all", benchmark="england", year=None).rows,
        ask("compare_gaps", urn=urn, year=None).rows,
        changes_of(state, ask).rows,
    )
    links = {
        "risk": dcc.Link("Every concern", href=address(f"/risk/{urn}", area=area)),
        "compare": dcc.Link("Every comparison", href=address("/compare", area=area, urn=urn)),
        "trends": dcc.Link("Series of the area’s schools", href=address("/trends", area=area)),
    }
    source = c.provenance(risk, "published results, and the schools’ and partnerships’ own returns")
    return c.panel(
        "Three things to know",
        [c.findings(found, links, ordered=True), html.P(source, className="provenance")],
        note="All pupils, the latest figures. A sentence says what a rule found, never why.",
    )
