"""What the address of the overview chooses, and the key indicators of the choice.

Belongs here: the values of the address, which indicators a board sees first. Does not belong here: drawing (see the sections).
"""

from __future__ import annotations

from typing import Any

from dashboards.shared.places import Area, chosen_area
from dashboards.shared.readings import Reading, readings
from dashboards.shared.request import Ask, State

# What a board looks at first, in this order; a partnership sees those its schools have.
KEY_INDICATORS = (
    "ks2_rwm_expected_pct",
    "ks2_reading_progress",
    "ks2_writing_progress",
    "ks2_maths_progress",
    "ks4_attainment8",
    "ks4_progress8",
    "ks4_basics_94_pct",
    "absence_overall_pct",
    "absence_persistent_pct",
)


_BREAKDOWN = "all"


PLACE = ("area", "year")


Row = dict[str, Any]


def years_of(ask: Ask) -> list[str]:
    """Every academic year there is, latest first."""
    return [str(row["academic_year"]) for row in ask("years").rows]


def choose(state: State, ask: Ask) -> tuple[Area, str | None]:
    """The area and the year the address names; no year stands for the latest of each figure."""
    return chosen_area(state, ask), state.choice("year", years_of(ask), default="") or None


def key_readings(area: Area, year: str | None, ask: Ask) -> tuple[list[Reading], Any]:
    """The key indicators of the area in their order, and the answer they are from."""
    answer = ask("area_series", breakdown=_BREAKDOWN, area_type=area.area_type, area_id=area.area_id, year=year)
    found = [r for r in readings(answer.rows, area.area_type) if r.indicator_id in KEY_INDICATORS]
    return sorted(found, key=lambda r: KEY_INDICATORS.index(r.indicator_id)), answer
