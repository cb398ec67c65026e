"""Methods: how each number is made, in plain words, and what was measured about it.

Belongs here: the chapters of `docs/methods/` as they stand there, and the measured figures of the mart `method_figure`.
Does not belong here: any method's text (it is written once, in `docs/methods/`), or results.
"""

from __future__ import annotations

from dash import dcc, html
from dash.development.base_component import Component

from dashboards.shared.request import Ask, State
from dashboards.shared.table import build
from dashboards.topics.methods.chapters import Chapter, chapters
from dashboards.ui import components as c
from dashboards.ui.sections import section
from dashboards.ui.shell import WAREHOUSE, Head, page
from dashboards.ui.tables import table_view


@section()
def contents(_state: State, _ask: Ask) -> html.Nav:
    """The chapters, as links."""
    links = [html.Li(html.A(chapter.title, href=f"#{chapter.anchor}")) for chapter in chapters()]
    return html.Nav(html.Ul(links), className="contents", **{"aria-label": "On this page"})


@section()
def every_chapter(_state: State, _ask: Ask) -> html.Div:
    """Every chapter's text."""
    return html.Div(
        [
            html.Section([html.H2(chapter.title), *_text(chapter)], id=chapter.anchor, className="section")
            for chapter in chapters()
        ]
    )


@section()
def measured(_state: State, ask: Ask) -> html.Section:
    """What was measured about each method."""
    figures = build("method_figures", ask, {})
    return c.panel(
        "What was measured",
        [table_view(figures)],
        c.download_link("method_figures") if figures.rows else None,
        "Simulated worlds have a known truth, so that it can be counted how often a method is wrong.",
    )


def _text(chapter: Chapter) -> list[Component]:
    """A chapter's Markdown; its tables can be moved sideways, by keyboard too, without the text around them."""
    drawn: list[Component] = []
    tables_so_far = 0
    for piece, is_table in chapter.pieces():
        markdown = dcc.Markdown(piece, className="prose")
        if is_table:
            tables_so_far += 1
            label = {"aria-label": f"{chapter.title}: table {tables_so_far}"}
            drawn.append(html.Div(markdown, className="scroll", tabIndex=0, role="region", **label))
        else:
            drawn.append(markdown)
    return drawn


@page("/methods", "Methods", (contents, every_chapter, measured), group=WAREHOUSE, place=4)
def head(state: State, ask: Ask) -> Head:
    """What the page is for."""
    return Head(
        "Methods",
        "How each number is made, what it assumes, and what it cannot tell. Where a method was tried on simulated worlds or "
        "on real history, what came out is shown here, good or bad.",
        area=state.get("area"),
        hidden=ask("method_figures").hidden,
    )
