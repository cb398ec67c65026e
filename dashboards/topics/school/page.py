"""One school: what to know first, its indicators, its evidence, who it is.

Belongs here: the page of one school. Does not belong here: comparisons between schools of an area (see `topics/trends`), the
list of schools (see `page_list.py`).
"""

from __future__ import annotations

from typing import Any

from dash import dcc, html

from dashboards.access.catalog import URN
from dashboards.figures import svg
from dashboards.shared.places import chosen_group
from dashboards.shared.readings import Reading, readings
from dashboards.shared.request import Ask, State, address
from dashboards.shared.table import build
from dashboards.shared.wording import (
    difference_number,
    interval_words,
    is_number,
    status_word,
    text_or,
    value_words,
    years_between,
)
from dashboards.topics.overview.sentences import lead_sentence
from dashboards.topics.school import sentences
from dashboards.ui import components as c
from dashboards.ui.filters import goto, pupils_filter
from dashboards.ui.sections import columns, section
from dashboards.ui.shell import Head, page
from dashboards.ui.tables import Cell, heat, level, stacked

Row = dict[str, Any]


def identity_of(urn: str | None, ask: Ask) -> Any:
    """The answer about who a school is, found by any URN it ever had. Raises LookupError for what is no school."""
    if not URN.accepts(urn):
        raise LookupError(f"“{urn or ''}” is not a valid URN: a URN has six digits.")
    answer = ask("school_identity", urn=urn)
    if not answer.rows and not answer.denied:
        raise LookupError(f"No school in this warehouse has the URN {urn}.")
    return answer


def unknown(text: str) -> Head:
    """What stands where an address names no school."""
    way = dcc.Link("List of schools", href="/school")
    help_text = "The list of schools finds a school by part of its name or by any URN it ever had."
    return Head("No such school", text, instead=c.empty("Find it by name", help_text, way))


def _area(urn: str, chosen: str | None, ask: Ask) -> str | None:
    """The chosen area where the school is a member of it, else its authority: pages of an area do not show other schools."""
    la_code = text_or(identity_of(urn, ask).rows[0]["la_code"])
    mine = [f"partnership-{r['partnership_id']}" for r in ask("school_partnerships", urn=urn).rows if r["is_today"]]
    return chosen if chosen in mine else f"authority-{la_code}" if la_code else None


@section("urn", "area")
def three(state: State, ask: Ask) -> html.Section:
    """What a head teacher should know first, each with its rule and the way to the rest."""
    urn = state.get("urn") or ""
    area = _area(urn, state.get("area"), ask)
    days = ask("risk_days").rows
    term = str(days[0]["as_at"]) if days else ""
    risk = ask("school_risk", urn=urn, as_at=term or "none")
    found = sentences.three(
        risk.rows,
        term,
        ask("compare_spine", urn=urn, breakdown="all", benchmark="england", year=None).rows,
        ask("compare_gaps", urn=urn, year=None).rows,
        ask("school_signals", urn=urn).rows,
    )
    links = {
        "risk": dcc.Link("Every concern", href=address(f"/risk/{urn}", area=area)),
        "compare": dcc.Link("Every comparison", href=address("/compare", area=area, urn=urn)),
        "trends": dcc.Link("Series of the area’s schools", href=address("/trends", area=area)),
    }
    source = c.provenance(risk, "published results, and the schools’ and partnerships’ own returns")
    return c.panel(
        "Three things to know",
        [c.findings(found, links, ordered=True), html.P(source, className="provenance")],
        note="All pupils, the latest figures. A sentence says what a rule found, never why.",
    )


@section("urn", "breakdown")
def indicators(state: State, ask: Ask) -> html.Section:
    """Each indicator in its latest year, its authority's and England's figure, and its years."""
    urn, (breakdown, group) = state.get("urn"), chosen_group(state, ask)
    answer = ask("school_series", urn=urn, breakdown=breakdown)
    found = readings(answer.rows, "school")
    authority = {r.indicator_id: r for r in readings(answer.rows, "authority")}
    title = f"Indicators, {group.lower()}"
    if not found:
        return c.panel(
            title, [c.nothing("There is no figure for this school and this group of pupils."), c.hidden(answer.hidden)]
        )
    headings = (
        "Indicator",
        "Latest",
        "95% interval",
        "Change on last year (points)",
        "Authority",
        "England",
        "Compared with England",
        "Over the years",
        "n (pupils)",
    )
    source = c.provenance(
        answer,
        ", ".join(dict.fromkeys(text_or(r["publisher"]) for r in answer.rows)),
        [r.source_path for r in found],
        [r.release for r in found],
    )
    return c.panel(
        title,
        [
            stacked(
                "Each indicator in its latest year, with its authority and England",
                headings,
                [_indicator(r, authority.get(r.indicator_id)) for r in found],
                frozenset({1, 3, 4, 5, 8}),
                label="Indicators of the school",
                caption_shown=True,
            ),
            html.P(
                "Better or worse than England only when the whole 95% interval lies on one side; nothing is said where "
                "a figure is of fewer than the minimum number of pupils. ✕: no figure, with the reason.",
                className="summary",
            ),
            html.P(source, className="provenance"),
            c.hidden(answer.hidden),
        ],
        c.download_link("school_results", urn=urn, breakdown=breakdown),
    )


