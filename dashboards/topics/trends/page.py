"""Trends: one indicator over the years, for an area and for each of its schools.

Belongs here: the big chart, what the series says, the small multiples and their sentences. Does not belong here: the order of
the schools and their verdicts (see `dashboards.tables` and `dashboards.shared.wording`), nor the words of signals
(`dashboards.topics.trends.sentences`).
"""

from __future__ import annotations

from typing import Any

from dash import dcc, html

from dashboards.figures import lines, spc, svg
from dashboards.shared.places import Area, areas, find_area
from dashboards.shared.readings import starts_anew
from dashboards.shared.request import Ask, State, address
from dashboards.shared.wording import (
    STAND_OUT,
    change_words,
    count_words,
    gap_words,
    is_number,
    previous_year,
    sentence_start,
    status_word,
    text_or,
    value_words,
    words_of_n,
    years_between,
)
from dashboards.topics.trends import sentences as signal_words
from dashboards.topics.trends import tables
from dashboards.ui import components as c
from dashboards.ui.filters import select, switch
from dashboards.ui.shell import RESULTS, Page, page

_DEFAULT = "ks2_rwm_expected_pct"
# Small multiples drawn at first; an authority may have hundreds of schools.
_FIRST = 48
# Years without a figure named one by one under a school's picture; more are counted.
_MISSING = 3
_QUIET = ["shown", "hidden"]
_METHODS = {
    "wilson": "Wilson’s method from the number of pupils",
    "published": "as published",
    "byar": "Byar’s method from the number of events",
    "t": "from the spread between the schools (Student’s t)",
}


@page("/trends", "Trends", RESULTS, 2)
def layout(state: State, ask: Ask) -> Page:
    """The page of the area, indicator, breakdown and order in the address."""
    listed, known = areas(ask), [r for r in ask("indicators").rows if r["has_series"]]
    if not listed or not known:
        return Page(
            "Trends",
            "There is nothing to show yet.",
            [c.empty("No series yet", "Load results and the register of schools, then refresh.")],
            hidden=ask("indicators").hidden,
        )
    area = find_area(ask, state.get("area"))
    ids = [str(r["indicator_id"]) for r in known]
    wanted = state.get("indicator")
    default = _DEFAULT if _DEFAULT in ids else ids[0]
    meta = next((r for r in known if r["indicator_id"] == (wanted or default)), None)
    if meta is None:
        raise LookupError(f"There is no indicator called “{wanted}” with a series in this warehouse.")
    breakdowns = [(str(r["breakdown_id"]), str(r["name"])) for r in ask("breakdowns").rows]
    breakdown = state.choice("breakdown", [key for key, _name in breakdowns], "all") or "all"
    order = state.choice("order", list(tables.ORDERS)) or "gap"
    quiet = state.choice("quiet", _QUIET) or "shown"
    group = dict(breakdowns).get(breakdown, breakdown)
    summary, big = _big(state, ask, area, meta, breakdown, group)
    return Page(
        str(meta["name"]),
        summary,
        [
            big,
            _said(state, ask, area, meta, breakdown, quiet),
            _schools(state, ask, area, meta, breakdown, order, quiet),
        ],
        area=area.key,
        method="trend",
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
                "indicator",
                "Indicator",
                [(str(r["indicator_id"]), str(r["name"])) for r in known],
                str(meta["indicator_id"]),
                default,
                searchable=True,
                width=430,
            ),
            select("breakdown", "Pupils", breakdowns, breakdown, "all", width=230),
            select("order", "Schools in order of", list(tables.ORDERS.items()), order, "gap", width=240),
            switch("quiet", STAND_OUT, quiet, on="hidden", off="shown"),
        ],
    )


