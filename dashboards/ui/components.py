"""The pieces every page is made of.

Belongs here: cards, sections, charts with their table twin, tables, empty and hidden states. Does not belong here: the frame
(see `dashboards.ui.shell`), filters (see `dashboards.ui.filters`), questions, or what any one page says.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

import dash_mantine_components as dmc
from dash import dcc, html

from dashboards.figures import svg
from dashboards.shared import table as tables
from dashboards.shared.request import State, address, asker
from dashboards.shared.table import Table
from dashboards.shared.wording import Verdict, measured_in, text_or

# Rows drawn on a page; the download always has all of them.
ROWS_ON_A_PAGE = 100


def moment(value: datetime) -> str:
    """A date and time as it is read aloud."""
    return f"{value.day} {value:%B %Y}, {value:%H:%M}"


def pill(verdict: Verdict, suffix: str = "") -> html.Span:
    """A verdict as shape, colour and word."""
    return html.Span(
        [html.Span(verdict.shape, **{"aria-hidden": "true"}), f" {verdict.word}{suffix}"],
        className=f"pill {verdict.tone}",
        title=verdict.reason,
    )


def picture(document: str, alt: str, class_name: str = "") -> html.Img:
    """A server-made SVG with its alternative text."""
    return html.Img(src=svg.data_uri(document), alt=alt, className=class_name)


def section(title: str, body: Sequence[Any], download: Any = None, note: str = "") -> html.Section:
    """A white section: heading at the left, downloads at the right."""
    return html.Section(
        [
            html.Div([html.H2(title), download], className="section-head"),
            html.P(note, className="note") if note else None,
            *body,
        ],
        className="section",
    )


def download_link(name: str, **parameters: str | None) -> html.A:
    """A link to the CSV of a table; it works without a script and asks the door again."""
    return html.A(
        "Download CSV", href=address(f"/download/{name}.csv", **parameters), className="button", download=True
    )


def tabs(name: str, shown: str, chart: Any, table: Callable[[], Table], area: str | None = None) -> dmc.Tabs:
    """Chart and table as two tabs; the table is made only when its tab is open.

    Which tab is open is part of the address, under `name`, so that a link to the table stays a link to the table.
    """
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
    name = f"show-{key}"
    shown = state.choice(name, ["chart", "table"]) or "chart"
    return html.Div(
        [
            tabs(name, shown, html.Div(chart, role="img", **{"aria-label": alt}), table),
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


def table_view(table: Table, most: int = ROWS_ON_A_PAGE, area: str | None = None) -> html.Div:
    """A table with its caption; long ones are cut, and say so. Links from it keep the chosen `area`."""
    if not table.rows:
        return html.Div([html.P("There are no rows.", className="nothing"), hidden(table.hidden)])
    shown = list(table.rows[:most])
    head = html.Thead(
        html.Tr(
            [
                html.Th(text, scope="col", className="number" if place in table.numeric else "")
                for place, text in enumerate(table.headings)
            ]
        )
    )
    body = html.Tbody([_row(row, table, place, area) for place, row in enumerate(shown)])
    total = len(table.rows) if table.total is None else table.total
    cut = f"The first {most} of {total:,} rows are shown; the download has all of them." if total > len(shown) else ""
    return html.Div(
        [
            html.Div(
                html.Table([html.Caption(table.caption, className="visually-hidden"), head, body], className="table"),
                className="scroll",
                tabIndex=0,
                role="region",
                **{"aria-label": table.caption},
            ),
            html.P(cut, className="note") if cut else None,
            hidden(table.hidden),
        ]
    )


def _row(row: Sequence[str], table: Table, place: int, area: str | None) -> html.Tr:
    link = table.links[place] if place < len(table.links) else None
    if link and area and "area=" not in link:
        link += f"{'&' if '?' in link else '?'}{urlencode({'area': area})}"
    first = dcc.Link(row[0], href=link) if link else _breakable(row[0])
    cells: list[Any] = [html.Th(first, scope="row")]
    cells.extend(
        html.Td(pill(table.verdicts[number][place]))
        if number in table.verdicts
        else html.Td(text, className=_cell_class(text, number in table.numeric))
        for number, text in enumerate(row[1:], 1)
    )
    return html.Tr(cells)


def _breakable(text: str) -> Any:
    """A path that may be broken after a slash or an underscore, and not within a word."""
    if "/" not in text:
        return text
    parts = re.split(r"(?<=[/_])", text)
    return [piece for part in parts for piece in (part, html.Wbr())][:-1]


def _cell_class(text: str, numeric: bool) -> str:
    if numeric:
        return "number"
    # Long texts get room and short codes stay on one line, or the browser squeezes the one column that explains.
    return "longer" if len(text) > 90 else "long" if len(text) > 40 else "short" if len(text) <= 11 else "middling"


def under(year: Any, unit: Any) -> str:
    """What stands small under an indicator's short name: the year, and the unit where a figure does not show it."""
    return ", ".join(text for text in (text_or(year), measured_in(text_or(unit))) if text)


def hidden(reasons: Sequence[str]) -> Any:
    """What was held back, and why; nothing when nothing was."""
    if not reasons:
        return None
    return html.Div([html.Strong("Not shown: "), " ".join(dict.fromkeys(reasons))], className="hidden-state")


def empty(title: str, text: str, *more: Any) -> html.Div:
    """An empty state: what is missing and what to do."""
    return html.Div([html.H2(title), html.P(text), *more], className="empty-state")


def provenance(
    answer: Any, publisher: str = "", sources: Sequence[str] = (), releases: Sequence[str] = (), n: str = ""
) -> str:
    """Where figures come from: publisher and files, release, as-at date, n."""
    files = [name for name in dict.fromkeys(source.rsplit("/", 1)[-1] for source in sources) if name]
    kept = [name for name in dict.fromkeys(releases) if name]
    named = f"{files[0]} and {len(files) - 1} other files" if len(files) > 2 else " and ".join(files)
    parts = [f"Source: {publisher or 'the schools’ and partnerships’ own returns'}{f' ({named})' if named else ''}."]
    if kept:
        parts.append(f"Release: {', '.join(kept)}.")
    parts.append(f"As at {moment(answer.built_at)}.")
    if n:
        parts.append(f"n\u00a0=\u00a0{n}.")
    return " ".join(parts)


def twin(name: str, ask_channel: str = "table", **parameters: Any) -> Callable[[], Table]:
    """The table `name`, asked for only when it is called."""
    return lambda: tables.build(name, asker(ask_channel), parameters)
