"""How the publisher writes its tables: rounding, suppression, intervals, record types, back-series and ragged rows.

Here: what the files of key stage 2 (`ks2`) and 4 (`ks4`), absence (`absence`) and the census (`census`) have in common.
Not here: pupils (`pupils`), and bytes, archives and file names (`write`). Column names are data, in `headers/`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import numpy as np

from orchestration.demo.pupils import (
    BoolArray,
    Cohort,
    FloatArray,
)
from orchestration.demo.schools import (
    BY_URN,
    LA_NAME,
    LINKS,
    SCHOOLS,
    School,
)

Table = list[list[str]]
"""A file as text: the header row first; rows may be shorter than it, as the publisher's are."""

SUPPRESSED_AT = 5
"""Figures of this many pupils or fewer are suppressed."""

_HEADERS = Path(__file__).parent / "headers"


@cache
def header(name: str) -> tuple[str, ...]:
    """Column names of one file, in its order, e.g. `ks2_2016-2017`, `absence`, `gias_extract`."""
    return tuple((_HEADERS / f"{name}.txt").read_text(encoding="utf-8").splitlines())


def folder_year(year: int) -> str:
    """`2016-2017` for the summer of 2017, as the publisher names its folders."""
    return f"{year - 1}-{year}"


def number(value: float, places: int, *, padded: bool = False) -> str:
    """A figure rounded half away from zero; trailing zeros dropped unless `padded` (2016/17 progress keeps them)."""
    scale = 10.0**places
    rounded = np.sign(value) * np.floor(abs(value) * scale + 0.5 + 1e-9) / scale
    text = f"{rounded + 0.0:.{places}f}"
    if not padded and "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def percent(part: float, whole: float, places: int = 0) -> str:
    """`63%`, or `63.10%` for the aggregate rows of key stage 4."""
    share = number(100 * part / whole, 1 if places else 0)
    return f"{float(share):.{places}f}%"


def masks_of(cohort: Cohort, names: tuple[str, ...]) -> dict[str, BoolArray]:
    """Which pupils are in each group, by the endings of its columns."""
    flags, prior = cohort.flags, cohort.prior
    poor, girl = flags["disadvantaged"], flags["girl"]
    every = [
        np.ones(len(cohort), dtype=bool), ~girl, girl, prior == 1, prior == 2, prior == 3, poor, ~poor, flags["eal"],
        flags["non_mobile"],
    ]  # fmt: skip
    return dict(zip(names, every, strict=True))


def states_of(masks: Mapping[str, BoolArray], pair: tuple[str, str], *, aggregate: bool) -> dict[str, str]:
    """Per group: `ok`, `none` (no pupils) or `few` (suppressed); a small half of a pair suppresses the other half."""
    counts = {name: int(mask.sum()) for name, mask in masks.items()}
    states = {name: "none" if n == 0 else "few" if n <= SUPPRESSED_AT else "ok" for name, n in counts.items()}
    if aggregate:
        return {name: "none" if n == 0 else "ok" for name, n in counts.items()}
    if "few" in (states[pair[0]], states[pair[1]]):
        states |= {name: "few" for name in pair if states[name] == "ok"}
    if states[""] == "few":
        states = {name: "none" if n == 0 else "few" for name, n in counts.items()}
    return states


def mean_and_limits(values: FloatArray, spread: float, places: int, *, padded: bool) -> tuple[str, str, str]:
    """Mean with its 95% limits, from the nation's spread of pupils, as the publisher calculates them."""
    mean = float(values.mean())
    half = 1.96 * spread / len(values) ** 0.5
    low, middle, high = (number(v, places, padded=padded) for v in (mean - half, mean, mean + half))
    return middle, low, high


_BACK = re.compile(r"^(?P<base>.+)_(?P<year>1[5-9])(?:_PTQ_EE)?$")


