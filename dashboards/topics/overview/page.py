"""The overview: a board's five minutes for one partnership or a whole authority.

Belongs here: what is shown first and in which order. Does not belong here: the rules behind the sentences (see
`dashboards.topics.overview.sentences`), or SQL.
"""

from __future__ import annotations

from typing import Any

from dash import dcc, html

from dashboards.figures import svg
from dashboards.shared.places import Area, areas, find_area
from dashboards.shared.readings import Reading, readings, term_words
from dashboards.shared.request import Ask, State, address
from dashboards.shared.wording import (
    NO_ROW,
    change_words,
    count_words,
    day_words,
    gap_words,
    is_number,
    text_or,
    value_words,
    words_of_n,
    years_between,
)
from dashboards.topics.overview import sentences as rules
from dashboards.ui import components as c
from dashboards.ui.filters import select
from dashboards.ui.shell import RESULTS, Page, page

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


@page("/", "Overview", RESULTS, 1)
def layout(state: State, ask: Ask) -> Page:
    """The page of the area and year in the address."""
    listed = areas(ask)
    if not listed:
        answer = ask("areas")
        return Page(
            "Overview",
            "There is nothing to show yet.",
            [
                c.empty(
                    "No partnership or authority yet",
                    "Load a partnerships template and the register of schools, then refresh.",
                )
            ],
            hidden=answer.hidden,
        )
    area = find_area(ask, state.get("area"))
    years = [str(r["academic_year"]) for r in ask("years").rows]
    year = state.choice("year", years, default="") or None
    where: dict[str, Any] = {"area_type": area.area_type, "area_id": area.area_id, "year": year}
    series = ask("area_series", breakdown=_BREAKDOWN, **where)
    found = readings(series.rows, area.area_type)
    points, domains = ask("transition_points", **where), ask("reflection_domains", **where)
    clear = ask("schools_clear_of_england", partnership=area.partnership, authority=area.la_code or None, year=year)
    groups = ask("pupil_groups", **where)
    key = sorted(
        (r for r in found if r.indicator_id in KEY_INDICATORS),
        key=lambda r: KEY_INDICATORS.index(r.indicator_id),
    )
    body = [
        _cards(area, key, year, series),
        html.Div(
            [
                _asks(rules.signals(key, clear.rows, groups.rows, points.rows, domains.rows)),
                _freshness(ask),
            ],
            className="two-columns",
        ),
        _transition_points(state, area, year, points),
        _reflection(area, year, domains),
    ]
    return Page(
        "Overview",
        rules.lead_sentence(area.label, key),
        body,
        area=area.key,
        method="intervals",
        filters=[
            select(
                "area",
                "Partnership or authority",
                [(a.key, a.label) for a in listed],
                area.key,
                listed[0].key,
                searchable=True,
                width=300,
            ),
            select(
                "year",
                "As at the end of",
                [("", "The latest year"), *((y, y) for y in years)],
                year or "",
                "",
                width=180,
            ),
        ],
    )


def _cards(area: Area, key: list[Reading], year: str | None, series: Any) -> html.Section:
    if not key:
        return html.Section(
            c.empty(
                "No results for this area",
                f"{area.name} has {count_words(area.schools, 'school', 'schools')} today and no "
                "figure for the key indicators. Check its memberships and the files on the data page.",
            )
        )
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
                c.provenance(
                    series,
                    ", ".join(dict.fromkeys(text_or(r["publisher"]) for r in series.rows)),
                    releases=[r.release for r in key],
                )
                + " Beside England compares with state-funded schools: better or worse only "
                "when the whole 95% interval lies on one side of England’s figure. Intervals are published, or "
                "calculated by Wilson’s method from the number of pupils; about 1 comparison in 20 falls outside by "
                "chance. Progress is centred on England: 0, or the figure published for state-funded schools.",
                className="provenance",
            ),
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
    change = change_words(r.change, r.unit, r.decimals, "last year") if r.change is not None else r.change_reason
    if r.gap is not None:
        gap = (
            f"{gap_words(r.gap, r.unit, r.decimals, 'England')} ({value_words(r.england, r.unit, r.kind, r.decimals)})"
        )
    else:
        gap = "No comparison with England"
    if r.gap is not None and r.reason_id == "no_interval":
        gap += ", no interval"
    schools = f", {count_words(r.schools, 'school', 'schools')}" if is_number(r.schools) and r.schools > 0 else ""
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
                    c.picture(svg.sparkline(series, r.verdict.tone, r.anew), alt, "spark"),
                ],
                className="card-number",
            ),
            html.P(change[:1].upper() + change[1:], className="card-line"),
            html.P(gap[:1].upper() + gap[1:], className="card-line"),
            html.P(f"{r.year}, {words_of_n(r.cohort, 'pupil', 'pupils')}{schools}", className="card-n"),
        ],
        className=f"card {r.verdict.tone}",
    )