def _big(
    state: State, ask: Ask, area: Area, meta: dict[str, Any], breakdown: str, group: str
) -> tuple[str, html.Section]:
    answer = ask(
        "trend_lines",
        indicator=meta["indicator_id"],
        breakdown=breakdown,
        partnership=area.partnership,
        authority=area.la_code or None,
    )
    rows = answer.rows
    own = [r for r in rows if r["area_type"] == area.area_type]
    title = f"{area.label}, {group.lower()}"
    if not own:
        sentence = f"There is no figure for {area.label}, {group.lower()}."
        return sentence, c.section(
            title,
            [
                c.empty(
                    "No figures for this choice",
                    "The schools of this area may be of another phase, or this group of pupils is not "
                    "published for this indicator. Choose another indicator or group.",
                )
            ],
        )
    years = years_between(min(r["academic_year"] for r in own), max(r["academic_year"] for r in own))
    england = [
        {"academic_year": r["academic_year"], "value": r["benchmark_value"], "status": "ok"}
        for r in own
        if is_number(r["benchmark_value"])
    ]
    england_name = next((str(r["england_name"]) for r in reversed(own) if is_number(r["benchmark_value"])), "England")
    groups = [(own, 0, area.name)]
    authority = [r for r in rows if r["area_type"] == "authority"]
    if area.partnership is not None and authority:
        groups.append((authority, 1, str(authority[0]["area_name"])))
    if england:
        groups.append((england, 2, england_name))
    drawn = [lines.Line(name, style, [_point(r) for r in part]) for part, style, name in groups]
    figure = lines.line_figure(drawn, years, str(meta["unit"]), str(meta["kind"]), meta["decimals"])
    sentence, shape = _sentence(area, meta, group, own), _shape(meta, own, years)
    last = own[-1]
    provenance = c.provenance(
        answer,
        text_or(meta["publisher"]),
        [text_or(r[name]) for r in rows for name in ("source_file", "england_file")],
        [text_or(r[name]) for r in rows for name in ("release", "england_release")],
        count_words(last["cohort"], "pupil", "pupils") + f" in {last['academic_year']}",
    )
    methods = {text_or(r["ci_method"], "none") for r in own} - {"none"}
    if methods:
        provenance += " Band: 95% interval, " + " and ".join(_METHODS[m] for m in sorted(methods)) + "."
    else:
        provenance += " There is no interval for this figure, so differences cannot be told from chance."
    if not england:
        provenance += " No line for England."
    if last["verdict"] == "not_compared":
        provenance += (
            f" Not compared with England in {last['academic_year']}: {sentence_start(text_or(last['reason']))}."
        )
    query = {"area": area.key, "indicator": str(meta["indicator_id"]), "breakdown": breakdown}
    return sentence, c.section(
        title,
        [
            c.chart_with_table(
                "trend",
                state,
                c.graph("trend", figure),
                f"Line chart. {sentence} {shape}",
                shape,
                c.twin("trend", **query),
                provenance,
            ),
        ],
        c.download_link("trend", **query),
    )


def _shape(meta: dict[str, Any], own: list[dict[str, Any]], years: list[str]) -> str:
    """The course of the line in one sentence: first, last, highest and lowest figure, and the years without one."""
    how = str(meta["unit"]), str(meta["kind"]), meta["decimals"]
    known = [r for r in own if is_number(r["value"])]
    if not known:
        return f"No figure for any year from {years[0]} to {years[-1]}."
    anew = max(starts_anew(own), default="")
    before = [r for r in known if str(r["academic_year"]) < anew]
    known = [r for r in known if r not in before] or known
    text = f"{value_words(known[0]['value'], *how)} in {known[0]['academic_year']}"
    if len(known) > 1:
        text += f", {value_words(known[-1]['value'], *how)} in {known[-1]['academic_year']}"
    low, high = min(known, key=lambda r: r["value"]), max(known, key=lambda r: r["value"])
    ends = (known[0], known[-1])
    text += "".join(
        f"; {word} {value_words(r['value'], *how)} ({r['academic_year']})"
        for word, r in (("highest", high), ("lowest", low))
        if r not in ends
    )
    have = {str(r["academic_year"]): r for r in own}
    missing = [
        f"{y} {status_word(have[y]['status']) if y in have else status_word(None)}"
        for y in years
        if y not in have or not is_number(have[y]["value"])
    ]
    if before and known[0] not in before:
        text += f". The line is broken before {anew}, where the series starts anew; before: " + ", ".join(
            f"{value_words(r['value'], *how)} in {r['academic_year']}" for r in (before[0], before[-1])[: len(before)]
        )
    return f"{text}.{' No figure: ' + ', '.join(missing) + '.' if missing else ''}"


