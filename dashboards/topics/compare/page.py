"""Compare: one school compared with England, its authority, its partnership or similar schools.

Belongs here: the spine chart, what stands out, the funnel, the gap and the list of similar schools, as a page. Does not
belong here: the words of a comparison (see `sentences.py`), or any comparing (the marts do).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from dash import dcc, html

from dashboards.access import Answer
from dashboards.figures import funnel as funnel_figures
from dashboards.figures.spine import Spine, spine
from dashboards.shared.places import Area, areas, chosen_area, chosen_group
from dashboards.shared.request import Ask, State, address
from dashboards.shared.table import build
from dashboards.shared.wording import STAND_OUT, interval_words, is_number, text_or, value_words
from dashboards.topics.compare import sentences
from dashboards.ui import charts
from dashboards.ui import components as c
from dashboards.ui.filters import area_filter, pupils_filter, select, switch
from dashboards.ui.sections import section
from dashboards.ui.shell import RESULTS, Head, page
from dashboards.ui.tables import Cell, stacked, table_view

_QUIET = ["shown", "hidden"]
_LATEST = "latest"
_SCHOOL = ("area", "urn", "year")
_SPINE = (*_SCHOOL, "benchmark", "breakdown")
# The mark on the picture, where right is better whatever the indicator: up for better, down for worse.
_MARKS = {"better": "▲", "worse": "▼", "similar": "●"}

Row = dict[str, Any]


def _schools(area: Area, ask: Ask) -> Answer:
    return ask("compare_schools", partnership=area.partnership, authority=area.la_code or None)


def _first(rows: list[Row]) -> str:
    """The school an address without one means: the one with most to compare, not one whose only verdict is no exclusion."""
    return str(max(rows, key=lambda r: int(r["verdicts"]))["urn"])


def _year(state: State, ask: Ask) -> str | None:
    """The year the address names; None for the latest of each indicator."""
    years = [str(r["academic_year"]) for r in ask("years").rows]
    chosen = state.choice("year", [_LATEST, *years], _LATEST)
    return None if chosen == _LATEST else chosen


@dataclass(frozen=True)
class School:
    """The school the address chooses among those of its area, and the year."""

    area: Area
    urn: str
    name: str
    year: str | None


def choose(state: State, ask: Ask) -> School:
    """The chosen school; one of another area, left over in the address, is not shown under this one.

    Raises LookupError where no school of the area has a figure to compare.
    """
    area = chosen_area(state, ask)
    rows = _schools(area, ask).rows
    if not rows:
        raise LookupError(f"No school of {area.name} has a figure to compare.")
    urn = state.choice("urn", [str(r["urn"]) for r in rows], _first(rows)) or _first(rows)
    return School(area, urn, next(str(r["name"]) for r in rows if str(r["urn"]) == urn), _year(state, ask))


def _benchmark(state: State) -> str:
    return state.choice("benchmark", list(sentences.BENCHMARKS), "england") or "england"


def _spine(school: School, state: State, ask: Ask) -> tuple[Answer, dict[str, str | None]]:
    """Every indicator of the school and its benchmark, and the question's parameters."""
    query = {
        "urn": school.urn,
        "benchmark": _benchmark(state),
        "breakdown": chosen_group(state, ask)[0],
        "year": school.year,
    }
    return ask("compare_spine", **query), query


@section(*_SPINE)
def stands_out(state: State, ask: Ask) -> html.Section:
    """The findings, one sentence each, with the name of the rule that made it."""
    school = choose(state, ask)
    answer, _query = _spine(school, state, ask)
    gaps = ask("compare_gaps", urn=school.urn, year=school.year)
    found = sentences.findings(answer.rows, gaps.rows, _benchmark(state))
    nothing = c.nothing(
        "Nothing stands out: no interval lies clear of the benchmark, no figure lies outside its funnel, no rank is "
        "certain to lie in one half, and no gap is larger than chance may make it."
    )
    return c.panel("What stands out", [c.findings(found) if found else nothing])


