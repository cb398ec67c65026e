"""Risk: the register of an area and its monitoring list.

Belongs here: laying out the register. Does not belong here: its words (see `sentences.py`), its tables (see `tables.py`), or one
school's concerns in full (see `page_school.py`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from dash import dcc, html

from dashboards.access import Answer
from dashboards.shared.places import Area, areas, chosen_area
from dashboards.shared.readings import term_words
from dashboards.shared.request import Ask, State, address
from dashboards.shared.wording import count_words, text_or
from dashboards.topics.risk import sentences, tables
from dashboards.ui import components as c
from dashboards.ui.filters import area_filter, select, switch
from dashboards.ui.sections import columns, section
from dashboards.ui.shell import RESULTS, Head, page
from dashboards.ui.tables import stacked

# A longer register is read in the download.
_MOST = 100
_HEADINGS = ("School", "Score", "Concerns", "Since the term before", "Oldest concern since")
NOTHING_YET = (
    "The register needs results of schools, or reviews, events and answers of a partnership. Load them, then refresh."
)
_DAY = ("area", "as_at")

Row = dict[str, Any]


def day_of(state: State, ask: Ask) -> tuple[Row, list[str]]:
    """The day the address names, the latest one where it names none, and every term there is."""
    days = ask("risk_days").rows
    terms = [str(row["as_at"]) for row in days]
    return days[terms.index(state.choice("as_at", terms) or terms[0])], terms


def day_filter(day: Row, terms: list[str]) -> Any:
    """The filter of the day the register stands for."""
    options = [(term, term_words(term)) for term in terms]
    return select("as_at", "As at the end of", options, str(day["as_at"]), terms[0], width=180)


@dataclass(frozen=True)
class Register:
    """The register of an area on a day: its rows, and the concerns about each school and partnership."""

    area: Area
    day: Row
    answer: Answer
    flags: dict[tuple[str, str], list[Row]]

    def of(self, row: Row) -> list[Row]:
        """The concerns of a row."""
        return self.flags.get((str(row["area_type"]), str(row["area_id"])), [])

    def rows(self, area_type: str) -> list[Row]:
        """The rows of schools, or of partnerships."""
        return [row for row in self.answer.rows if row["area_type"] == area_type]

    def link(self, row: Row) -> dcc.Link:
        """The way to one school's concerns."""
        href = address(f"/risk/{row['urn']}", area=self.area.key, as_at=str(self.day["as_at"]))
        return dcc.Link(str(row["name"]), href=href)


def choose(state: State, ask: Ask) -> Register:
    """The register of the area and day in the address."""
    area, (day, _terms) = chosen_area(state, ask), day_of(state, ask)
    where = {"as_at": str(day["as_at"]), "authority": tables.authority_of(area), "partnership": area.partnership}
    flags: dict[tuple[str, str], list[Row]] = {}
    for flag in ask("risk_flags", **where).rows:
        flags.setdefault((str(flag["area_type"]), str(flag["area_id"])), []).append(flag)
    return Register(area, day, ask("risk_register", **where), flags)


@section(*_DAY)
def monitoring(state: State, ask: Ask) -> html.Section:
    """The schools to decide about: a strong or serious concern and a high score."""
    here = choose(state, ask)
    watched = [row for row in here.rows("school") if row["is_monitored"]]
    if not watched:
        return c.panel(
            "Monitoring list", [c.nothing("No school has both a strong or serious concern and the points for it.")]
        )
    items = []
    for row in watched[:_MOST]:
        strong = [flag for flag in here.of(row) if flag["strength"] == "strong" and flag["points"] > 0]
        items.append(html.Li([here.link(row), f": {'; '.join(text_or(flag['rule_short_name']) for flag in strong)}"]))
    return c.panel(
        "Monitoring list",
        [html.Ul(items, className="plain-list")],
        note="Schools with a strong or serious concern and a high score. "
        "This list starts a conversation; it is not a judgement.",
    )


@section(*_DAY)
def partnerships(state: State, ask: Ask) -> html.Section:
    """The concerns about partnerships as a whole."""
    here, title = choose(state, ask), "Partnerships as a whole"
    found = [row for row in here.rows("partnership") if row["flags"]]
    if not found:
        return c.panel(title, [c.nothing("No concern about a partnership as a whole.")])
    body: list[Any] = []
    for row in found:
        reasons = [
            html.Li(
                [
                    c.pill(sentences.strength(flag)),
                    f" {text_or(flag['evidence'])} Since {sentences.since_words(flag['since'])}.",
                ]
            )
            for flag in here.of(row)
        ]
        body += [html.H3(str(row["name"])), html.Ul(reasons, className="plain-list")]
    return c.panel(title, body)


@section(*_DAY, "order", "quiet")
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
    if len(rows) > _MOST:
        notes.append(f"The first {_MOST} of {len(rows):,} schools are shown; the download has all of them.")
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
                [_row(row, here) for row in rows[:_MOST]],
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
