"""Risk: the register of an area, its monitoring list, and one school's reasons in full.

Belongs here: laying out the register. Does not belong here: its words (see `sentences.py`) and its tables (see
`dashboards.tables`).
"""

from __future__ import annotations

from typing import Any

from dash import dcc, html

from dashboards.access.catalog import URN
from dashboards.shared.places import Area, areas, find_area
from dashboards.shared.readings import term_words
from dashboards.shared.request import Ask, State, address
from dashboards.shared.wording import count_words, is_number, text_or, value_words, words_of_n
from dashboards.topics.risk import sentences as registered
from dashboards.topics.risk import tables
from dashboards.ui import components as c
from dashboards.ui.filters import select, switch
from dashboards.ui.shell import RESULTS, Page, page

# A longer register is read in the download.
_MOST = 100
_HEADINGS = ("School", "Score", "Reasons", "Since the term before", "Oldest reason since")
_NOTHING_YET = (
    "The register needs results of schools, or reviews, events and answers of a partnership. Load them, then refresh."
)


@page("/risk", "Risk", RESULTS, 4)
def layout(state: State, ask: Ask) -> Page:
    """The register of the area, day and order in the address."""
    days_answer = ask("risk_days")
    days, listed = days_answer.rows, areas(ask)
    if not days or not listed:
        return Page(
            "Risk",
            "There is nothing to show yet.",
            [c.empty("No register yet", _NOTHING_YET)],
            hidden=days_answer.hidden,
        )
    area = find_area(ask, state.get("area"))
    terms = [str(r["as_at"]) for r in days]
    day = days[terms.index(state.choice("as_at", terms) or terms[0])]
    order = state.choice("order", list(registered.ORDERS)) or "score"
    quiet = state.choice("quiet", registered.QUIET) or "hide"
    asked = {"as_at": str(day["as_at"]), "authority": tables.authority_of(area), "partnership": area.partnership}
    answer, flags = ask("risk_register", **asked), ask("risk_flags", **asked)
    by_area: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for flag in flags.rows:
        by_area.setdefault((flag["area_type"], flag["area_id"]), []).append(flag)
    query = {"area": area.key, "as_at": str(day["as_at"]), "order": order, "quiet": quiet}
    return Page(
        "Risk register",
        registered.lead(area.name, day, answer.rows),
        [
            # what a board reads in five minutes comes first: on a telephone the register is ten screens long
            html.Div(
                [_monitoring(answer.rows, by_area, area, day), _partnerships(answer.rows, by_area)],
                className="two-columns even",
            ),
            _register(answer, by_area, area, day, order, quiet, query),
            _about(day),
        ],
        area=area.key,
        method="risk",
        hidden=answer.hidden,
        filters=[
            select(
                "area",
                "Partnership or authority",
                [(a.key, a.label) for a in listed],
                area.key,
                listed[0].key,
                searchable=True,
                width=250,
            ),
            select(
                "as_at", "As at the end of", [(t, term_words(t)) for t in terms], str(day["as_at"]), terms[0], width=180
            ),
            select("order", "Order", list(registered.ORDERS.items()), order, "score", width=220),
            switch("quiet", "Show schools without a reason", quiet, on="show", off="hide"),
        ],
    )


def _register(
    answer: Any,
    by_area: dict[tuple[str, str], list[dict[str, Any]]],
    area: Area,
    day: dict[str, Any],
    order: str,
    quiet: str,
    query: dict[str, str],
) -> html.Section:
    schools = [r for r in answer.rows if r["area_type"] == "school"]
    rows = [r for r in registered.ordered(schools, order) if quiet == "show" or registered.has_something_to_say(r)]
    said = html.P(registered.looked_at(day), className="summary")
    if not rows:
        return c.section(
            "Register",
            [
                html.P(
                    f"None of {count_words(len(schools), 'school', 'schools')} has a reason for a closer look."
                    if schools
                    else "No school of this area is in the register on that day.",
                    className="nothing",
                ),
                said,
            ],
        )
    quiet_ones = len(schools) - len(rows)
    head = html.Thead(
        html.Tr([html.Th(text, scope="col", className="number" if text == "Score" else "") for text in _HEADINGS])
    )
    body = html.Tbody([_row(r, by_area.get(("school", str(r["area_id"])), []), area, day) for r in rows[:_MOST]])
    notes = []
    if len(rows) > _MOST:
        notes.append(f"The first {_MOST} of {len(rows):,} schools are shown; the download has all of them.")
    if quiet_ones:
        notes.append(f"Nothing to say of {count_words(quiet_ones, 'school', 'schools')}, not listed here.")
    caption = f"{area.name}: risk register as at the end of {term_words(str(day['as_at']))}"
    return c.section(
        "Register",
        [
            _legend(),
            html.Div(
                html.Table(
                    [html.Caption(caption, className="visually-hidden"), head, body], className="table register stacks"
                ),
                className="scroll",
                tabIndex=0,
                role="region",
                **{"aria-label": caption},
            ),
            html.P(" ".join(notes), className="note") if notes else None,
            said,
            html.P(
                c.provenance(answer, "published results, and the schools’ and partnerships’ own returns")
                + f" {count_words(len(schools), 'school', 'schools')} of this area looked at.",
                className="provenance",
            ),
        ],
        c.download_link("risk_register", **query),
    )


