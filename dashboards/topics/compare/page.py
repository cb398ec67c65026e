"""Compare: one school beside England, its authority, its partnership or similar schools.

Belongs here: the spine chart, what stands out, the funnel, the gap and the list of similar schools, as a page. Does not
belong here: the words of a comparison (see `dashboards.topics.compare.sentences`), or any comparing (the marts do).
"""

from __future__ import annotations

from typing import Any

from dash import dcc, html

from dashboards.access import Answer
from dashboards.figures import funnel as funnel_figures
from dashboards.figures.spine import Spine, spine
from dashboards.shared.places import areas, find_area
from dashboards.shared.request import Ask, State, address
from dashboards.shared.table import build
from dashboards.shared.wording import STAND_OUT, Verdict, count_words, interval_words, is_number, text_or, value_words
from dashboards.topics.compare import sentences as compared
from dashboards.ui import components as c
from dashboards.ui.filters import select, switch
from dashboards.ui.shell import RESULTS, Page, page

_QUIET = ["shown", "hidden"]
_LATEST = "latest"


@page("/compare", "Compare", RESULTS, 3)
def layout(state: State, ask: Ask) -> Page:
    """The page of the school, benchmark, pupils, year and indicator in the address."""
    listed = areas(ask)
    if not listed:
        return Page(
            "Compare",
            "There is nothing to compare yet.",
            [c.empty("No schools yet", "Load results and the register of schools, then refresh.")],
            hidden=ask("areas").hidden,
        )
    area = find_area(ask, state.get("area"))
    area_filter = select(
        "area",
        "Partnership or authority",
        [(a.key, a.label) for a in listed],
        area.key,
        listed[0].key,
        searchable=True,
        width=250,
    )
    schools = ask("compare_schools", partnership=area.partnership, authority=area.la_code or None)
    urns = [str(r["urn"]) for r in schools.rows]
    if not urns:
        return Page(
            "Compare",
            f"No school of {area.name} has a figure to compare.",
            [c.empty("Nothing to compare", "Choose another area, or load results of its schools, then refresh.")],
            filters=[area_filter],
            area=area.key,
            hidden=schools.hidden,
        )
    # a school of another area, left over in the address, is not shown under this one
    # the school with the most to compare opens, not one whose only verdict is that it had no exclusion
    first = str(max(schools.rows, key=lambda r: int(r["verdicts"]))["urn"])
    urn = state.choice("urn", urns, first) or first
    name = next(str(r["name"]) for r in schools.rows if str(r["urn"]) == urn)
    benchmark = state.choice("benchmark", list(compared.BENCHMARKS), "england") or "england"
    breakdowns = [(str(r["breakdown_id"]), str(r["name"])) for r in ask("breakdowns").rows]
    breakdown = state.choice("breakdown", [key for key, _name in breakdowns], "all") or "all"
    years = [str(r["academic_year"]) for r in ask("years").rows]
    chosen = state.choice("year", [_LATEST, *years], _LATEST)
    year = None if chosen == _LATEST else chosen
    quiet = state.choice("quiet", _QUIET) or "shown"
    answer = ask("compare_spine", urn=urn, breakdown=breakdown, benchmark=benchmark, year=year)
    gaps = ask("compare_gaps", urn=urn, year=year)
    group = dict(breakdowns).get(breakdown, breakdown)
    query = {"urn": urn, "breakdown": breakdown, "year": year}
    body = [
        _stands_out(compared.signals(answer.rows, gaps.rows, benchmark)),
        _spines(state, answer, benchmark, quiet, query),
    ]
    if answer.rows:
        body.append(_funnel(state, ask, answer.rows, name, query))
    body += [_gaps(ask, gaps, urn, year), _similar(ask, urn, year, area.key)]
    return Page(
        name,
        compared.lead(name, answer.rows, benchmark, group)
        if answer.rows
        else f"{name} has no figure for {group.lower()} {f'in {year}' if year else 'in any year'}.",
        body,
        area=area.key,
        method="comparison",
        hidden=answer.hidden,
        filters=[
            area_filter,
            select(
                "urn",
                "School",
                [(str(r["urn"]), str(r["name"])) for r in schools.rows],
                urn,
                first,
                searchable=True,
                width=340,
            ),
            select("benchmark", "Compare with", list(compared.BENCHMARKS.items()), benchmark, "england", width=220),
            select("breakdown", "Pupils", breakdowns, breakdown, "all", width=230),
            select("year", "Year", [(_LATEST, "Latest of each"), *((y, y) for y in years)], chosen, _LATEST, width=150),
            switch("quiet", STAND_OUT, quiet, on="hidden", off="shown"),
        ],
    )


