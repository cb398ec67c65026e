"""The overview: a board's five minutes for one partnership or a whole authority.

Belongs here: what is shown first and in which order. Does not belong here: the rules behind the findings (see
`sentences.py`), or SQL.
"""

from __future__ import annotations

from dashboards.shared.places import areas
from dashboards.shared.request import Ask, State
from dashboards.topics.levels import sentences as levels
from dashboards.topics.overview import sentences
from dashboards.topics.overview.choice import choose, key_readings, years_of
from dashboards.topics.overview.section_asks import asks, changes, freshness, within
from dashboards.topics.overview.section_cards import cards
from dashboards.topics.overview.section_evidence import reflection, transition_points
from dashboards.ui import components as c
from dashboards.ui.filters import area_filter, select
from dashboards.ui.sections import columns
from dashboards.ui.shell import RESULTS, Head, page


@page(
    "/",
    "Overview",
    (changes, within, cards, columns(asks, freshness), transition_points, reflection),
    group=RESULTS,
    place=1,
    method="levels",
)
def head(state: State, ask: Ask) -> Head:
    """The finding in one sentence, for the area and year in the address."""
    listed = areas(ask)
    if not listed:
        return Head(
            "Overview",
            "There is nothing to show yet.",
            hidden=ask("areas").hidden,
            instead=c.empty(
                "No partnership or authority yet",
                "Load a partnerships template and the register of schools, then refresh.",
            ),
        )
    area, year = choose(state, ask)
    key, _series = key_readings(area, year, ask)
    moved = ask("area_changes", area_type=area.area_type, area_id=area.area_id, breakdown="all", year=year).rows
    return Head(
        "Overview",
        sentences.lead_sentence(area.label, key, "key indicator", "key indicators") + levels.strongest(moved),
        area=area.key,
        filters=[
            area_filter(listed, area, width=300),
            select(
                "year",
                "As at the end of",
                [("", "The latest year"), *((y, y) for y in years_of(ask))],
                year or "",
                "",
                width=180,
            ),
        ],
    )
