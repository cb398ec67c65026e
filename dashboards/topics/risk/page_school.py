"""One school's concerns in full, where it is likely to stand next year, and its register term by term.

Belongs here: the page of one school's concerns. Does not belong here: the register of an area (see `page.py`).
"""

from __future__ import annotations

from typing import Any

from dash import dcc, html

from dashboards.shared.request import Ask, State, address
from dashboards.shared.wording import text_or
from dashboards.topics.risk import sentences, tables
from dashboards.topics.risk.choice import NOTHING_YET, day_filter, day_of
from dashboards.topics.school.choice import identity_of, unknown
from dashboards.ui import components as c
from dashboards.ui.sections import section
from dashboards.ui.shell import Head, page
from dashboards.ui.tables import table_view

Row = dict[str, Any]


@section("urn", "area", "as_at")
def ways(state: State, ask: Ask) -> html.P:
    """Back to the register, or on to the school's page."""
    area, term = state.get("area"), str(day_of(state, ask)[0]["as_at"])
    return html.P(
        [
            dcc.Link("Back to the register", href=address("/risk", area=area, as_at=term)),
            " · ",
            dcc.Link("The school’s page", href=address(f"/school/{state.get('urn')}", area=area)),
        ]
    )


@section("urn", "as_at")
def reasons(state: State, ask: Ask) -> html.Section:
    """Each concern: what it rests on, since when, how clear it is."""
    urn, (day, _terms) = state.get("urn"), day_of(state, ask)
    answer = ask("school_risk", urn=urn, as_at=str(day["as_at"]))
    found: Any = html.Ul([_reason(flag) for flag in answer.rows], className="reasons")
    return c.panel(
        "Concerns",
        [
            found if answer.rows else c.nothing("No concern."),
            html.P(sentences.tests_words(day), className="summary"),
            html.P(c.provenance(answer, "named with each concern"), className="provenance"),
            c.hidden(answer.hidden),
        ],
        c.download_link("risk_reasons", urn=urn, as_at=str(day["as_at"])),
    )


def _reason(flag: Row) -> html.Li:
    verdict = sentences.strength(flag)
    return html.Li(
        [
            html.Div([html.H3(text_or(flag["rule"])), c.pill(verdict)], className="card-head"),
            html.P(text_or(flag["evidence"])),
            html.P(sentences.reason_note(flag), className="note"),
        ],
        className=f"card {verdict.tone}",
    )


@section("urn", "as_at")
def standing(state: State, ask: Ask) -> html.Section:
    """Where the school is likely to stand next year, measure by measure."""
    urn, term = state.get("urn"), str(day_of(state, ask)[0]["as_at"])
    answer = ask("school_risk_standing", urn=urn, as_at=term)
    title = "Where the school is likely to stand next year"
    if not answer.rows:
        return c.panel(title, [c.nothing("There is no figure to forecast it from."), c.hidden(answer.hidden)])
    publishers = ", ".join(dict.fromkeys(text_or(r["publisher"]) for r in answer.rows))
    return c.panel(
        title,
        [
            table_view(tables.risk_standing_of(answer)),
            html.P(sentences.standing(answer.rows[0]), className="summary"),
            html.P(c.provenance(answer, publishers), className="provenance"),
        ],
        c.download_link("risk_standing", urn=urn, as_at=term),
        note="How far it usually persists is the share of a school’s distance "
        "from the middle of its kind that is still there a year later. One-year results bounce, so we adjust towards the "
        "average.",
    )


@section("urn")
def history(state: State, ask: Ask) -> html.Section:
    """The school in the register, term by term."""
    urn = state.get("urn")
    table = tables.risk_history_of(ask("school_risk_history", urn=urn))
    return c.panel("Term by term", [table_view(table)], c.download_link("risk_history", urn=urn))


@page("/risk/<urn>", "Concerns", (ways, reasons, standing, history), method="risk")
def head(state: State, ask: Ask) -> Head:
    """How many concerns there are about one school, found by any URN it ever had."""
    try:
        identity = identity_of(state.get("urn"), ask)
    except LookupError as error:
        return unknown(str(error.args[0]))
    if identity.denied:
        return Head("Risk", "There is nothing to show.", hidden=identity.hidden, instead=html.Div())
    name = str(identity.rows[0]["name"])
    if not ask("risk_days").rows:
        return Head(name, "There is nothing to show yet.", instead=c.empty("No register yet", NOTHING_YET))
    day, terms = day_of(state, ask)
    term = str(day["as_at"])
    answer = ask("school_risk", urn=state.get("urn"), as_at=term)
    found = ask("school_risk_history", urn=state.get("urn")).rows
    now = next((row for row in found if row["as_at"] == term), None)
    return Head(
        f"{name}: concerns",
        sentences.one_lead(name, term, answer.rows, now),
        [day_filter(day, terms)],
        state.get("area"),
        answer.hidden,
    )
