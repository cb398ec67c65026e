"""The funnel of one indicator: schools by cohort, between limits that narrow as cohorts grow.

Belongs here: the figure as a plain dictionary. Does not belong here: the limits (marts.funnel), or the sentence.
"""

from __future__ import annotations

import html
from collections.abc import Sequence
from typing import Any

from dashboards.figures import palette
from dashboards.shared.wording import is_number, value_words

_LIMITS = (
    ("lower_998", "99.8% limits", "dot", True),
    ("upper_998", "99.8% limits", "dot", False),
    ("lower_95", "95% limits", "dash", True),
    ("upper_95", "95% limits", "dash", False),
)
_MARKS = {
    "better": ("Better, outside", "triangle-up", palette.BETTER),
    "worse": ("Worse, outside", "triangle-down", palette.WORSE),
    "within": ("Within", "circle", palette.SIMILAR),
}


def funnel_figure(rows: Sequence[dict[str, Any]], unit: str, kind: str, decimals: Any) -> dict[str, Any]:
    """A plotly figure as a dictionary: x pupils, y the indicator's unit; the school of the page is ringed and named.

    Limits are drawn through those of the schools themselves, in order of cohort.
    """
    placed = [
        row for row in rows if is_number(row["value"]) and is_number(row["lower_95"]) and row["verdict"] in _MARKS
    ]
    ordered = sorted(placed, key=lambda row: row["n_pupils"])
    traces: list[dict[str, Any]] = [
        {
            "type": "scatter",
            "mode": "lines",
            "name": name,
            "x": [row["n_pupils"] for row in ordered],
            "y": [row[column] for row in ordered],
            "line": {"color": palette.GREY, "width": 1.2, "dash": dash},
            "hoverinfo": "skip",
            "showlegend": first,
            "legendgroup": name,
        }
        for column, name, dash, first in _LIMITS
    ]
    traces.append(
        {
            "type": "scatter",
            "mode": "lines",
            "name": "Comparator",
            "x": [row["n_pupils"] for row in ordered],
            "y": [row["benchmark_value"] for row in ordered],
            "line": {"color": palette.INK, "width": 1.5},
            "hoverinfo": "skip",
        }
    )
    for verdict, (name, symbol, colour) in _MARKS.items():
        part = [row for row in placed if row["verdict"] == verdict and not row["is_own"]]
        if part:
            traces.append(_points(name, part, symbol, colour, 9, (unit, kind, decimals)))
    for row in placed:
        if row["is_own"]:
            _name, symbol, colour = _MARKS[row["verdict"]]
            own = _points(str(row["name"]), [row], symbol, colour, 15, (unit, kind, decimals))
            own["marker"]["line"] = {"width": 2.5, "color": palette.INK}
            traces.append(own)
    return {
        "data": traces,
        "layout": {
            "font": {
                "family": "system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif",
                "size": 13,
                "color": palette.INK,
            },
            "paper_bgcolor": "rgba(0,0,0,0)",
            "plot_bgcolor": "rgba(0,0,0,0)",
            "margin": {"l": 36, "r": 8, "t": 12, "b": 36},
            "showlegend": True,
            "hovermode": "closest",
            "dragmode": False,
            "legend": {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom", "xanchor": "left"},
            "xaxis": {
                "title": {"text": "Pupils"},
                "fixedrange": True,
                "showgrid": False,
                "linecolor": palette.GREY,
                "rangemode": "tozero",
                "automargin": True,
                "nticks": 6,
            },
            "yaxis": {
                "gridcolor": palette.GRID,
                "zeroline": False,
                "fixedrange": True,
                "ticksuffix": "%" if unit == "%" else "",
                "automargin": True,
                "nticks": 7,
            },
        },
    }


def _points(
    name: str, rows: Sequence[dict[str, Any]], symbol: str, colour: str, size: int, how: tuple[str, str, Any]
) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "markers",
        "name": name,
        "x": [row["n_pupils"] for row in rows],
        "y": [row["value"] for row in rows],
        "marker": {"symbol": symbol, "size": size, "color": colour, "line": {"width": 1, "color": "#fff"}},
        "text": [
            f"{html.escape(str(row['name']))}: {value_words(row['value'], *how)}, n = {row['n_pupils']:,.0f}"
            for row in rows
        ],
        "hovertemplate": "%{text}<extra></extra>",
    }