@section(*_SPINE, "quiet", "show-spine")
def spines(state: State, ask: Ask) -> html.Section:
    """Every indicator on a line from worse to better."""
    answer, query = _spine(choose(state, ask), state, ask)
    benchmark, rows = _benchmark(state), answer.rows
    title = f"Every indicator compared with {sentences.name_of(benchmark)}"
    if not rows:
        return c.panel(title, [c.nothing("There is no figure for this choice."), c.hidden(answer.hidden)])
    quiet = state.choice("quiet", _QUIET) or "shown"
    shown = [r for r in rows if sentences.stands_out(r)] if quiet == "hidden" else rows
    headings = (
        "Indicator",
        "Value",
        "95% interval",
        sentences.BENCHMARKS[benchmark],
        "Worse to better",
        "Verdict",
        "In words",
        "n (pupils)",
    )
    chart = stacked(
        "Each indicator of the school and its benchmark",
        headings,
        [_spine_row(r, benchmark) for r in shown],
        frozenset({1, 3, 7}),
        label=title,
    )
    legend = html.P(
        "Further right is better; the vertical line is the benchmark. Pale bar: eight of ten schools of the kind; dark bar: the "
        "middle half; white notch: the middle school. Mark and whisker: the school and its 95% interval.",
        className="note",
    )
    cohorts = [r["n_pupils"] for r in shown if is_number(r["n_pupils"])]
    span = f"{min(cohorts):,.0f} to {max(cohorts):,.0f} pupils" if cohorts else ""
    return c.panel(
        title,
        [
            charts.tabs(
                "show-spine",
                state,
                html.Div([chart if shown else None, legend]),
                charts.twin("compare_spine", **query),
            ),
            html.P(sentences.spine_note(len(rows) - len(shown)), className="summary"),
            html.P(
                c.provenance(
                    answer, text_or(rows[0]["publisher"]), releases=[text_or(r["release"]) for r in rows], n=span
                ),
                className="provenance",
            ),
            c.hidden(answer.hidden),
        ],
        c.download_link("compare_spine", **query),
    )


def _spine_row(r: Row, benchmark: str) -> list[Any]:
    how = str(r["unit"]), str(r["kind"]), r["decimals"]
    verdict, finding = sentences.verdict(r, benchmark), sentences.compared_with(r, benchmark)
    drawn = spine(
        Spine(
            r["value"],
            r["ci_low"],
            r["ci_high"],
            r["benchmark_value"],
            (r["low_tenth"], r["high_tenth"]),
            (r["low_quarter"], r["high_quarter"]),
            r["middle"],
            r["polarity"] == "higher",
            verdict.tone,
            _MARKS.get(verdict.tone, "○"),
        )
    )
    every = [s for s in (finding, sentences.outside_funnel(r), sentences.rank(r)) if s is not None]
    alt = f"{r['short_name']}: {value_words(r['value'], *how)}. {finding.sentence}"
    if is_number(r["low_tenth"]):
        alt += f" Eight of ten schools: {interval_words(r['low_tenth'], r['high_tenth'], *how)}."
    return [
        [r["short_name"], html.Span(c.under(r["academic_year"], r["unit"]), className="sub")],
        Cell(value_words(r["value"], *how), "number strong"),
        Cell(interval_words(r["ci_low"], r["ci_high"], *how) or "no interval", "short"),
        value_words(r["benchmark_value"], *how),
        c.picture(drawn, alt, "spine"),
        c.pill(verdict),
        Cell([html.P([s.sentence, html.Span(f"Rule: {s.rule}", className="sub")]) for s in every], "long"),
        f"{r['n_pupils']:,.0f}" if is_number(r["n_pupils"]) else "not published",
    ]


@section(*_SPINE, "indicator", "show-funnel")
def funnel(state: State, ask: Ask) -> html.Section | None:
    """The schools of one indicator by their pupils, between the limits of chance."""
    school = choose(state, ask)
    rows = _spine(school, state, ask)[0].rows
    if not rows:
        return None
    ids = [str(r["indicator_id"]) for r in rows]
    # the first indicator with a place in a funnel, unless one is asked for
    placed = [str(r["indicator_id"]) for r in rows if text_or(r["position"], "cannot_say") != "cannot_say"]
    default = (placed or ids)[0]
    indicator = state.choice("indicator", ids, default) or default
    meta = next(r for r in rows if r["indicator_id"] == indicator)
    how = str(meta["unit"]), str(meta["kind"]), meta["decimals"]
    breakdown, _group = chosen_group(state, ask)
    query: dict[str, Any] = {"urn": school.urn, "indicator": indicator, "breakdown": breakdown, "year": school.year}
    answer = ask("compare_funnel", **query)
    title = f"Funnel: {meta['name']}"
    options = [(str(r["indicator_id"]), str(r["name"])) for r in rows]
    choice = html.Div(
        select("indicator", "Indicator of the funnel", options, indicator, default, searchable=True, width=430),
        className="filters",
    )
    own = next((r for r in answer.rows if r["is_own"]), None)
    drawn = [r for r in answer.rows if text_or(r["verdict"]) != "cannot_say"]
    if not drawn:
        why = text_or(own["reason"]) if own else "The school has no figure for this choice"
        return c.panel(title, [choice, c.nothing(f"There is no funnel to draw: {why}."), c.hidden(answer.hidden)])
    sentence = sentences.funnel(drawn, own, school.name, how)
    n = f"{min(r['n_pupils'] for r in drawn):,.0f} to {max(r['n_pupils'] for r in drawn):,.0f} pupils"
    return c.panel(
        title,
        [
            choice,
            charts.chart_with_table(
                "funnel",
                state,
                charts.graph("funnel", funnel_figures.funnel_figure(drawn, *how)),
                f"Funnel chart of schools by pupils. {sentence}",
                f"{sentence} {sentences.spread(drawn[0])}",
                charts.twin("compare_funnel", **query),
                c.provenance(answer, text_or(meta["publisher"]), releases=[text_or(r["release"]) for r in drawn], n=n),
            ),
            c.hidden(answer.hidden),
        ],
        c.download_link("compare_funnel", **query),
    )


