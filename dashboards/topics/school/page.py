"""Schools: the list to find one in, and one school's page.

Belongs here: identity and lineage, memberships, indicators and ratings of one school. Does not belong here: comparisons
between schools of an area (see the trends page).
"""

from __future__ import annotations

from typing import Any

from dash import dcc, html

from dashboards.access.catalog import URN
from dashboards.figures import svg
from dashboards.shared.readings import Reading, readings
from dashboards.shared.request import Ask, State, address
from dashboards.shared.table import build
from dashboards.shared.wording import (
    count_words,
    difference_number,
    interval_words,
    is_number,
    status_word,
    text_or,
    value_words,
    years_between,
)
from dashboards.topics.overview import sentences as rules
from dashboards.topics.school import sentences as school_words
from dashboards.ui import components as c
from dashboards.ui.filters import goto, search_box, select
from dashboards.ui.shell import RESULTS, Page, page

# A longer list is searched, not read.
_LISTED = 300


@page("/school", "Schools", RESULTS, 5)
def list_layout(state: State, ask: Ask) -> Page:
    """The list of schools, narrowed by the search text in the address."""
    search = state.get("q")
    table = build("schools", ask, {"search": search, "most": _LISTED})
    every = table.total or 0
    lead = (
        f"{count_words(every, 'school', 'schools')} {'has' if every == 1 else 'have'} “{search}” in the name or a URN."
        if search
        else f"{count_words(every, 'school', 'schools')}, those in a partnership first. Choose one to see its page."
    )
    body: list[Any] = [
        c.section(
            "Schools",
            [c.table_view(table, most=_LISTED, area=state.get("area"))],
            c.download_link("schools", search=search),
        )
    ]
    if not every:
        body = [
            c.empty(
                "No school found",
                "Try part of the name, or a URN of six digits; earlier URNs are found too."
                if search
                else "Load the register of schools, then refresh.",
            )
        ]
    return Page(
        "Schools",
        lead,
        body,
        area=state.get("area"),
        hidden=table.hidden,
        filters=[search_box("q", "Find a school by name or URN", search, "Part of a name, or a URN")],
    )


@page("/school/<urn>", "School")
def layout(state: State, ask: Ask) -> Page:
    """The page of one school, found by any URN it ever had."""
    urn = state.get("urn") or ""
    if not URN.accepts(urn):
        return _unknown(f"“{urn}” is not a URN: a URN has six digits.")
    identity_answer = ask("school_identity", urn=urn)
    if identity_answer.denied:
        return Page("School", "There is nothing to show.", [], hidden=identity_answer.hidden)
    identity = identity_answer.rows
    if not identity:
        return _unknown(f"No school in this warehouse has the URN {urn}.")
    breakdowns = [(str(r["breakdown_id"]), str(r["name"])) for r in ask("breakdowns").rows]
    breakdown = state.choice("breakdown", [key for key, _name in breakdowns], "all") or "all"
    series = ask("school_series", urn=urn, breakdown=breakdown)
    found = readings(series.rows, "school")
    authority = {r.indicator_id: r for r in readings(series.rows, "authority")}
    today = identity[0]
    options = [
        (f"/school/{r['urn']}", f"{r['name']} ({r['urn']})")
        for r in ask("schools", search=None, authority=text_or(today["la_code"]) or None, most=1000).rows
    ]
    lead = f"{', '.join(_kind(today))}. " + rules.lead_sentence(
        "This school", [r for r in found if r.polarity != "none"]
    )
    group = dict(breakdowns).get(breakdown, breakdown)
    return Page(
        str(today["name"]),
        lead,
        [
            _three(ask, urn, _area(ask, urn, state.get("area"), text_or(today["la_code"]))),
            _indicators(found, authority, urn, breakdown, group, series),
            _ratings(ask, urn),
            html.Div([_identity(identity, urn), _partnerships(ask, urn)], className="two-columns even"),
        ],
        area=state.get("area"),
        method="comparison",
        filters=[
            goto("School", options, f"/school/{today['urn']}"),
            select("breakdown", "Pupils", breakdowns, breakdown, "all", width=200),
        ],
    )


def _area(ask: Ask, urn: str, chosen: str | None, la_code: str) -> str | None:
    """The chosen area where the school is a member of it, else its authority: pages of an area do not show other schools."""
    mine = [f"partnership-{r['partnership_id']}" for r in ask("school_partnerships", urn=urn).rows if r["is_today"]]
    return chosen if chosen in mine else f"authority-{la_code}" if la_code else None


