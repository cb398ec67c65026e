"""The schools of one indicator by their pupils, between the limits of chance.

Belongs here: the funnel with its choice of indicator. Does not belong here: its limits (a mart has them).
"""

from __future__ import annotations

from typing import Any

from dash import html

from dashboards.figures import funnel as funnel_figures
from dashboards.shared.places import chosen_group
from dashboards.shared.request import Ask, State
from dashboards.shared.wording import text_or
from dashboards.topics.compare import sentences
from dashboards.topics.compare.choice import SPINE, choose, spine_of
from dashboards.ui import charts
from dashboards.ui import components as c
from dashboards.ui.filters import select
from dashboards.ui.sections import section


@section(*SPINE, "indicator", "show-funnel")
def funnel(state: State, ask: Ask) -> html.Section | None:
    """The schools of one indicator by their pupils, between the limits of chance."""
    school = choose(state, ask)
    rows = spine_of(school, state, ask)[0].rows
    if not rows:
        return None
    ids = [str(r["indicator_id"]) for r in rows]
    # the first indicator with a place in a funnel, unless one is asked for
    placed = [str(r["indicator_id"]) for r in rows if text_or(r["position"], "cannot_say") != "cannot_say"]
    default = (placed or ids)[0]
    indicator = state.choice("indicator", ids, default) or default
    meta = next(r for r in rows if r["indicator_id"] == indicator)
    how = str(meta["unit"]), str(meta["kind"]), meta["decimals"]
    breakdown, _group = chosen_group(state, ask)
    query: dict[str, Any] = {"urn": school.urn, "indicator": indicator, "breakdown": breakdown, "year": school.year}
    answer = ask("compare_funnel", **query)
    title = f"Funnel: {meta['name']}"
    options = [(str(r["indicator_id"]), str(r["name"])) for r in rows]
    choice = html.Div(
        select("indicator", "Indicator of the funnel", options, indicator, default, searchable=True, width=430),
        className="filters",
    )
    own = next((r for r in answer.rows if r["is_own"]), None)
    drawn = [r for r in answer.rows if text_or(r["verdict"]) != "cannot_say"]
    if not drawn:
        why = text_or(own["reason"]) if own else "The school has no figure for this choice"
        return c.panel(title, [choice, c.nothing(f"There is no funnel to draw: {why}."), c.hidden(answer.hidden)])
    sentence = sentences.funnel(drawn, own, school.name, how)
    n = f"{min(r['n_pupils'] for r in drawn):,.0f} to {max(r['n_pupils'] for r in drawn):,.0f} pupils"
    return c.panel(
        title,
        [
            choice,
            charts.chart_with_table(
                "funnel",
                state,
                charts.graph("funnel", funnel_figures.funnel_figure(drawn, *how)),
                f"Funnel chart of schools by pupils. {sentence}",
                f"{sentence} {sentences.spread(drawn[0])}",
                charts.twin("compare_funnel", **query),
                c.provenance(answer, text_or(meta["publisher"]), releases=[text_or(r["release"]) for r in drawn], n=n),
            ),
            c.hidden(answer.hidden),
        ],
        c.download_link("compare_funnel", **query),
    )
