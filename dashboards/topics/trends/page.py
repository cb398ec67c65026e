"""Trends: one indicator over the years, for an area and for each of its schools.

Belongs here: the chart, what the series says, the small pictures of the schools. Does not belong here: the order of the schools
(see `tables.py`), the words (see `sentences.py` and `signals.py`), or any verdict (the marts have them).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from dash import dcc, html

from dashboards.figures import lines, spc, svg
from dashboards.shared.places import Area, areas, chosen_area, chosen_group
from dashboards.shared.request import Ask, State, address
from dashboards.shared.wording import (
    STAND_OUT,
    count_words,
    is_number,
    status_word,
    text_or,
    value_words,
    words_of_n,
    years_between,
)
from dashboards.topics.trends import sentences, signals, tables
from dashboards.ui import charts
from dashboards.ui import components as c
from dashboards.ui.filters import area_filter, pupils_filter, select, switch
from dashboards.ui.sections import section
from dashboards.ui.shell import RESULTS, Head, page

_DEFAULT = "ks2_rwm_expected_pct"
# Pictures drawn at first; an authority may have hundreds of schools.
_FIRST = 48
_QUIET = ["shown", "hidden"]
_SERIES = ("area", "indicator", "breakdown")

Row = dict[str, Any]


@dataclass(frozen=True)
class Choice:
    """What the address chooses: an area, an indicator, a group of pupils."""

    area: Area
    meta: Row
    breakdown: str
    group: str

    @property
    def indicator(self) -> str:
        """The id of the indicator."""
        return str(self.meta["indicator_id"])

    @property
    def how(self) -> tuple[str, str, Any]:
        """Unit, kind and decimals of the indicator."""
        return str(self.meta["unit"]), str(self.meta["kind"]), self.meta["decimals"]

    @property
    def query(self) -> dict[str, str]:
        """The choice as a table and an address take it."""
        return {"area": self.area.key, "indicator": self.indicator, "breakdown": self.breakdown}


def _known(ask: Ask) -> list[Row]:
    return [row for row in ask("indicators").rows if row["has_series"]]


def _default(known: list[Row]) -> str:
    ids = [str(row["indicator_id"]) for row in known]
    return _DEFAULT if _DEFAULT in ids else ids[0]


def choose(state: State, ask: Ask) -> Choice:
    """What the address chooses. Raises LookupError for an area or an indicator there is no series of."""
    known, wanted = _known(ask), state.get("indicator")
    meta = next((row for row in known if row["indicator_id"] == (wanted or _default(known))), None)
    if meta is None:
        raise LookupError(f"There is no indicator called “{wanted}” with a series in this warehouse.")
    return Choice(chosen_area(state, ask), meta, *chosen_group(state, ask))


def _lines(choice: Choice, ask: Ask) -> tuple[Any, list[Row], list[Row], list[Row]]:
    """The answer, and the rows of the area, of England where it may be compared with it, and of the authority."""
    answer = ask(
        "trend_lines",
        indicator=choice.indicator,
        breakdown=choice.breakdown,
        partnership=choice.area.partnership,
        authority=choice.area.la_code or None,
    )
    own = [row for row in answer.rows if row["area_type"] == choice.area.area_type]
    if not own:
        return answer, [], [], []
    of_england = [
        {
            "academic_year": row["academic_year"],
            "value": row["benchmark_value"],
            "status": "ok",
            "area_name": row["england_name"],
        }
        for row in own
        if is_number(row["benchmark_value"])
    ]
    return answer, own, of_england, [row for row in answer.rows if row["area_type"] == "authority"]


@section(*_SERIES, "show-trend")
def line(state: State, ask: Ask) -> html.Section:
    """The area, its authority and England over the years."""
    choice = choose(state, ask)
    answer, own, england, authority = _lines(choice, ask)
    title = f"{choice.area.label}, {choice.group.lower()}"
    if not own:
        return c.panel(
            title,
            [
                c.empty(
                    "No figures for this choice",
                    "The schools of this area may be of another phase, or this group of pupils is not "
                    "published for this indicator. Choose another indicator or group.",
                ),
                c.hidden(answer.hidden),
            ],
        )
    years = years_between(min(r["academic_year"] for r in own), max(r["academic_year"] for r in own))
    groups = [(own, 0, choice.area.name)]
    if choice.area.partnership is not None and authority:
        groups.append((authority, 1, str(authority[0]["area_name"])))
    if england:
        groups.append((england, 2, str(england[-1]["area_name"])))
    drawn = [lines.Line(name, style, [_point(r) for r in part]) for part, style, name in groups]
    sentence = sentences.line(choice.area, choice.meta, choice.group, own)
    course = sentences.course(choice.meta, own, years)
    provenance = c.provenance(
        answer,
        text_or(choice.meta["publisher"]),
        [text_or(r[name]) for r in answer.rows for name in ("source_path", "england_path")],
        [text_or(r[name]) for r in answer.rows for name in ("release", "england_release")],
        count_words(own[-1]["n_pupils"], "pupil", "pupils") + f" in {own[-1]['academic_year']}",
    )
    return c.panel(
        title,
        [
            charts.chart_with_table(
                "trend",
                state,
                charts.graph("trend", lines.line_figure(drawn, years, *choice.how)),
                f"Line chart. {sentence} {course}",
                course,
                charts.twin("trend", **choice.query),
                provenance + sentences.intervals(own, england),
            ),
        ],
        c.download_link("trend", **choice.query),
    )


def _point(row: Row) -> lines.Point:
    return lines.Point(
        str(row["academic_year"]),
        row["value"],
        row.get("ci_low"),
        row.get("ci_high"),
        text_or(row.get("status"), "ok"),
        row.get("n_pupils"),
        int(row["segment"]) if is_number(row.get("segment")) else 0,
    )


@section(*_SERIES, "quiet", "show-signals")
def findings(state: State, ask: Ask) -> html.Section | None:
    """What the area's own series says: a sentence per finding with its rule, the XmR chart, its table twin."""
    choice = choose(state, ask)
    answer = ask(
        "trend_signals",
        area_type=choice.area.area_type,
        area_id=choice.area.area_id,
        indicator=choice.indicator,
        breakdown=choice.breakdown,
    )
    rows, meta = answer.rows, choice.meta
    if not rows:
        return None
    rates = {(r["method_id"], r["figure"]): float(r["value"]) for r in ask("method_figures").rows}
    quiet = state.choice("quiet", _QUIET) or "shown"
    every = signals.findings(rows, meta, rates)
    found = [one for one in every if one.stands_out or quiet == "shown"]
    body: list[Any] = [c.findings(found) if found else c.nothing(signals.nothing_stands_out(every))]
    breaks = signals.series_breaks(rows)
    if breaks:
        body.append(html.P(breaks, className="summary"))
    known = [r for r in rows if is_number(r["spc_mean"])]
    if known:
        years = years_between(rows[0]["academic_year"], rows[-1]["academic_year"])
        figure = spc.spc_figure(choice.area.name, [_spc_point(r) for r in rows], years, *choice.how)
        summary = signals.chart_summary(rows, meta)
        body.append(
            charts.chart_with_table(
                "signals",
                state,
                charts.graph("signals", figure, height=320),
                f"XmR chart. {summary}",
                summary,
                charts.twin("trend_signals", **choice.query),
                c.provenance(
                    answer,
                    text_or(meta["publisher"]),
                    [text_or(r["source_path"]) for r in rows],
                    [text_or(r["release"]) for r in rows],
                    count_words(known[-1]["n_spc_points"], "point", "points"),
                )
                + " Limits are those of the whole series since its last break.",
            )
        )
    else:
        body.append(html.P(c.provenance(answer, text_or(meta["publisher"])), className="provenance"))
    body.append(c.hidden(answer.hidden))
    title = "Is there a trend, and does it vary more than usual?"
    return c.panel(title, body, c.download_link("trend_signals", **choice.query))


