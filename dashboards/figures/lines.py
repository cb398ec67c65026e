"""The line chart of one indicator: an area's line with its interval band, beside benchmark lines.

Belongs here: figures as plain dictionaries (building a plotly object costs two hundred times as much). Does not belong
here: the sentence under the chart.
"""

from __future__ import annotations

import html
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from dashboards.figures import palette
from dashboards.shared.wording import NO_ROW, interval_words, is_number, status_word, value_words

# One shape and dash per place in the list: the chosen area, its authority, England.
_STYLES = (
    {"colour": palette.NAVY, "symbol": "circle", "dash": "solid", "width": 3, "size": 10},
    {"colour": palette.TEAL, "symbol": "square", "dash": "dash", "width": 2, "size": 8},
    {"colour": palette.GREY, "symbol": "diamond-open", "dash": "dot", "width": 2, "size": 9},
)
# So many whole years fit side by side on the narrowest screen, so many broken in two, so many of two figures broken in two.
_WHOLE, _BROKEN, _SHORT = 5, 8, 14


@dataclass(frozen=True)
class Point:
    """One year of one line: value and interval in the indicator's unit, or a status where there is no value."""

    year: str
    value: float | None
    low: float | None = None
    high: float | None = None
    status: str = "ok"
    n_pupils: float | None = None
    segment: int = 0
    """Points of different segments are not joined: the series breaks between them."""


@dataclass(frozen=True)
class Line:
    """One area's line; `style` 0 is the chosen area (with its band), 1 its authority, 2 England."""

    name: str
    style: int
    points: Sequence[Point]


def line_figure(
    lines: Sequence[Line],
    years: Sequence[str],
    unit: str,
    kind: str,
    decimals: Any,
    levels: Sequence[Point] = (),
) -> dict[str, Any]:
    """A plotly figure as a dictionary: x the academic years, y the indicator's unit.

    A year without a value breaks the line, and the first line says why at the foot of the chart. `levels` are what lasts of the
    first line's figures, with the figure to be expected next: a dashed line in a fan.
    """
    traces: list[dict[str, Any]] = []
    labels = list(years)
    for place, line in enumerate(lines):
        at = {point.year: point for point in line.points}
        style = _STYLES[line.style]
        found = [at.get(year) for year in years]
        if place == 0:
            traces.extend(_band(line.name, years, found))
            labels = _tick_labels(years, found, {point.year for point in levels})
        # an empty place beside a year breaks the line before it
        spaced = [item for year, p in zip(years, found, strict=True) for item in _spaced(year, p, found, years)]
        traces.append(
            {
                "type": "scatter",
                "mode": "lines+markers",
                "name": line.name,
                "x": [year for year, _p in spaced],
                "connectgaps": False,
                "y": [p.value if p is not None and is_number(p.value) else None for _y, p in spaced],
                "line": {"color": style["colour"], "width": style["width"], "dash": style["dash"]},
                "marker": {
                    "symbol": style["symbol"],
                    "size": style["size"],
                    "color": style["colour"],
                    "line": {"width": 2, "color": style["colour"]},
                },
                "text": [_hover(p, unit, kind, decimals) for _y, p in spaced],
                "hovertemplate": f"<b>{html.escape(line.name)}</b>, %{{x}}: %{{text}}<extra></extra>",
            }
        )
    traces += _fan(levels, unit, kind, decimals)
    made = layout(years, labels, unit, zero=kind == "progress")
    own = {point.year: point for point in lines[0].points} if lines else {}
    made["shapes"] = [
        {
            "type": "line",
            "xref": "x",
            "yref": "paper",
            "x0": place - 0.5,
            "x1": place - 0.5,
            "y0": 0,
            "y1": 1,
            "line": {"color": palette.GREY, "width": 1, "dash": "dot"},
        }
        for place, year in enumerate(years)
        if _breaks(own.get(year), [own.get(y) for y in years[:place]])
    ]
    return {"data": traces, "layout": made}


def _breaks(point: Point | None, before: Sequence[Point | None]) -> bool:
    last = next((p for p in reversed(before) if p is not None), None)
    return point is not None and last is not None and point.segment != last.segment


def _spaced(
    year: str, point: Point | None, found: Sequence[Point | None], years: Sequence[str]
) -> list[tuple[str, Point | None]]:
    return [(year, None)] * _breaks(point, found[: list(years).index(year)]) + [(year, point)]


