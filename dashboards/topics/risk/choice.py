"""The day and the area the address of Risk chooses, and their register.

Belongs here: the values of the address and what they stand for. Does not belong here: drawing (see the sections).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from dash import dcc

from dashboards.access import Answer
from dashboards.shared.places import Area, chosen_area
from dashboards.shared.readings import term_words
from dashboards.shared.request import Ask, State, address
from dashboards.topics.risk import tables
from dashboards.ui.filters import select

NOTHING_YET = (
    "The register needs results of schools, or reviews, events and answers of a partnership. Load them, then refresh."
)


DAY = ("area", "as_at")


Row = dict[str, Any]


def day_of(state: State, ask: Ask) -> tuple[Row, list[str]]:
    """The day the address names, the latest one where it names none, and every term there is."""
    days = ask("risk_days").rows
    terms = [str(row["as_at"]) for row in days]
    return days[terms.index(state.choice("as_at", terms) or terms[0])], terms


def day_filter(day: Row, terms: list[str]) -> Any:
    """The filter of the day the register stands for."""
    options = [(term, term_words(term)) for term in terms]
    return select("as_at", "As at the end of", options, str(day["as_at"]), terms[0], width=180)


@dataclass(frozen=True)
class Register:
    """The register of an area on a day: its rows, and the concerns about each school and partnership."""

    area: Area
    day: Row
    answer: Answer
    flags: dict[tuple[str, str], list[Row]]

    def of(self, row: Row) -> list[Row]:
        """The concerns of a row."""
        return self.flags.get((str(row["area_type"]), str(row["area_id"])), [])

    def rows(self, area_type: str) -> list[Row]:
        """The rows of schools, or of partnerships."""
        return [row for row in self.answer.rows if row["area_type"] == area_type]

    def link(self, row: Row) -> dcc.Link:
        """The way to one school's concerns."""
        href = address(f"/risk/{row['urn']}", area=self.area.key, as_at=str(self.day["as_at"]))
        return dcc.Link(str(row["name"]), href=href)


def choose(state: State, ask: Ask) -> Register:
    """The register of the area and day in the address."""
    area, (day, _terms) = chosen_area(state, ask), day_of(state, ask)
    where = {"as_at": str(day["as_at"]), "authority": tables.authority_of(area), "partnership": area.partnership}
    flags: dict[tuple[str, str], list[Row]] = {}
    for flag in ask("risk_flags", **where).rows:
        flags.setdefault((str(flag["area_type"]), str(flag["area_id"])), []).append(flag)
    return Register(area, day, ask("risk_register", **where), flags)