def _legend() -> html.P:
    return html.P(
        [
            html.Span("◆ a test that survives the control", className="legend-item"),
            html.Span("◇ a test that may be chance", className="legend-item"),
            html.Span("■ a fact beyond its second threshold", className="legend-item"),
            html.Span("□ a fact", className="legend-item"),
        ],
        className="legend",
    )


def _row(row: dict[str, Any], flags: list[dict[str, Any]], area: Area, day: dict[str, Any]) -> html.Tr:
    href = address(f"/risk/{row['urn']}", area=area.key, as_at=str(day["as_at"]))
    reasons: Any = [c.pill(registered.strength(flag)) for flag in flags] or html.Span(
        "no reason" if row["change"] != "closed" else "no reason any more", className="sub"
    )
    return html.Tr(
        [
            html.Th(dcc.Link(str(row["name"]), href=href), scope="row"),
            html.Td(
                [
                    f"{float(row['score']):.1f}",
                    html.Span(f"{row['place']:,} of {row['listed']:,}", className="sub"),
                ],
                className="number",
                **{"data-label": _HEADINGS[1]},
            ),
            html.Td(html.Div(reasons, className="pills"), **{"data-label": _HEADINGS[2]}),
            html.Td(c.pill(registered.change(row)), **{"data-label": _HEADINGS[3]}),
            html.Td(registered.since_words(row["since"]), **{"data-label": _HEADINGS[4]}),
        ]
    )


def _monitoring(
    rows: list[dict[str, Any]],
    by_area: dict[tuple[str, str], list[dict[str, Any]]],
    area: Area,
    day: dict[str, Any],
) -> html.Section:
    watched = [r for r in rows if r["area_type"] == "school" and r["on_monitoring_list"]]
    if not watched:
        return c.section(
            "Monitoring list",
            [html.P("No school has both a strong reason and the points for it.", className="nothing")],
        )
    items = []
    for row in watched[:_MOST]:
        strong = [
            f for f in by_area.get(("school", str(row["area_id"])), []) if f["strength"] == "strong" and f["points"] > 0
        ]
        items.append(
            html.Li(
                [
                    dcc.Link(
                        str(row["name"]), href=address(f"/risk/{row['urn']}", area=area.key, as_at=str(day["as_at"]))
                    ),
                    f": {'; '.join(text_or(f['rule_short_name']) for f in strong)}",
                ]
            )
        )
    return c.section(
        "Monitoring list",
        [html.Ul(items, className="plain-list")],
        note="Schools with a strong reason and a high score, for a person to decide about. A list is no judgement.",
    )


def _partnerships(rows: list[dict[str, Any]], by_area: dict[tuple[str, str], list[dict[str, Any]]]) -> html.Section:
    found = [r for r in rows if r["area_type"] == "partnership" and r["flags"]]
    if not found:
        return c.section("Partnerships as a whole", [html.P("No rule of partnerships fired.", className="nothing")])
    body: list[Any] = []
    for row in found:
        body.append(html.H3(str(row["name"])))
        body.append(
            html.Ul(
                [
                    html.Li(
                        [
                            c.pill(registered.strength(f)),
                            f" {registered.evidence(f)} Since {registered.since_words(f['since'])}.",
                        ]
                    )
                    for f in by_area.get(("partnership", str(row["area_id"])), [])
                ],
                className="plain-list",
            )
        )
    return c.section("Partnerships as a whole", body)


def _about(day: dict[str, Any]) -> html.Section:
    return c.section(
        "How to read it",
        [
            html.Ul(
                [
                    html.Li(
                        "The score adds up the points of a school’s reasons and of where it is likely to stand next year among "
                        "schools of its kind. It orders conversations; it says nothing about causes or about people."
                    ),
                    html.Li(
                        "A test is a finding only if it is strong. A weak one is shown because it may matter to those who know "
                        "the school."
                    ),
                    html.Li(
                        f"Results of a year count from its summer term on: this day rests on those of {day['evidence_year']}. "
                        "Reviews, events and answers count term by term."
                    ),
                ],
                className="plain-list",
            )
        ],
    )


