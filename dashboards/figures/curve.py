"""The picture of one curve: history, the fan of the forecast, the target, and the actions at their dates.

Belongs here: the figure as a plain dictionary. Does not belong here: the sentence under it (see `topics/curves`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from dashboards.figures import palette
from dashboards.figures.lines import Line, Point, line_figure
from dashboards.shared.wording import interval_words, is_number, value_words


@dataclass(frozen=True)
class Fan:
    """A forecast: the year it was made in, the figure it starts from, and its points with their intervals."""

    name: str
    made_in: str
    start: float | None
    points: Sequence[Point]
    is_planned: bool
    """True for the forecast made at the baseline, which the verdict is about."""


def curve_figure(
    name: str,
    history: Sequence[Point],
    fans: Sequence[Fan],
    target: Point,
    actions: Sequence[tuple[str, date]],
    years: Sequence[str],
    how: tuple[str, str, Any],
) -> dict[str, Any]:
    """A plotly figure: x the academic years, whose figures stand at 1 May; y the indicator's unit.

    `actions` are a letter and a day each. Years after the last figure are marked as still to come.
    """
    figure = line_figure([Line(name, 0, history)], years, *how)
    last = max((point.year for point in history if is_number(point.value)), default=years[0])
    axis = figure["layout"]["xaxis"]
    axis["ticktext"] = [
        label if year <= last else f"{label.split('<br>✕')[0]}<br>to come"
        for year, label in zip(years, axis["ticktext"], strict=True)
    ]
    for fan in fans:
        figure["data"] += _fan(fan, how)
    figure["data"].append(
        {
            "type": "scatter",
            "mode": "markers",
            "name": "Target",
            "x": [target.year],
            "y": [target.value],
            "marker": {"symbol": "star", "size": 16, "color": palette.WORSE, "line": {"width": 1, "color": "#fff"}},
            "hovertemplate": f"<b>Target</b>, %{{x}}: {value_words(target.value, *how)}<extra></extra>",
        }
    )
    places = [(letter, _place(day, years)) for letter, day in actions]
    shown = [(letter, place) for letter, place in places if -0.5 <= place <= len(years) - 0.5]
    figure["layout"]["shapes"] = [
        {
            "type": "line",
            "xref": "x",
            "yref": "paper",
            "x0": place,
            "x1": place,
            "y0": 0,
            "y1": 0.94,
            "line": {"color": palette.GREY, "width": 1, "dash": "dot"},
        }
        for _letter, place in shown
    ]
    figure["layout"]["annotations"] = [
        {
            "x": place,
            # letters of days close to each other stand on two lines
            "y": 1 if number % 2 == 0 else 0.93,
            "xref": "x",
            "yref": "paper",
            "yanchor": "top",
            "text": f"<b>{letter}</b>",
            "showarrow": False,
            "font": {"size": 12, "color": palette.INK},
        }
        for number, (letter, place) in enumerate(shown)
    ]
    return figure


def _place(day: date, years: Sequence[str]) -> float:
    """Where a day lies between the years' figures, counted in years from the first: a figure stands at its 1 May."""
    first = date(int(years[0][:4]) + 1, 5, 1)
    return (day - first).days / 365.25


def _fan(fan: Fan, how: tuple[str, str, Any]) -> list[dict[str, Any]]:
    known = [point for point in fan.points if point.low is not None and point.high is not None]
    colour, fill = (palette.TEAL, palette.FAN) if fan.is_planned else (palette.GREY, palette.LATER_FAN)
    traces: list[dict[str, Any]] = []
    if known:
        years = [fan.made_in, *(point.year for point in known)]
        upper, lower = ([fan.start, *values] for values in ([p.high for p in known], [p.low for p in known]))
        traces.append(
            {
                "type": "scatter",
                "mode": "lines",
                "name": "Forecast: nine in ten cases",
                "hoverinfo": "skip",
                "x": [*years, *reversed(years)],
                "y": [*upper, *reversed(lower)],
                "fill": "toself",
                "fillcolor": fill,
                "line": {"width": 0, "color": fill},
                "showlegend": fan.is_planned,
            }
        )
    said = [
        value_words(point.value, *how) + (f" ({text})" if (text := interval_words(point.low, point.high, *how)) else "")
        for point in fan.points
    ]
    traces.append(
        {
            "type": "scatter",
            "mode": "lines+markers",
            "name": fan.name,
            "x": [fan.made_in, *(point.year for point in fan.points)],
            "y": [fan.start, *(point.value for point in fan.points)],
            "line": {"color": colour, "width": 2, "dash": "dash" if fan.is_planned else "dot"},
            "marker": {"symbol": "square-open" if fan.is_planned else "diamond-open", "size": 8, "color": colour},
            "text": ["", *said],
            "hovertemplate": f"<b>{fan.name}</b>, %{{x}}: %{{text}}<extra></extra>",
        }
    )
    return traces
