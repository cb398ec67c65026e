"""Curves: what a partnership set out to change, what was to be expected anyway, and what happened.

Belongs here: a section per priority with its chart, facts and essentials; for an authority, the list of all its partnerships'
curves. Does not belong here: verdicts (the mart curve) and their wording (`dashboards.topics.curves.sentences`).
"""

from __future__ import annotations

from typing import Any

from dash import html

from dashboards.figures.curve import Fan, curve_figure
from dashboards.figures.lines import Point
from dashboards.shared.places import areas, find_area
from dashboards.shared.request import Ask, State
from dashboards.shared.table import build
from dashboards.shared.wording import day_words, is_number, text_or, years_between
from dashboards.topics.curves import sentences as curve_words
from dashboards.ui import components as c
from dashboards.ui.filters import select
from dashboards.ui.shell import PARTNERSHIPS, Page, page

Row = dict[str, Any]
_LETTERS = "ABCDEFGHI"


@page("/curves", "Turn the curve", PARTNERSHIPS, 1, "Curves")
def layout(state: State, ask: Ask) -> Page:
    """The page of the partnership or authority and the year of agreement in the address."""
    listed = areas(ask)
    if not listed:
        return Page(
            "Turn the curve",
            "There is nothing to show yet.",
            [c.empty("No partnership yet", "Load the form of partnerships and the register of schools, then refresh.")],
        )
    area = find_area(ask, state.get("area"))
    answer = ask("curves", partnership=area.partnership, authority=area.la_code or None)
    years = sorted({str(row["academic_year"]) for row in answer.rows}, reverse=True)
    wanted = state.get("year")
    if wanted and wanted not in years and years:
        raise LookupError(f"No curve of {area.name} was agreed in “{wanted}”.")
    year = wanted or (years[0] if years else None)
    filters = [
        select(
            "area",
            "Partnership or authority",
            [(a.key, a.label) for a in listed],
            area.key,
            listed[0].key,
            searchable=True,
            width=250,
        )
    ]
    if year is None:
        return Page(
            "Turn the curve",
            f"{area.name} has agreed no curve to turn yet.",
            [
                c.empty(
                    "No priorities yet",
                    "Fill in the form “curves” (“turncurve templates” writes it): up to three priorities with an indicator, a "
                    "baseline, a target and what must happen. Put it into the landing folder, then refresh.",
                )
            ],
            filters=filters,
            area=area.key,
            method="curves",
            hidden=answer.hidden,
        )
    filters.append(select("year", "Agreed in", [(y, y) for y in years], year, years[0], width=140))
    rows = [row for row in answer.rows if str(row["academic_year"]) == year]
    query = {"area": area.key, "year": year}
    if area.partnership is None:
        body = [
            c.section(
                f"Curves agreed in {year}",
                [
                    c.table_view(build("curves", ask, query), area=area.key),
                    html.P(_provenance(answer, rows), className="provenance"),
                ],
                c.download_link("curves", **query),
            )
        ]
    else:
        points = ask("curve_points", partnership=area.partnership, year=year)
        essentials = ask("curve_essentials", partnership=area.partnership, year=year)
        body = [_priority(state, row, points.rows, essentials.rows, answer, query) for row in rows]
    return Page(
        "Turn the curve",
        curve_words.lead(area.name, rows),
        body,
        method="curves",
        filters=filters,
        area=area.key,
        hidden=answer.hidden,
    )


def _provenance(answer: Any, rows: list[Row], n: str = "") -> str:
    forms = " and ".join(dict.fromkeys(text_or(row["source_path"]).rsplit("/", 1)[-1] for row in rows))
    publishers = ", ".join(dict.fromkeys(text_or(row["publisher"]) for row in rows))
    return c.provenance(
        answer, f"figures of {publishers}; targets and essentials of the partnership’s own form ({forms})", n=n
    )


