"""Whether a cell is what its contract asks for, in words of the person who typed it.

Belongs here: one small rule per column type, as text in, complaint out. Does not belong here: casting for the
warehouse, which dbt does by the same types; rows and files (`check`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date

from orchestration.contracts import Column

_TERM_NAMES = "autumn|spring|summer"
_TERM = re.compile(
    rf"(20[0-9][0-9])/([0-9][0-9]) +({_TERM_NAMES})|({_TERM_NAMES})(?: term)?,? +(20[0-9][0-9])/([0-9][0-9])",
    re.IGNORECASE,
)
_YEAR = re.compile(r"(20[0-9][0-9])/([0-9][0-9])")
#: What a number is, in the words both this module and the macro `is_number` have (a test holds the two together): digits with
#: an optional sign and decimal point; commas only between thousands, so that 4,5 is none; and very large or small ones as
#: programs write them, 1e+05, so that 1e3 and 1E5 are none. Fifteen digits are all that a double keeps.
NUMBER = (
    "[-+]?(([1-9][0-9]{0,2}(,[0-9]{3}){1,4}|[0-9]{1,15})([.][0-9]{0,30})?|[.][0-9]{1,30}"
    "|[0-9]([.][0-9]{1,20})?e[-+][0-9]{2})"
)
_NUMBER = re.compile(NUMBER)
_URN = re.compile(r"[1-9][0-9]{5}")
_FLAGS = frozenset({"0", "1", "true", "false", "yes", "no", "y", "n"})


def complaint(column: Column, value: str) -> str | None:
    """What is wrong with a cell and what to type instead; None where nothing is."""
    if not value:
        return f"{column.name} is blank. {_hint(column)}" if column.required else None
    if column.type == "choice":
        if choice(value) in (one.casefold() for one in column.choices):
            return None
        return f"“{value}” is not one of the choices. Type one of: {', '.join(column.choices)}."
    rule = _RULES.get(column.type)
    return rule(value) if rule else None


def choice(value: str) -> str:
    """A choice as contracts spell it: `Review team` is `review_team`."""
    return value.casefold().replace(" ", "_")


def _hint(column: Column) -> str:
    if column.choices:
        return f"Type one of: {', '.join(column.choices)}."
    return f"Type a value like {column.example}." if column.example else "Every row needs one."


def measure(value: str, codes: Mapping[str, str], percent: bool) -> str | None:
    """What is wrong with a cell of a published measure: a number, a known code or blank is right."""
    if not value or value.upper() in codes:
        return None
    found = figure_of(value)
    if found is None:
        return f"“{value}” is neither a number nor a known code. Type a number, or a code such as SUPP."
    if percent and not 0 <= found <= 100:
        return f"“{value}” is no percentage: it must lie between 0 and 100."
    return None


def is_number(text: str) -> bool:
    """Whether a text is a number and nothing else (see `NUMBER`)."""
    return _NUMBER.fullmatch(text) is not None


def number_of(text: str) -> float | None:
    """The number, None where the text is none."""
    return float(text.replace(",", "")) if is_number(text) else None


def figure_of(text: str) -> float | None:
    """The number of a figure, which may have a per cent sign behind it; None where the text is none."""
    return number_of(text.removesuffix("%").rstrip(" "))


def urn(value: str) -> str | None:
    """A unique reference number: six digits, the first not 0."""
    if _URN.fullmatch(value):
        return None
    if re.fullmatch(r"[0-9]{7}|[0-9]{3}[/ -]?[0-9]{4}", value):
        return f"“{value}” looks like an establishment number. A URN has six digits, like 123456."
    return f"“{value}” is not a valid URN. A URN has six digits, like 123456."


def urn_within(value: str) -> str | None:
    """An answer of a form that holds a URN, such as `Hill Primary (123456)`."""
    if not value:
        return "The school's URN is blank. Type its six digits, like 123456."
    return None if re.search(r"(?<!\d)[1-9]\d{5}(?!\d)", value) else urn(value)


def laestab(value: str) -> str | None:
    """Authority and establishment number: seven digits, with or without a stroke after the third."""
    if re.fullmatch(r"[0-9]{3}[/ -]?[0-9]{4}", value):
        return None
    return f"“{value}” is no authority and establishment number. It has seven digits, like 9992001."


def code(value: str) -> str | None:
    """A short code such as `P01` or `R-2019/3`."""
    if re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9 ._/-]{0,39}", value):
        return None
    return f"“{value}” is not a valid code. Type letters, digits and hyphens only, like P01."


def integer(value: str) -> str | None:
    """A whole number."""
    if re.fullmatch(r"[-+]?([1-9][0-9]{0,2}(,[0-9]{3}){1,2}|[0-9]{1,9})", value):
        return None
    return f"“{value}” is not a whole number."


def number(value: str) -> str | None:
    """A number."""
    return None if is_number(value) else f"“{value}” is not a number. Type digits only, like 12.5."


def figure(value: str) -> str | None:
    """A figure of an indicator: a number, with or without a per cent sign."""
    return None if figure_of(value) is not None else f"“{value}” is not a figure. Type digits only, like 62 or -0.4."


def day(value: str) -> str | None:
    """A date, year first or day first."""
    text = re.sub(r"[ T][0-9][0-9]:[0-9][0-9](:[0-9][0-9])?(\.[0-9]+)?$", "", value)
    if match := re.fullmatch(r"([0-9]{4})-([0-9][0-9]?)-([0-9][0-9]?)", text):
        year, month, of_month = (int(part) for part in match.groups())
    elif match := re.fullmatch(r"([0-9][0-9]?)[/.-]([0-9][0-9]?)[/.-]([0-9]{4})", text):
        of_month, month, year = (int(part) for part in match.groups())
    else:
        return f"“{value}” is not a date we can read. Type it like 2019-03-14 or 14/03/2019."
    try:
        date(year, month, of_month)
    except ValueError:
        if month > 12 >= of_month:
            return f"“{value}” has the month first. Type the day first: {month:02d}/{of_month:02d}/{year}."
        return f"“{value}” is a day that does not exist. Type the date like 2019-03-14 or 14/03/2019."
    if not 1800 <= year <= 2200:
        return f"“{value}” has an unlikely year. Type the date like 2019-03-14 or 14/03/2019."
    return None


def academic_year(value: str) -> str | None:
    """An academic year such as 2018/19."""
    match = _YEAR.fullmatch(value)
    if match and (int(match[1]) + 1) % 100 == int(match[2]):
        return None
    return f"“{value}” is not an academic year. Type it like 2018/19."


def term(value: str) -> str | None:
    """A term such as `2018/19 spring` or `Spring 2018/19`."""
    match = _TERM.fullmatch(value)
    if match and (int(match[1] or match[5]) + 1) % 100 == int(match[2] or match[6]):
        return None
    return f"“{value}” is not a term. Type it like 2018/19 spring; the terms are autumn, spring and summer."


def rating(value: str) -> str | None:
    """A whole number from 0 to 5."""
    return (
        None if re.fullmatch(r"[0-5]", value) else f"“{value}” is not a valid rating. Type a whole number from 0 to 5."
    )


def on_scale(value: str, words: Mapping[str, str], low: int, high: int) -> str | None:
    """An answer of a form: a rating such as `4` or `4 - mostly`, or a word of its scale (lower case -> value)."""
    if not value or _without_note(value).strip().casefold() in words:
        return None
    match = re.fullmatch(r"([0-9])(\.0+)?([ \u00a0]*[-–—:].*)?", value, re.DOTALL)
    if match and low <= int(match[1]) <= high:
        return None
    if high < low:
        return f"“{value}” is no word of the scale. Type one of its words."
    return f"“{value}” is neither a rating nor a word of its scale. The answers should be {low} to {high}."


def _without_note(value: str) -> str:
    """An answer without what is in brackets behind it; not by a pattern, which would try at each of many brackets."""
    text = value.rstrip()
    opened = text.find("(", text.rfind(")", 0, -1) + 1) if text.endswith(")") else -1
    return value if opened < 0 else text[:opened]


def flag(value: str) -> str | None:
    """Yes or no."""
    return None if value.casefold() in _FLAGS else f"“{value}” is neither yes nor no. Type yes or no."


def tidy_term(value: str) -> str:
    """A right term in the one spelling of the reference data; anything else as it is."""
    match = _TERM.fullmatch(value)
    return f"{match[1] or match[5]}/{match[2] or match[6]} {(match[3] or match[4]).lower()}" if match else value


def day_of(value: str) -> str:
    """A right date year first, so that dates can be compared; anything else as it is."""
    parts = re.split(r"[/.-]", re.split(r"[ T]", value)[0])
    if len(parts) != 3:
        return value
    year, month, of_month = parts if len(parts[0]) == 4 else reversed(parts)
    return f"{year}-{month:0>2}-{of_month:0>2}"


def not_listed(value: str, example: str) -> str:
    """What to say of a value that is not one of a list."""
    return f"“{value}” is not on the list. Type one like {example}; the sheet “notes” of the form has them all."


def too_small(value: str, least: str) -> str:
    """What to say of a number below the smallest that makes sense."""
    return f"“{value}” is too small. Type {least} or more."


def before(value: str, column: str, other: str) -> str:
    """What to say of a day or year before the one it must follow."""
    return f"“{value}” is before {column}, which is “{other}”. Put right whichever is wrong."


_RULES: Mapping[str, Callable[[str], str | None]] = {
    "code": code,
    "urn": urn,
    "laestab": laestab,
    "integer": integer,
    "number": number,
    "figure": figure,
    "date": day,
    "year": academic_year,
    "term": term,
    "rating": rating,
    "flag": flag,
}
