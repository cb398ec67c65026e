"""Every school with a concern, and how to read the register.

Belongs here: the register and its notes. Does not belong here: one school in full (see `page_school.py`).
"""

from __future__ import annotations

from typing import Any

from dash import html

from dashboards.shared.readings import term_words
from dashboards.shared.request import Ask, State
from dashboards.shared.wording import count_words
from dashboards.topics.risk import sentences
from dashboards.topics.risk.choice import DAY, Register, Row, choose, day_of
from dashboards.topics.risk.section_lists import MOST
from dashboards.ui import components as c
from dashboards.ui.sections import section
from dashboards.ui.tables import stacked

_HEADINGS = ("School", "Score", "Concerns", "Since the term before", "Oldest concern since")


@section(*DAY, "order", "quiet")
def register(state: State, ask: Ask) -> html.Section:
    """Every school with a concern, in the order that is chosen."""
    here = choose(state, ask)
    order = state.choice("order", list(sentences.ORDERS)) or "score"
    quiet = state.choice("quiet", sentences.QUIET) or "hide"
    schools = here.rows("school")
    rows = [r for r in sentences.ordered(schools, order) if quiet == "show" or sentences.has_something_to_say(r)]
    counted = html.P(sentences.tests_words(here.day), className="summary")
    if not rows:
        text = (
            f"None of {count_words(len(schools), 'school', 'schools')} has a concern."
            if schools
            else "No school of this area is in the register on that day."
        )
        return c.panel("Register", [c.nothing(text), counted, c.hidden(here.answer.hidden)])
    notes = []
    if len(rows) > MOST:
        notes.append(f"The first {MOST} of {len(rows):,} schools are shown; the download has all of them.")
    if len(schools) > len(rows):
        quiet_ones = count_words(len(schools) - len(rows), "school", "schools")
        notes.append(f"{quiet_ones} without a concern not listed here.")
    source = c.provenance(here.answer, "published results, and the schools’ and partnerships’ own returns")
    query = {"area": here.area.key, "as_at": str(here.day["as_at"]), "order": order, "quiet": quiet}
    return c.panel(
        "Register",
        [
            _legend(),
            stacked(
                f"{here.area.name}: risk register as at the end of {term_words(str(here.day['as_at']))}",
                _HEADINGS,
                [_row(row, here) for row in rows[:MOST]],
                frozenset({1}),
                kind="table register stacks",
            ),
            html.P(" ".join(notes), className="note") if notes else None,
            counted,
            html.P(
                f"{source} {count_words(len(schools), 'school', 'schools')} of this area in the register.",
                className="provenance",
            ),
            c.hidden(here.answer.hidden),
        ],
        c.download_link("risk_register", **query),
    )


def _legend() -> html.P:
    marks = (
        "◆ strong statistical evidence",
        "◇ weak statistical evidence, may be chance",
        "■ serious, from the records",
        "□ from the records",
    )
    return html.P([html.Span(mark, className="legend-item") for mark in marks], className="legend")


def _row(row: Row, here: Register) -> list[Any]:
    none = "no concern" if row["change"] != "closed" else "concern resolved"
    reasons = [c.pill(sentences.strength(flag)) for flag in here.of(row)] or html.Span(none, className="sub")
    return [
        here.link(row),
        [f"{float(row['score']):.1f}", html.Span(sentences.place_words(row), className="sub")],
        html.Div(reasons, className="pills"),
        c.pill(sentences.change(row)),
        sentences.since_words(row["since"]),
    ]


@section("as_at")
def how_to_read(state: State, ask: Ask) -> html.Section:
    """What a score is and is not."""
    day, _terms = day_of(state, ask)
    items = [html.Li(text) for text in sentences.how_to_read(day)]
    return c.panel("How to read it", [html.Ul(items, className="plain-list")])
