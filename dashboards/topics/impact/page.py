"""Impact: what changed in schools that joined a partnership or were reviewed, beyond what changed in schools like them.

Belongs here: the order of what is shown. Does not belong here: the estimates (a mart), or their sentences (see
`sentences.py`).
"""

from __future__ import annotations

from dashboards.shared.places import areas
from dashboards.shared.request import Ask, State
from dashboards.topics.impact import sentences
from dashboards.topics.impact.choice import EVENT_LABELS, choose, first_area
from dashboards.topics.impact.section_estimates import estimates
from dashboards.topics.impact.section_figures import cannot_tell, figures
from dashboards.topics.impact.section_years import years
from dashboards.ui import components as c
from dashboards.ui.filters import area_filter, select
from dashboards.ui.shell import PARTNERSHIPS, Head, page


@page("/impact", "Impact", (estimates, years, cannot_tell, figures), group=PARTNERSHIPS, place=2, method="impact")
def head(state: State, ask: Ask) -> Head:
    """How many measures changed, for the area and event in the address."""
    listed = areas(ask)
    if not listed:
        return Head(
            "Impact",
            "There is nothing to show yet.",
            hidden=ask("areas").hidden,
            instead=c.empty("No partnership yet", "Load partnerships, memberships and results, then refresh."),
        )
    choice = choose(state, ask)
    filters = [
        area_filter(listed, choice.area, first_area(listed), "Partnership, or all of an authority’s", 300),
        select("event", "Before and after", list(EVENT_LABELS.items()), choice.event, "reviewed", width=220),
    ]
    if not choice.answer.rows:
        return Head(
            "Impact",
            f"Nothing is known of {choice.name} before and after {sentences.EVENTS[choice.event]}.",
            filters,
            choice.area.key,
            choice.answer.hidden,
            c.empty(
                "No school to look at",
                "Send memberships with their dates, or reviews, and results of the years before and after. "
                "Schools to compare with come from the same files of neighbouring authorities or of England.",
            ),
        )
    options = [(str(row["indicator_id"]), str(row["name"])) for row in choice.made]
    if options:
        chosen = state.choice("indicator", [key for key, _name in options])
        filters.append(select("indicator", "Year by year", options, chosen, options[0][0], searchable=True, width=310))
    lead = sentences.lead(choice.answer.rows, choice.name, choice.event)
    return Head("Impact", lead, filters, choice.area.key, choice.answer.hidden)
