"""The chart of an effect in the years around an event: a point with its interval for each year.

Belongs here: the figure as a plain dictionary. Does not belong here: the sentence under it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from dashboards.figures import palette


@dataclass(frozen=True)
class YearPoint:
    """One year relative to the event: its label, the effect with its interval, and what a pointer shows."""

    label: str
    is_after: bool
    value: float
    low: float
    high: float
    text: str


def event_study_figure(points: Sequence[YearPoint], unit: str) -> dict[str, Any]:
    """A plotly figure: hollow diamonds before, filled circles after, and a line at no difference."""
    labels = [point.label for point in points]
    first_after = next((place for place, point in enumerate(points) if point.is_after), len(points))
    return {
        "data": [
            _trace("Before", [p for p in points if not p.is_after], "diamond-open", palette.GREY),
            _trace("After", [p for p in points if p.is_after], "circle", palette.NAVY),
        ],
        "layout": {
            "font": {
                "family": "system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif",
                "size": 13,
                "color": palette.INK,
            },
            "paper_bgcolor": "rgba(0,0,0,0)",
            "plot_bgcolor": "rgba(0,0,0,0)",
            "margin": {"l": 36, "r": 8, "t": 12, "b": 44},
            "showlegend": True,
            "hovermode": "closest",
            "dragmode": False,
            "legend": {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom", "xanchor": "left"},
            "xaxis": {
                "type": "category",
                "categoryorder": "array",
                "categoryarray": labels,
                "range": [-0.5, len(labels) - 0.5],
                "tickvals": list(range(len(labels))),
                # broken in two, so that labels stay apart on a telephone
                "ticktext": [label.replace(" years ", "<br>years ").replace(" year", "<br>year") for label in labels],
                "tickangle": 0,
                "tickfont": {"size": 11.5},
                "fixedrange": True,
                "showgrid": False,
                "linecolor": palette.GREY,
                "automargin": True,
            },
            "yaxis": {
                "gridcolor": palette.GRID,
                "zeroline": True,
                "zerolinecolor": palette.INK,
                "zerolinewidth": 1.5,
                "fixedrange": True,
                "automargin": True,
                "nticks": 7,
                "title": {"text": unit, "font": {"size": 12}},
            },
            "shapes": [
                {
                    "type": "line",
                    "xref": "x",
                    "yref": "paper",
                    "x0": first_after - 0.5,
                    "x1": first_after - 0.5,
                    "y0": 0,
                    "y1": 1,
                    "line": {"color": palette.GREY, "width": 1, "dash": "dot"},
                }
            ],
        },
    }


def _trace(name: str, points: Sequence[YearPoint], symbol: str, colour: str) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "markers",
        "name": name,
        "x": [p.label for p in points],
        "y": [p.value for p in points],
        "error_y": {
            "type": "data",
            "symmetric": False,
            "array": [p.high - p.value for p in points],
            "arrayminus": [p.value - p.low for p in points],
            "color": colour,
            "thickness": 2,
            "width": 6,
        },
        "marker": {"symbol": symbol, "size": 11, "color": colour, "line": {"width": 2, "color": colour}},
        "text": [p.text for p in points],
        "hovertemplate": "%{x}: %{text}<extra></extra>",
    }
