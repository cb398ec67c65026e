"""One school: what to know first, its indicators, its evidence, who it is.

Belongs here: the page of one school. Does not belong here: comparisons between schools of an area (see `topics/trends`), the
list of schools (see `page_list.py`).
"""

from __future__ import annotations

from dash import html

from dashboards.shared.places import chosen_group
from dashboards.shared.readings import readings
from dashboards.shared.request import Ask, State
from dashboards.shared.wording import (
    text_or,
)
from dashboards.topics.overview.sentences import lead_sentence
from dashboards.topics.school import sentences
from dashboards.topics.school.choice import identity_of, unknown
from dashboards.topics.school.section_evidence import ratings
from dashboards.topics.school.section_identity import identity, partnerships
from dashboards.topics.school.section_indicators import indicators
from dashboards.topics.school.section_three import changes, three
from dashboards.ui.filters import goto, pupils_filter
from dashboards.ui.sections import columns
from dashboards.ui.shell import Head, page


@page(
    "/school/<urn>",
    "School",
    (three, changes, indicators, ratings, columns(identity, partnerships, even=True)),
    method="comparison",
)
def head(state: State, ask: Ask) -> Head:
    """The school's name, what it is and how its indicators compare, found by any URN it ever had."""
    try:
        answer = identity_of(state.get("urn"), ask)
    except LookupError as error:
        return unknown(str(error.args[0]))
    if answer.denied:
        return Head("School", "There is nothing to show.", hidden=answer.hidden, instead=html.Div())
    today = answer.rows[0]
    breakdown, _group = chosen_group(state, ask)
    found = readings(ask("school_series", urn=state.get("urn"), breakdown=breakdown).rows, "school")
    options = [
        (f"/school/{r['urn']}", f"{r['name']} ({r['urn']})")
        for r in ask("schools", search=None, authority=text_or(today["la_code"]) or None, most=1000).rows
    ]
    return Head(
        str(today["name"]),
        sentences.kind(today) + lead_sentence("This school", [r for r in found if r.polarity != "none"]),
        [goto("School", options, f"/school/{today['urn']}"), pupils_filter(ask, breakdown, width=200)],
        state.get("area"),
    )
