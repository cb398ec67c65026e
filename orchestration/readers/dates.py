"""Dates and times as survey tools write them, in one spelling: `2019-03-14 10:20:00`.

Belongs here: the spellings met in exports, and which of two numbers is the day. Does not belong here: which column
holds a date (`tools`), dates in our own templates, which dbt casts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime, timedelta

_NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTHS = {name: number for number, name in enumerate(_NAMES, start=1)}
_CLOCK = r"(?:[T,]?\s*(\d{1,2}):(\d\d)(?::(\d\d)(?:\.\d+)?)?\s*([ap]\.?m\.?)?)?"
#: a zone is not kept: the clock the respondent's form shows is the one wanted
_ZONE = r"\s*(?:Z|(?:UTC|[A-Z]{1,4}T)?\s*(?:[+-]\d{1,2}(?::?\d\d)?)?)"
_YEAR_FIRST = re.compile(rf"(\d{{4}})[-/.](\d{{1,2}})[-/.](\d{{1,2}}){_CLOCK}{_ZONE}", re.IGNORECASE)
_NUMBERS = re.compile(rf"(\d{{1,2}})[-/.](\d{{1,2}})[-/.](\d{{4}}|\d\d){_CLOCK}{_ZONE}", re.IGNORECASE)
_DAY_AND_NAME = re.compile(
    rf"(\d{{1,2}})(?:st|nd|rd|th)?[ -]([a-z]{{3}})[a-z]*\.?[ ,-]+(\d{{4}}|\d\d){_CLOCK}{_ZONE}", re.IGNORECASE
)
_NAME_AND_DAY = re.compile(
    rf"([a-z]{{3}})[a-z]*\.? (\d{{1,2}})(?:st|nd|rd|th)?,? (\d{{4}}){_CLOCK}{_ZONE}", re.IGNORECASE
)
#: days since the end of 1899: a date cell that a spreadsheet saved as a number
_SERIAL = re.compile(r"[345]\d{4}(\.\d+)?")
_EPOCH = datetime(1899, 12, 30)


def evidence(text: str) -> bool | None:
    """What one value shows of its file: True the day is first, False the month is, None nothing."""
    match = _NUMBERS.fullmatch(text)
    if not match:
        return None
    first, second = int(match[1]), int(match[2])
    if first > 12 >= second:
        return True
    return False if second > 12 >= first else None


def is_ambiguous(text: str) -> bool:
    """Whether the value has numbers for day and month whose order it does not show."""
    return _NUMBERS.fullmatch(text) is not None and evidence(text) is None


def are_padded(values: Iterable[str]) -> bool:
    """Whether day and month have two digits in every value with numbers for both, and one needs its 0."""
    found = [match for match in map(_NUMBERS.fullmatch, values) if match]
    return all(len(match[1]) == len(match[2]) == 2 for match in found) and any("0" in (m[1][0], m[2][0]) for m in found)


def settle(values: Iterable[str]) -> bool | None:
    """Whether the day is first in a file with these values; None where none of them shows it. Stops at the first that does."""
    return next((found for value in values if (found := evidence(value)) is not None), None)


def spelled(text: str, day_first: bool) -> str:
    """The value as `2019-03-14 10:20:00`, or `2019-03-14` where it has no time; '' where it is no date.

    A value that can be read in one order only is read in that one.
    """
    if match := _YEAR_FIRST.fullmatch(text):
        year, month, day = int(match[1]), int(match[2]), int(match[3])
    elif match := _NUMBERS.fullmatch(text):
        found = evidence(text)
        first, second, year = int(match[1]), int(match[2]), int(match[3])
        day, month = (first, second) if (day_first if found is None else found) else (second, first)
    elif match := _DAY_AND_NAME.fullmatch(text):
        day, month, year = int(match[1]), _MONTHS.get(match[2].lower(), 0), int(match[3])
    elif match := _NAME_AND_DAY.fullmatch(text):
        month, day, year = _MONTHS.get(match[1].lower(), 0), int(match[2]), int(match[3])
    elif _SERIAL.fullmatch(text):
        moment = _EPOCH + timedelta(seconds=round(float(text) * 86_400))
        return moment.isoformat(" ", "seconds") if "." in text else moment.date().isoformat()
    else:
        return ""
    return _moment(year + 2000 if year < 100 else year, month, day, match.groups()[3:])


def _moment(year: int, month: int, day: int, clock: tuple[str | None, ...]) -> str:
    hour, minute, second, half = clock
    try:
        if hour is None:
            return datetime(year, month, day).date().isoformat()
        hours = int(hour)
        if half:
            if not 1 <= hours <= 12:
                return ""
            hours = hours % 12 + (12 if half[0] in "pP" else 0)
        return datetime(year, month, day, hours, int(minute or 0), int(second or 0)).isoformat(" ", "seconds")
    except ValueError:
        return ""
