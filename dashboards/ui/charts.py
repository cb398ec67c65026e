"""A chart with what belongs to it: its table twin in a second tab, the sentence that says what it shows, its source.

Belongs here: the box around a chart. Does not belong here: any figure (see `dashboards.figures`), or its sentence.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import dash_mantine_components as dmc
from dash import dcc, html

from dashboards.shared import table as tables
from dashboards.shared.request import State, asker
from dashboards.shared.table import Table
from dashboards.ui.tables import table_view


def tabs(name: str, state: State, chart: Any, table: Callable[[], Table], area: str | None = None) -> dmc.Tabs:
    """Chart and table as two tabs; the table is made only when its tab is open.

    Which tab is open is part of the address, under `name`, so that a link to the table stays a link to the table.
    """
    shown = state.choice(name, ["chart", "table"]) or "chart"
    return dmc.Tabs(
        [
            dmc.TabsList([dmc.TabsTab("Chart", value="chart"), dmc.TabsTab("Table", value="table")]),
            dmc.TabsPanel(chart if shown == "chart" else None, value="chart"),
            dmc.TabsPanel(table_view(table(), area=area) if shown == "table" else None, value="table"),
        ],
        id={"type": "filter", "name": name, "default": "chart"},
        value=shown,
        color="navy",
    )


def chart_with_table(
    key: str, state: State, chart: Any, alt: str, summary: str, table: Callable[[], Table], provenance: str
) -> html.Div:
    """A chart (one image to a screen reader, with `alt`), the sentence that says what it shows, and its table twin."""
    return html.Div(
        [
            tabs(f"show-{key}", state, html.Div(chart, role="img", **{"aria-label": alt}), table),
            html.P(summary, className="summary"),
            html.P(provenance, className="provenance"),
        ]
    )


def graph(key: str, figure: dict[str, Any], height: int = 380) -> dcc.Graph:
    """A plotly chart that fits its box and carries no tool bar."""
    return dcc.Graph(
        id=f"graph-{key}",
        figure=figure,
        responsive=True,
        style={"height": f"{height}px"},
        config={"displayModeBar": False, "displaylogo": False, "scrollZoom": False, "doubleClick": False},
    )


def twin(name: str, **parameters: Any) -> Callable[[], Table]:
    """The table `name`, asked for only when it is called."""
    return lambda: tables.build(name, asker("table"), parameters)
