"""What the address of Trends chooses, and the lines of the choice.

Belongs here: the values of the address and what they stand for. Does not belong here: drawing (see the sections).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from dashboards.shared.places import Area, chosen_area, chosen_group
from dashboards.shared.request import Ask, State
from dashboards.shared.wording import (
    is_number,
)

_DEFAULT = "ks2_rwm_expected_pct"


QUIET = ["shown", "hidden"]


SERIES = ("area", "indicator", "breakdown")


Row = dict[str, Any]


@dataclass(frozen=True)
class Choice:
    """What the address chooses: an area, an indicator, a group of pupils."""

    area: Area
    meta: Row
    breakdown: str
    group: str

    @property
    def indicator(self) -> str:
        """The id of the indicator."""
        return str(self.meta["indicator_id"])

    @property
    def how(self) -> tuple[str, str, Any]:
        """Unit, kind and decimals of the indicator."""
        return str(self.meta["unit"]), str(self.meta["kind"]), self.meta["decimals"]

    @property
    def query(self) -> dict[str, str]:
        """The choice as a table and an address take it."""
        return {"area": self.area.key, "indicator": self.indicator, "breakdown": self.breakdown}


def known_indicators(ask: Ask) -> list[Row]:
    """The indicators that have a series."""
    return [row for row in ask("indicators").rows if row["has_series"]]


def default_indicator(known: list[Row], area: Area, ask: Ask) -> str:
    """The indicator of an address without one: the area's surest change, so that no page opens on an area without figures."""
    ids = [str(row["indicator_id"]) for row in known]
    moved = ask("area_changes", area_type=area.area_type, area_id=area.area_id, breakdown="all", year=None).rows
    strongest = [str(row["indicator_id"]) for row in moved if row["indicator_id"] in ids]
    return strongest[0] if strongest else _DEFAULT if _DEFAULT in ids else ids[0]


def choose(state: State, ask: Ask) -> Choice:
    """What the address chooses. Raises LookupError for an area or an indicator there is no series of."""
    known, wanted, area = known_indicators(ask), state.get("indicator"), chosen_area(state, ask)
    wanted = wanted or default_indicator(known, area, ask)
    meta = next((row for row in known if row["indicator_id"] == wanted), None)
    if meta is None:
        raise LookupError(f"There is no indicator called “{wanted}” with a series in this warehouse.")
    return Choice(area, meta, *chosen_group(state, ask))


def lines_of(choice: Choice, ask: Ask) -> tuple[Any, list[Row], list[Row], list[Row]]:
    """The answer, and the rows of the area, of England where it may be compared with it, and of the authority."""
    answer = ask(
        "trend_lines",
        indicator=choice.indicator,
        breakdown=choice.breakdown,
        partnership=choice.area.partnership,
        authority=choice.area.la_code or None,
    )
    own = [row for row in answer.rows if row["area_type"] == choice.area.area_type]
    if not own:
        return answer, [], [], []
    of_england = [
        {
            "academic_year": row["academic_year"],
            "value": row["benchmark_value"],
            "status": "ok",
            "area_name": row["england_name"],
        }
        for row in own
        if is_number(row["benchmark_value"])
    ]
    return answer, own, of_england, [row for row in answer.rows if row["area_type"] == "authority"]
