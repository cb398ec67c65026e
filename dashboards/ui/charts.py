"""A chart with what belongs to it: its table twin in a second tab, the sentence that says what it shows, its source.

Belongs here: the box around a chart. Does not belong here: any figure (see `dashboards.figures`), or its sentence.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import dash_mantine_components as dmc
from dash import dcc, html

from dashboards.figures.drawing import drawing
from dashboards.shared import table as tables
from dashboards.shared.request import State, asker
from dashboards.shared.table import Table
from dashboards.ui.flat import raw
from dashboards.ui.tables import table_view


@dataclass(frozen=True)
class Chart:
    """A chart of a page: its key, the plain figure, and its height in pixels."""

    key: str
    figure: dict[str, Any]
    height: int


def tabs(
    name: str,
    state: State,
    chart: Any,
    table: Callable[[], Table],
    area: str | None = None,
    more: Callable[[], Any] | None = None,
) -> dmc.Tabs:
    """Chart and table as two tabs, and `more` of the chart as a third; each is made only when its tab is open.

    Which tab is open is part of the address, under `name`, so that a link to the table stays a link to the table.
    """
    labels = {"chart": "Chart", "table": "Table"} | ({"interactive": "Interactive chart"} if more else {})
    shown = state.choice(name, list(labels)) or "chart"
    made = {"chart": lambda: chart, "table": lambda: table_view(table(), area=area), "interactive": more}[shown]
    return dmc.Tabs(
        [
            dmc.TabsList([dmc.TabsTab(label, value=value) for value, label in labels.items()]),
            *(dmc.TabsPanel(made() if value == shown and made else None, value=value) for value in labels),
        ],
        id={"type": "filter", "name": name, "default": "chart"},
        value=shown,
        color="navy",
    )


def chart_with_table(
    key: str, state: State, chart: Chart | Any, alt: str, summary: str, table: Callable[[], Table], provenance: str
) -> html.Div:
    """A chart (one image to a screen reader, with `alt`), the sentence that says what it shows, and its table twin.

    What is seen first of a `Chart` is drawn here, on the server; the chart that answers a pointer, and its library, is loaded
    where somebody asks for it. Any other picture is shown as it is.
    """

    def image(drawn: Any) -> html.Div:
        return html.Div(drawn, role="img", **{"aria-label": alt})

    def interactive() -> html.Div:
        return image(_interactive(chart))

    is_chart = isinstance(chart, Chart)
    first = raw(drawing(chart.key, chart.figure, chart.height)) if is_chart else chart
    return html.Div(
        [
            tabs(f"show-{key}", state, image(first), table, more=interactive if is_chart else None),
            html.P(summary, className="summary"),
            html.P(provenance, className="provenance"),
        ]
    )


def graph(key: str, figure: dict[str, Any], height: int = 380) -> Chart:
    """A chart of a page."""
    return Chart(key, figure, height)


def _interactive(chart: Chart) -> dcc.Graph:
    """A plotly chart that fits its box and carries no tool bar."""
    return dcc.Graph(
        id=f"graph-{chart.key}",
        figure=chart.figure,
        responsive=True,
        style={"height": f"{chart.height}px"},
        config={"displayModeBar": False, "displaylogo": False, "scrollZoom": False, "doubleClick": False},
    )


def twin(name: str, **parameters: Any) -> Callable[[], Table]:
    """The table `name`, asked for only when it is called."""
    return lambda: tables.build(name, asker("table"), parameters)
