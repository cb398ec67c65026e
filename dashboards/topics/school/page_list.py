"""Schools: the list to find one in.

Belongs here: the list and its search. Does not belong here: one school's page (see `page.py`).
"""

from __future__ import annotations

from dash import html

from dashboards.shared.request import Ask, State
from dashboards.shared.table import Table, build
from dashboards.topics.school import sentences
from dashboards.ui import components as c
from dashboards.ui.filters import search_box
from dashboards.ui.sections import section
from dashboards.ui.shell import RESULTS, Head, page
from dashboards.ui.tables import table_view

# A longer list is searched, not read.
_MOST = 300


def _table(state: State, ask: Ask) -> Table:
    return build("schools", ask, {"search": state.get("q"), "most": _MOST})


@section("q", "area")
def schools(state: State, ask: Ask) -> html.Section:
    """The schools whose name, or any URN they ever had, contains the search text."""
    table, search = _table(state, ask), state.get("q")
    shown = table_view(table, most=_MOST, area=state.get("area"))
    return c.panel("Schools", [shown], c.download_link("schools", search=search))


@page("/school", "Schools", (schools,), group=RESULTS, place=5)
def head(state: State, ask: Ask) -> Head:
    """How many schools there are, or a search found."""
    table, search = _table(state, ask), state.get("q")
    every = table.total or 0
    nothing = c.empty(
        "No school found",
        "Try part of the name, or a URN of six digits; earlier URNs are found too."
        if search
        else "Load the register of schools, then refresh.",
    )
    return Head(
        "Schools",
        sentences.found(every, search),
        [search_box("q", "Find a school by name or URN", search, "Part of a name, or a URN")],
        state.get("area"),
        table.hidden,
        None if every else nothing,
    )
