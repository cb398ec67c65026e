"""One indicator of one area in its latest year: value, change, benchmark, verdict.

Belongs here: reading the rows of a series into one record per indicator, and how its name stands inside a sentence. Does
not belong here: SQL (see the topics' questions), or sentences about a whole area (see `dashboards.topics.overview.sentences`).
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from dashboards.shared.finding import Verdict, verdict_words
from dashboards.shared.wording import MINIMUM_PUPILS, is_number, previous_year, text_or, value_words


@dataclass(frozen=True)
class Reading:
    """One indicator of one area in its latest year, with the year before and England."""

    indicator_id: str
    name: str
    short_name: str
    unit: str
    kind: str
    polarity: str
    decimals: Any
    minimum: int
    year: str
    value: Any
    n_pupils: Any
    n_schools: Any
    low: Any
    high: Any
    status: str
    release: str
    source_path: str
    change: float | None
    change_reason: str
    before: dict[str, Any] | None
    england: Any
    gap: float | None
    verdict: Verdict
    reason_id: str
    """Why it is not compared; empty where it is."""
    series: tuple[tuple[str, Any, str], ...]
    breaks: frozenset[str] = frozenset()
    """Years of a series break: no figure is compared with one of before."""

    def words(self) -> str:
        """The value as it is read aloud, or its status word."""
        return value_words(self.value, self.unit, self.kind, self.decimals, self.status)


Row = dict[str, Any]


def readings(rows: Sequence[Row], own: str) -> list[Reading]:
    """The latest reading of every indicator in `rows` (of area_series or school_series, sorted by year).

    `own` is the area type that is read. The latest row counts even when it has no value: then its status is said, and no
    older value is shown instead.
    """
    by_indicator: dict[str, list[Row]] = {}
    for row in rows:
        by_indicator.setdefault(row["indicator_id"], []).append(row)
    found = []
    for part in by_indicator.values():
        mine = [row for row in part if row["area_type"] == own]
        if mine:
            found.append(_reading(mine))
    return found


def _reading(mine: list[Row]) -> Reading:
    last = mine[-1]
    year, kind, polarity = str(last["academic_year"]), str(last["kind"]), text_or(last["polarity"], "none")
    minimum = int(last["minimum_pupils"]) if is_number(last["minimum_pupils"]) else MINIMUM_PUPILS
    before = next((row for row in mine if row["academic_year"] == previous_year(year)), None)
    change, reason = _change(last, before, minimum)
    benchmark = last["england"]
    return Reading(
        indicator_id=str(last["indicator_id"]),
        name=str(last["name"]),
        short_name=text_or(last["short_name"], str(last["name"])),
        unit=text_or(last["unit"]),
        kind=kind,
        polarity=polarity,
        decimals=last["decimals"],
        minimum=minimum,
        year=year,
        value=last["value"],
        n_pupils=last["n_pupils"],
        n_schools=last.get("n_schools"),
        low=last["ci_low"],
        high=last["ci_high"],
        status=text_or(last["status"]),
        release=text_or(last["release"]),
        source_path=text_or(last["source_path"]),
        change=change,
        change_reason=reason,
        before=before,
        england=benchmark,
        gap=float(last["value"] - benchmark) if is_number(last["value"]) and is_number(benchmark) else None,
        verdict=verdict_words(last),
        reason_id=text_or(last["reason_id"]),
        series=tuple((str(row["academic_year"]), row["value"], text_or(row["status"])) for row in mine),
        breaks=series_breaks_of(mine),
    )


def series_breaks_of(rows: Sequence[Row]) -> frozenset[str]:
    """The years in which a series breaks, because the measure or the schools behind it changed."""
    return frozenset(
        str(row["academic_year"])
        for before, row in itertools.pairwise(rows)
        if is_number(row.get("segment")) and is_number(before.get("segment")) and row["segment"] != before["segment"]
    )


def _change(last: Row, before: Row | None, minimum: int) -> tuple[float | None, str]:
    if not is_number(last["value"]):
        return None, "no figure this year"
    if before is None or not is_number(before["value"]):
        return None, f"no figure for {previous_year(str(last['academic_year']))} to compare it with"
    if last["kind"] != "count":
        pupils = [row["n_pupils"] for row in (last, before)]
        if any(is_number(n) and n < minimum for n in pupils):
            return None, f"cohort under {minimum}: no change is stated"
        if not all(map(is_number, pupils)):
            return None, "the number of pupils is not known: no change is stated"
    if series_breaks_of([before, last]):
        return None, f"series break in {last['academic_year']}: no change is stated"
    return float(last["value"] - before["value"]), ""


def lower_first(name: str) -> str:
    """A name inside a sentence; abbreviations and names of measures keep their capitals."""
    kept = ("RWM", "KS", "EBacc", "FSM", "EAL", "SEN", "EHC", "Attainment 8", "Progress 8")
    return name if name.startswith(kept) or name[:2].isupper() else name[:1].lower() + name[1:]


def term_words(term: str) -> str:
    """`2018/19 spring` -> `spring 2018/19`, as it is said."""
    year, _space, season = term.partition(" ")
    return f"{season} {year}" if season else term