@page("/risk/<urn>", "Reasons")
def one_layout(state: State, ask: Ask) -> Page:
    """One school's reasons in full, found by any URN it ever had."""
    urn = state.get("urn") or ""
    if not URN.accepts(urn):
        return _unknown(f"“{urn}” is not a URN: a URN has six digits.")
    identity = ask("school_identity", urn=urn)
    if identity.denied:
        return Page("Risk", "There is nothing to show.", [], hidden=identity.hidden)
    if not identity.rows:
        return _unknown(f"No school in this warehouse has the URN {urn}.")
    name, days = str(identity.rows[0]["name"]), ask("risk_days").rows
    if not days:
        return Page(name, "There is nothing to show yet.", [c.empty("No register yet", _NOTHING_YET)])
    terms = [str(r["as_at"]) for r in days]
    day = days[terms.index(state.choice("as_at", terms) or terms[0])]
    term = str(day["as_at"])
    answer, history = ask("school_risk", urn=urn, as_at=term), ask("school_risk_history", urn=urn)
    now = next((r for r in history.rows if r["as_at"] == term), None)
    if now is None:
        said = f"{name} is not in the register as at the end of {term_words(term)}: there is nothing to look at."
    else:
        said = (
            f"End of {term_words(term)}: {count_words(len(answer.rows), 'reason', 'reasons')}. Score "
            f"{registered.score_words(now)}; place {now['place']:,} of {now['listed']:,} schools in the warehouse."
        )
    return Page(
        f"{name}: reasons",
        said,
        [
            html.P(
                [
                    dcc.Link("Back to the register", href=address("/risk", area=state.get("area"), as_at=term)),
                    " · ",
                    dcc.Link("The school’s page", href=address(f"/school/{urn}", area=state.get("area"))),
                ]
            ),
            _reasons(answer, day, urn),
            _standing(ask, urn, term),
            _history(urn, history),
        ],
        area=state.get("area"),
        method="risk",
        hidden=answer.hidden,
        filters=[select("as_at", "As at the end of", [(t, term_words(t)) for t in terms], term, terms[0], width=180)],
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


def _reasons(answer: Any, day: dict[str, Any], urn: str) -> html.Section:
    if not answer.rows:
        body: list[Any] = [html.P("No rule fired.", className="nothing")]
    else:
        body = [html.Ul([_reason(flag) for flag in answer.rows], className="reasons")]
    body.append(html.P(registered.looked_at(day), className="summary"))
    body.append(html.P(c.provenance(answer, "named beside each reason"), className="provenance"))
    return c.section("Reasons", body, c.download_link("risk_reasons", urn=urn, as_at=str(day["as_at"])))


def _reason(flag: dict[str, Any]) -> html.Li:
    counted = f" {words_of_n(flag['n'])}." if is_number(flag["n"]) else ""
    verdict = registered.strength(flag)
    return html.Li(
        [
            html.Div([html.H3(text_or(flag["rule"])), c.pill(verdict)], className="card-head"),
            html.P(registered.evidence(flag)),
            html.P(
                f"Since {registered.since_words(flag['since'])}.{counted} {verdict.reason} {registered.chance_words(flag)} "
                f"{float(flag['points']):.1f} points. Source: {text_or(flag['source']).lower()}. Rule: {flag['rule_id']}.",
                className="note",
            ),
        ],
        className=f"card {verdict.tone}",
    )


def _standing(ask: Ask, urn: str, term: str) -> html.Section:
    answer = ask("school_risk_standing", urn=urn, as_at=term)
    title = "Where the school is likely to stand next year"
    if not answer.rows:
        return c.section(title, [html.P("There is no figure to tell it from.", className="nothing")])
    table = tables.risk_standing_of(answer)
    first = answer.rows[0]
    summary = "No measure gives points."
    if first["points"] > 0:
        value = value_words(first["value"], str(first["unit"]), str(first["kind"]), first["decimals"])
        summary = (
            f"Most points come from {first['short_name']} ({value} in {first['academic_year']}): "
            f"{100 * float(first['place']):.0f} in 100 schools of its kind are likely to do better."
        )
    return c.section(
        title,
        [
            c.table_view(table),
            html.P(summary, className="summary"),
            html.P(
                c.provenance(answer, ", ".join(dict.fromkeys(text_or(r["publisher"]) for r in answer.rows))),
                className="provenance",
            ),
        ],
        c.download_link("risk_standing", urn=urn, as_at=term),
        note="Told from this year and the two before it. Lasting is how much of a school’s distance from the middle of its kind "
        "is still there a year later; the rest is luck of one year, and the figure is drawn to the middle by as much.",
    )


def _history(urn: str, history: Any) -> html.Section:
    return c.section(
        "Term by term",
        [c.table_view(tables.risk_history_of(history))],
        c.download_link("risk_history", urn=urn),
    )