def back_series(
    columns: tuple[str, ...], year: int, earlier: Mapping[int, Mapping[str, str]], missing: str
) -> dict[str, str]:
    """Columns such as `PTRWM_EXP_17`: copies of what the file of that summer had of the same school.

    `earlier` maps a summer to its cells; `missing` is written where a whole summer is not known.
    """
    cells = {}
    for column in columns:
        found = _BACK.match(column)
        if not found or 2000 + int(found["year"]) >= year:
            continue
        base = found["base"].replace("PTNOTFSM6CLA1A", "PTNotFSM6CLA1A")
        source = earlier.get(2000 + int(found["year"]))
        if source is None:
            cells[column] = missing if found["base"].startswith(("ATT8SCR", "P8")) else ""
            continue
        cells[column] = source.get(base, source.get(found["base"], ""))
    return cells


def identity(school: School, year: int, roll: int) -> dict[str, str]:
    """The columns that say which school it is."""
    converts = [k for k in LINKS if k.urn == school.urn and k.kind == "Successor" and k.since.year == year]
    later = BY_URN[converts[0].link_urn] if converts else None
    local = school.urn % 1000
    return {
        "RECTYPE": "2" if school.phase == "special" else "1",
        "ALPHAIND": str(1000 + 37 * local),
        "LEA": school.la_code,
        "ESTAB": str(school.estab),
        "URN": str(school.urn),
        "SCHNAME": school.name,
        "ADDRESS1": f"{1 + local % 90} School Lane",
        "TOWN": school.town,
        "PCODE": f"ZZ{1 + local % 9} {1 + local % 9}ZZ",
        "TELNUM": f"01632 960{local:03d}",
        "PCON_NAME": LA_NAME,
        "URN_AC": str(later.urn) if later else "0",
        "SCHNAME_AC": later.name if later else "",
        "OPEN_AC": f"{converts[0].since:%Y%m%d}" if converts else "",
        "NFTYPE": school.kind,
        "ICLOSE": "0",
        "CONTFLAG": "0",
        "RELDENOM": "Church of England" if school.kind in ("VA", "VC") else "Does not apply",
        "ADMPOL": "COMP",
        "ADMPOL_2017": "NA" if school.phase == "independent" else "OTHER NON SEL",
        "ADMPOL_PT": "NA" if school.phase == "independent" else "OTHER NON SEL",
        "EGENDER": "MIXED",
        "FEEDER": "0",
        "TABKS2": "0",
        "AGERANGE": f"{school.ages[0]}-{school.ages[1]}",
        "TAB15": "1" if school.ages[1] >= 16 else "0",
        "TAB1618": "0",
        "TOTPUPS": str(roll),
    }


def record(columns: tuple[str, ...], cells: Mapping[str, str], blank: str = "") -> list[str]:
    """One record in header order; trailing empty fields are dropped, as the publisher drops them."""
    row = [cells.get(column, blank) or blank for column in columns]
    while row and row[-1] == "":
        row.pop()
    return row


def new_record(columns: tuple[str, ...], school: School, year: int, roll: int) -> list[str]:
    """A school without results yet: the record stops at the roll, `NEW` in its first year."""
    cells = identity(school, year, roll)
    first = school.opened is not None and school.opened.year == year - 1
    if first:
        cells["TOTPUPS"] = "NEW"
    elif "TPUPYEAR" in columns:
        cells["TPUPYEAR"] = "0"
    last = "TPUPYEAR" if "TPUPYEAR" in columns and not first else "TOTPUPS"
    return record(columns[: columns.index(last) + 1], cells)


def schools_by_name(year: int) -> list[School]:
    """The schools that are open in that summer's year, in the order of the file."""
    return sorted((s for s in SCHOOLS if s.open_in(year)), key=lambda s: s.name)


def roll(seed: int, year: int, school: School) -> int:
    """Pupils on the roll of the school in January of that academic year."""
    rng = np.random.default_rng([seed, year, school.estab, 9])
    groups = school.year_groups + (1 if school.ages[0] <= 4 else 0)
    if school.opened and school.first_results == 9999:
        groups = year - school.opened.year
    return max(12, round(school.size * groups * (0.95 + 0.1 * rng.random())))
