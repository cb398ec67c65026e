"""Every school of the area as a small picture.

Belongs here: the pictures and their order on the page. Does not belong here: the order itself (see `tables.py`).
"""

from __future__ import annotations

from dash import dcc, html

from dashboards.figures import svg
from dashboards.shared.request import Ask, State, address
from dashboards.shared.wording import (
    count_words,
    is_number,
    status_word,
    text_or,
    value_words,
    words_of_n,
)
from dashboards.topics.trends import sentences, signals, tables
from dashboards.topics.trends.choice import QUIET, SERIES, Choice, Row, choose
from dashboards.ui import charts
from dashboards.ui import components as c
from dashboards.ui.sections import section

# Pictures drawn at first; an authority may have hundreds of schools.
_FIRST = 48


@section(*SERIES, "order", "quiet", "schools", "show-schools")
def schools(state: State, ask: Ask) -> html.Section:
    """Every school of the area as a small picture, all on the same scale."""
    choice = choose(state, ask)
    order = state.choice("order", list(tables.ORDERS)) or "change"
    quiet = state.choice("quiet", QUIET) or "shown"
    found, years, without, answer = tables.school_series(ask, choice.indicator, choice.area, choice.breakdown, order)
    title = "Every school, on the same scale"
    if not found:
        return c.panel(
            title, [c.nothing("No school of this area has a figure for this choice."), c.hidden(answer.hidden)]
        )
    low, high = tables.scale(found)
    shown_all = [s for s in found if quiet == "shown" or tables.stands_out(s, years[-1])]
    shown = shown_all if state.get("schools") == "all" else shown_all[:_FIRST]
    silent = len(found) - len(shown_all)
    by_gap = order == "gap" and choice.meta["polarity"] != "none"
    said = (
        f"{tables.ORDERS[order]}, by {years[-1]}; small cohorts and schools without a figure last."
        if by_gap
        else f"{tables.ORDERS[order]} first."
        if order == "change"
        else "By name."
    )
    summary = (
        f"{count_words(len(found), 'school', 'schools')}. {said} Solid: the school; dotted: England; ✕: no figure. "
        f"Every picture runs from {value_words(low, *choice.how)} to {value_words(high, *choice.how)}."
    )
    if without:
        summary += f" {count_words(without, 'school has', 'schools have')} no figures for this indicator and group."
    if silent:
        which = "school that does not stand out is", "schools that do not stand out are"
        summary += f" {count_words(silent, *which)} hidden."
    query = {**choice.query, "order": order}
    chart = html.Ul([_school(s, choice, years, low, high) for s in shown], className="multiples")
    rest = None
    if len(shown) < len(shown_all):
        kept = {**query, "schools": "all"} | ({"quiet": quiet} if quiet != "shown" else {})
        rest = html.P(dcc.Link(f"Show all {len(shown_all)} schools", href=address("/trends", **kept)), className="note")
    body = [
        charts.tabs(
            "show-schools", state, html.Div([chart, rest]), charts.twin("schools_trend", **query), choice.area.key
        ),
        html.P(summary, className="summary"),
        html.P(
            c.provenance(
                answer,
                text_or(choice.meta["publisher"]),
                releases=[text_or(r["release"]) for s in found for r in s.rows.values()],
            ),
            className="provenance",
        ),
        c.hidden(answer.hidden),
    ]
    return c.panel(title, body, c.download_link("schools_trend", **query))


def _school(school: tables.SchoolSeries, choice: Choice, years: list[str], low: float, high: float) -> html.Li:
    series = [(year, school.rows[year]["value"] if year in school.rows else None) for year in years]
    said = [
        (
            year,
            value_words(school.rows[year]["value"], *choice.how, school.rows[year]["status"])
            if year in school.rows
            else status_word(None),
            is_number(value),
        )
        for year, value in series
    ]
    last = school.rows.get(years[-1], {})
    figure = f"{years[-1]}: {said[-1][1]}"
    if is_number(last.get("value")):
        figure += f", {words_of_n(last['n_pupils'])}"
    missing = sentences.missing_years(said)
    alt = f"{school.name}: " + ", ".join(f"{year} {text}" for year, text, _has in said)
    return html.Li(
        [
            html.H3(dcc.Link(school.name, href=address(f"/school/{school.urn}", area=choice.area.key))),
            c.picture(
                svg.multiple(series, sorted(school.england.items()), low, high, school.verdict.tone, school.breaks),
                alt,
                "multiple",
            ),
            html.Span("✕ " + missing, className="sub") if missing else None,
            html.Div([html.P(figure, className="card-n"), c.pill(school.verdict)], className="multiple-foot"),
            html.P(c.pill(school.change), className="multiple-signals") if school.change else None,
            _school_signals(last),
        ],
        className="multiple-card",
    )


def _school_signals(last: Row) -> html.P | None:
    """A line under a school's picture where the trend or the chart found something in its latest year."""
    said = []
    if signals.has_trend(last):
        said.append(c.pill(signals.trend_verdict(last), " over five years"))
    if signals.has_flag(last):
        said.append(c.pill(signals.point_verdict(last), f": {signals.rule_words(last).lower()}"))
    return html.P(said, className="multiple-signals") if said else None
