"""A chart of the house as SVG, drawn on the server: what is seen first, before anyone asks for more of it.

Belongs here: drawing the plain figures of this folder (lines, bands, marks, intervals, rules, letters) at any width. Does not
belong here: what a figure shows (see the other files of this folder), its sentence, or the box around it.

Places across are shares of the width and places up and down are pixels, so that one drawing fits every screen with letters,
marks and lines of the same size.
"""

from __future__ import annotations

import html
import math
import re
from collections.abc import Sequence
from typing import Any

from dashboards.figures import palette
from dashboards.shared.wording import is_number

_DASHES = {"dash": "8 5", "dot": "2 4"}
# the lines stretch in a box of so many units, whatever its width
_UNITS = 1000
_LETTERS = 12
_LINE = 14


class _Frame:
    """Where the values of a figure lie in a box of `height` pixels."""

    def __init__(self, figure: dict[str, Any], height: float) -> None:
        self.x_axis, self.y_axis = figure["layout"]["xaxis"], figure["layout"]["yaxis"]
        self.height = height
        self.places = {name: place for place, name in enumerate(self.x_axis.get("categoryarray", ()))}
        ys = [value for trace in figure["data"] for value in _reach(trace)]
        if not ys:
            ys = [0.0, 1.0]
        room = (max(ys) - min(ys)) * 0.06 or 0.5
        self.low, self.high = min(ys) - room, max(ys) + room
        if "range" in self.x_axis:
            self.left, self.right = self.x_axis["range"]
        else:
            self.left = 0.0
            self.right = 1.05 * max((float(x) for trace in figure["data"] for x in trace["x"]), default=1.0)

    def across(self, value: Any) -> float:
        """The share of the width at which a category or a number lies."""
        place = self.places.get(value, value)
        return (float(place) - float(self.left)) / (float(self.right - self.left) or 1.0)

    def down(self, value: float) -> float:
        """The pixels from the top at which a value lies."""
        return float(round((self.high - float(value)) / (self.high - self.low) * self.height, 1))


def _reach(trace: dict[str, Any]) -> list[float]:
    values = [float(value) for value in trace["y"] if is_number(value)]
    error = trace.get("error_y")
    if error:
        values += [y + up for y, up in zip(trace["y"], error["array"], strict=True)]
        values += [y - down for y, down in zip(trace["y"], error["arrayminus"], strict=True)]
    return values


def drawing(key: str, figure: dict[str, Any], height: int) -> str:
    """A figure as HTML that fits its box: the legend, and the chart with its axes."""
    rows = max((label.count("<br>") + 1 for label in figure["layout"]["xaxis"].get("ticktext", ())), default=1)
    title = figure["layout"]["xaxis"].get("title")
    foot = 8 + _LINE * (rows + (1 if title else 0))
    frame = _Frame(figure, max(height - foot - 44, 120))
    parts = [_grid(frame), _foot(frame)]
    parts.append(
        f'<svg viewBox="0 0 {_UNITS} {frame.height}" preserveAspectRatio="none" width="100%" height="{frame.height}" '
        'overflow="visible">'
        + "".join(_lines(trace, frame) for trace in sorted(figure["data"], key=lambda one: "fill" not in one))
        + "</svg>"
    )
    parts += [_rule(shape, frame) for shape in figure["layout"].get("shapes", ())]
    parts += [_marks(trace, frame) for trace in figure["data"]]
    parts += [_letter(one, frame) for one in figure["layout"].get("annotations", ())]
    return (
        f'<div class="drawing" id="graph-{html.escape(key)}">{_legend(figure)}'
        f'<div class="plot" style="padding-bottom:{foot}px"><svg width="100%" height="{frame.height}" overflow="visible" '
        f'font-size="{_LETTERS}" fill="{palette.INK}">{"".join(parts)}</svg></div></div>'
    )


def ticks(low: float, high: float, most: int) -> list[float]:
    """Round values from `low` to `high`, at most `most` of them."""
    rough = (high - low) / max(most, 1)
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(step for step in (power, 2 * power, 5 * power, 10 * power) if step >= rough)
    first = math.ceil(low / step - 1e-9)
    return [place * step for place in range(first, math.floor(high / step + 1e-9) + 1)]