def _three(ask: Ask, urn: str, area: str | None) -> html.Section:
    """What a head teacher should know first, each with its rule and the way to the rest."""
    days = ask("risk_days").rows
    term = str(days[0]["as_at"]) if days else ""
    risk = ask("school_risk", urn=urn, as_at=term or "none")
    things = school_words.three(
        risk.rows,
        term,
        ask("compare_spine", urn=urn, breakdown="all", benchmark="england", year=None).rows,
        ask("compare_gaps", urn=urn, year=None).rows,
        ask("school_signals", urn=urn).rows,
    )
    pages = {
        "risk": ("Every reason", address(f"/risk/{urn}", area=area)),
        "compare": ("Every comparison", address("/compare", area=area, urn=urn)),
        "trends": ("Series of the area’s schools", address("/trends", area=area)),
    }
    return c.section(
        "Three things to know",
        [
            html.Ol(
                [
                    html.Li(
                        [
                            html.P([html.Span(f"{thing.subject} ", className="ask"), c.pill(thing.verdict)]),
                            html.P(thing.sentence),
                            html.P(
                                [f"Rule: {thing.rule}. ", dcc.Link(pages[thing.page][0], href=pages[thing.page][1])],
                                className="rule",
                            ),
                        ]
                    )
                    for thing in things
                ],
                className="asks",
            ),
            html.P(
                c.provenance(risk, "published results, and the schools’ and partnerships’ own returns"),
                className="provenance",
            ),
        ],
        note="All pupils, the latest figures. A sentence says what a rule found, never why.",
    )


def _unknown(text: str) -> Page:
    return Page(
        "No such school",
        text,
        [
            c.empty(
                "Find it by name",
                "The list of schools finds a school by part of its name or by any URN it ever had.",
                dcc.Link("List of schools", href="/school"),
            )
        ],
    )


def _kind(row: dict[str, Any]) -> list[str]:
    status = text_or(row["status"])
    known = "status unknown" if status == "unknown" else status
    return [text for text in (text_or(row["phase"]).capitalize(), text_or(row["la_name"]), known) if text]


def _date(value: Any, missing: str) -> str:
    return f"{value.day} {value:%B %Y}" if value is not None else missing


def _identity(identity: list[dict[str, Any]], urn: str) -> html.Section:
    today = identity[0]
    rows = [
        ("URN", str(today["urn"])),
        ("LAESTAB", text_or(today["laestab"], "not known")),
        ("Phase", text_or(today["phase"], "not known")),
        ("Authority", text_or(today["la_name"], "not known")),
        ("Status", text_or(today["status"], "not known")),
        ("Opened", _date(today["opened_on"], "not known")),
        ("Closed", _date(today["closed_on"], "not closed")),
    ]
    facts = html.Dl([html.Div([html.Dt(term), html.Dd(text)]) for term, text in rows], className="facts")
    earlier = [
        html.Li(
            f"{r['urn']}, {r['name']}: {_date(r['opened_on'], 'opening not known')} to {_date(r['closed_on'], 'today')}"
        )
        for r in identity[1:]
    ]
    body: list[Any] = [facts]
    if earlier:
        body += [html.H3("Earlier URNs of the same school"), html.Ul(earlier, className="plain-list")]
    if urn != today["urn"]:
        body.append(html.P(f"You asked for {urn}, an earlier URN of this school.", className="note"))
    return c.section("Identity", body)


def _partnerships(ask: Ask, urn: str) -> html.Section:
    rows = ask("school_partnerships", urn=urn).rows
    if not rows:
        return c.section(
            "Partnerships",
            [html.P("This school is and was in no partnership that the warehouse knows.", className="nothing")],
        )
    items = []
    for r in rows:
        until = f"to {_date(r['left_on'], '')}" if r["left_on"] is not None else "to today"
        items.append(
            html.Li(
                [
                    dcc.Link(str(r["name"]), href=address("/", area=f"partnership-{r['partnership_id']}")),
                    f" ({r['kind']}), {text_or(r['role'], 'member')}: {_date(r['joined_on'], 'start not known')} "
                    f"{until}",
                ]
            )
        )
    return c.section("Partnerships", [html.Ul(items, className="plain-list")])