def _stands_out(signals: list[compared.Signal]) -> html.Section:
    """The signals, one sentence each, with the name of the rule that made it."""
    body: html.P | html.Ul
    if not signals:
        body = html.P(
            "Nothing stands out: no interval lies clear of the benchmark, no figure lies outside its funnel, no rank is "
            "certain to lie in one half, and no gap is larger than chance may make it.",
            className="nothing",
        )
    else:
        shapes = {"better": "▲", "worse": "▼"}
        body = html.Ul(
            [
                html.Li(
                    [
                        html.P(
                            [
                                c.pill(Verdict(s.tone, s.word, shapes[s.tone], s.rule)),
                                html.Span(f" {s.subject}", className="ask"),
                            ]
                        ),
                        html.P(s.sentence),
                        html.P(f"Rule: {s.rule}", className="rule"),
                    ]
                )
                for s in signals
            ],
            className="asks",
        )
    return c.section("What stands out", [body])


def _spines(state: State, answer: Answer, benchmark: str, quiet: str, query: dict[str, Any]) -> html.Section:
    title = f"Every indicator beside {compared.name_of(benchmark)}"
    rows = answer.rows
    if not rows:
        return c.section(
            title, [html.P("There is no figure for this choice.", className="nothing"), c.hidden(answer.hidden)]
        )
    shown = [r for r in rows if compared.speaks(r)] if quiet == "hidden" else rows
    left_out = len(rows) - len(shown)
    heads = (
        "Indicator",
        "Value",
        "95% interval",
        compared.BENCHMARKS[benchmark],
        "Worse to better",
        "Verdict",
        "In words",
        "n (pupils)",
    )
    numbers = {1, 3, 7}
    head = html.Thead(
        html.Tr([html.Th(t, scope="col", className="number" if p in numbers else "") for p, t in enumerate(heads)])
    )
    chart = html.Div(
        html.Table(
            [
                html.Caption("Each indicator of the school beside its benchmark", className="visually-hidden"),
                head,
                html.Tbody([_spine_row(r, benchmark, heads) for r in shown]),
            ],
            className="table stacks",
        ),
        className="scroll",
        tabIndex=0,
        role="region",
        **{"aria-label": title},
    )
    legend = html.P(
        "Right is better. Upright line: the benchmark. Pale bar: eight of ten schools of the kind; dark bar: the middle "
        "half; white notch: the middle school. Mark and whisker: the school and its 95% interval.",
        className="note",
    )
    name = "show-spine"
    view = state.choice(name, ["chart", "table"]) or "chart"
    hidden_words = (
        f"{count_words(left_out, 'indicator that does not stand out is', 'indicators that do not stand out are')} hidden. "
        if left_out
        else ""
    )
    cohorts = [r["n"] for r in shown if is_number(r["n"])]
    span = f"{min(cohorts):,.0f} to {max(cohorts):,.0f} pupils" if cohorts else ""
    parameters: dict[str, Any] = {"benchmark": benchmark, **query}
    return c.section(
        title,
        [
            c.tabs(name, view, html.Div([chart if shown else None, legend]), c.twin("compare_spine", **parameters)),
            html.P(
                f"{hidden_words}Better or worse only where the whole 95% interval lies on one side of the benchmark; "
                "nothing is said of fewer than 11 pupils. Of this many indicators one in twenty would stand out by "
                "chance alone.",
                className="summary",
            ),
            html.P(
                c.provenance(
                    answer,
                    text_or(rows[0]["publisher"]),
                    releases=[text_or(r["release"]) for r in rows],
                    n=span,
                ),
                className="provenance",
            ),
            c.hidden(answer.hidden),
        ],
        c.download_link("compare_spine", **parameters),
    )


