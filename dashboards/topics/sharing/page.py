"""Sharing: who sees what about us, and why is something not shown to me?

Belongs here: the agreements that hold for an area or a school, what the reader is shown of it, who has signed, and the words.
Does not belong here: deciding any of it (see `dashboards.access.rights`).
"""

from __future__ import annotations

from typing import Any

from dash import html

from dashboards.shared.places import areas, find_area
from dashboards.shared.request import Ask, State, looking
from dashboards.shared.table import build
from dashboards.topics.sharing import sentences
from dashboards.topics.sharing.tables import place
from dashboards.ui import components as c
from dashboards.ui.filters import area_filter
from dashboards.ui.sections import section
from dashboards.ui.shell import PARTNERSHIPS, Head, page
from dashboards.ui.tables import table_view


def _where(state: State, ask: Ask) -> tuple[dict[str, Any], str, str | None]:
    """The parameters of the address, the name of what it is about, and the school's name where it is one.

    A head teacher's own school is meant where the address names nothing.
    """
    urn, area = state.get("urn"), state.get("area")
    viewer = looking()
    if not urn and not area and viewer.kind == "head":
        urn = viewer.organisation
    if urn:
        rows = [row for row in ask("school_identity", urn=urn).rows if row["is_current"]]
        if not rows:
            raise LookupError(f"No school in this warehouse has the URN {urn}.")
        return place(ask, None, urn), str(rows[0]["name"]), str(rows[0]["name"])
    found = find_area(ask, area or _own(ask))
    return place(ask, found.key, None), found.name, None


def _own(ask: Ask) -> str | None:
    viewer = looking()
    wanted = f"partnership-{viewer.organisation}"
    return wanted if viewer.kind in ("board", "partnership_lead") and any(a.key == wanted for a in areas(ask)) else None


@section("area", "urn")
def agreed(state: State, ask: Ask) -> html.Section:
    """A sentence for each thing that is shared."""
    where, name, one = _where(state, ask)
    answer = ask("sharing_grants", **where)
    seen: dict[tuple[str, str], list[Any]] = {}
    for row in answer.rows:
        seen.setdefault((row["audience"], row["audience_id"]), []).append(row)
    said = [html.Li(text) for rows in seen.values() for text in sentences.shared(rows, one)]
    told = f"In any case {one or 'each school'} itself sees everything of its own, by name."
    empty = c.nothing("Nothing is shared by agreement.", answer.hidden)
    body: list[Any] = [html.Ul(said, className="plain-list")] if said else [empty]
    return c.panel(
        f"Who sees what of {name}",
        [
            *body,
            html.P(told, className="note"),
            c.hidden(answer.hidden),
            html.P(c.provenance(answer, "agreements"), className="provenance"),
        ],
        c.download_link("sharing", **_address(where)),
    )


@section("area", "urn")
def shown(state: State, ask: Ask) -> html.Section:
    """What the reader is shown of an area, and why not the rest."""
    where, name, _one = _where(state, ask)
    answer = ask("sharing_seen", **where)
    viewer = looking()
    rows = []
    for row in answer.rows:
        why = [text for text in answer.hidden if text.startswith(f"{row['name']},")]
        text = f"Not all by name. Of {why[0].split(', of ', 1)[1]}" if why else "All by name."
        rows.append(html.Tr([html.Th(str(row["name"]), scope="row"), html.Td(text), html.Td(_small(row))]))
    head = html.Thead(
        html.Tr([html.Th(text, scope="col") for text in ("What", "Shown to you", "Held back when small")])
    )
    caption = f"What you are shown of {name}"
    return c.panel(
        "What you are shown, and why not the rest",
        [
            html.P(f"You look as: {viewer.name}. {sentences.who(viewer) if viewer.is_known else ''}"),
            html.Div(
                html.Table([html.Caption(caption, className="visually-hidden"), head, html.Tbody(rows)], className="table"),
                className="scroll", tabIndex=0, role="region", **{"aria-label": caption},
            ),
            html.P(
                "What is published by the government is open to everyone. A figure of too few people is held back, and so is one "
                "from which it could be worked out.",
                className="note",
            ),
        ],
    )  # fmt: skip


def _small(row: dict[str, Any]) -> str:
    if row["n_least_people"] is None:
        return f"Totals need {row['n_least_schools']} schools"
    own = (
        f" ({row['n_least_people_own']} inside the school)"
        if row["n_least_people_own"] != row["n_least_people"]
        else ""
    )
    return f"Fewer than {row['n_least_people']} people{own}; totals need {row['n_least_schools']} schools"


@section("area", "urn")
def signed(state: State, ask: Ask) -> html.Section:
    """Who has signed, what is missing, what ends, what was withdrawn."""
    where, _name, _one = _where(state, ask)
    table = build("sharing_parties", ask, _address(where))
    return c.panel("Who has signed", [table_view(table)], c.download_link("sharing_parties", **_address(where)))


@section()
def words(_state: State, _ask: Ask) -> html.Section:
    """What the words of the page mean."""
    said = [html.Li([html.Strong(name), f": {meaning}."]) for name, meaning in sentences.GRANULARITIES.values()]
    return c.panel(
        "What the words mean",
        [
            html.Ul(said, className="plain-list"),
            html.P(
                "Where two agreements differ, the narrower one holds, unless one says that it amends the other. A school that "
                "has not signed shares nothing. What a school withdraws is not shown from that day on; reports already issued "
                "stay as they are. What was agreed with a partnership ends on the day a school leaves it."
            ),
        ],
    )


def _address(where: dict[str, Any]) -> dict[str, str | None]:
    if where["urn"]:
        return {"urn": where["urn"]}
    key = f"partnership-{where['partnership']}" if where["partnership"] else f"authority-{where['authority']}"
    return {"area": key}


@page("/sharing", "Sharing", (agreed, shown, signed, words), group=PARTNERSHIPS, place=9)
def head(state: State, ask: Ask) -> Head:
    """How many share, and what is missing."""
    listed = areas(ask)
    if not listed:
        return Head(
            "Sharing",
            "There is nothing to show yet.",
            hidden=ask("areas").hidden,
            instead=c.empty(
                "No partnership or authority yet", "Load a partnerships template, agreements and the register."
            ),
        )
    where, name, one = _where(state, ask)
    answer = ask("sharing_parties", **where)
    area = None if one else find_area(ask, _address(where)["area"])
    return Head(
        "Sharing",
        sentences.lead(answer.rows, name) if not answer.hidden else "Agreements are shown to those who are signed in.",
        [area_filter(listed, area)] if area else [],
        area.key if area else None,
        answer.hidden,
    )