def _point(row: dict[str, Any]) -> lines.Point:
    return lines.Point(
        str(row["academic_year"]),
        row["value"],
        row.get("ci_low"),
        row.get("ci_high"),
        text_or(row.get("status"), "ok"),
        row.get("cohort"),
        int(row["segment"]) if is_number(row.get("segment")) else 0,
    )


def _sentence(area: Area, meta: dict[str, Any], group: str, own: list[dict[str, Any]]) -> str:
    """What the chart shows, in one sentence: latest value, change on last year, distance from England, verdict, n."""
    last = own[-1]
    how = str(meta["unit"]), str(meta["kind"]), meta["decimals"]
    year, least = str(last["academic_year"]), int(meta["minimum_cohort"] or 11)
    if not is_number(last["value"]):
        return (
            f"{area.name}, {group.lower()}: {year} is {status_word(last['status'])}; no older figure stands in for it."
        )
    text = (
        f"{area.name}, {group.lower()}: {value_words(last['value'], *how)} in {year} "
        f"({words_of_n(last['cohort'], 'pupil', 'pupils')})"
    )
    before = next((r for r in own if r["academic_year"] == previous_year(year)), None)
    small = (
        any(not is_number(r["cohort"]) or r["cohort"] < least for r in (last, before) if r) and meta["kind"] != "count"
    )
    if small:
        return f"{text}. A cohort compared is under {least}, or its size is not published, so no change is stated."
    if before is not None and is_number(before["value"]):
        if starts_anew([before, last]):
            text += f"; counted anew in {year}, so no change is stated"
        else:
            text += f", {change_words(last['value'] - before['value'], how[0], how[2], before['academic_year'])}"
    beside = last["benchmark_value"]
    if is_number(beside):
        gap = gap_words(last["value"] - beside, how[0], how[2], "England")
        text += f", {gap} ({value_words(beside, *how)})"
        if last["verdict"] in ("better", "similar", "worse"):
            text += f": {last['verdict']}"
    return f"{text}."


def _said(state: State, ask: Ask, area: Area, meta: dict[str, Any], breakdown: str, quiet: str) -> html.Section | None:
    """What the area's own series says: a sentence per signal with its rule, the XmR chart, its table twin."""
    indicator = str(meta["indicator_id"])
    answer = ask(
        "trend_signals", area_type=area.area_type, area_id=area.area_id, indicator=indicator, breakdown=breakdown
    )
    rows = answer.rows
    if not rows:
        return None
    rates = {(r["method_id"], r["figure"]): float(r["value"]) for r in ask("method_figures").rows}
    every = signal_words.said(rows, meta, rates)
    found = [s for s in every if s.speaks or quiet == "shown"]
    title = "Is there a trend, and does it vary more than usual?"
    told: html.Ul | html.P = html.Ul([_signal(s) for s in found], className="asks")
    if not found:
        told = html.P(signal_words.nothing_stands_out(every), className="nothing")
    query = {"area": area.key, "indicator": indicator, "breakdown": breakdown}
    known = [r for r in rows if is_number(r["spc_mean"])]
    body: list[Any] = [told]
    anew = signal_words.anew(rows)
    if anew:
        body.append(html.P(anew, className="summary"))
    if known:
        years = years_between(rows[0]["academic_year"], rows[-1]["academic_year"])
        figure = spc.spc_figure(
            area.name, [_spc_point(r) for r in rows], years, str(meta["unit"]), str(meta["kind"]), meta["decimals"]
        )
        summary = _chart_words(rows, meta)
        body.append(
            c.chart_with_table(
                "signals",
                state,
                c.graph("signals", figure, height=320),
                f"XmR chart. {summary}",
                summary,
                c.twin("trend_signals", **query),
                c.provenance(
                    answer,
                    text_or(meta["publisher"]),
                    [text_or(r["source_file"]) for r in rows],
                    [text_or(r["release"]) for r in rows],
                    count_words(known[-1]["spc_points"], "point", "points"),
                )
                + " Limits are those of the whole series since it last started anew.",
            )
        )
    else:
        body.append(html.P(c.provenance(answer, text_or(meta["publisher"])), className="provenance"))
    body.append(c.hidden(answer.hidden))
    return c.section(title, body, c.download_link("trend_signals", **query))


