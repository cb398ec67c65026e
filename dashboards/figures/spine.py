"""One line of a spine chart: a school's figure and interval beside its benchmark, over the range of schools.

Belongs here: the drawing of one indicator. Does not belong here: the words beside it, or which indicators are drawn.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from dashboards.figures import palette
from dashboards.shared.wording import is_number

WIDTH, HEIGHT = 280, 34
_PAD = 10


@dataclass(frozen=True)
class Spine:
    """One indicator's numbers in its own unit; any may be missing."""

    value: Any
    low: Any
    high: Any
    benchmark: Any
    tenths: tuple[Any, Any]
    quarters: tuple[Any, Any]
    middle: Any
    high_is_good: bool
    tone: str
    shape: str


def spine(s: Spine) -> str:
    """An SVG document: right is always better, the benchmark stands in the middle.

    Pale bar: eight of ten schools; darker bar: the middle half; notch: the middle school; line: the benchmark; whisker
    and mark: the school. Without a benchmark the middle school stands in the middle, and no line is drawn.
    """
    centre = s.benchmark if is_number(s.benchmark) else s.middle if is_number(s.middle) else s.value
    parts = [
        f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {WIDTH} {HEIGHT}' width='{WIDTH}' height='{HEIGHT}'>"
    ]
    if is_number(centre):
        known = [float(v) for v in (s.value, s.low, s.high, *s.tenths) if is_number(v)]
        reach = max((abs(v - centre) for v in known), default=0.0) or 1.0

        def x(value: float) -> float:
            share = (value - centre) / reach * (1 if s.high_is_good else -1)
            return round(float(WIDTH / 2 + share * (WIDTH / 2 - _PAD)), 1)

        middle = HEIGHT / 2
        for (low, high), colour, half in ((s.tenths, palette.GRID, 8), (s.quarters, "#c3ccd6", 8)):
            if is_number(low) and is_number(high):
                left, right = sorted((x(low), x(high)))
                parts.append(
                    f"<rect x='{left}' y='{middle - half}' width='{max(right - left, 1):.1f}' height='{2 * half}' "
                    f"fill='{colour}'/>"
                )
        if is_number(s.middle):
            parts.append(_line(x(s.middle), middle - 8, x(s.middle), middle + 8, "#fff", 2))
        if is_number(s.benchmark):
            parts.append(_line(WIDTH / 2, 1, WIDTH / 2, HEIGHT - 1, palette.INK, 1.5))
        colour = palette.TONES[s.tone]
        if is_number(s.low) and is_number(s.high):
            parts.append(_line(x(s.low), middle, x(s.high), middle, colour, 2.5))
        if is_number(s.value):
            parts.append(_mark(x(s.value), middle, s.shape, colour))
    parts.append("</svg>")
    return "".join(parts)


def _line(x1: float, y1: float, x2: float, y2: float, colour: str, stroke: float) -> str:
    return f"<line x1='{x1}' y1='{y1}' x2='{x2}' y2='{y2}' stroke='{colour}' stroke-width='{stroke:g}'/>"


def _mark(x: float, y: float, shape: str, colour: str) -> str:
    if shape == "▲":
        return f"<path d='M{x} {y - 7}l7 12h-14z' fill='{colour}' stroke='#fff'/>"
    if shape == "▼":
        return f"<path d='M{x} {y + 7}l7 -12h-14z' fill='{colour}' stroke='#fff'/>"
    filled = colour if shape == "●" else "#fff"
    return f"<circle cx='{x}' cy='{y}' r='5.5' fill='{filled}' stroke='{colour if shape != '●' else '#fff'}' stroke-width='1.5'/>"
