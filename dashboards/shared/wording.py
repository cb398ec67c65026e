"""Numbers and comparisons in the words a board reads.

Belongs here: how a value, a change, a status and a comparison are written, and the rule behind each comparison. Does
not belong here: sentences about a whole area (see `dashboards.topics.overview.sentences`), or anything drawn.
"""

from __future__ import annotations

import math
from datetime import date, datetime
from numbers import Real
from typing import Any

MINIMUM_PUPILS = 11

STATUS_WORDS = {
    "ok": "",
    "suppressed": "suppressed",
    "not_published": "not published",
    "no_entries": "no entries",
    "not_applicable": "not applicable",
    "low_coverage": "low coverage",
    "unavailable": "unavailable",
    "unreadable": "unreadable",
    "rounded_small": "rounds to zero",
    "redacted": "redacted",
    "low_reliability": "low reliability",
    "held_back": "held back",
}
NO_ROW = "no data"
#: The switch that hides what does not stand out.
STAND_OUT = "Show only differences that stand out"
PER_100 = "per 100 pupils"


def is_number(value: Any) -> bool:
    """Whether a cell holds a number that can be written."""
    return isinstance(value, Real) and math.isfinite(float(value))


def text_or(value: Any, otherwise: str = "") -> str:
    """A cell as text; a missing one as `otherwise`."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return otherwise
    text = str(value)
    return otherwise if text in ("NaT", "nan", "None", "<NA>") else text


def sentence_start(text: str) -> str:
    """A sentence within another, without its capital; names keep theirs."""
    return text if text.startswith(("England", "P0", "P1")) else text[:1].lower() + text[1:]


def status_word(status: Any) -> str:
    """The word that stands where a value cannot; an unknown code is written as it is, never dropped."""
    text = text_or(status)
    if not text:
        return NO_ROW
    return STATUS_WORDS.get(text, text.replace("_", " "))


def day_words(value: Any) -> str:
    """`20 Nov 2026`; the text as it is when it is not a date."""
    return f"{value.day} {value:%b %Y}" if isinstance(value, date) and text_or(value) else text_or(value, "–")


def moment_words(value: Any) -> str:
    """`20 Nov 2026, 09:30`; the text as it is when it is no moment."""
    return (
        f"{day_words(value)}, {value:%H:%M}" if isinstance(value, datetime) and text_or(value) else text_or(value, "–")
    )


def signed(number: float, decimals: int) -> str:
    """`+2.1`, `−0.4`, `0.0`."""
    rounded = round(number, decimals)
    sign = "+" if rounded > 0 else "−" if rounded < 0 else ""
    return f"{sign}{abs(rounded):.{decimals}f}"


def value_words(value: Any, unit: str, kind: str, decimals: Any, status: Any = "ok") -> str:
    """A value as it is read aloud: `64%`, `46.1`, `+0.3`, `1,204`; the status word where there is none."""
    if not is_number(value):
        return status_word(status) if text_or(status) not in ("", "ok") else NO_ROW
    places = int(decimals) if is_number(decimals) else 1
    if kind == "progress":
        return signed(value, places)
    text = f"{abs(value):,.{places}f}"
    minus = "−" if round(value, places) < 0 else ""
    return f"{minus}{text}{'%' if unit == '%' else ''}"


def interval_words(low: Any, high: Any, unit: str, kind: str, decimals: Any) -> str:
    """`61% to 67%`, or an empty text when there is no interval."""
    if not (is_number(low) and is_number(high)):
        return ""
    return f"{value_words(low, unit, kind, decimals)} to {value_words(high, unit, kind, decimals)}"


def points_word(unit: str, difference: float = 2.0) -> str:
    """What a difference of this indicator is counted in."""
    if unit == "%":
        return "percentage points"
    if unit in ("pupils", PER_100):
        return unit
    return "point" if abs(difference) == 1 else "points"


def difference_number(difference: float, unit: str, decimals: Any) -> str:
    """`+2.1` at the indicator's own precision, and at least one decimal place; whole pupils."""
    places = max(int(decimals) if is_number(decimals) else 1, 0 if unit == "pupils" else 1)
    return signed(difference, places)


def difference_words(difference: float, unit: str, decimals: Any) -> str:
    """`+2.1 percentage points`; see `difference_number`."""
    text = difference_number(difference, unit, decimals)
    return f"{text} {points_word(unit, float(text.replace('−', '-')))}"


def change_words(difference: float, unit: str, decimals: Any, before: str) -> str:
    """`+2.1 percentage points on last year`; a difference that rounds to nothing is said to be none."""
    if float(difference_number(difference, unit, decimals).replace("−", "-")) == 0.0:
        return f"no change on {before}"
    return f"{difference_words(difference, unit, decimals)} on {before}"


def gap_words(difference: float, unit: str, decimals: Any, other: str) -> str:
    """`+2.1 percentage points from England`; a difference that rounds to nothing is level."""
    if float(difference_number(difference, unit, decimals).replace("−", "-")) == 0.0:
        return f"level with {other}"
    return f"{difference_words(difference, unit, decimals)} from {other}"


def measured_in(unit: str) -> str:
    """What must stand beside a short name because its figure does not show it; empty for signs and scores."""
    return PER_100 if unit == PER_100 else ""


def count_words(number: Any, one: str, many: str) -> str:
    """`1 school`, `1,204 pupils`; an unknown number is said to be unknown."""
    if not is_number(number):
        return f"number of {many} not published"
    return f"{number:,.0f} {one if round(number) == 1 else many}"


def words_of_n(number: Any, one: str = "", many: str = "") -> str:
    """`n = 269 pupils`, held together on one line."""
    if not is_number(number):
        return "n not published"
    return f"n\u00a0=\u00a0{number:,.0f}" + (f" {one if round(number) == 1 else many}" if many else "")


def previous_year(year: str) -> str:
    """`2018/19` -> `2017/18`."""
    first = int(year[:4]) - 1
    return f"{first}/{(first + 1) % 100:02}"


def years_between(first: str, last: str) -> list[str]:
    """Every academic year from first to last, so that a year without a row still has its place."""
    return [f"{year}/{(year + 1) % 100:02}" for year in range(int(first[:4]), int(last[:4]) + 1)]