def _indicators(
    found: list[Reading],
    authority: dict[str, Reading],
    urn: str,
    breakdown: str,
    group: str,
    answer: Any,
) -> html.Section:
    title = f"Indicators, {group.lower()}"
    if not found:
        return c.section(
            title,
            [
                html.P("There is no figure for this school and this group of pupils.", className="nothing"),
                c.hidden(answer.hidden),
            ],
        )
    heads = (
        "Indicator",
        "Latest",
        "95% interval",
        "Change on last year (points)",
        "Authority",
        "England",
        "Beside England",
        "Over the years",
        "n (pupils)",
    )
    body = []
    for r in found:
        beside = (
            {year: value for year, value, _s in authority[r.indicator_id].series} if r.indicator_id in authority else {}
        )
        body.append(
            html.Tr(
                [
                    html.Th([r.short_name, html.Span(c.under(r.year, r.unit), className="sub")], scope="row"),
                    html.Td(r.words(), className="number strong", **{"data-label": heads[1]}),
                    html.Td(
                        interval_words(r.low, r.high, r.unit, r.kind, r.decimals) or "no interval",
                        className="short",
                        **{"data-label": heads[2]},
                    ),
                    html.Td(
                        difference_number(r.change, r.unit, r.decimals) if r.change is not None else r.change_reason,
                        className="number" if r.change is not None else "",
                        **{"data-label": heads[3]},
                    ),
                    html.Td(
                        _beside(beside.get(r.year), r),
                        className="number",
                        **{"data-label": heads[4]},
                    ),
                    html.Td(
                        _beside(r.england, r),
                        className="number",
                        **{"data-label": heads[5]},
                    ),
                    html.Td(c.pill(r.verdict), **{"data-label": heads[6]}),
                    html.Td(_over_the_years(r), **{"data-label": heads[7]}),
                    html.Td(
                        f"{r.cohort:,.0f}" if is_number(r.cohort) else "not published",
                        className="number",
                        **{"data-label": heads[8]},
                    ),
                ]
            )
        )
    numbers = {1, 3, 4, 5, 8}
    head = html.Thead(
        html.Tr([html.Th(t, scope="col", className="number" if p in numbers else "") for p, t in enumerate(heads)])
    )
    return c.section(
        title,
        [
            html.Div(
                html.Table(
                    [
                        html.Caption("Each indicator in its latest year, beside the authority and England"),
                        head,
                        html.Tbody(body),
                    ],
                    className="table stacks",
                ),
                className="scroll",
                tabIndex=0,
                role="region",
                **{"aria-label": "Indicators of the school"},
            ),
            html.P(
                "Better or worse than England only when the whole 95% interval lies on one side; nothing is said where "
                "fewer than the minimum number of pupils stand behind a figure. ✕: no figure, with the reason beside "
                "it.",
                className="summary",
            ),
            html.P(
                c.provenance(
                    answer,
                    ", ".join(dict.fromkeys(text_or(r["publisher"]) for r in answer.rows)),
                    [r.source_file for r in found],
                    [r.release for r in found],
                ),
                className="provenance",
            ),
            c.hidden(answer.hidden),
        ],
        c.download_link("school_results", urn=urn, breakdown=breakdown),
    )


def _beside(value: Any, r: Reading) -> str:
    """An area's figure beside the school's; a count of pupils has none to stand beside."""
    return "–" if r.kind == "count" else value_words(value, r.unit, r.kind, r.decimals)


def _over_the_years(r: Reading) -> html.Div:
    years = years_between(r.series[0][0], r.series[-1][0])
    at = {year: (value, status) for year, value, status in r.series}
    words = {
        year: value_words(at[year][0], r.unit, r.kind, r.decimals, at[year][1]) if year in at else status_word(None)
        for year in years
    }
    missing = [f"{year} {words[year]}" for year in years if year not in at or not is_number(at[year][0])]
    series = [(year, at[year][0] if year in at else None) for year in years]
    return html.Div(
        [
            c.picture(
                svg.sparkline(series, r.verdict.tone, r.anew),
                f"{r.short_name}: " + ", ".join(f"{y} {words[y]}" for y in years),
                "spark",
            ),
            html.Span("✕ " + ", ".join(missing), className="sub") if missing else None,
        ]
    )


def _ratings(ask: Ask, urn: str) -> html.Section:
    table = build("school_ratings", ask, {"urn": urn})
    title = "Peer-review evidence"
    if not table.rows:
        return c.section(
            title,
            [
                html.P(
                    "No ratings of transition points or reflection questions have been returned for this school.",
                    className="nothing",
                ),
                c.hidden(table.hidden),
            ],
        )
    terms = list(dict.fromkeys(row[2] for row in table.rows))
    body: list[Any] = []
    for instrument in dict.fromkeys(row[0] for row in table.rows):
        rows = [row for row in table.rows if row[0] == instrument]
        used = [t for t in terms if any(row[2] == t for row in rows)]
        lines = list(dict.fromkeys((row[1], row[3]) for row in rows))
        at = {(row[1], row[3], row[2]): row for row in rows}
        head = html.Thead(
            html.Tr(
                [
                    html.Th("Section", scope="col"),
                    html.Th("Who answered", scope="col"),
                    *(html.Th(t, scope="col") for t in used),
                ]
            )
        )
        cells = [
            html.Tr(
                [
                    html.Th(s, scope="row"),
                    html.Td(who, className="who"),
                    *(_rating_cell(at.get((s, who, t))) for t in used),
                ]
            )
            for s, who in lines
        ]
        body += [
            html.H3(instrument),
            html.Div(
                html.Table(
                    [html.Caption("Mean rating, 0 to 5; one answer unless n says otherwise"), head, html.Tbody(cells)],
                    className="heat",
                ),
                className="scroll",
                tabIndex=0,
                role="region",
                **{"aria-label": instrument},
            ),
        ]
    body.append(html.P(c.provenance(table.answer), className="provenance"))
    body.append(c.hidden(table.hidden))
    return c.section(title, body, c.download_link("school_ratings", urn=urn))


def _rating_cell(row: Any) -> html.Td:
    if row is None:
        return html.Td("no answer", className="level-none")
    try:
        level = min(4, int(float(row[4])))
    except ValueError:
        return html.Td(row[4], className="level-none")
    return html.Td(
        [f"{row[4]} ", html.Span(f"n={row[5]}", className="heat-n") if row[5] != "1" else None],
        className=f"level-{level}",
    )
