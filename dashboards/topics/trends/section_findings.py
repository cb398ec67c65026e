"""How likely a change of the area is, and the classic readings of its series.

Belongs here: the findings and their chart. Does not belong here: their words (see `signals.py`).
"""

from __future__ import annotations

from typing import Any

from dash import html

from dashboards.figures import spc
from dashboards.shared.request import Ask, State
from dashboards.shared.wording import (
    count_words,
    is_number,
    text_or,
    years_between,
)
from dashboards.topics.levels import sentences as levels
from dashboards.topics.trends import signals
from dashboards.topics.trends.choice import QUIET, SERIES, Choice, Row, choose
from dashboards.ui import charts
from dashboards.ui import components as c
from dashboards.ui.sections import section


def _change(choice: Choice, ask: Ask) -> Row | None:
    area = choice.area
    answer = ask("area_changes", area_type=area.area_type, area_id=area.area_id, breakdown=choice.breakdown, year=None)
    return next((row for row in answer.rows if row["indicator_id"] == choice.indicator), None)


def likely(choice: Choice, ask: Ask) -> str:
    """How likely the series of the choice changed, as the sentence a page opens with; empty where nothing can be said."""
    row = _change(choice, ask)
    return f" {row['sentence']}" if row is not None else ""


@section(*SERIES, "quiet", "show-signals")
def findings(state: State, ask: Ask) -> html.Section | None:
    """How likely the level changed; and, folded, the classic readings of the series with the XmR chart."""
    choice = choose(state, ask)
    row = _change(choice, ask)
    more = _classic(choice, state, ask)
    if row is None and more is None:
        return None
    shown: list[Any] = (
        [c.findings([levels.finding(row)])]
        if row is not None
        else [c.nothing("A change needs two years with enough pupils, and there are fewer.")]
    )
    if more is not None:
        is_open = state.get("show-signals") is not None
        shown.append(html.Details([html.Summary("More about this series"), *more], open=is_open, className="more"))
    return c.panel("How likely is it that something changed?", shown, c.download_link("trend_signals", **choice.query))


def _classic(choice: Choice, state: State, ask: Ask) -> list[Any] | None:
    """The five-point trend and the XmR chart: a sentence per finding with its rule, the chart, its table twin."""
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
    quiet = state.choice("quiet", QUIET) or "shown"
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
    return body


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
