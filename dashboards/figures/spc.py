"""The XmR chart of one series: points, the mean of each segment, and its limits.

Belongs here: the figure as a plain dictionary. Does not belong here: limits and flags (the mart has them), and sentences.
"""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from dashboards.figures import lines, palette
from dashboards.shared.wording import is_number, value_words

#: what a point is, and how it is drawn: shape, colour and word
_MARKS = {
    "common": ("As usual", "circle", palette.GREY, 9),
    "improvement": ("Improvement", "triangle-up", palette.BETTER, 14),
    "concern": ("Concern", "triangle-down", palette.WORSE, 14),
    "neutral_high": ("High", "diamond", palette.TEAL, 12),
    "neutral_low": ("Low", "diamond", palette.TEAL, 12),
    "cannot_say": ("Not judged", "circle-open", palette.GREY, 9),
}


@dataclass(frozen=True)
class Point:
    """One year: value in the indicator's unit, its mean and limits, what it is, by which rule, in which segment."""

    year: str
    value: float | None
    mean: float | None
    lower: float | None
    upper: float | None
    variation: str
    rule: str
    segment: int


def spc_figure(
    name: str, points: Sequence[Point], years: Sequence[str], unit: str, kind: str, decimals: Any
) -> dict[str, Any]:
    """A plotly figure as a dictionary: x the academic years, y the indicator's unit. Lines stop where a segment ends."""
    at = {point.year: point for point in points}
    found = [at.get(year) for year in years]
    traces: list[dict[str, Any]] = []
    for field, words, dash in (("upper", "Limits", "dash"), ("lower", "Limits", "dash"), ("mean", "Mean", "solid")):
        for place, segment in enumerate(sorted({point.segment for point in points})):
            part = [
                p if p is not None and p.segment == segment and is_number(getattr(p, field)) else None for p in found
            ]
            if not any(part):
                continue
            traces.append(
                {
                    "type": "scatter",
                    "mode": "lines",
                    "name": words,
                    "x": list(years),
                    "y": [getattr(p, field) if p else None for p in part],
                    "connectgaps": True,
                    "line": {"color": palette.GREY, "width": 1.5, "dash": dash},
                    "showlegend": field != "lower" and place == 0,
                    "legendgroup": words,
                    "text": [value_words(getattr(p, field), unit, kind, decimals) if p else "" for p in part],
                    "hovertemplate": f"{field.capitalize() if field == 'mean' else f'{field.capitalize()} limit'}: %{{text}}"
                    "<extra></extra>",
                }
            )
    traces.append(
        {
            "type": "scatter",
            "mode": "lines",
            "name": name,
            "x": list(years),
            "y": [p.value if p is not None and is_number(p.value) else None for p in found],
            "connectgaps": False,
            "hoverinfo": "skip",
            "line": {"color": palette.NAVY, "width": 1.5},
            "showlegend": False,
        }
    )
    # high and low share a shape and a colour, so the word stands beside each
    for variation, (word, symbol, colour, size) in _MARKS.items():
        part = [p if p is not None and is_number(p.value) and p.variation == variation else None for p in found]
        if any(part):
            traces.append(
                {
                    "type": "scatter",
                    "mode": "markers",
                    "name": word,
                    "x": list(years),
                    "y": [p.value if p else None for p in part],
                    "marker": {
                        "symbol": symbol,
                        "size": size,
                        "color": colour,
                        "line": {"width": 1.5, "color": colour},
                    },
                    "text": [
                        html.escape(
                            value_words(p.value, unit, kind, decimals)
                            + (f": {p.rule}" if variation != "common" else "")
                        )
                        if p
                        else ""
                        for p in part
                    ],
                    "hovertemplate": f"<b>{html.escape(name)}</b>, %{{x}}: %{{text}} ({word.lower()})<extra></extra>",
                }
            )
    return {"data": traces, "layout": lines.layout(years, lines.year_labels(years), unit, zero=False)}
