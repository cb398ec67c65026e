"""The key indicators, a card each.

Belongs here: the cards. Does not belong here: their words (see `sentences.py`).
"""

from __future__ import annotations

from dash import dcc, html

from dashboards.figures import svg
from dashboards.shared.places import Area
from dashboards.shared.readings import Reading
from dashboards.shared.request import Ask, State, address
from dashboards.shared.wording import (
    NO_ROW,
    count_words,
    is_number,
    text_or,
    value_words,
    years_between,
)
from dashboards.topics.overview import sentences
from dashboards.topics.overview.choice import PLACE, choose, key_readings
from dashboards.ui import components as c
from dashboards.ui.sections import section


@section(*PLACE)
def cards(state: State, ask: Ask) -> html.Section:
    """The key indicators, a card each."""
    area, year = choose(state, ask)
    key, series = key_readings(area, year, ask)
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
