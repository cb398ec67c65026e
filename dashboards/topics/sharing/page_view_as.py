"""The demonstration's way of choosing as whom to look: each role, and what it is shown.

Belongs here: the list of accounts with a button each. Does not belong here: signing in, which the demonstration has none of.
"""

from __future__ import annotations

from dash import html

from dashboards.access import Viewer, accounts
from dashboards.shared.request import Ask, State, looking, service
from dashboards.topics.sharing import sentences
from dashboards.ui import components as c
from dashboards.ui.sections import section
from dashboards.ui.shell import Head, page


@section()
def roles(_state: State, _ask: Ask) -> html.Div:
    """Each kind of viewer with its accounts."""
    held = service()
    if held.chosen is None:
        return html.Div(c.nothing("Here nobody chooses as whom to look: the account you signed in with says it."))
    now, known = looking(), accounts(held.door)
    kinds = list(dict.fromkeys(viewer.kind for viewer in known))
    return html.Div([_role([viewer for viewer in known if viewer.kind == kind], now) for kind in kinds])


def _role(viewers: list[Viewer], now: Viewer) -> html.Section:
    kind = viewers[0].name.partition(",")[0]
    buttons = [
        html.Form(
            [
                html.Button(
                    viewer.name.partition(", ")[2] or viewer.name,
                    type="submit",
                    name="account",
                    value=viewer.id,
                    className="button chosen" if viewer.id == now.id else "button",
                    **({"aria-current": "true"} if viewer.id == now.id else {}),
                )
            ],
            action="/view-as",
            method="post",
            className="view-as",
        )
        for viewer in viewers
    ]
    return c.panel(kind, [html.P(sentences.who(viewers[0])), html.Div(buttons, className="view-as-list")])


@page("/view-as", "Look as", (roles,))
def head(state: State, _ask: Ask) -> Head:
    """Who is looking now."""
    return Head(
        "Look as",
        f"You look as: {looking().name}. Choose another to see what they are shown; each choice is recorded.",
        area=state.get("area"),
    )