def _signal(said: signal_words.Said) -> html.Li:
    return html.Li(
        [
            html.P([c.pill(said.verdict), html.Span(f" {said.subject}", className="ask")]),
            html.P(said.sentence),
            html.P(f"Rule: {said.rule}.", className="rule"),
        ]
    )


def _spc_point(row: dict[str, Any]) -> spc.Point:
    return spc.Point(
        str(row["academic_year"]),
        row["value"],
        row["spc_mean"],
        row["spc_lower"],
        row["spc_upper"],
        str(row["spc_variation"]),
        signal_words.rule_words(row),
        int(row["segment"]),
    )


def _chart_words(rows: list[dict[str, Any]], meta: dict[str, Any]) -> str:
    """Which points of the chart are flagged, by their words; limits of the latest segment."""
    how = str(meta["unit"]), str(meta["kind"]), meta["decimals"]
    last = next(r for r in reversed(rows) if is_number(r["spc_mean"]))
    text = (
        f"Mean {value_words(last['spc_mean'], *how)}, limits {value_words(last['spc_lower'], *how)} to "
        f"{value_words(last['spc_upper'], *how)}."
    )
    flagged: dict[str, list[str]] = {}
    for row in rows:
        if row["spc_variation"] not in ("common", "cannot_say"):
            flagged.setdefault(signal_words.point_verdict(row).word, []).append(str(row["academic_year"]))
    if not flagged:
        return f"{text} No point is flagged."
    return f"{text} " + " ".join(f"{word}: {', '.join(years)}." for word, years in flagged.items())


