"""The area and the event the address of Impact chooses.

Belongs here: the values of the address and what they stand for. Does not belong here: drawing (see the sections).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from dashboards.access import Answer
from dashboards.shared.places import Area, areas, find_area
from dashboards.shared.request import Ask, State
from dashboards.shared.wording import is_number

EVENT_LABELS = {"reviewed": "First review", "joined": "Joining the partnership"}


SCOPE = ("area", "event")


Row = dict[str, Any]


def first_area(listed: list[Area]) -> Area:
    """The area of an address without one: a partnership has something to show; an authority is all partnerships together."""
    return next((area for area in listed if area.partnership is not None), listed[0])


@dataclass(frozen=True)
class Choice:
    """The area and the event, the answer about them, and the estimates that could be made."""

    area: Area
    event: str
    answer: Answer

    @property
    def scope(self) -> str:
        """The partnership, or all of them together."""
        return self.area.partnership or "all"

    @property
    def name(self) -> str:
        """The scope within a sentence."""
        return self.area.name if self.area.partnership else "all partnerships"

    @property
    def made(self) -> list[Row]:
        """The measures with an estimate."""
        return [row for row in self.answer.rows if is_number(row["estimate"])]


def choose(state: State, ask: Ask) -> Choice:
    """What the address chooses."""
    area = find_area(ask, state.get("area") or first_area(areas(ask)).key)
    event = state.choice("event", list(EVENT_LABELS)) or "reviewed"
    return Choice(area, event, ask("impact_estimates", event=event, scope=area.partnership or "all"))