def _asks(signals: list[rules.Signal]) -> html.Section:
    if not signals:
        body: list[Any] = [
            html.P(
                "No rule fired for this area and year. That is not a finding: small cohorts and figures "
                "without an interval are left alone.",
                className="nothing",
            )
        ]
    else:
        body = [
            html.Ol(
                [
                    html.Li(
                        [
                            html.P(s.sentence),
                            html.P(s.ask, className="ask"),
                            html.P(f"Rule: {s.rule}", className="rule"),
                        ]
                    )
                    for s in signals
                ],
                className="asks",
            )
        ]
    return c.section("What to ask next", body)


def _freshness(ask: Ask) -> html.Section:
    answer = ask("freshness")
    rows = answer.rows
    if not rows:
        return c.section("How fresh the data is", [html.P("No file has arrived yet.", className="nothing")])
    years = [html.Li([html.Strong(str(r["source"])), f": to {r['latest_year']}"]) for r in rows if r["latest_year"]]
    used, refused = (sum(int(r[key]) for r in rows) for key in ("files_used", "files_refused"))
    last = max((r["latest_arrival"] for r in rows if r["latest_arrival"] is not None), default=None)
    return c.section(
        "How fresh the data is",
        [
            html.Ul(years, className="plain-list"),
            html.P(
                f"{count_words(used, 'file', 'files')} used, {refused or 'none'} refused; the latest arrived "
                f"{day_words(last)}."
            ),
            html.P(dcc.Link("Every file, and what became of it", href="/data")),
        ],
    )


def _transition_points(state: State, area: Area, year: str | None, answer: Any) -> html.Section:
    title = "Peer review: where momentum leaks"
    items = answer.rows
    if not items:
        return c.section(
            title,
            [
                html.P(
                    "No transition points have been returned for this area. After a peer review, host "
                    "school and review team each fill in the template of 27 statements.",
                    className="nothing",
                )
            ],
        )
    year_of = str(items[0]["academic_year"])
    rows = []
    for name in dict.fromkeys(str(r["section"]) for r in items):
        part = [r for r in items if r["section"] == name]
        counts = [max(int(r[f"{role}_responses"]) for r in part) for role in ("host", "review_team")]
        rows.append((name, _weighted(part, "host"), _weighted(part, "review_team"), counts[0], counts[1]))
    known = [(min(v for v in row[1:3] if v is not None), row) for row in rows if row[1:3] != (None, None)]
    weakest = min(known, key=lambda found: found[0])[1] if known else None
    summary = (
        f"In {year_of}, the lowest-rated section was {weakest[0].lower()}: host schools {_one(weakest[1])}, review teams "
        f"{_one(weakest[2])} out of 5 ({words_of_n(weakest[3])} and {weakest[4]})."
        if weakest
        else ""
    )
    lowest = sorted(
        items, key=lambda r: (min(v for v in (r["host"], r["review_team"], 5.0) if is_number(v)), r["item_order"])
    )
    low = [
        html.Li(f"{r['label']} ({r['section'].lower()}): host {_one(r['host'])}, review team {_one(r['review_team'])}")
        for r in lowest[:3]
    ]
    chart = html.Div(
        [
            html.Div(
                [
                    html.Span([html.Span("●", className="mark-host"), " host schools"]),
                    html.Span([html.Span("◇", className="mark-team"), " review teams"]),
                    html.Span("mean rating, 0 to 5"),
                ],
                className="legend",
            ),
            *[
                html.Div(
                    [
                        html.Span(name, className="pair-name"),
                        c.picture(svg.paired_ratings(host, team), "", "pair"),
                        html.Span(f"● {_one(host)}   ◇ {_one(team)}", className="pair-values"),
                        html.Span(f"{words_of_n(hosts)} and {teams}", className="pair-n"),
                    ],
                    className="pair-row",
                )
                for name, host, team, hosts, teams in rows
            ],
        ],
        className="pairs",
    )
    alt = f"Mean ratings by section, {year_of}. " + "; ".join(
        f"{name}: host {_one(host)}, review team {_one(team)}" for name, host, team, *_ in rows
    )
    return c.section(
        title,
        [
            c.chart_with_table(
                "points",
                state,
                chart,
                alt,
                summary,
                c.twin("transition_points", area=area.key, year=year),
                c.provenance(answer, n=f"{rows[0][3]} answers of host schools and {rows[0][4]} of review teams"),
            ),
            html.H3("Lowest-rated statements"),
            html.Ul(low, className="plain-list"),
            c.hidden(answer.hidden),
        ],
        c.download_link("transition_points", area=area.key, year=year),
    )