def layout(years: Sequence[str], labels: Sequence[str], unit: str, zero: bool) -> dict[str, Any]:
    """The layout of a house chart over academic years; `zero` draws the line at nought."""
    return {
        "font": {
            "family": "system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif",
            "size": 13,
            "color": palette.INK,
        },
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "margin": {"l": 36, "r": 8, "t": 12, "b": 30},
        "showlegend": True,
        "hovermode": "closest",
        "dragmode": False,
        "legend": {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom", "xanchor": "left"},
        "xaxis": {
            "type": "category",
            "categoryorder": "array",
            "categoryarray": list(years),
            "fixedrange": True,
            "tickangle": 0,
            "showgrid": False,
            "linecolor": palette.GREY,
            "range": [-0.3, len(years) - 0.7],
            "tickvals": list(range(len(years))),
            "ticktext": list(labels),
            "tickfont": {"size": 11.5},
            "automargin": True,
            "ticks": "outside",
        },
        "yaxis": {
            "gridcolor": palette.GRID,
            "zeroline": zero,
            "zerolinecolor": palette.GREY,
            "fixedrange": True,
            "ticksuffix": "%" if unit == "%" else "",
            "automargin": True,
            "nticks": 7,
        },
    }


def _tick_labels(years: Sequence[str], found: Sequence[Point | None], levels: Collection[str] = ()) -> list[str]:
    """Each year's label; a year without a value says why under it, where no line can cross the word.

    A year after the last figure that has a level only is still to come.
    """
    latest = max((point.year for point in found if point is not None), default="")
    labels = []
    for year, label, point in zip(years, year_labels(years), found, strict=True):
        if point is None and year > latest and year in levels:
            labels.append(f"{label}<br>expected")
        elif point is None or not is_number(point.value):
            word = NO_ROW if point is None else status_word(point.status)
            # beside many others a word would lie over its neighbours: the sentence under the chart has it
            below = " " + word.replace(" ", "<br>") if len(years) <= _BROKEN else ""
            labels.append(f"{label}<br>✕{below}")
        else:
            labels.append(label)
    return labels


def year_labels(years: Sequence[str]) -> list[str]:
    """Labels that stay apart on a telephone: whole, broken in two, of two figures, and of every second year at last."""
    if len(years) <= _WHOLE:
        return list(years)
    if len(years) <= _BROKEN:
        return [f"{year[:5]}<br>{year[5:]}" for year in years]
    every = 1 if len(years) <= _SHORT else 2
    # the latest year always has its label
    return [
        f"{year[2:5]}<br>{year[5:]}" if (len(years) - 1 - place) % every == 0 else ""
        for place, year in enumerate(years)
    ]


def _band(name: str, years: Sequence[str], found: Sequence[Point | None]) -> list[dict[str, Any]]:
    """The interval as separate bands, one per unbroken run of years."""
    runs: list[list[tuple[str, float, float]]] = []
    unbroken = False
    for place, (year, point) in enumerate(zip(years, found, strict=True)):
        if point is None or point.low is None or point.high is None:
            unbroken = False
            continue
        if not unbroken or _breaks(point, found[:place]):
            runs.append([])
        runs[-1].append((year, point.low, point.high))
        unbroken = True
    return [
        {
            "type": "scatter",
            "mode": "lines",
            "name": f"{name}: 95% interval",
            "hoverinfo": "skip",
            "x": [y for y, _l, _h in run] + [y for y, _l, _h in reversed(run)],
            "y": [high for _y, _l, high in run] + [low for _y, low, _h in reversed(run)],
            "fill": "toself",
            "fillcolor": palette.BAND,
            "line": {"width": 6 if len(run) == 1 else 0, "color": palette.BAND},
            "showlegend": number == 0,
            "legendgroup": "band",
        }
        for number, run in enumerate(runs)
    ]


def _fan(levels: Sequence[Point], unit: str, kind: str, decimals: Any) -> list[dict[str, Any]]:
    """The level with its interval, as one band and a dashed line."""
    if not levels:
        return []
    low, high = [(p.year, p.low) for p in levels], [(p.year, p.high) for p in levels]
    outline = [*high, *reversed(low)]
    return [
        {
            "type": "scatter",
            "mode": "lines",
            "name": "Level and next year: 95% interval",
            "hoverinfo": "skip",
            "x": [year for year, _v in outline],
            "y": [value for _y, value in outline],
            "fill": "toself",
            "fillcolor": palette.FAN,
            "line": {"width": 0, "color": palette.FAN},
            "showlegend": True,
        },
        {
            "type": "scatter",
            "mode": "lines",
            "name": "Level",
            "x": [p.year for p in levels],
            "y": [p.value for p in levels],
            "line": {"color": palette.TEAL, "width": 2, "dash": "dash"},
            "text": [_hover(p, unit, kind, decimals) for p in levels],
            "hovertemplate": "<b>Level</b>, %{x}: %{text}<extra></extra>",
        },
    ]


def _hover(point: Point | None, unit: str, kind: str, decimals: Any) -> str:
    if point is None:
        return NO_ROW
    text = value_words(point.value, unit, kind, decimals, point.status)
    interval = interval_words(point.low, point.high, unit, kind, decimals)
    pupils = f", n = {point.n_pupils:,.0f}" if is_number(point.n_pupils) else ""
    return f"{text}{f' ({interval})' if interval else ''}{pupils}"