def _spine_row(r: dict[str, Any], benchmark: str, heads: tuple[str, ...]) -> html.Tr:
    how = str(r["unit"]), str(r["kind"]), r["decimals"]
    verdict, signal = compared.verdict(r, benchmark), compared.beside(r, benchmark)
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
            _mark(verdict.tone),
        )
    )
    more = [s for s in (compared.outside_funnel(r), compared.rank(r)) if s is not None]
    told = [html.P([s.sentence, html.Span(f"Rule: {s.rule}", className="sub")]) for s in (signal, *more)]
    alt = f"{r['short_name']}: {value_words(r['value'], *how)}. {signal.sentence}"
    if is_number(r["low_tenth"]):
        alt += f" Eight of ten schools: {interval_words(r['low_tenth'], r['high_tenth'], *how)}."
    return html.Tr(
        [
            html.Th([r["short_name"], html.Span(c.under(r["academic_year"], r["unit"]), className="sub")], scope="row"),
            html.Td(value_words(r["value"], *how), className="number strong", **{"data-label": heads[1]}),
            html.Td(
                interval_words(r["ci_low"], r["ci_high"], *how) or "no interval",
                className="short",
                **{"data-label": heads[2]},
            ),
            html.Td(value_words(r["benchmark_value"], *how), className="number", **{"data-label": heads[3]}),
            html.Td(c.picture(drawn, alt, "spine"), **{"data-label": heads[4]}),
            html.Td(c.pill(verdict), **{"data-label": heads[5]}),
            html.Td(told, className="long", **{"data-label": heads[6]}),
            html.Td(
                f"{r['n']:,.0f}" if is_number(r["n"]) else "not published",
                className="number",
                **{"data-label": heads[7]},
            ),
        ]
    )


def _mark(tone: str) -> str:
    """The mark on the picture, where right is better whatever the indicator: up for better, down for worse."""
    return {"better": "▲", "worse": "▼", "similar": "●"}.get(tone, "○")


def _funnel(state: State, ask: Ask, rows: list[dict[str, Any]], name: str, query: dict[str, Any]) -> html.Section:
    ids = [str(r["indicator_id"]) for r in rows]
    # the first indicator with a place in a funnel, unless one is asked for
    placed = [str(r["indicator_id"]) for r in rows if text_or(r["position"], "cannot_say") != "cannot_say"]
    default = (placed or ids)[0]
    indicator = state.choice("indicator", ids, default) or default
    meta = next(r for r in rows if r["indicator_id"] == indicator)
    how = str(meta["unit"]), str(meta["kind"]), meta["decimals"]
    urn, breakdown, year = query["urn"], query["breakdown"], query["year"]
    answer = ask("compare_funnel", urn=urn, indicator=indicator, breakdown=breakdown, year=year)
    found = answer.rows
    title = f"Funnel: {meta['name']}"
    choice = html.Div(
        select(
            "indicator",
            "Indicator of the funnel",
            [(str(r["indicator_id"]), str(r["name"])) for r in rows],
            indicator,
            default,
            searchable=True,
            width=430,
        ),
        className="filters",
    )
    own = next((r for r in found if r["is_own"]), None)
    drawn = [r for r in found if text_or(r["verdict"]) != "cannot_say"]
    if not drawn:
        why = text_or(own["reason"]) if own else "The school has no figure for this choice"
        return c.section(title, [choice, html.P(f"There is no funnel to draw: {why}.", className="nothing")])
    outside = [r for r in drawn if r["verdict"] != "within"]
    first = drawn[0]
    sentence = (
        f"In {first['academic_year']} {len(outside) or 'none'} of {count_words(len(drawn), 'school', 'schools')} "
        f"{'lies' if len(outside) == 1 else 'lie'} outside the 95% limits around "
        f"{compared.name_of(text_or(first['comparator'], 'peers'))} ({value_words(first['comparator_value'], *how)}). "
    )
    if own is not None:
        sentence += (
            f"{name}: {value_words(own['value'], *how)}, {compared.PLACES[own['position']]}."
            if text_or(own["position"]) in compared.PLACES
            else f"Nothing is said of {name}: {text_or(own['reason'])}."
        )
    spread = (
        f"The limits allow for chance and for the usual spread between {first['peer_figures']:,.0f} schools of the kind "
        f"(phi {first['phi']:.1f}: the squared distances are that many times what chance alone would make)."
        if is_number(first["phi"])
        else "Too few schools of the kind to estimate their usual spread: the limits are those of chance alone."
    )
    parameters: dict[str, Any] = {"urn": urn, "indicator": indicator, "breakdown": breakdown, "year": year}
    n = f"{min(r['n'] for r in drawn):,.0f} to {max(r['n'] for r in drawn):,.0f} pupils"
    return c.section(
        title,
        [
            choice,
            c.chart_with_table(
                "funnel",
                state,
                c.graph("funnel", funnel_figures.funnel_figure(drawn, *how)),
                f"Funnel chart of schools by pupils. {sentence}",
                f"{sentence} {spread}",
                c.twin("compare_funnel", **parameters),
                c.provenance(answer, text_or(meta["publisher"]), releases=[text_or(r["release"]) for r in drawn], n=n),
            ),
            c.hidden(answer.hidden),
        ],
        c.download_link("compare_funnel", **parameters),
    )


