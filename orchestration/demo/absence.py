"""The published tables of absence, as rows under the real header.

Here: rates of schools and of England. Not here: what all published tables have in common (`published`).
"""

from __future__ import annotations

import numpy as np

from orchestration.demo.published import SUPPRESSED_AT, Table, header, number
from orchestration.demo.schools import PLANTED, SCHOOLS, YEARS, School, founders

_ENGLAND_ABSENCE = {
    2017: ("4,8.3", "5.4,13.5", "9.7,28.5"),
    2018: ("4.2,8.7", "5.5,13.9", "10.2,29.6"),
    2019: ("4,8.2", "5.5,13.7", "10.1,28.8"),
}


def absence_tables(seed: int) -> dict[int, Table]:
    """Absence files by summer: percentages as plain numbers, `SUPP` for the smallest schools, three national rows."""
    tables = {}
    for year in YEARS:
        rows = []
        for school in sorted((s for s in SCHOOLS if s.open_in(year)), key=lambda s: s.urn):
            if school.phase == "independent":
                continue
            rows.append(absence_row(seed, year, school))
        national = [
            ["NAT", k, "", *v.split(",")] for k, v in zip(("PRI", "SEC", "SPE"), _ENGLAND_ABSENCE[year], strict=True)
        ]
        tables[year] = [list(header("absence")), *rows, *national]
    return tables


def absence_row(seed: int, year: int, school: School) -> list[str]:
    """A school's row of absence: overall and persistent, suppressed where it is tiny."""
    rng = np.random.default_rng([seed, year, school.estab, 5])
    if school.size <= SUPPRESSED_AT:
        return [school.la_code, str(school.estab), str(school.urn), "SUPP", "SUPP"]
    base = {"secondary": 5.2, "special": 9.8}.get(school.phase, 3.9)
    usual = base - 0.25 * max(school.level, -1.0) + 2.0 * (school.disadvantaged - 0.25)
    total = usual + 0.12 * float(rng.standard_normal()) + (0.15 if year == 2018 else 0.0)
    persistent = 2.9 * total - 3.4 + 0.6 * float(rng.standard_normal())
    if school.estab in founders(PLANTED["falling_attendance"]["partnership_id"]):
        years = max(0, year - 2017)
        persistent += PLANTED["falling_attendance"]["persistent_points_a_year"] * years
        total += 0.55 * years
    figures = [number(max(total, 1.5), 1), number(max(persistent, 0.4), 1)]
    return [school.la_code, str(school.estab), str(school.urn), *figures]
