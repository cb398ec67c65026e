"""Peer-review evidence of an area: transition points and reflection questions.

Belongs here: the pairs of ratings and the table of domains. Does not belong here: their means (see `tables.py`).
"""

from __future__ import annotations

from typing import Any

from dash import html

from dashboards.figures import svg
from dashboards.shared.readings import term_words
from dashboards.shared.request import Ask, State
from dashboards.shared.wording import (
    is_number,
    words_of_n,
)
from dashboards.topics.overview import sentences, tables
from dashboards.topics.overview.choice import PLACE, Row, choose
from dashboards.ui import charts
from dashboards.ui import components as c
from dashboards.ui.sections import section
from dashboards.ui.tables import heat, level


@section(*PLACE, "show-points")
def transition_points(state: State, ask: Ask) -> html.Section:
    """The sections of the transition points: host schools and review teams, and the statements rated lowest."""
    area, year = choose(state, ask)
    answer = ask("transition_points", area_type=area.area_type, area_id=area.area_id, year=year)
    title, items = "Where peer review loses momentum", answer.rows
    if not items:
        return c.panel(
            title,
            [
                c.nothing(
                    "No transition points have been returned for this area. After a peer review, host school and review team "
                    "each fill in the template of 27 statements.",
                    answer.hidden,
                ),
                c.hidden(answer.hidden),
            ],
        )
    rows, year_of = tables.sections_of_points(items), str(items[0]["academic_year"])
    alt = f"Mean ratings by section, {year_of}. " + "; ".join(
        f"{name}: host {sentences.rating(host)}, review team {sentences.rating(team)}" for name, host, team, *_ in rows
    )
    low = [
        html.Li(
            f"{r['label']} ({r['section'].lower()}): host {sentences.rating(r['host'])}, review team "
            f"{sentences.rating(r['review_team'])}"
        )
        for r in tables.lowest_points(items, 3)
    ]
    return c.panel(
        title,
        [
            charts.chart_with_table(
                "points",
                state,
                html.Div([_points_legend(), *[_pair(*row) for row in rows]], className="pairs"),
                alt,
                sentences.sections_of_points(rows, year_of),
                charts.twin("transition_points", area=area.key, year=year),
                c.provenance(answer, n=f"{rows[0][3]} answers of host schools and {rows[0][4]} of review teams"),
            ),
            html.H3("Lowest-rated statements"),
            html.Ul(low, className="plain-list"),
            c.hidden(answer.hidden),
        ],
        c.download_link("transition_points", area=area.key, year=year),
    )


def _points_legend() -> html.Div:
    return html.Div(
        [
            html.Span([html.Span("●", className="mark-host"), " host schools"]),
            html.Span([html.Span("◇", className="mark-team"), " review teams"]),
            html.Span("mean rating, 0 to 5"),
        ],
        className="legend",
    )


def _pair(name: str, host: Any, team: Any, hosts: int, teams: int) -> html.Div:
    return html.Div(
        [
            html.Span(name, className="pair-name"),
            c.picture(svg.paired_ratings(host, team), "", "pair"),
            html.Span(f"● {sentences.rating(host)}   ◇ {sentences.rating(team)}", className="pair-values"),
            html.Span(f"{words_of_n(hosts)} and {teams}", className="pair-n"),
        ],
        className="pair-row",
    )


@section(*PLACE)
def reflection(state: State, ask: Ask) -> html.Section:
    """The domains of the reflection questions, term by term."""
    area, year = choose(state, ask)
    answer = ask("reflection_domains", area_type=area.area_type, area_id=area.area_id, year=year)
    title, rows = "Reflection questions, by domain", answer.rows
    if not rows:
        return c.panel(
            title,
            [
                c.nothing(
                    "No reflection questions have been returned for this area. Leaders answer twelve questions each term.",
                    answer.hidden,
                ),
                c.hidden(answer.hidden),
            ],
        )
    terms = list(dict.fromkeys(str(r["term"]) for r in rows))
    at = {(r["domain"], r["term"]): r for r in rows}
    body = [
        [str(domain), *(_domain_cell(at.get((domain, term))) for term in terms)]
        for domain in dict.fromkeys(r["domain"] for r in rows)
    ]
    return c.panel(
        title,
        [
            heat(
                "Mean rating of leaders, 0 to 5, with the number of leaders",
                ["Domain", *(term_words(term) for term in terms)],
                body,
                label="Reflection questions by domain and term",
            ),
            html.P(sentences.domains(rows), className="summary"),
            c.hidden(answer.hidden),
            html.P(c.provenance(answer), className="provenance"),
        ],
        c.download_link("reflection", area=area.key, year=year),
    )


def _domain_cell(row: Row | None) -> html.Td:
    if row is None:
        return level(None, "no answers")
    if not is_number(row["mean_value"]):
        return level(None, "too few")
    return level(row["mean_value"], f"{row['mean_value']:.1f}", f"n={row['n_responses']}")
