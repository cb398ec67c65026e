"""What stands out of a school, and every indicator on a line from worse to better.

Belongs here: the findings and the spine chart. Does not belong here: their words (see `sentences.py`).
"""

from __future__ import annotations

from typing import Any

from dash import html

from dashboards.figures.spine import Spine, spine
from dashboards.shared.request import Ask, State
from dashboards.shared.wording import interval_words, is_number, text_or, value_words
from dashboards.topics.compare import sentences
from dashboards.topics.compare.choice import QUIET, SPINE, Row, benchmark_of, choose, spine_of
from dashboards.ui import charts
from dashboards.ui import components as c
from dashboards.ui.sections import section
from dashboards.ui.tables import Cell, stacked

# The mark on the picture, where right is better whatever the indicator: up for better, down for worse.
_MARKS = {"better": "▲", "worse": "▼", "similar": "●"}


@section(*SPINE)
def stands_out(state: State, ask: Ask) -> html.Section:
    """The findings, one sentence each, with the name of the rule that made it."""
    school = choose(state, ask)
    answer, _query = spine_of(school, state, ask)
    gaps = ask("compare_gaps", urn=school.urn, year=school.year)
    found = sentences.findings(answer.rows, gaps.rows, benchmark_of(state))
    compared = any(row["comparison"] != "not_compared" for row in answer.rows)
    nothing = c.nothing(
        "Nothing stands out: no interval lies clear of the benchmark, no figure lies outside its funnel, no rank is "
        "certain to lie in one half, and no gap is larger than chance may make it."
        if compared
        else "Nothing here can be compared."
    )
    return c.panel("What stands out", [c.findings(found) if found else nothing])


@section(*SPINE, "quiet", "show-spine")
def spines(state: State, ask: Ask) -> html.Section:
    """Every indicator on a line from worse to better."""
    answer, query = spine_of(choose(state, ask), state, ask)
    benchmark, rows = benchmark_of(state), answer.rows
    title = f"Every indicator compared with {sentences.name_of(benchmark)}"
    if not rows:
        return c.panel(title, [c.nothing("There is no figure for this choice."), c.hidden(answer.hidden)])
    quiet = state.choice("quiet", QUIET) or "shown"
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
        Cell(sentences.value(r), "number strong"),
        Cell(interval_words(r["ci_low"], r["ci_high"], *how) or "no interval", "short"),
        value_words(r["benchmark_value"], *how),
        c.picture(drawn, alt, "spine"),
        c.pill(verdict),
        Cell([html.P([s.sentence, html.Span(f"Rule: {s.rule}", className="sub")]) for s in every], "long"),
        sentences.pupils(r),
    ]
