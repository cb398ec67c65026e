"""The overview: a board's five minutes for one partnership or a whole authority.

Belongs here: what is shown first and in which order. Does not belong here: the rules behind the findings (see
`sentences.py`), or SQL.
"""

from __future__ import annotations

from typing import Any

from dash import dcc, html

from dashboards.figures import svg
from dashboards.shared.places import Area, areas, chosen_area
from dashboards.shared.readings import Reading, readings, term_words
from dashboards.shared.request import Ask, State, address
from dashboards.shared.wording import (
    NO_ROW,
    count_words,
    day_words,
    is_number,
    text_or,
    value_words,
    words_of_n,
    years_between,
)
from dashboards.topics.overview import sentences, tables
from dashboards.ui import charts
from dashboards.ui import components as c
from dashboards.ui.filters import area_filter, select
from dashboards.ui.sections import columns, section
from dashboards.ui.shell import RESULTS, Head, page
from dashboards.ui.tables import heat, level

# What a board looks at first, in this order; a partnership sees those its schools have.
KEY_INDICATORS = (
    "ks2_rwm_expected_pct",
    "ks2_reading_progress",
    "ks2_writing_progress",
    "ks2_maths_progress",
    "ks4_attainment8",
    "ks4_progress8",
    "ks4_basics_94_pct",
    "absence_overall_pct",
    "absence_persistent_pct",
)
_BREAKDOWN = "all"
_PLACE = ("area", "year")

Row = dict[str, Any]


def _years(ask: Ask) -> list[str]:
    return [str(row["academic_year"]) for row in ask("years").rows]


def choose(state: State, ask: Ask) -> tuple[Area, str | None]:
    """The area and the year the address names; no year stands for the latest of each figure."""
    return chosen_area(state, ask), state.choice("year", _years(ask), default="") or None


def _key_readings(area: Area, year: str | None, ask: Ask) -> tuple[list[Reading], Any]:
    """The key indicators of the area in their order, and the answer they are from."""
    answer = ask("area_series", breakdown=_BREAKDOWN, area_type=area.area_type, area_id=area.area_id, year=year)
    found = [r for r in readings(answer.rows, area.area_type) if r.indicator_id in KEY_INDICATORS]
    return sorted(found, key=lambda r: KEY_INDICATORS.index(r.indicator_id)), answer


@section(*_PLACE)
def cards(state: State, ask: Ask) -> html.Section:
    """The key indicators, a card each."""
    area, year = choose(state, ask)
    key, series = _key_readings(area, year, ask)
    if not key:
        return html.Section(
            [
                c.empty(
                    "No results for this area",
                    f"{area.name} has {count_words(area.schools, 'school', 'schools')} today and no "
                    "figure for the key indicators. Check its memberships and the files on the data page.",
                ),
                c.hidden(series.hidden),
            ]
        )
    publishers = ", ".join(dict.fromkeys(text_or(r["publisher"]) for r in series.rows))
    return html.Section(
        [
            html.Div(
                [
                    html.H2("Key indicators, all pupils"),
                    c.download_link("indicators", area=area.key, year=year),
                ],
                className="section-head plain",
            ),
            html.Div([_card(area, reading) for reading in key], className="cards"),
            html.P(
                c.provenance(series, publishers, releases=[r.release for r in key]) + sentences.provenance(),
                className="provenance",
            ),
            c.hidden(series.hidden),
        ],
        className="bare",
        **{"aria-label": "Key indicators"},
    )


