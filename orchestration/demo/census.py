"""The published tables of the school census, as rows under the real header.

Here: counts and shares of schools and of England. Not here: what all published tables have in common (`published`).
"""

from __future__ import annotations

import numpy as np

from orchestration.demo.published import Table, header, number, roll
from orchestration.demo.schools import SCHOOLS, YEARS, School

_CENSUS_TYPES = {
    "primary": "State-funded primary", "infant": "State-funded primary", "junior": "State-funded primary",
    "secondary": "State-funded secondary", "special": "State-funded special school",
    "independent": "Independent school",
}  # fmt: skip

# On roll, girls, EHC plans, SEN support, EAL, English, unknown, FSM now, FSM in six years: near the figures of
# January 2019, repeated in the two years before.
_ENGLAND_CENSUS = {
    "PRI": ("State-funded primary", 4727089, 2318560, 74404, 595708, 1002292, 3716282, 8515, 745453, 1018995),
    "SEC": ("State-funded secondary", 3327970, 1658168, 55233, 358555, 561002, 2751742, 15226, 468779, 808599),
    "SPE": ("State-funded special school", 121738, 33793, 119668, 2014, 18345, 105750, 337, 47048, 53935),
}  # fmt: skip


def census_row(seed: int, year: int, school: School, sign: str) -> list[str]:
    """A school's row of the census; `sign` is written behind percentages."""
    rng = np.random.default_rng([seed, year, school.estab, 6])
    pupils = roll(seed, year, school)
    girls = round(pupils * (0.28 if school.phase == "special" else 0.46 + 0.06 * rng.random()))
    plans = pupils if school.phase == "special" else round(pupils * 0.025 * (0.5 + rng.random()))
    support = 0 if school.phase == "special" else round(pupils * (0.10 + 0.07 * rng.random()))
    eal = round(pupils * school.eal)
    unknown = round(pupils * 0.002)
    ever = round(pupils * max(0.0, school.disadvantaged - 0.01))
    counts = (
        pupils,
        girls,
        plans,
        support,
        eal,
        pupils - eal - unknown,
        unknown,
        round(0.68 * ever),
        ever,
    )
    start = [str(school.urn), school.la_code, str(school.estab)]
    row = _census_cells(start, _CENSUS_TYPES[school.phase], counts, sign)
    if school.phase in ("independent", "special"):
        row[13:19] = ["NA"] * 6
        row[20:22] = ["NA"] * 2
    if school.phase == "independent":
        row[19] = "NA"
    return row


def census_tables(seed: int) -> dict[int, Table]:
    """Census files by summer. The first year writes percentages with `%`, the others as plain numbers."""
    tables = {}
    for year in YEARS:
        sign = "%" if year == YEARS[0] else ""
        rows = []
        for school in sorted((s for s in SCHOOLS if s.open_in(year)), key=lambda s: s.urn):
            rows.append(census_row(seed, year, school, sign))
        for code, (kind, *figures) in _ENGLAND_CENSUS.items():
            rows.append(_census_cells(["NAT", "", code], kind, tuple(figures), sign))
        tables[year] = [list(header("census")), *rows]
    return tables


def _census_cells(start: list[str], kind: str, counts: tuple[int, ...], sign: str) -> list[str]:
    whole, girls, plans, support, eal, english, unknown, meals, ever = counts

    def share(part: int) -> str:
        return number(100 * part / whole, 1) + sign

    boys = whole - girls
    row = [
        *start,
        kind,
        str(whole),
        str(girls),
        str(boys),
        share(girls),
        share(boys),
        str(plans),
        share(plans),
    ]
    row += [str(support), share(support), str(eal), str(english), str(unknown), share(eal), share(english)]
    return [*row, share(unknown), str(meals), str(ever), share(ever)]
