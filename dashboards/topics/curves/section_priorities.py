"""A partnership's priorities, each with its chart, facts and actions; for an authority the list of all its partnerships' curves.

Belongs here: the priorities. Does not belong here: verdicts (the mart curve) and their wording (see `sentences.py`).
"""

from __future__ import annotations

from typing import Any

from dash import html

from dashboards.access import Answer
from dashboards.figures.curve import Fan, curve_figure
from dashboards.figures.lines import Point
from dashboards.shared.request import Ask, State
from dashboards.shared.table import build
from dashboards.shared.wording import day_words, is_number, text_or, years_between
from dashboards.topics.curves import sentences
from dashboards.topics.curves.choice import Row, choose, curves_of
from dashboards.ui import charts
from dashboards.ui import components as c
from dashboards.ui.sections import section
from dashboards.ui.tables import Cell, stacked, table_view

_LETTERS = "ABCDEFGHI"


# A partnership has up to three priorities; each chart's tab is a value of the address.
_TABS = ("show-curve-1", "show-curve-2", "show-curve-3")


@section("area", "year", *_TABS)
def priorities(state: State, ask: Ask) -> Any:
    """A partnership's priorities, each with its chart; for an authority the list of all its partnerships' curves."""
    area, year = choose(state, ask)
    answer = curves_of(area, ask)[0]
    rows, query = [row for row in answer.rows if row["academic_year"] == year], {"area": area.key, "year": year}
    if area.partnership is None:
        return c.panel(
            f"Curves agreed in {year}",
            [
                table_view(build("curves", ask, {**query}), area=area.key),
                html.P(_provenance(answer, rows), className="provenance"),
                c.hidden(answer.hidden),
            ],
            c.download_link("curves", **query),
        )
    points = ask("curve_points", partnership=area.partnership, year=year).rows
    actions = ask("curve_essentials", partnership=area.partnership, year=year).rows
    return html.Div([_priority(state, row, points, actions, answer, query) for row in rows])


def _provenance(answer: Answer, rows: list[Row], n: str = "") -> str:
    forms = " and ".join(dict.fromkeys(text_or(row["source_path"]).rsplit("/", 1)[-1] for row in rows))
    publishers = ", ".join(dict.fromkeys(text_or(row["publisher"]) for row in rows))
    return c.provenance(
        answer, f"figures of {publishers}; targets and actions of the partnership’s own form ({forms})", n=n
    )


def _priority(
    state: State, row: Row, points: list[Row], actions: list[Row], answer: Answer, query: dict[str, Any]
) -> html.Section:
    number = str(row["priority_number"])
    own = [point for point in points if str(point["priority_number"]) == number]
    steps = [step for step in actions if str(step["priority_number"]) == number]
    said, own_query = sentences.sentence(row), {**query, "priority": number}
    group = "" if row["breakdown_id"] == "all" else f", {text_or(row['breakdown']).lower()}"
    n = f"{row['n_latest_pupils']:,.0f} pupils in {row['latest_year']}" if is_number(row["n_latest_pupils"]) else ""
    facts = [html.Div([html.Dt(name), html.Dd(text)]) for name, text in sentences.facts(row)]
    story = html.P(f"The story behind the curve: {row['story']}.".replace("..", "."), className="note")
    return c.panel(
        f"{number}. {row['priority']}",
        [
            html.P([c.pill(sentences.verdict(row)), html.Strong(f" {row['indicator']}{group}")], className="card-line"),
            story if text_or(row["story"]) else None,
            charts.chart_with_table(
                f"curve-{number}",
                state,
                charts.graph(f"curve-{number}", _figure(row, own, steps)),
                f"Chart of a curve. {said}",
                said,
                charts.twin("curve_points", **own_query),
                _provenance(answer, [row], n),
            ),
            html.P(f"Rule: {row['rule_name']}.", className="note"),
            html.H3("What happened after"),
            html.Dl(facts, className="facts wide"),
            html.P(sentences.method_words(row), className="note"),
            html.H3("What must happen"),
            _actions(steps, str(row["priority"])),
        ],
        c.download_link("curve_points", **own_query),
    )


def _actions(steps: list[Row], priority: str) -> html.Div:
    if not steps:
        return html.Div(c.nothing("No action is written down."))
    rows = [
        [
            f"{_LETTERS[place]}: {step['essential']}",
            text_or(step["owner"], "nobody named"),
            Cell(day_words(step["due_on"]), "short"),
            c.pill(sentences.essential_state(step)),
        ]
        for place, step in enumerate(steps)
    ]
    return stacked(f"{priority}: actions, owners and due dates", ("Action", "Owner", "Due", "State"), rows)


def _figure(row: Row, points: list[Row], steps: list[Row]) -> dict[str, Any]:
    history = [_point(point) for point in points if point["point_kind"] == "history"]
    start = {point.year: point.value for point in history}
    fans = []
    for made_at, name in (("baseline", "forecast if nothing changes"), ("latest", "forecast from the latest figure")):
        found = [point for point in points if point["made_at"] == made_at]
        if found:
            made_in = str(found[0]["made_in"])
            title = f"{made_in}: {name}"
            fans.append(Fan(title, made_in, start.get(made_in), [_point(p) for p in found], made_at == "baseline"))
    every = [str(point["point_year"]) for point in points] + [str(row["baseline_year"])]
    actions = [
        (_LETTERS[place], day)
        for place, step in enumerate(steps)
        for day in [step["done_on"] if text_or(step["done_on"]) else step["due_on"]]
        if text_or(day)
    ]
    return curve_figure(
        str(row["partnership"]),
        history,
        fans,
        Point(str(row["target_year"]), float(row["target"])),
        [(letter, day.date() if hasattr(day, "date") else day) for letter, day in actions],
        years_between(min(every), max(every)),
        sentences.how(row),
    )


def _point(point: Row) -> Point:
    value, low, high, n_pupils = (
        float(point[name]) if is_number(point[name]) else None for name in ("value", "low", "high", "n_pupils")
    )
    return Point(str(point["point_year"]), value, low, high, text_or(point["status"], "ok"), n_pupils)