def _card(area: Area, r: Reading) -> html.Article:
    full = years_between(r.series[0][0], r.series[-1][0])
    at = {year: (value, status) for year, value, status in r.series}
    series = [(year, at[year][0] if year in at else None) for year in full]
    alt = f"{r.short_name}: " + ", ".join(
        f"{year} " + (value_words(at[year][0], r.unit, r.kind, r.decimals, at[year][1]) if year in at else NO_ROW)
        for year in full
    )
    change, gap, n = sentences.card_lines(r)
    return html.Article(
        [
            html.Div(
                [
                    html.H3(dcc.Link(r.short_name, href=address("/trends", area=area.key, indicator=r.indicator_id))),
                    c.pill(r.verdict),
                ],
                className="card-head",
            ),
            html.Div(
                [
                    html.Span(r.words(), className="big" if is_number(r.value) else "big word"),
                    c.picture(svg.sparkline(series, r.verdict.tone, r.breaks), alt, "spark"),
                ],
                className="card-number",
            ),
            html.P(change, className="card-line"),
            html.P(gap, className="card-line"),
            html.P(n, className="card-n"),
        ],
        className=f"card {r.verdict.tone}",
    )


@section(*_PLACE)
def asks(state: State, ask: Ask) -> html.Section:
    """What the rules found, and the question each finding leads to."""
    area, year = choose(state, ask)
    key, _series = _key_readings(area, year, ask)
    where: dict[str, Any] = {"area_type": area.area_type, "area_id": area.area_id, "year": year}
    clear = ask("schools_clear_of_england", partnership=area.partnership, authority=area.la_code or None, year=year)
    others = (ask("pupil_groups", **where), ask("transition_points", **where), ask("reflection_domains", **where))
    found = sentences.findings(key, clear.rows, *(answer.rows for answer in others))
    held = c.hidden(sentences.held_back(others[0].rows, key))
    if found:
        return c.panel("What to ask next", [c.findings(found, ordered=True), held])
    return c.panel(
        "What to ask next",
        [
            c.nothing(
                "No rule fired for this area and year. That is not a finding: small cohorts and figures without an interval "
                "are left alone."
            ),
            held,
        ],
    )


@section()
def freshness(_state: State, ask: Ask) -> html.Section:
    """Which years each source reaches, and how many files were refused."""
    answer = ask("freshness")
    rows, title = answer.rows, "How fresh the data is"
    if not rows:
        return c.panel(title, [c.nothing("No file has arrived yet."), c.hidden(answer.hidden)])
    years = [html.Li([html.Strong(str(r["source"])), f": to {r['latest_year']}"]) for r in rows if r["latest_year"]]
    used, refused = (sum(int(r[key]) for r in rows) for key in ("files_used", "files_refused"))
    last = max((r["latest_arrival"] for r in rows if r["latest_arrival"] is not None), default=None)
    files = count_words(used, "file", "files")
    return c.panel(
        title,
        [
            html.Ul(years, className="plain-list"),
            html.P(f"{files} used, {refused or 'none'} refused; the latest arrived {day_words(last)}."),
            html.P(dcc.Link("Every file, and what became of it", href="/data")),
        ],
    )


@section(*_PLACE, "show-points")
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
                    "each fill in the template of 27 statements."
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


@section(*_PLACE)
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
                    "No reflection questions have been returned for this area. Leaders answer twelve questions each term."
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


@page(
    "/",
    "Overview",
    (cards, columns(asks, freshness), transition_points, reflection),
    group=RESULTS,
    place=1,
    method="intervals",
)
def head(state: State, ask: Ask) -> Head:
    """The finding in one sentence, for the area and year in the address."""
    listed = areas(ask)
    if not listed:
        return Head(
            "Overview",
            "There is nothing to show yet.",
            hidden=ask("areas").hidden,
            instead=c.empty(
                "No partnership or authority yet",
                "Load a partnerships template and the register of schools, then refresh.",
            ),
        )
    area, year = choose(state, ask)
    key, _series = _key_readings(area, year, ask)
    return Head(
        "Overview",
        sentences.lead_sentence(area.label, key),
        area=area.key,
        filters=[
            area_filter(listed, area, width=300),
            select(
                "year",
                "As at the end of",
                [("", "The latest year"), *((y, y) for y in _years(ask))],
                year or "",
                "",
                width=180,
            ),
        ],
    )