def _figure_of(value: float, step: float) -> str:
    places = max(0, -math.floor(math.log10(step) + 1e-9)) if step < 1 else 0
    return f"{value:,.{places}f}".replace("-", "\u2212")


def _percent(share: float) -> str:
    return f"{100 * share:.2f}%"


def _grid(frame: _Frame) -> str:
    found = ticks(frame.low, frame.high, frame.y_axis.get("nticks", 7))
    step = found[1] - found[0] if len(found) > 1 else 1.0
    parts = []
    for value in found:
        y = frame.down(value)
        zero = abs(value) < step / 1000 and frame.y_axis.get("zeroline")
        colour = frame.y_axis["zerolinecolor"] if zero else frame.y_axis["gridcolor"]
        text = _figure_of(0.0 if abs(value) < step / 1000 else value, step) + frame.y_axis.get("ticksuffix", "")
        parts.append(f'<line x1="0" x2="100%" y1="{y}" y2="{y}" stroke="{colour}"/>')
        parts.append(f'<text x="-8" y="{y + 4}" text-anchor="end">{text}</text>')
    return "".join(parts)


def _foot(frame: _Frame) -> str:
    y, axis = frame.height, frame.x_axis
    parts = [f'<line x1="0" x2="100%" y1="{y}" y2="{y}" stroke="{axis["linecolor"]}"/>']
    if "tickvals" in axis:
        labels = list(zip(axis["tickvals"], axis["ticktext"], strict=True))
    else:
        found = ticks(frame.left, frame.right, axis.get("nticks", 6))
        step = found[1] - found[0] if len(found) > 1 else 1.0
        labels = [(value, _figure_of(value, step)) for value in found]
    for value, label in labels:
        x = _percent(frame.across(value))
        lines = "".join(
            f'<tspan x="{x}" y="{y + 18 + _LINE * number}">{html.escape(line)}</tspan>'
            for number, line in enumerate(label.split("<br>"))
        )
        parts.append(f'<line x1="{x}" x2="{x}" y1="{y}" y2="{y + 5}" stroke="{axis["linecolor"]}"/>')
        parts.append(f'<g class="xtick" font-size="11.5"><text text-anchor="middle">{lines}</text></g>')
    if "title" in axis:
        parts.append(
            f'<text x="50%" y="{y + 18 + _LINE + 4}" text-anchor="middle">{html.escape(axis["title"]["text"])}</text>'
        )
    return "".join(parts)


def _lines(trace: dict[str, Any], frame: _Frame) -> str:
    if "lines" not in trace["mode"]:
        return ""
    runs: list[list[str]] = [[]]
    for x, y in zip(trace["x"], trace["y"], strict=True):
        if is_number(y):
            runs[-1].append(f"{frame.across(x) * _UNITS:.1f} {frame.down(y)}")
        elif not trace.get("connectgaps"):
            runs.append([])
    path = "".join("M" + "L".join(run) for run in runs if len(run) > 1)
    if not path:
        return ""
    style = trace["line"]
    fill = trace["fillcolor"] if "fill" in trace else "none"
    if "fill" in trace:
        path += "Z"
    dash = _DASHES.get(style.get("dash", ""))
    return (
        f'<path d="{path}" fill="{fill}" stroke="{style["color"]}" stroke-width="{style["width"]}" '
        f'vector-effect="non-scaling-stroke" stroke-linejoin="round"{f" stroke-dasharray={dash!r}" if dash else ""}/>'
    )


def _marks(trace: dict[str, Any], frame: _Frame) -> str:
    if "markers" not in trace["mode"]:
        return ""
    mark, error, parts = _mark(trace["marker"]), trace.get("error_y"), []
    texts = trace.get("text") or [""] * len(trace["x"])
    for place, (x, y) in enumerate(zip(trace["x"], trace["y"], strict=True)):
        if not is_number(y):
            continue
        at = _percent(frame.across(x))
        if error:
            top, bottom = frame.down(y + error["array"][place]), frame.down(y - error["arrayminus"][place])
            parts.append(
                f'<svg x="{at}" overflow="visible"><path d="M0 {top}V{bottom}M-6 {top}h12M-6 {bottom}h12" fill="none" '
                f'stroke="{error["color"]}" stroke-width="{error["thickness"]}"/></svg>'
            )
        said = _said(trace.get("hovertemplate", ""), str(x), str(texts[place]))
        parts.append(
            f'<svg x="{at}" y="{frame.down(y)}" overflow="visible">{mark.replace("/>", f">{said}</path>")}</svg>'
        )
    return "".join(parts)


