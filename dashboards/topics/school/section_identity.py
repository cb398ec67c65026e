"""Who the school is, and the partnerships it is and was in.

Belongs here: the two boxes. Does not belong here: its words (see `sentences.py`).
"""

from __future__ import annotations

from typing import Any

from dash import dcc, html

from dashboards.shared.request import Ask, State, address
from dashboards.topics.school import sentences
from dashboards.topics.school.choice import identity_of
from dashboards.ui import components as c
from dashboards.ui.sections import section


@section("urn")
def identity(state: State, ask: Ask) -> html.Section:
    """Who the school is today, the URNs it had, and why its history begins or ends where it does."""
    urn = state.get("urn") or ""
    today, *before = identity_of(urn, ask).rows
    facts = [html.Div([html.Dt(name), html.Dd(text)]) for name, text in sentences.facts(today)]
    body: list[Any] = [html.Dl(facts, className="facts")]
    if before:
        earlier = [html.Li(sentences.earlier_urn(row)) for row in before]
        body += [html.H3("Earlier URNs of the same school"), html.Ul(earlier, className="plain-list")]
    if linked := ask("school_links", urn=urn).rows:
        others = [
            html.Li([str(row["reason"]), " ", dcc.Link("Its page", href=f"/school/{row['urn']}")]) for row in linked
        ]
        body += [html.H3("Schools before and after it"), html.Ul(others, className="plain-list")]
    if urn != today["urn"]:
        body.append(html.P(f"You asked for {urn}, an earlier URN of this school.", className="note"))
    return c.panel("Identity", body)


@section("urn")
def partnerships(state: State, ask: Ask) -> html.Section:
    """The partnerships the school is and was in."""
    answer = ask("school_partnerships", urn=state.get("urn"))
    if not answer.rows:
        text = "This school is and was in no partnership that the warehouse knows."
        return c.panel("Partnerships", [c.nothing(text), c.hidden(answer.hidden)])
    items = [
        html.Li(
            [
                dcc.Link(str(row["name"]), href=address("/", area=f"partnership-{row['partnership_id']}")),
                sentences.membership(row),
            ]
        )
        for row in answer.rows
    ]
    return c.panel("Partnerships", [html.Ul(items, className="plain-list")])
