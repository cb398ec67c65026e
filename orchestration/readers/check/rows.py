"""Rows of published tables that the warehouse will not take, and why: the same rules as its models have, in the same words.

Belongs here: which area a row is about, which part of the pupils or the year, and whether figures are kept for it. A test lands
rows of every kind and holds the two together. Does not belong here: cells (`cells`), our own templates, forms.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from orchestration.contracts import Dataset
from orchestration.contracts.seeds import SEEDS, rows_once
from orchestration.readers import values

#: Half days on which a pupil could have come: some 370 in a year, and at most these in two terms.
_SESSIONS_OF_A_YEAR = 250


@dataclass(frozen=True)
class Fate:
    """Why a row is not taken: the column, its value, and the reason. It is not wrong where no figures are kept for it."""

    column: str
    value: str
    reason: str
    to_mend: bool = False


#: Cells column by column -> what becomes of each row: a fate, or None where it is taken.
Rule = Callable[[Sequence[Sequence[str]]], "list[Fate | None]"]


def row_rule(dataset: Dataset, columns: Sequence[str]) -> Rule | None:
    """The rule for the rows of a published table; None for other kinds of file."""
    if dataset.reader == "ees":
        return Tidy(dataset, columns)
    return _published(dataset, columns) if dataset.reader == "performance_tables" else None


def _areas(dataset_id: str) -> dict[str, str]:
    return {
        row["record_type"]: row["area_type"]
        for row in rows_once(SEEDS, "record_types.csv")
        if row["dataset_id"] == dataset_id
    }


def _cell(columns: Sequence[str], *names: str) -> Callable[[Sequence[str]], str]:
    """The first column of these names as a function of a row; '' where the file has none."""
    place = next((columns.index(name) for name in names if name in columns), None)
    return (lambda cells: "") if place is None else (lambda cells: cells[place])


def is_of_school(dataset: Dataset, columns: Sequence[str]) -> Callable[[Sequence[str]], bool]:
    """Whether a row is about a school, not about an authority or the nation."""
    if dataset.reader == "ees":
        level = _cell(columns, "geographic_level")
        return lambda cells: level(cells).casefold() == "school"
    if dataset.reader != "performance_tables":
        return lambda cells: True
    areas, kind = _areas(dataset.id), _record_type(columns)
    return lambda cells: areas.get(kind(cells), "school") == "school"


def _record_type(columns: Sequence[str]) -> Callable[[Sequence[str]], str]:
    if "RECTYPE" in columns:
        return _cell(columns, "RECTYPE")
    number = _cell(columns, "ESTAB")
    return lambda cells: _school_type(number(cells))


def _school_type(number: str) -> str:
    """In files without record types national rows carry a school type where schools carry their number."""
    return number.upper() if number.upper() in {"PRI", "SEC", "SPE"} else "SCHOOL"


def _column(columns: Sequence[str], *names: str) -> Callable[[Sequence[Sequence[str]]], Sequence[str]]:
    """The first column of these names of some rows; of a file that has none, blanks."""
    place = next((columns.index(name) for name in names if name in columns), None)

    def column(by_column: Sequence[Sequence[str]]) -> Sequence[str]:
        return by_column[place] if place is not None else [""] * len(by_column[0])

    return column


def _published(dataset: Dataset, columns: Sequence[str]) -> Rule:
    areas = _areas(dataset.id)
    has_type = "RECTYPE" in columns
    kinds = _column(columns, "RECTYPE" if has_type else "ESTAB")
    urns, authorities = _column(columns, "URN"), _column(columns, "LEA", "LA")

    def rule(by_column: Sequence[Sequence[str]]) -> list[Fate | None]:
        kind_of = {text: text if has_type else _school_type(text) for text in set(kinds(by_column))}
        area_of = {text: areas.get(kind) for text, kind in kind_of.items()}
        is_urn = {text: bool(text) and values.urn(text) is None for text in set(urns(by_column))}
        found: list[Fate | None] = [None] * len(by_column[0])
        if set(area_of.values()) == {"school"} and all(is_urn.values()):
            return found
        for at, (text, urn, authority) in enumerate(
            zip(kinds(by_column), urns(by_column), authorities(by_column), strict=True)
        ):
            area = area_of[text]
            if area is None:
                found[at] = Fate("RECTYPE", kind_of[text], _NO_TYPE)
            elif area == "school" and not is_urn[urn]:
                found[at] = Fate("URN", urn, "A school row needs a URN of six digits", to_mend=True)
            elif area == "authority" and not authority:
                found[at] = Fate("LEA", "", "An authority row needs an authority code", to_mend=True)
        return found

    return rule


_NO_TYPE = "The record type is not one this table uses for a school, an authority or England"


class Placed(NamedTuple):
    """What a row of a tidy file is about, where its period, level and filters are known."""

    area: str
    breakdown: str
    part: str


class Tidy:
    """The rule for the rows of a tidy file."""

    def __init__(self, dataset: Dataset, columns: Sequence[str]) -> None:
        filters = _filter_places(dataset.id, columns)
        self._period = _column(columns, "time_period")
        self._described = [_column(columns, name) for name in ("time_identifier", "time_period", "geographic_level")]
        self._described += [_column(columns, columns[place]) for _, place in filters]
        self._ids = [_column(columns, name) for name in ("old_la_code", "school_urn", "school_laestab")]
        self._judge = lru_cache(maxsize=100_000)(_judge(dataset.id, [name for name, _ in filters]))
        self._is_urn = lru_cache(maxsize=100_000)(lambda text: bool(text) and values.urn(text) is None)
        self._number = lru_cache(maxsize=100_000)(laestab)
        #: of the rows looked at last that are taken, what each is the only row of
        self.keys: list[tuple[str, ...]] = []

    def __call__(self, by_column: Sequence[Sequence[str]]) -> list[Fate | None]:
        """What becomes of some rows."""
        found = map(self._judge, zip(*(column(by_column) for column in self._described), strict=True))
        fates: list[Fate | None] = []
        self.keys = []
        for placed, period, code, urn, number in zip(
            found, self._period(by_column), *(column(by_column) for column in self._ids), strict=True
        ):
            fate, own = (placed, "") if isinstance(placed, Fate) else self._area(placed.area, code, urn, number)
            fates.append(fate)
            if fate is None:
                self.keys.append((period, own, *placed))
        return fates

    def _area(self, area: str, code: str, urn: str, number: str) -> tuple[Fate | None, str]:
        """The id of an area, or why there is none."""
        if area == "school":
            own = urn if self._is_urn(urn) else self._number(number)
            return (None, own) if own else (Fate("school_urn", urn, _NO_SCHOOL, to_mend=True), "")
        if area == "authority" and len(code) != 3:
            return Fate("old_la_code", "", "An authority row needs a three-digit authority code", to_mend=True), ""
        return None, code if area == "authority" else ""


_NO_SCHOOL = "A school row needs a URN of six digits or an establishment number of seven"


def laestab(text: str) -> str:
    """Authority and establishment number as seven digits; '' where the text is none. Strokes and hyphens do not matter."""
    digits = text.replace("/", "").replace("-", "")
    return digits if re.fullmatch(r"[0-9]{7}", digits) else ""


def _filter_places(dataset_id: str, columns: Sequence[str]) -> list[tuple[str, int]]:
    """Filter columns of a file, and those with a year behind the name, in lower case with their places."""
    known = {
        row["column_name"].lower() for row in rows_once(SEEDS, "ees_filters.csv") if row["dataset_id"] == dataset_id
    }
    found = [(name.lower(), place) for place, name in enumerate(columns)]
    return [(name, place) for name, place in found if name in known or re.sub(r"_[0-9][0-9]$", "", name) in known]


def _judge(dataset_id: str, filters: Sequence[str]) -> Callable[[tuple[str, ...]], Fate | Placed]:
    """Of what a row is about, by its period, level and filters: the kind of area, or why it is not taken."""
    known = {
        (row["column_name"], row["value"].lower()): (row["effect"], row["target"])
        for row in rows_once(SEEDS, "ees_filters.csv")
        if row["dataset_id"] == dataset_id
    }
    phase_columns = {name for (name, _), (effect, _) in known.items() if effect == "phase"}
    areas = _areas(dataset_id)

    def of_parts(found: Sequence[tuple[str, str, tuple[str, str] | None]]) -> Fate | None:
        for name, cell, effect in found:
            if effect is None and name not in phase_columns:
                return Fate(name, cell, UNKNOWN_PART, to_mend=True)
        for name, cell, effect in found:
            if effect and effect[0] == "left_out":
                return Fate(name, cell, f"The row is about {effect[1]}, of which no figures are kept")
        if len({effect[1] for *_, effect in found if effect and effect[0] == "breakdown"}) > 1:
            return Fate("breakdown", "", _SEVERAL_GROUPS)
        return None

    def judge(described: tuple[str, ...]) -> Fate | Placed:
        identifier, period, level, *parts = described
        if identifier.lower() != "academic year":
            return Fate("time_identifier", identifier, _OF_A_TERM)
        if not is_period(period):
            return Fate("time_period", period, "The period is no academic year such as 201617", to_mend=True)
        found = [
            (name, cell, known.get((name, cell.lower()))) for name, cell in zip(filters, parts, strict=True) if cell
        ]
        if fate := of_parts(found):
            return fate
        phase = max((effect[1] for *_, effect in found if effect and effect[0] == "phase"), default="")
        phase = phase or max((cell for _, cell, effect in found if effect is None), default="")
        kind = "School" if level.lower() == "school" else f"{level}|{phase}" if phase else level
        if area := areas.get(kind):
            told = {
                effect: max(t for *_, e in found if e and e[0] == effect for t in [e[1]]) for effect in _said(found)
            }
            return Placed(area, told.get("breakdown", "all"), told.get("part", ""))
        reason = OF_SOME_SCHOOLS if areas.get(level) else OF_NO_AREA
        return Fate("geographic_level", f"{level}, {phase}" if phase else level, reason)

    return judge


_OF_A_TERM = "The row is about a part of the year: only whole academic years are taken"
_SEVERAL_GROUPS = "The row is about pupils of several groups at once: figures are kept for one group at a time"


def _said(found: Sequence[tuple[str, str, tuple[str, str] | None]]) -> set[str]:
    return {effect[0] for *_, effect in found if effect}


UNKNOWN_PART = "The row is about a part that is not known here"
OF_NO_AREA = (
    "The row is about an area for which no figures are kept: they are kept for schools, authorities and England"
)
OF_SOME_SCHOOLS = (
    "The row is about schools of one type in its area, and of such an area figures are kept for all schools only"
)
OF_SOME_TERMS = "The row is about a part of the year: its pupils could have come on fewer half days than a year has"


def is_period(text: str) -> bool:
    """An academic year as tidy files write it: 201617."""
    return re.fullmatch(r"[0-9]{6}", text) is not None and (int(text[:4]) + 1) % 100 == int(text[4:])


class TermsCalledYears:
    """Years of a tidy file whose sessions are too few for years, though its rows say they are: only all of them show it."""

    def __init__(self, columns: Sequence[str]) -> None:
        names = ("time_period", "geographic_level", "enrolments", "sess_possible")
        self._columns = [_column(columns, name) for name in names]
        self.is_asked = "enrolments" in columns and "sess_possible" in columns
        self._figure = lru_cache(maxsize=100_000)(values.figure_of)
        self._rows: dict[str, list[int]] = {}
        self._short: dict[str, list[bool]] = {}

    def take(self, numbers: Sequence[int], by_column: Sequence[Sequence[str]]) -> None:
        """Note rows that are taken otherwise, column by column."""
        for number, year, level, enrolled, possible in zip(
            numbers, *(column(by_column) for column in self._columns), strict=True
        ):
            self._rows.setdefault(year, []).append(number)
            pupils = self._figure(enrolled)
            if pupils and pupils > 0 and level.lower() == "school":
                sessions = self._figure(possible)
                if sessions is not None:
                    self._short.setdefault(year, []).append(sessions < _SESSIONS_OF_A_YEAR * pupils)

    def found(self) -> list[int]:
        """The rows of years that are none."""
        return [
            number for year, short in self._short.items() if sum(short) * 2 > len(short) for number in self._rows[year]
        ]