def _spc_point(row: Row) -> spc.Point:
    return spc.Point(
        str(row["academic_year"]),
        row["value"],
        row["spc_mean"],
        row["spc_lower"],
        row["spc_upper"],
        str(row["spc_variation"]),
        signals.rule_words(row),
        int(row["segment"]),
    )


@section(*_SERIES, "order", "quiet", "schools", "show-schools")
def schools(state: State, ask: Ask) -> html.Section:
    """Every school of the area as a small picture, all on the same scale."""
    choice = choose(state, ask)
    order = state.choice("order", list(tables.ORDERS)) or "gap"
    quiet = state.choice("quiet", _QUIET) or "shown"
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


@page("/trends", "Trends", (line, findings, schools), group=RESULTS, place=2, method="trend")
def head(state: State, ask: Ask) -> Head:
    """The heading, the finding and the filters of the area, indicator, group and order in the address."""
    listed, known = areas(ask), _known(ask)
    if not listed or not known:
        return Head(
            "Trends",
            "There is nothing to show yet.",
            hidden=ask("indicators").hidden,
            instead=c.empty("No series yet", "Load results and the register of schools, then refresh."),
        )
    choice = choose(state, ask)
    _answer, own, _england, _authority = _lines(choice, ask)
    return Head(
        str(choice.meta["name"]),
        sentences.line(choice.area, choice.meta, choice.group, own),
        area=choice.area.key,
        filters=[
            area_filter(listed, choice.area),
            select(
                "indicator",
                "Indicator",
                [(str(r["indicator_id"]), str(r["name"])) for r in known],
                choice.indicator,
                _default(known),
                searchable=True,
                width=430,
            ),
            pupils_filter(ask, choice.breakdown),
            select(
                "order",
                "Schools in order of",
                list(tables.ORDERS.items()),
                state.choice("order", list(tables.ORDERS)),
                "gap",
                width=240,
            ),
            switch(
                "quiet",
                STAND_OUT,
                state.choice("quiet", _QUIET) or "shown",
                on="hidden",
                off="shown",
            ),
        ],
    )
