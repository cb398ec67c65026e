"""Risk: the register of an area and its monitoring list.

Belongs here: laying out the register. Does not belong here: its words (see `sentences.py`), its tables (see `tables.py`), or one
school's concerns in full (see `page_school.py`).
"""

from __future__ import annotations

from dashboards.shared.places import areas
from dashboards.shared.request import Ask, State
from dashboards.topics.risk import sentences
from dashboards.topics.risk.choice import NOTHING_YET, choose, day_filter, day_of
from dashboards.topics.risk.section_lists import monitoring, partnerships
from dashboards.topics.risk.section_register import how_to_read, register
from dashboards.ui import components as c
from dashboards.ui.filters import area_filter, select, switch
from dashboards.ui.sections import columns
from dashboards.ui.shell import RESULTS, Head, page


# what a board reads in five minutes comes first: on a mobile the register is ten screens long
@page(
    "/risk",
    "Risk",
    (columns(monitoring, partnerships, even=True), register, how_to_read),
    group=RESULTS,
    place=4,
    method="risk",
)
def head(state: State, ask: Ask) -> Head:
    """The finding and the filters of the area, day and order in the address."""
    days, listed = ask("risk_days"), areas(ask)
    if not days.rows or not listed:
        return Head(
            "Risk",
            "There is nothing to show yet.",
            hidden=days.hidden,
            instead=c.empty("No register yet", NOTHING_YET),
        )
    here, (day, terms) = choose(state, ask), day_of(state, ask)
    order = state.choice("order", list(sentences.ORDERS)) or "score"
    quiet = state.choice("quiet", sentences.QUIET) or "hide"
    return Head(
        "Risk register",
        sentences.lead(here.area.name, day, here.answer.rows),
        [
            area_filter(listed, here.area),
            day_filter(day, terms),
            select("order", "Order", list(sentences.ORDERS.items()), order, "score", width=220),
            switch("quiet", "Show schools without a concern", quiet, on="show", off="hide"),
        ],
        here.area.key,
        here.answer.hidden,
    )