def _priority(
    state: State, row: Row, points: list[Row], essentials: list[Row], answer: Any, query: dict[str, str]
) -> html.Section:
    number = str(row["priority_number"])
    own = [point for point in points if str(point["priority_number"]) == number]
    steps = [step for step in essentials if str(step["priority_number"]) == number]
    verdict, said = curve_words.verdict(row), curve_words.sentence(row)
    own_query = {**query, "priority": number}
    group = "" if row["breakdown_id"] == "all" else f", {text_or(row['breakdown']).lower()}"
    n = f"{row['latest_cohort']:,.0f} pupils in {row['latest_year']}" if is_number(row["latest_cohort"]) else ""
    body = [
        html.P([c.pill(verdict), html.Strong(f" {row['indicator']}{group}")], className="card-line"),
        html.P(f"The story behind the curve: {row['story']}.".replace("..", "."), className="note")
        if text_or(row["story"])
        else None,
        c.chart_with_table(
            f"curve-{number}",
            state,
            c.graph(f"curve-{number}", _figure(row, own, steps)),
            f"Chart of a curve. {said}",
            said,
            c.twin("curve_points", **own_query),
            _provenance(answer, [row], n),
        ),
        html.P(f"Rule: {row['rule_name']}.", className="note"),
        html.H3("What happened after"),
        html.Dl(
            [html.Div([html.Dt(name), html.Dd(text)]) for name, text in curve_words.facts(row)], className="facts wide"
        ),
        html.P(curve_words.method_words(row), className="note"),
        html.H3("What must happen"),
        _steps(steps, str(row["priority"])),
    ]
    return c.section(f"{number}. {row['priority']}", body, c.download_link("curve_points", **own_query))


def _steps(steps: list[Row], priority: str) -> html.Div:
    if not steps:
        return html.Div(html.P("No essential is written down.", className="nothing"))
    head = html.Thead(html.Tr([html.Th(text, scope="col") for text in ("Essential", "Who", "Due", "State")]))
    body = html.Tbody(
        [
            html.Tr(
                [
                    html.Th(f"{_LETTERS[place]}: {step['essential']}", scope="row"),
                    html.Td(text_or(step["owner"], "nobody named"), **{"data-label": "Who"}),
                    html.Td(day_words(step["due_on"]), className="short", **{"data-label": "Due"}),
                    html.Td(c.pill(curve_words.essential_state(step)), **{"data-label": "State"}),
                ]
            )
            for place, step in enumerate(steps)
        ]
    )
    caption = f"{priority}: essentials with who sees to them, when they are due and whether they are done"
    table = html.Table([html.Caption(caption, className="visually-hidden"), head, body], className="table stacks")
    return html.Div(table, className="scroll", tabIndex=0, role="region", **{"aria-label": caption})


def _figure(row: Row, points: list[Row], steps: list[Row]) -> dict[str, Any]:
    history = [_point(point) for point in points if point["point_kind"] == "history"]
    start = {point.year: point.value for point in history}
    fans = []
    for made_at, name in (("baseline", "If nothing changed"), ("latest", "From today’s figure")):
        found = [point for point in points if point["made_at"] == made_at]
        if found:
            made_in = str(found[0]["made_in"])
            fans.append(
                Fan(
                    f"{name} (told {made_in})",
                    made_in,
                    start.get(made_in),
                    [_point(p) for p in found],
                    made_at == "baseline",
                )
            )
    target = Point(str(row["target_year"]), float(row["target"]))
    every = [str(point["point_year"]) for point in points] + [str(row["baseline_year"])]
    actions = [
        (_LETTERS[place], day)
        for place, step in enumerate(steps)
        for day in [step["done_on"] if text_or(step["done_on"]) else step["due_on"]]
        if text_or(day)
    ]
    days = [(letter, day.date() if hasattr(day, "date") else day) for letter, day in actions]
    return curve_figure(
        str(row["partnership"]),
        history,
        fans,
        target,
        days,
        years_between(min(every), max(every)),
        curve_words.how(row),
    )


def _point(point: Row) -> Point:
    known = {
        name: float(point[name]) if is_number(point[name]) else None for name in ("value", "low", "high", "cohort")
    }
    return Point(
        str(point["point_year"]),
        known["value"],
        known["low"],
        known["high"],
        text_or(point["status"], "ok"),
        known["cohort"],
    )