@section(*_SCHOOL)
def gaps(state: State, ask: Ask) -> html.Section:
    """Disadvantaged pupils and the others of the school."""
    school = choose(state, ask)
    query = {"urn": school.urn, "year": school.year}
    answer, title = ask("compare_gaps", **query), "Disadvantaged pupils and the others"
    if not answer.rows:
        return c.panel(
            title, [c.nothing("No figure of both groups is published for this school."), c.hidden(answer.hidden)]
        )
    return c.panel(
        title,
        [
            table_view(build("compare_gaps", ask, {**query})),
            html.P(sentences.gaps_note(answer.rows), className="summary"),
            html.P(c.provenance(answer, text_or(answer.rows[0]["publisher"])), className="provenance"),
        ],
        c.download_link("compare_gaps", **query),
    )


@section(*_SCHOOL)
def similar(state: State, ask: Ask) -> html.Section:
    """The schools that are most like this one."""
    school, title = choose(state, ask), "Similar schools"
    query = {"urn": school.urn, "year": school.year}
    answer = ask("compare_similar", **query)
    if not answer.rows:
        return c.panel(
            title,
            [
                c.nothing("None of the traits that make schools similar is known of this school."),
                c.hidden(answer.hidden),
            ],
        )
    own = answer.rows[0]
    others = len({r["similar_rank"] for r in answer.rows} - {0})
    if not others:
        return c.panel(
            title, [c.nothing(f"The school has no group: {text_or(own['reason'])}. {sentences.traits(own)}")]
        )
    here = address("/compare", area=school.area.key, benchmark="similar", **query)
    return c.panel(
        title,
        [
            table_view(build("compare_similar", ask, {**query}), area=school.area.key),
            html.P(sentences.similar_note(others, own), className="summary"),
            html.P(
                [
                    c.provenance(answer, text_or(own["publisher"]), releases=[text_or(own["release"])]),
                    " ",
                    dcc.Link("Compare the school with them", href=here),
                ],
                className="provenance",
            ),
        ],
        c.download_link("compare_similar", **query),
    )


@page(
    "/compare",
    "Compare",
    (stands_out, spines, funnel, gaps, similar),
    group=RESULTS,
    place=3,
    method="comparison",
)
def head(state: State, ask: Ask) -> Head:
    """The finding and the filters of the school, benchmark, pupils and year in the address."""
    listed = areas(ask)
    if not listed:
        return Head(
            "Compare",
            "There is nothing to compare yet.",
            hidden=ask("areas").hidden,
            instead=c.empty("No schools yet", "Load results and the register of schools, then refresh."),
        )
    area = chosen_area(state, ask)
    schools = _schools(area, ask)
    if not schools.rows:
        return Head(
            "Compare",
            f"No school of {area.name} has a figure to compare.",
            [area_filter(listed, area)],
            area.key,
            schools.hidden,
            c.empty("Nothing to compare", "Choose another area, or load results of its schools, then refresh."),
        )
    school = choose(state, ask)
    answer, _query = _spine(school, state, ask)
    breakdown, group = chosen_group(state, ask)
    years = [(str(r["academic_year"]),) * 2 for r in ask("years").rows]
    options = [(str(r["urn"]), str(r["name"])) for r in schools.rows]
    return Head(
        school.name,
        sentences.lead(school.name, answer.rows, _benchmark(state), group)
        if answer.rows
        else f"{school.name} has no figure for {group.lower()} {f'in {school.year}' if school.year else 'in any year'}.",
        [
            area_filter(listed, area),
            select("urn", "School", options, school.urn, _first(schools.rows), searchable=True, width=340),
            select(
                "benchmark", "Compare with", list(sentences.BENCHMARKS.items()), _benchmark(state), "england", width=220
            ),
            pupils_filter(ask, breakdown),
            select("year", "Year", [(_LATEST, "Latest of each"), *years], school.year or _LATEST, _LATEST, width=150),
            switch(
                "quiet",
                STAND_OUT,
                state.choice("quiet", _QUIET) or "shown",
                on="hidden",
                off="shown",
            ),
        ],
        area.key,
        answer.hidden,
    )