def _indicator(r: Reading, authority: Reading | None) -> list[Any]:
    of_authority = {year: value for year, value, _status in authority.series} if authority else {}
    return [
        [r.short_name, html.Span(c.under(r.year, r.unit), className="sub")],
        Cell(r.words(), "number strong"),
        Cell(interval_words(r.low, r.high, r.unit, r.kind, r.decimals) or "no interval", "short"),
        difference_number(r.change, r.unit, r.decimals) if r.change is not None else Cell(r.change_reason),
        _other(of_authority.get(r.year), r),
        _other(r.england, r),
        c.pill(r.verdict),
        _over_the_years(r),
        f"{r.n_pupils:,.0f}" if is_number(r.n_pupils) else "not published",
    ]


def _other(value: Any, r: Reading) -> str:
    """An area's figure for the school's indicator; a count of pupils is compared with none."""
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
    alt = f"{r.short_name}: " + ", ".join(f"{year} {words[year]}" for year in years)
    return html.Div(
        [
            c.picture(svg.sparkline(series, r.verdict.tone, r.breaks), alt, "spark"),
            html.Span("✕ " + ", ".join(missing), className="sub") if missing else None,
        ]
    )


@section("urn")
def ratings(state: State, ask: Ask) -> html.Section:
    """Ratings of transition points and reflection questions, section by section and term by term."""
    urn, title = state.get("urn"), "Peer-review evidence"
    table = build("school_ratings", ask, {"urn": urn})
    if not table.rows:
        text = "No ratings of transition points or reflection questions have been returned for this school."
        return c.panel(title, [c.nothing(text), c.hidden(table.hidden)])
    terms = list(dict.fromkeys(row[2] for row in table.rows))
    body: list[Any] = []
    for instrument in dict.fromkeys(row[0] for row in table.rows):
        rows = [row for row in table.rows if row[0] == instrument]
        used = [term for term in terms if any(row[2] == term for row in rows)]
        at = {(row[1], row[3], row[2]): row for row in rows}
        lines = [
            [part, html.Td(who, className="who"), *(_rating_cell(at.get((part, who, term))) for term in used)]
            for part, who in dict.fromkeys((row[1], row[3]) for row in rows)
        ]
        caption = "Mean rating, 0 to 5; one respondent unless shown"
        body += [html.H3(instrument), heat(caption, ["Section", "Who answered", *used], lines, label=instrument)]
    body += [html.P(c.provenance(table.answer), className="provenance"), c.hidden(table.hidden)]
    return c.panel(title, body, c.download_link("school_ratings", urn=urn))


def _rating_cell(row: Any) -> html.Td:
    if row is None:
        return level(None, "no answer")
    try:
        value = float(row[4])
    except ValueError:
        return level(None, row[4])
    return level(value, row[4], f"n={row[5]}" if row[5] != "1" else "")


@section("urn")
def identity(state: State, ask: Ask) -> html.Section:
    """Who the school is today, and the URNs it had."""
    urn = state.get("urn") or ""
    today, *before = identity_of(urn, ask).rows
    facts = [html.Div([html.Dt(name), html.Dd(text)]) for name, text in sentences.facts(today)]
    body: list[Any] = [html.Dl(facts, className="facts")]
    if before:
        earlier = [html.Li(sentences.earlier_urn(row)) for row in before]
        body += [html.H3("Earlier URNs of the same school"), html.Ul(earlier, className="plain-list")]
    if urn != today["urn"]:
        body.append(html.P(f"You asked for {urn}, an earlier URN of this school.", className="note"))
    return c.panel("Identity", body)


@section("urn")
def partnerships(state: State, ask: Ask) -> html.Section:
    """The partnerships the school is and was in."""
    answer = ask("school_partnerships", urn=state.get("urn"))
    if not answer.rows:
        text = "This school is and was in no partnership that the warehouse knows."
        return c.panel("Partnerships", [c.nothing(text), c.hidden(answer.hidden)])
    items = [
        html.Li(
            [
                dcc.Link(str(row["name"]), href=address("/", area=f"partnership-{row['partnership_id']}")),
                sentences.membership(row),
            ]
        )
        for row in answer.rows
    ]
    return c.panel("Partnerships", [html.Ul(items, className="plain-list")])


@page(
    "/school/<urn>",
    "School",
    (three, indicators, ratings, columns(identity, partnerships, even=True)),
    method="comparison",
)
def head(state: State, ask: Ask) -> Head:
    """The school's name, what it is and how its indicators compare, found by any URN it ever had."""
    try:
        answer = identity_of(state.get("urn"), ask)
    except LookupError as error:
        return unknown(str(error.args[0]))
    if answer.denied:
        return Head("School", "There is nothing to show.", hidden=answer.hidden, instead=html.Div())
    today = answer.rows[0]
    breakdown, _group = chosen_group(state, ask)
    found = readings(ask("school_series", urn=state.get("urn"), breakdown=breakdown).rows, "school")
    options = [
        (f"/school/{r['urn']}", f"{r['name']} ({r['urn']})")
        for r in ask("schools", search=None, authority=text_or(today["la_code"]) or None, most=1000).rows
    ]
    return Head(
        str(today["name"]),
        sentences.kind(today) + lead_sentence("This school", [r for r in found if r.polarity != "none"]),
        [goto("School", options, f"/school/{today['urn']}"), pupils_filter(ask, breakdown, width=200)],
        state.get("area"),
    )
