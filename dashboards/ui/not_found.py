"""The page for an address that is no page.

Belongs here: plain words and a way back. Does not belong here: anything else.
"""

from __future__ import annotations

from dash import html

from dashboards.shared.request import Ask, State
from dashboards.ui import components as c
from dashboards.ui.shell import Head, page

PATH = "/404"


@page(PATH, "Not found")
def head(_state: State, _ask: Ask) -> Head:
    """Says that there is no such page."""
    return Head(
        "There is no page here",
        "The address may be mistyped, or the page has another name now.",
        instead=c.empty(
            "What you can do", "Use the navigation, or start again.", html.A("Go to the overview", href="/")
        ),
    )
