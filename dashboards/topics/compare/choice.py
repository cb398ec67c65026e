"""What the address of Compare chooses: a school, a benchmark, a group, a year.

Belongs here: the values of the address and what they stand for. Does not belong here: drawing (see the sections).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from dashboards.access import Answer
from dashboards.shared.places import Area, chosen_area, chosen_group
from dashboards.shared.request import Ask, State
from dashboards.topics.compare import sentences

QUIET = ["shown", "hidden"]


LATEST = "latest"


SCHOOL = ("area", "urn", "year")


SPINE = (*SCHOOL, "benchmark", "breakdown")


Row = dict[str, Any]


def schools_of(area: Area, ask: Ask) -> Answer:
    """The schools of an area that have figures to compare."""
    return ask("compare_schools", partnership=area.partnership, authority=area.la_code or None)


def first_school(rows: list[Row]) -> str:
    """The school an address without one means: the one with most to compare, not one whose only verdict is no exclusion."""
    return str(max(rows, key=lambda r: int(r["verdicts"]))["urn"])


def _year(state: State, ask: Ask) -> str | None:
    """The year the address names; None for the latest of each indicator."""
    years = [str(r["academic_year"]) for r in ask("years").rows]
    chosen = state.choice("year", [LATEST, *years], LATEST)
    return None if chosen == LATEST else chosen


@dataclass(frozen=True)
class School:
    """The school the address chooses among those of its area, and the year."""

    area: Area
    urn: str
    name: str
    year: str | None


def choose(state: State, ask: Ask) -> School:
    """The chosen school, by any URN it ever had; one of another area, left over in the address, gives way to one of this area.

    Raises LookupError where no school of the area has a figure to compare, and where no school at all has the URN: the
    reader would take the first school of the area for the one they asked for.
    """
    area = chosen_area(state, ask)
    rows = schools_of(area, ask).rows
    if not rows:
        raise LookupError(f"No school of {area.name} has a figure to compare.")
    named = {str(r["urn"]): str(r["name"]) for r in rows}
    urn = state.get("urn") or first_school(rows)
    if urn not in named:
        urn = _urn_today(urn, ask)
    if urn not in named:
        urn = first_school(rows)
    return School(area, urn, named[urn], _year(state, ask))


def _urn_today(urn: str, ask: Ask) -> str:
    """The URN that a school once called `urn` has today."""
    known = ask("school_identity", urn=urn)
    if not known.rows and not known.denied:
        raise LookupError(f"No school in this warehouse has the URN {urn}.")
    return str(known.rows[0]["urn"]) if known.rows else urn


def benchmark_of(state: State) -> str:
    """What the address compares the school with."""
    return state.choice("benchmark", list(sentences.BENCHMARKS), "england") or "england"


def spine_of(school: School, state: State, ask: Ask) -> tuple[Answer, dict[str, str | None]]:
    """Every indicator of the school and its benchmark, and the question's parameters."""
    query = {
        "urn": school.urn,
        "benchmark": benchmark_of(state),
        "breakdown": chosen_group(state, ask)[0],
        "year": school.year,
    }
    return ask("compare_spine", **query), query
