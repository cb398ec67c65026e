"""Methods: how each number is made, in plain words, and what was measured about it.

Belongs here: the chapters of `docs/methods/` as they stand there, and the measured figures of the mart `method_figure`.
Does not belong here: any method's text (it is written once, in `docs/methods/`), or results.
"""

from __future__ import annotations

import dash
from dash import dcc, html

from dashboards import components as c
from dashboards import tables
from dashboards.chapters import chapters
from dashboards.state import Ask, State


@c.page("methods")
def layout(state: State, ask: Ask) -> c.Page:
    """All chapters, then every measured figure."""
    figures = tables.build("method_figures", ask, {})
    contents = [html.Li(html.A(chapter.title, href=f"#{chapter.anchor}")) for chapter in chapters()]
    return c.Page(
        "Methods",
        "How each number is made, what it assumes, and what it cannot tell. Where a method was tried on simulated worlds or "
        "on real history, what came out stands here, whatever it was.",
        [
            html.Nav(html.Ul(contents), className="contents", **{"aria-label": "On this page"}),
            *(
                html.Section(
                    [html.H2(chapter.title), dcc.Markdown(chapter.text, className="prose")],
                    id=chapter.anchor,
                    className="section",
                )
                for chapter in chapters()
            ),
            c.section(
                "What was measured",
                [c.table_view(figures)],
                c.download_link("method_figures") if figures.rows else None,
                "Simulated worlds have a known truth, so that it can be counted how often a method is wrong.",
            ),
        ],
        area=state.get("area"),
        hidden=figures.hidden,
    )


dash.register_page(__name__, path="/methods", title="Methods - Turncurve", layout=layout)
