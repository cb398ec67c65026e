"""Small pictures drawn on the server: sparklines, small multiples, paired ratings.

Belongs here: functions that return an SVG document as text. Does not belong here: their alternative text's wording
beyond the plain facts of the series, or the page.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any
from urllib.parse import quote

from dashboards.figures import palette
from dashboards.shared.wording import is_number

Series = Sequence[tuple[str, Any]]


def data_uri(svg: str) -> str:
    """The SVG as the address of an image; shorter than base64 and it compresses."""
    return "data:image/svg+xml," + quote(svg, safe=" ='/:;,()#<>\"").replace("#", "%23").replace('"', "'")


def sparkline(
    series: Series, tone: str = "none", breaks: frozenset[str] = frozenset(), width: int = 116, height: int = 36
) -> str:
    """A series over consecutive years; a missing year breaks the line and leaves a small cross on the foot.

    The line is broken before each year of `breaks` as well: the series breaks there.
    """
    return _plot(series, (), width, height, tone=tone, pad=5, breaks=breaks)


def multiple(
    series: Series,
    benchmark: Series,
    low: float,
    high: float,
    tone: str = "none",
    breaks: frozenset[str] = frozenset(),
    width: int = 210,
    height: int = 84,
    years: bool = True,
) -> str:
    """One school of the small multiples: its line, England dotted, on the scale `low` to `high` shared by all."""
    return _plot(series, benchmark, width, height, tone=tone, pad=8, limits=(low, high), years=years, breaks=breaks)


def _plot(
    series: Series,
    benchmark: Series,
    width: int,
    height: int,
    tone: str,
    pad: int,
    limits: tuple[float, float] | None = None,
    years: bool = False,
    breaks: frozenset[str] = frozenset(),
) -> str:
    broken = {place for place, (year, _value) in enumerate(series) if year in breaks}
    places = {year: place for place, (year, _value) in enumerate(series)}
    values = [float(v) for _y, v in series if is_number(v)]
    low, high = limits if limits is not None else ((min(values), max(values)) if values else (0.0, 1.0))
    if high - low < 1e-9:
        low, high = low - 0.5, high + 0.5
    foot = 13 if years else 0
    step = (width - 2 * pad) / max(len(series) - 1, 1)

    def x(place: int) -> float:
        return round(pad + step * place, 1) if len(series) > 1 else width / 2

    def y(value: float) -> float:
        share = (min(max(value, low), high) - low) / (high - low)
        return round(pad + (1 - share) * (height - foot - 2 * pad), 1)

    colour = palette.TONES.get(tone, palette.SIMILAR) if tone in ("better", "worse") else palette.NAVY
    parts = [
        f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {width} {height}' width='{width}' height='{height}'>"
    ]
    if limits is not None:
        parts.append(f"<line x1='0' x2='{width}' y1='{height - foot}' y2='{height - foot}' stroke='{palette.GRID}'/>")
    shared = [(places[year], float(value)) for year, value in benchmark if year in places and is_number(value)]
    for run in _runs(shared, broken):
        parts.append(_path([(x(p), y(v)) for p, v in run], palette.GREY, 1.5, dash="2 3"))
    points = [(place, float(value)) for place, (_y, value) in enumerate(series) if is_number(value)]
    for run in _runs(points, broken):
        parts.append(_path([(x(p), y(v)) for p, v in run], colour, 2))
    for place, (_year, value) in enumerate(series):
        if not is_number(value):
            cx, cy = x(place), height - foot - 5
            parts.append(
                f"<path d='M{cx - 2.5:.1f} {cy - 2.5:.1f}l5 5m0 -5l-5 5' stroke='{palette.GREY}' stroke-width='1.4'/>"
            )
    for place, value in points:
        last = place == len(series) - 1
        parts.append(f"<circle cx='{x(place)}' cy='{y(value)}' r='{3.5 if last else 1.8}' fill='{colour}'/>")
    if years and series:
        style = f"font-family='system-ui,sans-serif' font-size='10' fill='{palette.GREY}'"
        parts.append(f"<text x='2' y='{height - 2}' {style}>{escape(series[0][0])}</text>")
        parts.append(f"<text x='{width - 2}' y='{height - 2}' text-anchor='end' {style}>{escape(series[-1][0])}</text>")
    parts.append("</svg>")
    return "".join(parts)


def _runs(points: Sequence[tuple[int, float]], broken: set[int]) -> list[list[tuple[int, float]]]:
    runs: list[list[tuple[int, float]]] = []
    for place, value in points:
        if runs and place == runs[-1][-1][0] + 1 and place not in broken:
            runs[-1].append((place, value))
        else:
            runs.append([(place, value)])
    return runs


def _path(points: Sequence[tuple[float, float]], colour: str, stroke: float, dash: str = "") -> str:
    if len(points) < 2:
        return ""
    path = "M" + "L".join(f"{px:g} {py:g}" for px, py in points)
    dashed = f" stroke-dasharray='{dash}'" if dash else ""
    return f"<path d='{path}' fill='none' stroke='{colour}' stroke-width='{stroke:g}'{dashed} stroke-linejoin='round'/>"


def paired_ratings(host: Any, team: Any, width: int = 400, height: int = 26) -> str:
    """Two mean ratings on the scale 0 to 5: a filled circle for the host school, an open diamond for the team."""
    pad = 9

    def x(value: float) -> float:
        return round(pad + (width - 2 * pad) * value / 5, 1)

    middle = height / 2
    parts = [
        f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {width} {height}' width='{width}' height='{height}'>",
        f"<line x1='{pad}' x2='{width - pad}' y1='{middle}' y2='{middle}' stroke='{palette.GRID}' stroke-width='2'/>",
    ]
    for tick in range(6):
        parts.append(
            f"<line x1='{x(tick)}' x2='{x(tick)}' y1='{middle - 4}' y2='{middle + 4}' stroke='{palette.GRID}' "
            "stroke-width='2'/>"
        )
    if is_number(host) and is_number(team):
        parts.append(
            f"<line x1='{x(host)}' x2='{x(team)}' y1='{middle}' y2='{middle}' stroke='{palette.GREY}' "
            "stroke-width='2'/>"
        )
    if is_number(team):
        cx = x(team)
        parts.append(
            f"<path d='M{cx} {middle - 7}l7 7l-7 7l-7 -7z' fill='#fff' stroke='{palette.TEAL}' stroke-width='2.5'/>"
        )
    if is_number(host):
        parts.append(f"<circle cx='{x(host)}' cy='{middle}' r='5.5' fill='{palette.NAVY}'/>")
    parts.append("</svg>")
    return "".join(parts)
