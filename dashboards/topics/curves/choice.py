"""The area and the year the address of Curves chooses, and the curves agreed there.

Belongs here: the values of the address and what they stand for. Does not belong here: drawing (see the section).
"""

from __future__ import annotations

from typing import Any

from dashboards.access import Answer
from dashboards.shared.places import Area, chosen_area
from dashboards.shared.request import Ask, State

Row = dict[str, Any]


def curves_of(area: Area, ask: Ask) -> tuple[Answer, list[str]]:
    """The answer, and the years in which curves were agreed, latest first."""
    answer = ask("curves", partnership=area.partnership, authority=area.la_code or None)
    return answer, sorted({str(row["academic_year"]) for row in answer.rows}, reverse=True)


def choose(state: State, ask: Ask) -> tuple[Area, str | None]:
    """The area, and the year of agreement the address names or the latest; None where nothing was agreed.

    Raises LookupError for a year in which nothing was agreed.
    """
    area = chosen_area(state, ask)
    years, wanted = curves_of(area, ask)[1], state.get("year")
    if wanted and wanted not in years and years:
        raise LookupError(f"No curve of {area.name} was agreed in “{wanted}”.")
    return area, wanted or (years[0] if years else None)
