"""Primary schools of two neighbouring authorities: enough other schools to compare those of Wendmere with.

Here: who they are, and their rows of key stage 2, absence, census and the register, in files of their own. Nothing is planted
in them: they move with the country, each with its luck, and schools of one trust share some of it. Not here: anything of
Wendmere's own schools (`schools`), and what a pupil is (`pupils`).
"""

from __future__ import annotations

from typing import Final

import numpy as np

from orchestration.demo.absence import absence_row
from orchestration.demo.census import census_row
from orchestration.demo.ks2 import KS2_YEARS, ks2_cells, ks2_header, ks2_row
from orchestration.demo.published import Table, roll
from orchestration.demo.published import header as columns_of
from orchestration.demo.pupils import ks2_cohort
from orchestration.demo.schools import YEARS, School

AUTHORITIES: Final = {"997": "Coldfen", "998": "Harrowmere"}
_EACH = 44
_TRUST_SIZES = (6, 5, 5, 4, 4, 3, 3)
_TRUSTS = ("Alder", "Birch", "Cedar", "Damson", "Elder", "Fig", "Gean")
_FIRST = ("Ash", "Beck", "Clay", "Dene", "Fern", "Gorse", "Heath", "Ivy", "Knoll", "Lime", "Moss")
_LAST = ("ford", "ley", "ton", "worth")
_SHARED_LUCK = 0.03
"""Standard deviation of what schools of one trust have in common in a year, in standard deviations of pupils."""


def _schools() -> tuple[School, ...]:
    found = []
    for place, (la_code, la_name) in enumerate(AUTHORITIES.items()):
        rng = np.random.default_rng([place, 88])
        for number in range(1, _EACH + 1):
            town = f"{_FIRST[number % len(_FIRST)]}{_LAST[number // len(_FIRST) % len(_LAST)]}"
            found.append(
                School(
                    urn=910_000 + 1000 * place + number,
                    estab=5000 + 100 * place + number,
                    name=f"{town} Primary School, {la_name}",
                    town=town,
                    phase="primary",
                    kind="ACC" if _trust(number) else "CY",
                    ages=(4, 11),
                    size=int(rng.integers(24, 66)),
                    disadvantaged=0.10 + 0.04 * float(rng.integers(0, 9)),
                    eal=0.02 + 0.03 * float(rng.integers(0, 6)),
                    level=0.09 * float(rng.integers(-4, 5)),
                    la_code=la_code,
                )
            )
    return tuple(found)


def _trust(number: int) -> str:
    """Name of the trust of an authority's school of that number; '' for those the authority maintains."""
    for name, size in zip(_TRUSTS, _TRUST_SIZES, strict=True):
        if number <= size:
            return name
        number -= size
    return ""


NEIGHBOURS: Final = _schools()


def trust_of(school: School) -> str:
    """The trust's name in capitals, as the register writes it, else ''."""
    name = _trust(school.estab % 100)
    return f"{name} Trust of {AUTHORITIES[school.la_code]}".upper() if name else ""


def ks2_tables(seed: int) -> dict[int, Table]:
    """Key stage 2 files by summer, header first: schools only, without a back-series."""
    tables = {}
    for year in KS2_YEARS:
        rng = np.random.default_rng([seed, year, 89])
        luck: dict[str, float] = {}
        rows: Table = [list(ks2_header(year))]
        for school in NEIGHBOURS:
            own = float(rng.standard_normal()) / school.size**0.5
            trust = trust_of(school)
            shared = luck.setdefault(trust, _SHARED_LUCK * float(rng.standard_normal())) if trust else 0.0
            cells = ks2_cells(ks2_cohort(seed, year, school, own + shared), year)
            rows.append(ks2_row(school, year, roll(seed, year, school), cells))
        tables[year] = rows
    return tables


def absence_tables(seed: int) -> dict[int, Table]:
    """Absence files by summer."""
    return {
        year: [list(columns_of("absence")), *(absence_row(seed, year, school) for school in NEIGHBOURS)]
        for year in YEARS
    }


def census_tables(seed: int) -> dict[int, Table]:
    """Census files by summer."""
    return {
        year: [list(columns_of("census")), *(census_row(seed, year, school, "") for school in NEIGHBOURS)]
        for year in YEARS
    }
