"""The page for an address that is no page.

Belongs here: plain words and a way back. Does not belong here: anything else.
"""

from __future__ import annotations

import dash
from dash import html

from dashboards import components as c
from dashboards.state import Ask, State


@c.page("none")
def layout(_state: State, _ask: Ask) -> c.Page:
    """Says that there is no such page."""
    return c.Page(
        "There is no page here",
        "The address may be mistyped, or the page has another name now.",
        [
            c.empty(
                "What you can do",
                "Use the navigation, or start again.",
                html.A("Go to the overview", href="/"),
            )
        ],
    )


dash.register_page(__name__, path="/404", title="Not found - Turncurve", layout=layout)
