"""Each indicator of the school in its latest year, and its years.

Belongs here: the table of indicators. Does not belong here: readings (see `dashboards.shared.readings`).
"""

from __future__ import annotations

from typing import Any

from dash import html

from dashboards.figures import svg
from dashboards.shared.places import chosen_group
from dashboards.shared.readings import Reading, readings
from dashboards.shared.request import Ask, State
from dashboards.shared.wording import (
    difference_number,
    interval_words,
    is_number,
    status_word,
    text_or,
    value_words,
    years_between,
)
from dashboards.ui import components as c
from dashboards.ui.sections import section
from dashboards.ui.tables import Cell, stacked


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
