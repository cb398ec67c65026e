"""Trends: one indicator over the years, for an area and for each of its schools.

Belongs here: the chart, what the series says, the small pictures of the schools. Does not belong here: the order of the schools
(see `tables.py`), the words (see `sentences.py` and `signals.py`), or any verdict (the marts have them).
"""

from __future__ import annotations

from dashboards.shared.places import areas
from dashboards.shared.request import Ask, State
from dashboards.shared.wording import (
    STAND_OUT,
)
from dashboards.topics.trends import sentences, tables
from dashboards.topics.trends.choice import QUIET, choose, default_indicator, known_indicators, lines_of
from dashboards.topics.trends.section_findings import findings, likely
from dashboards.topics.trends.section_line import line
from dashboards.topics.trends.section_schools import schools
from dashboards.ui import components as c
from dashboards.ui.filters import area_filter, pupils_filter, select, switch
from dashboards.ui.shell import RESULTS, Head, page


@page("/trends", "Trends", (line, findings, schools), group=RESULTS, place=2, method="levels")
def head(state: State, ask: Ask) -> Head:
    """The heading, the finding and the filters of the area, indicator, group and order in the address."""
    listed, known = areas(ask), known_indicators(ask)
    if not listed or not known:
        return Head(
            "Trends",
            "There is nothing to show yet.",
            hidden=ask("indicators").hidden,
            instead=c.empty("No series yet", "Load results and the register of schools, then refresh."),
        )
    choice = choose(state, ask)
    _answer, own, _england, _authority = lines_of(choice, ask)
    return Head(
        str(choice.meta["name"]),
        sentences.line(choice.area, choice.meta, choice.group, own) + likely(choice, ask),
        area=choice.area.key,
        filters=[
            area_filter(listed, choice.area),
            select(
                "indicator",
                "Indicator",
                [(str(r["indicator_id"]), str(r["name"])) for r in known],
                choice.indicator,
                default_indicator(known, choice.area, ask),
                searchable=True,
                width=430,
            ),
            pupils_filter(ask, choice.breakdown),
            select(
                "order",
                "Schools in order of",
                list(tables.ORDERS.items()),
                state.choice("order", list(tables.ORDERS)),
                "change",
                width=240,
            ),
            switch(
                "quiet",
                STAND_OUT,
                state.choice("quiet", QUIET) or "shown",
                on="hidden",
                off="shown",
            ),
        ],
    )
