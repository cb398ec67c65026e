"""Impact: what changed in schools that joined a partnership or were reviewed, beyond what changed in schools like them.

Belongs here: the order of what is shown. Does not belong here: the estimates (a mart), or their sentences (see
`sentences.py`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from dash import dcc, html

from dashboards.access import Answer
from dashboards.figures import event_study
from dashboards.shared.places import Area, areas, find_area
from dashboards.shared.request import Ask, State, address
from dashboards.shared.table import build
from dashboards.shared.wording import count_words, is_number, points_word, text_or
from dashboards.topics.impact import sentences
from dashboards.ui import charts
from dashboards.ui import components as c
from dashboards.ui.filters import area_filter, select
from dashboards.ui.sections import section
from dashboards.ui.shell import PARTNERSHIPS, Head, page
from dashboards.ui.tables import table_view

_EVENTS = {"reviewed": "First review", "joined": "Joining the partnership"}
_SCOPE = ("area", "event")

Row = dict[str, Any]


def _first(listed: list[Area]) -> Area:
    """The area of an address without one: a partnership has something to show; an authority is all partnerships together."""
    return next((area for area in listed if area.partnership is not None), listed[0])


@dataclass(frozen=True)
class Choice:
    """The area and the event, the answer about them, and the estimates that could be made."""

    area: Area
    event: str
    answer: Answer

    @property
    def scope(self) -> str:
        """The partnership, or all of them together."""
        return self.area.partnership or "all"

    @property
    def name(self) -> str:
        """The scope within a sentence."""
        return self.area.name if self.area.partnership else "all partnerships"

    @property
    def made(self) -> list[Row]:
        """The measures with an estimate."""
        return [row for row in self.answer.rows if is_number(row["estimate"])]


def choose(state: State, ask: Ask) -> Choice:
    """What the address chooses."""
    area = find_area(ask, state.get("area") or _first(areas(ask)).key)
    event = state.choice("event", list(_EVENTS)) or "reviewed"
    return Choice(area, event, ask("impact_estimates", event=event, scope=area.partnership or "all"))


@section(*_SCOPE)
def estimates(state: State, ask: Ask) -> html.Section | None:
    """The measures with an estimate, a card each."""
    choice = choose(state, ask)
    if not choice.made:
        return None
    source = c.provenance(choice.answer, ", ".join(dict.fromkeys(text_or(row["publisher"]) for row in choice.made)))
    return html.Section(
        [
            html.Div([html.H2("What changed more, or less, than elsewhere")], className="section-head plain"),
            html.Div([_card(choice, row) for row in choice.made], className="cards"),
            html.P(
                f"{source} Each school is compared with up to five schools of its phase that looked alike before and had no such "
                "event. Who takes part is not drawn by lot: an estimate may also hold what made them take part.",
                className="provenance",
            ),
        ]
    )


def _card(choice: Choice, row: Row) -> html.Article:
    verdict = sentences.verdict(row)
    where = address("/impact", area=choice.area.key, event=choice.event, indicator=str(row["indicator_id"]))
    link = dcc.Link(str(row["short_name"]), href=where, title=str(row["name"]))
    effect = html.Strong(sentences.effect(row["estimate"], row))
    return html.Article(
        [
            html.Div([html.H3(link), c.pill(verdict)], className="card-head"),
            html.P([effect, f" (95% interval {sentences.interval(row)})"]),
            html.P(sentences.sentence(row), className="card-line"),
            html.P(f"Rule: {sentences.rule(row)}.", className="card-n"),
            html.P(sentences.smallest(row), className="card-line"),
            html.P(sentences.before_words(row), className="card-line"),
            html.P(sentences.size(row), className="card-line"),
            html.P(sentences.schools_words(row), className="card-n"),
        ],
        className=f"card {verdict.tone}",
    )


@section(*_SCOPE, "indicator", "show-years")
def years(state: State, ask: Ask) -> html.Section | None:
    """One measure year by year, before and after the event."""
    choice = choose(state, ask)
    if not choice.made:
        return None
    indicator = state.choice("indicator", [str(row["indicator_id"]) for row in choice.made])
    row = next(row for row in choice.made if row["indicator_id"] == indicator)
    query = {"event": choice.event, "scope": choice.scope, "indicator": str(indicator)}
    answer, how = ask("impact_years", **query), {"unit": row["unit"], "decimals": row["decimals"]}
    points = [
        event_study.YearPoint(
            sentences.year_words(r["relative_year"]),
            r["relative_year"] >= 0,
            r["estimate"],
            r["ci_low"],
            r["ci_high"],
            f"{sentences.effect(r['estimate'], how)} ({sentences.interval({**r, **how})}), "
            f"{count_words(r['n_schools'], 'school', 'schools')}",
        )
        for r in answer.rows
    ]
    each = "; ".join(f"{point.label} {point.text}" for point in points)
    summary = f"Difference from comparison schools, against the mean of the years before: {each}."
    figure = event_study.event_study_figure(points, points_word(str(row["unit"])))
    source = c.provenance(answer, text_or(row["publisher"]), n=count_words(row["n_schools"], "school", "schools"))
    return c.panel(
        f"Year by year: {row['name']}",
        [
            charts.chart_with_table(
                "years",
                state,
                charts.graph("impact", figure, 340),
                f"Chart of points with intervals. {summary}",
                f"{summary} {sentences.before_words(row)}",
                charts.twin("impact_years", **query),
                f"{source} Interval: {sentences.method(row)}.",
            ),
            c.hidden(answer.hidden),
        ],
        c.download_link("impact_years", **query),
    )


@section(*_SCOPE)
def cannot_tell(state: State, ask: Ask) -> html.Section | None:
    """The measures without an estimate, and why."""
    rows = [row for row in choose(state, ask).answer.rows if not is_number(row["estimate"])]
    if not rows:
        return None
    items = [
        html.Li([c.pill(sentences.verdict(row)), html.Strong(f" {row['name']}. "), sentences.cannot_tell(row)])
        for row in rows
    ]
    note = "Nothing is estimated for these, which says nothing for or against what schools did."
    return c.panel("Where we cannot tell", [html.P(note, className="note"), html.Ul(items, className="plain-list")])


@section(*_SCOPE)
def figures(state: State, ask: Ask) -> html.Section:
    """Every estimate as a table."""
    choice = choose(state, ask)
    query = {"event": choice.event, "scope": choice.scope}
    return c.panel(
        "Every estimate in figures",
        [table_view(build("impact", ask, {**query})), html.P(sentences.COLUMNS_NOTE, className="note")],
        c.download_link("impact", **query),
    )


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
        area_filter(listed, choice.area, _first(listed), "Partnership, or all of an authority’s", 300),
        select("event", "Before and after", list(_EVENTS.items()), choice.event, "reviewed", width=220),
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
