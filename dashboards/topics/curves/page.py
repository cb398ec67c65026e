"""Curves: what a partnership set out to change, what was to be expected anyway, and what happened.

Belongs here: each priority with its chart, facts and actions; for an authority, the list of all its partnerships' curves. Does
not belong here: verdicts (the mart curve) and their wording (see `sentences.py`).
"""

from __future__ import annotations

from dash import html

from dashboards.shared.places import areas
from dashboards.shared.request import Ask, State
from dashboards.topics.curves import sentences
from dashboards.topics.curves.choice import choose, curves_of
from dashboards.topics.curves.section_priorities import priorities
from dashboards.ui import components as c
from dashboards.ui.filters import area_filter, select
from dashboards.ui.shell import PARTNERSHIPS, Head, page


@page("/curves", "Turn the curve", (priorities,), group=PARTNERSHIPS, place=1, label="Curves", method="curves")
def head(state: State, ask: Ask) -> Head:
    """How many curves turned, for the partnership or authority and the year in the address."""
    listed = areas(ask)
    if not listed:
        text = "Load the form of partnerships and the register of schools, then refresh."
        return Head(
            "Turn the curve",
            "There is nothing to show yet.",
            hidden=ask("areas").hidden,
            instead=c.empty("No partnership yet", text),
        )
    area, year = choose(state, ask)
    answer, years = curves_of(area, ask)
    if year is None:
        return Head(
            "Turn the curve",
            c.NOTHING_SHARED if answer.hidden else f"{area.name} has agreed no curve to turn yet.",
            [area_filter(listed, area)],
            area.key,
            answer.hidden,
            html.Div()
            if answer.hidden
            else c.empty(
                "No priorities yet",
                "Fill in the form “curves” (“turncurve templates” writes it): up to three priorities with an indicator, a "
                "baseline, a target and what must happen. Put it into the landing folder, then refresh.",
            ),
        )
    return Head(
        "Turn the curve",
        sentences.lead(area.name, [row for row in answer.rows if row["academic_year"] == year]),
        [area_filter(listed, area), select("year", "Agreed in", [(y, y) for y in years], year, years[0], width=140)],
        area.key,
        answer.hidden,
    )