def _said(template: str, x: str, text: str) -> str:
    """What a pointer is told at a mark."""
    words = re.sub(r"<extra>.*?</extra>|<[^>]+>", "", template)
    words = html.unescape(words.replace("%{x}", x).replace("%{text}", text))
    return f"<title>{html.escape(words)}</title>" if words else ""


def _mark(marker: dict[str, Any]) -> str:
    symbol, radius = str(marker["symbol"]), marker["size"] / 2
    line = marker.get("line", {})
    is_open = symbol.endswith("-open")
    colour = marker["color"]
    edge = line.get("color", colour) if not is_open else colour
    return (
        f'<path d="{_shape(symbol.removesuffix("-open"), radius)}" fill="{"#fff" if is_open else colour}" '
        f'stroke="{edge}" stroke-width="{line.get("width", 1.5)}"/>'
    )


def _shape(symbol: str, r: float) -> str:
    if symbol == "circle":
        return f"M{-r:g} 0a{r:g} {r:g} 0 1 0 {2 * r:g} 0a{r:g} {r:g} 0 1 0 {-2 * r:g} 0Z"
    corners: Sequence[tuple[float, float]] = {
        "square": ((-r, -r), (r, -r), (r, r), (-r, r)),
        "diamond": ((0, -1.3 * r), (1.3 * r, 0), (0, 1.3 * r), (-1.3 * r, 0)),
        "triangle-up": ((0, -r), (r, 0.8 * r), (-r, 0.8 * r)),
        "triangle-down": ((0, r), (r, -0.8 * r), (-r, -0.8 * r)),
        "star": [
            (size * math.sin(turn * math.pi / 5), -size * math.cos(turn * math.pi / 5))
            for turn in range(10)
            for size in (1.2 * r if turn % 2 == 0 else 0.5 * r,)
        ],
    }[symbol]
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in corners) + "Z"


def _rule(shape: dict[str, Any], frame: _Frame) -> str:
    x, line = _percent(frame.across(shape["x0"])), shape["line"]
    top, bottom = ((1 - shape[name]) * frame.height for name in ("y1", "y0"))
    return (
        f'<line x1="{x}" x2="{x}" y1="{top:g}" y2="{bottom:g}" stroke="{line["color"]}" stroke-width="{line["width"]}" '
        f'stroke-dasharray="{_DASHES["dot"]}"/>'
    )


def _letter(one: dict[str, Any], frame: _Frame) -> str:
    text = html.escape(html.unescape(re.sub(r"<[^>]+>", "", one["text"])))
    return (
        f'<text x="{_percent(frame.across(one["x"]))}" y="{(1 - one["y"]) * frame.height + _LETTERS:g}" '
        f'text-anchor="middle" font-weight="700">{text}</text>'
    )


def _legend(figure: dict[str, Any]) -> str:
    unit = figure["layout"]["yaxis"].get("title", {}).get("text", "")
    entries = [f"<span>{html.escape(unit)}</span>"] if unit else []
    for trace in figure["data"]:
        if trace.get("showlegend", True) and trace.get("name") and trace["x"]:
            entries.append(f"<span>{_sample(trace)}{html.escape(html.unescape(trace['name']))}</span>")
    return f'<div class="drawing-legend">{"".join(entries)}</div>'


def _sample(trace: dict[str, Any]) -> str:
    parts = []
    if "fill" in trace:
        parts.append(f'<rect x="1" y="2" width="26" height="12" fill="{trace["fillcolor"]}"/>')
    elif "lines" in trace["mode"]:
        style = trace["line"]
        dash = _DASHES.get(style.get("dash", ""))
        parts.append(
            f'<path d="M1 8h26" stroke="{style["color"]}" stroke-width="{style["width"]}"'
            f"{f' stroke-dasharray={dash!r}' if dash else ''}/>"
        )
    if "markers" in trace["mode"]:
        parts.append(f'<g transform="translate(14 8)">{_mark(trace["marker"])}</g>')
    return f'<svg width="28" height="16" aria-hidden="true">{"".join(parts)}</svg>'