def _weighted(items: list[dict[str, Any]], role: str) -> float | None:
    """The mean of all answers of a section: items weighted by how many answered."""
    known = [(r[role], r[f"{role}_responses"]) for r in items if is_number(r[role])]
    weight = sum(count for _mean, count in known)
    return float(sum(mean * count for mean, count in known) / weight) if weight else None


def _one(value: Any) -> str:
    return f"{value:.1f}" if is_number(value) else "no answer"


def _reflection(area: Area, year: str | None, answer: Any) -> html.Section:
    title = "Reflection questions, by domain"
    rows = answer.rows
    if not rows:
        return c.section(
            title,
            [
                html.P(
                    "No reflection questions have been returned for this area. Leaders answer twelve "
                    "questions each term.",
                    className="nothing",
                )
            ],
        )
    terms = list(dict.fromkeys(str(r["term"]) for r in rows))
    at = {(r["domain"], r["term"]): r for r in rows}
    head = html.Thead(html.Tr([html.Th("Domain", scope="col"), *(html.Th(term_words(t), scope="col") for t in terms)]))
    body = [
        html.Tr([html.Th(str(domain), scope="row"), *(_heat_cell(at.get((domain, term))) for term in terms)])
        for domain in dict.fromkeys(r["domain"] for r in rows)
    ]
    return c.section(
        title,
        [
            html.Div(
                html.Table(
                    [
                        html.Caption("Mean rating of leaders, 0 to 5, with the number of leaders"),
                        head,
                        html.Tbody(body),
                    ],
                    className="heat",
                ),
                className="scroll",
                tabIndex=0,
                role="region",
                **{"aria-label": "Reflection questions by domain and term"},
            ),
            html.P(_reflection_sentence(rows, terms), className="summary"),
            c.hidden(answer.hidden),
            html.P(c.provenance(answer), className="provenance"),
        ],
        c.download_link("reflection", area=area.key, year=year),
    )


def _heat_cell(row: dict[str, Any] | None) -> html.Td:
    if row is None:
        return html.Td("no answers", className="level-none")
    if not is_number(row["mean_value"]):
        return html.Td("too few", className="level-none")
    level = min(4, int(row["mean_value"]))
    return html.Td(
        [f"{row['mean_value']:.1f} ", html.Span(f"n={row['responses']}", className="heat-n")],
        className=f"level-{level}",
    )


def _reflection_sentence(rows: list[dict[str, Any]], terms: list[str]) -> str:
    last = [r for r in rows if r["term"] == terms[-1] and is_number(r["mean_value"])]
    if not last:
        return f"For {term_words(terms[-1])} too few leaders answered for a figure to be shown."
    low, high = min(last, key=lambda r: r["mean_value"]), max(last, key=lambda r: r["mean_value"])
    if high["mean_value"] - low["mean_value"] < rules.DOMAIN_STEP:
        return (
            f"In {term_words(terms[-1])}, {count_words(low['responses'], 'leader', 'leaders')} answered; no domain stands "
            f"out: all lie between {low['mean_value']:.1f} and {high['mean_value']:.1f}."
        )
    return (
        f"In {term_words(terms[-1])}, {count_words(low['responses'], 'leader', 'leaders')} answered; "
        f"{str(high['domain']).lower()} was rated highest ({high['mean_value']:.1f}) and {str(low['domain']).lower()} "
        f"lowest ({low['mean_value']:.1f})."
    )
