"""Tables as a page draws them: the rows of a table, rows that stack on a mobile, cells coloured by level.

Belongs here: captions, headings, cells, and the region that scrolls sideways. Does not belong here: what a table holds (see
`tables.py` of each topic), or its download (see `dashboards.ui.components`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from dash import dcc, html

from dashboards.shared.table import Table
from dashboards.ui.components import hidden, pill

# Rows drawn on a page; the download always has all of them.
ROWS_ON_A_PAGE = 100


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


def scrolling(label: str, table: html.Table) -> html.Div:
    """A table that may be wider than the screen: it scrolls by itself, by keyboard too."""
    return html.Div(table, className="scroll", tabIndex=0, role="region", **{"aria-label": label})


@dataclass(frozen=True)
class Cell:
    """A cell of a stacked table: its content, and how it is set (number, short, long, …)."""

    content: Any
    kind: str = ""


def stacked(
    caption: str,
    headings: Sequence[str],
    rows: Sequence[Sequence[Any]],
    numbers: frozenset[int] = frozenset(),
    *,
    label: str = "",
    caption_shown: bool = False,
    kind: str = "table stacks",
) -> html.Div:
    """A table whose rows become cards on a mobile, each cell under its heading.

    The first cell of a row is its heading; a cell is a component, a text or a `Cell`. Columns in `numbers` are set as numbers.
    """
    head = html.Thead(
        html.Tr(
            [
                html.Th(text, scope="col", className="number" if place in numbers else "")
                for place, text in enumerate(headings)
            ]
        )
    )
    body = html.Tbody(
        [html.Tr([_stacked_cell(cell, place, headings, numbers) for place, cell in enumerate(row)]) for row in rows]
    )
    shown = html.Caption(caption, className="" if caption_shown else "visually-hidden")
    return scrolling(label or caption, html.Table([shown, head, body], className=kind))


def _stacked_cell(cell: Any, place: int, headings: Sequence[str], numbers: frozenset[int]) -> Any:
    if place == 0:
        return html.Th(cell, scope="row")
    given = cell if isinstance(cell, Cell) else Cell(cell, "number" if place in numbers else "")
    return html.Td(given.content, className=given.kind, **{"data-label": headings[place]})


def heat(caption: str, headings: Sequence[str], rows: Sequence[Sequence[Any]], label: str = "") -> html.Div:
    """A table of levels: headed rows whose cells are made by `level`."""
    head = html.Thead(html.Tr([html.Th(text, scope="col") for text in headings]))
    body = html.Tbody([html.Tr([html.Th(row[0], scope="row"), *row[1:]]) for row in rows])
    return scrolling(label or caption, html.Table([html.Caption(caption), head, body], className="heat"))


def level(value: float | None, text: str, n: str = "") -> html.Td:
    """A cell coloured by its level (0 to 5), with its number and n; a cell without a value says why in `text`."""
    if value is None:
        return html.Td(text, className="level-none")
    return html.Td(
        [f"{text} ", html.Span(n, className="heat-n") if n else None], className=f"level-{min(4, int(value))}"
    )