def _gaps(ask: Ask, answer: Answer, urn: str, year: str | None) -> html.Section:
    title = "Disadvantaged pupils beside the others"
    if not answer.rows:
        return c.section(
            title,
            [html.P("No figure of both groups is published for this school.", className="nothing")],
        )
    told = sum(1 for r in answer.rows if r["verdict"] in ("behind", "ahead"))
    cannot = sum(1 for r in answer.rows if r["verdict"] == "cannot_say")
    return c.section(
        title,
        [
            c.table_view(build("compare_gaps", ask, {"urn": urn, "year": year})),
            html.P(
                f"{told or 'None'} of {count_words(len(answer.rows), 'gap', 'gaps')} {'is' if told <= 1 else 'are'} larger than "
                f"chance may make it{f'; of {cannot} nothing can be said' if cannot else ''}. No gap seen is not the same as no "
                "gap: with few pupils a large one stays unseen.",
                className="summary",
            ),
            html.P(c.provenance(answer, text_or(answer.rows[0]["publisher"])), className="provenance"),
        ],
        c.download_link("compare_gaps", urn=urn, year=year),
    )


def _similar(ask: Ask, urn: str, year: str | None, area: str) -> html.Section:
    title = "Similar schools"
    answer = ask("compare_similar", urn=urn, year=year)
    if not answer.rows:
        return c.section(
            title,
            [
                html.P("None of the traits that make schools similar is known of this school.", className="nothing"),
                c.hidden(answer.hidden),
            ],
        )
    own = answer.rows[0]
    missing = text_or(own["traits_missing"])
    known = f"{own['traits_used']} of {own['traits_stated']} traits are known of the school in {own['academic_year']}"
    known += f"; missing: {missing}." if missing else "."
    others = len({r["similar_rank"] for r in answer.rows} - {0})
    if not others:
        text = f"The school has no group: {text_or(own['reason'])}. {known}"
        return c.section(title, [html.P(text, className="nothing")])
    query = {"urn": urn, "year": year}
    return c.section(
        title,
        [
            c.table_view(build("compare_similar", ask, dict(query)), area=area),
            html.P(
                f"The {count_words(others, 'school', 'schools')} of its phase nearest in disadvantage, language, special "
                "needs, size and, where known, where pupils started. Distance 1 is one standard deviation apart in every "
                f"trait. {known} A school without a trait is kept one standard deviation from schools that have it.",
                className="summary",
            ),
            html.P(
                [
                    c.provenance(answer, text_or(own["publisher"]), releases=[text_or(own["release"])]),
                    " ",
                    dcc.Link(
                        "Set the school beside them", href=address("/compare", area=area, benchmark="similar", **query)
                    ),
                ],
                className="provenance",
            ),
        ],
        c.download_link("compare_similar", **query),
    )