def _schools(
    state: State, ask: Ask, area: Area, meta: dict[str, Any], breakdown: str, order: str, quiet: str
) -> html.Section:
    indicator = str(meta["indicator_id"])
    found, years, without, answer = tables.school_series(ask, indicator, area, breakdown, order)
    title = "Every school, on the same scale"
    if not found:
        return c.section(
            title,
            [
                html.P("No school of this area has a figure for this choice.", className="nothing"),
                c.hidden(answer.hidden),
            ],
        )
    values = [float(r["value"]) for s in found for r in s.rows.values() if is_number(r["value"])]
    values += [value for s in found for value in s.england.values()]
    low, high = (min(values), max(values)) if values else (0.0, 1.0)
    how = str(meta["unit"]), str(meta["kind"]), meta["decimals"]
    # a school stands out where its latest year is clear of England, ends a trend, or lies beyond what is usual for it
    speaking = [
        s
        for s in found
        if quiet == "shown" or s.verdict.tone in ("better", "worse") or signal_words.speaks(s.rows.get(years[-1], {}))
    ]
    silent = len(found) - len(speaking)
    shown = speaking if state.get("schools") == "all" else speaking[:_FIRST]
    said = (
        f"{tables.ORDERS[order]}, by {years[-1]}; small cohorts and schools without a figure last."
        if order == "gap" and meta["polarity"] != "none"
        else "By name."
    )
    summary = (
        f"{count_words(len(found), 'school', 'schools')}. {said} Solid: the school; dotted: England; ✕: no figure. "
        f"Every picture runs from {value_words(low, *how)} to {value_words(high, *how)}."
    )
    if without:
        summary += f" {count_words(without, 'school has', 'schools have')} no figures for this indicator and group."
    if silent:
        have = "school that does not stand out is", "schools that do not stand out are"
        summary += f" {count_words(silent, *have)} hidden."
    query = {"area": area.key, "indicator": indicator, "breakdown": breakdown, "order": order}
    chart = html.Ul([_school(s, meta, years, low, high, area) for s in shown], className="multiples")
    rest = None
    if len(shown) < len(speaking):
        kept = {**query, "schools": "all"} | ({"quiet": quiet} if quiet != "shown" else {})
        rest = html.P(
            dcc.Link(f"Show all {len(speaking)} schools", href=address("/trends", **kept)),
            className="note",
        )
    name = "show-schools"
    view = state.choice(name, ["chart", "table"]) or "chart"
    body = [
        c.tabs(name, view, html.Div([chart, rest]), c.twin("schools_trend", **query), area.key),
        html.P(summary, className="summary"),
        html.P(
            c.provenance(
                answer,
                text_or(meta["publisher"]),
                releases=[text_or(r["release"]) for s in found for r in s.rows.values()],
            ),
            className="provenance",
        ),
        c.hidden(answer.hidden),
    ]
    return c.section(title, body, c.download_link("schools_trend", **query))


def _school(
    school: tables.SchoolSeries,
    meta: dict[str, Any],
    years: list[str],
    low: float,
    high: float,
    area: Area,
) -> html.Li:
    how = str(meta["unit"]), str(meta["kind"]), meta["decimals"]
    series = [(year, school.rows[year]["value"] if year in school.rows else None) for year in years]
    said = [
        (
            year,
            value_words(school.rows[year]["value"], *how, school.rows[year]["status"])
            if year in school.rows
            else status_word(None),
        )
        for year in years
    ]
    last = school.rows.get(years[-1], {})
    figure = f"{years[-1]}: {said[-1][1]}"
    if is_number(last.get("value")):
        figure += f", {words_of_n(last['cohort'])}"
    without = [(year, text) for year, text in said[:-1] if not is_number(dict(series)[year])]
    missing = [f"{year} {text}" for year, text in without]
    if len(without) > _MISSING:
        words = [text for _year, text in without]
        missing = [count_words(words.count(word), f"year {word}", f"years {word}") for word in dict.fromkeys(words)]
    alt = f"{school.name}: " + ", ".join(f"{year} {text}" for year, text in said)
    return html.Li(
        [
            html.H3(dcc.Link(school.name, href=address(f"/school/{school.urn}", area=area.key))),
            c.picture(
                svg.multiple(series, sorted(school.england.items()), low, high, school.verdict.tone, school.anew),
                alt,
                "multiple",
            ),
            html.Span("✕ " + ", ".join(missing), className="sub") if missing else None,
            html.Div([html.P(figure, className="card-n"), c.pill(school.verdict)], className="multiple-foot"),
            _school_signals(last),
        ],
        className="multiple-card",
    )


def _school_signals(last: dict[str, Any]) -> html.P | None:
    """A line under a school's picture where the trend or the chart has something to say of its latest year."""
    said = []
    if text_or(last.get("trend_verdict"), "cannot_say") not in ("no_change", "cannot_say"):
        said.append(c.pill(signal_words.trend_verdict(last), " over five years"))
    if text_or(last.get("spc_rule"), "cannot_say") not in ("none", "cannot_say"):
        said.append(c.pill(signal_words.point_verdict(last), f": {signal_words.rule_words(last).lower()}"))
    return html.P(said, className="multiple-signals") if said else None
