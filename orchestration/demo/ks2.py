"""The published tables of key stage 2, as rows under the real headers.

Here: its columns, groups, codes and England's rows, and what is planted in them. Not here: pupils (`pupils`), what all
published tables have in common (`published`).
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from orchestration.demo.published import (
    SUPPRESSED_AT,
    Table,
    back_series,
    folder_year,
    header,
    identity,
    masks_of,
    mean_and_limits,
    new_record,
    number,
    percent,
    record,
    roll,
    schools_by_name,
    states_of,
)
from orchestration.demo.pupils import PROGRESS_SPREAD, SIMULATED_YEARS, Cohort, cohorts, pool
from orchestration.demo.schools import BY_URN, LA_CODE, LA_NAME, PLANTED, YEARS, School

_KS2_GROUPS = ("", "_B", "_G", "_L", "_M", "_H", "_FSM6CLA1A", "_NotFSM6CLA1A", "_EAL", "_MOBN")

# Published figures for England; KS2 record type 4 (all schools) and 5 (state-funded), KS4 5 (all) and 7 (state-funded).
_ENGLAND_KS2 = {
    2017: ("604552 599728", "61% 61%", "9% 9%", "47% 47%", "67% 67%", "104 104"),
    2018: ("624151 619703", "64% 64%", "10% 10%", "51% 51%", "70% 70%", "105 105"),
    2019: ("649249 644967", "65% 65%", "11% 11%", "51% 51%", "71% 71%", "104 104"),
}
_ENGLAND_KS2_COLUMNS = (
    "TELIG", "PTRWM_EXP", "PTRWM_HIGH", "PTRWM_EXP_FSM6CLA1A", "PTRWM_EXP_NotFSM6CLA1A", "READ_AVERAGE",
)  # fmt: skip
_ENGLAND_OTHERS_RWM = {2016: 60, 2017: 67, 2018: 70, 2019: 71}

KS2_YEARS = SIMULATED_YEARS
"""Summers with a file of key stage 2: one more than of all else, the first of the tests as they are."""


def ks2_header(year: int) -> tuple[str, ...]:
    """Columns of that summer's key stage 2 file. The first year's is the next one's without its back-series."""
    if year in YEARS:
        return header(f"ks2_{folder_year(year)}")
    return tuple(name for name in header(f"ks2_{folder_year(YEARS[0])}") if not name.endswith(f"_{year % 100}"))


_KS2_CODES = {"ok": "", "none": "", "few": "SUPP"}

# Columns without a breakdown, and the pupils they count; none: disapplied or absent, which nobody here is.
_SINGLE_SHARES = {
    "PTWRITTA_WTS": "WRIT_WTS", "PTSCITA_EXP": "SCI_EXP", "PTREAD_AT": "", "PTGPS_AT": "", "PTMAT_AT": "",
    "PTWRITTA_AD": "", "PTSCITA_AD": "",
}  # fmt: skip


def ks2_cells(cohort: Cohort, year: int, *, aggregate: bool = False) -> dict[str, str]:
    """Every key stage 2 column this cohort fills, by column name, rounded and suppressed as published."""
    flags, scores, size = cohort.flags, cohort.scores, len(cohort)
    padded = year <= 2017
    masks = masks_of(cohort, _KS2_GROUPS)
    states = states_of(masks, ("_FSM6CLA1A", "_NotFSM6CLA1A"), aggregate=aggregate)
    cells = {"TELIG": str(size)}

    support, plans = flags["sen_support"], flags["ehcp"]
    counts = {
        "BELIG": ("PBELIG", masks["_B"]), "GELIG": ("PGELIG", masks["_G"]),
        "TKS1GROUP_L": ("PTKS1GROUP_L", masks["_L"]), "TKS1GROUP_M": ("PTKS1GROUP_M", masks["_M"]),
        "TKS1GROUP_H": ("PTKS1GROUP_H", masks["_H"]), "TKS1GROUP_NA": ("PTKS1GROUP_NA", cohort.prior == 0),
        "TFSM6CLA1A": ("PTFSM6CLA1A", masks["_FSM6CLA1A"]),
        "TNotFSM6CLA1A": ("PTNotFSM6CLA1A", masks["_NotFSM6CLA1A"]),
        "TEALGRP1": ("PTEALGRP1", ~masks["_EAL"]), "TEALGRP2": ("PTEALGRP2", masks["_EAL"]),
        "TEALGRP3": ("PTEALGRP3", np.zeros(size, dtype=bool)), "TMOBN": ("PTMOBN", masks["_MOBN"]),
        "TSENELSE": ("PSENELSE", plans), "TSENELE": ("PSENELE", plans), "TSENELAPK": ("PSENELSAPK", support),
        "TSENELK": ("PSENELK", support), "TSENELEK": ("PSENELEK", plans | support),
    }  # fmt: skip
    known, few = int((cohort.prior > 0).sum()), states[""] == "few"
    for name, (share, mask) in counts.items():
        whole = known if name in ("TKS1GROUP_L", "TKS1GROUP_M", "TKS1GROUP_H") else size
        cells[name] = "SUPP" if few else str(int(mask.sum()))
        cells[share] = "SUPP" if few else percent(int(mask.sum()), whole) if whole else ""
    measures = [n for n in flags if n.endswith(("_EXP", "_HIGH")) and not n.startswith("SCI")]
    for group, mask in masks.items():
        state, count = states[group], int(mask.sum())
        for name in measures:
            column = f"PT{name.replace('WRIT_', 'WRITTA_')}{group}"
            cells[column] = _KS2_CODES[state] or (percent(int(flags[name][mask].sum()), count) if count else "")
        for name in ("READ", "MAT", "GPS"):
            average = number(float(scores[name][mask].mean()), 0) if count else ""
            cells[f"{name}_AVERAGE{group}"] = _KS2_CODES[state] or average
        for name, spread in PROGRESS_SPREAD.items():
            values = scores[f"{name}PROG"][mask]
            values = values[~np.isnan(values)]
            code = {"none": "NA", "few": "SUPP"}.get(state)
            if code is None and len(values) <= SUPPRESSED_AT and not aggregate:
                code = "SUPP" if len(values) else "NA"
            if code is None and not group and len(values) < 0.5 * count:
                code = "LOWCOV"
            figures = (code,) * 3 if code else mean_and_limits(values, spread, 1, padded=padded)
            cells |= dict(zip((f"{name}PROG{group}{end}" for end in ("", "_LOWER", "_UPPER")), figures, strict=True))
    for name in PROGRESS_SPREAD:
        covered = int((~np.isnan(scores[f"{name}PROG"])).sum())
        cells[f"{name}COV"] = "SUPP" if few else "LOWCOV" if covered < 0.5 * size else percent(covered, size)
    starts = scores["KS1"][~np.isnan(scores["KS1"])]
    cells["TKS1AVERAGE"] = "SUPP" if few else number(float(starts.mean()), 1) if len(starts) else ""
    for name, flag in _SINGLE_SHARES.items():
        cells[name] = "SUPP" if few else percent(int(flags[flag].sum()), size) if flag else "0%"
    for name in PROGRESS_SPREAD:
        cells[f"{name}PROG_UNADJUSTED"] = cells[f"{name}PROG"]
        cells[f"{name}PROG_DESCR"] = _description(*(cells[f"{name}PROG{e}"] for e in ("", "_LOWER", "_UPPER")))
    own = cells["PTRWM_EXP_FSM6CLA1A"]
    gap = str(int(own[:-1]) - _ENGLAND_OTHERS_RWM[year]) if own.endswith("%") else own
    return cells | {"DIFFN_RWM_EXP": gap}


def _description(value: str, low: str, high: str) -> str:
    """The publisher's band of a progress score: 1 well above average to 5 well below; codes pass through."""
    try:
        middle, lower, upper = float(value), float(low), float(high)
    except ValueError:
        return value
    if lower > 0:
        return "1" if middle >= 3 else "2"
    if upper < 0:
        return "5" if middle <= -3 else "4"
    return "3"


def ks2_row(school: School, year: int, pupils: int, cells: Mapping[str, str]) -> list[str]:
    """A school's record of key stage 2 without a back-series."""
    return record(ks2_header(year), identity(school, year, pupils) | dict(cells) | {"TPUPYEAR": cells["TELIG"]})


def ks2_tables(seed: int) -> dict[int, Table]:
    """Key stage 2 files by summer, header first; holds the planted unknown code and the unknown record type."""
    found = cohorts(seed, 2)
    cells = {key: ks2_cells(cohort, key[0]) for key, cohort in found.items()}
    by_estab = {(year, BY_URN[urn].estab): value for (year, urn), value in cells.items()}
    tables = {}
    for year in KS2_YEARS:
        columns = ks2_header(year)
        rows = []
        for school in schools_by_name(year):
            if school.phase not in ("primary", "junior") and not (school.phase == "special" and school.ages[0] < 11):
                continue
            pupils = roll(seed, year, school)
            if (year, school.urn) not in cells:
                rows.append(new_record(columns, school, year, pupils))
                continue
            earlier = {y: by_estab.get((y, school.estab), {}) for y in SIMULATED_YEARS if y < year}
            row = identity(school, year, pupils) | cells[(year, school.urn)]
            row |= {"TPUPYEAR": row["TELIG"]} | back_series(columns, year, earlier, "")
            row |= _three_years(found, school, year)
            _restate(row, school, year)
            if school.urn == BAD_KS2_CELL["urn"] and year == BAD_KS2_CELL["year"]:
                row[str(BAD_KS2_CELL["column"])] = str(BAD_KS2_CELL["value"])
            rows.append(record(columns, row))
        rows += _ks2_aggregates(columns, found, year)
        tables[year] = [list(columns), *rows]
    return tables


BAD_KS2_CELL: dict[str, int | str] = {
    "urn": 900_035,
    "year": 2018,
    "column": "PTRWM_EXP_G",
    "value": "WITHHELD",
}
"""A code no publisher has announced: it must end as an unreadable cell, never as a figure."""

UNKNOWN_RECORD_TYPE = "9"
"""Record type of one aggregate row (2018/19 key stage 2) that no code list knows."""


def _three_years(found: Mapping[tuple[int, int], Cohort], school: School, year: int) -> dict[str, str]:
    if year < 2018:
        return {}
    parts = [c for (y, urn), c in found.items() if year - 2 <= y <= year and BY_URN[urn].estab == school.estab]
    cells = ks2_cells(pool(parts), year)
    return {f"{n}_3YR": cells[n] for n in ("TELIG", "PTRWM_EXP", "PTRWM_HIGH", "READ_AVERAGE", "MAT_AVERAGE")}


def _restate(row: dict[str, str], school: School, year: int) -> None:
    planted = PLANTED["restatement"]
    if school.urn == planted["urn"] and folder_year(year) == "2018-2019":
        row[planted["column"]] = f"{int(row[planted['column']].rstrip('%')) + planted['points']}%"


def _ks2_aggregates(columns: tuple[str, ...], found: Mapping[tuple[int, int], Cohort], year: int) -> Table:
    per_year = {
        y: ks2_cells(pool([c for (when, _), c in found.items() if when == y]), y, aggregate=True)
        for y in SIMULATED_YEARS
        if y <= year
    }
    authority = per_year[year] | back_series(columns, year, per_year, "")
    authority |= {"RECTYPE": "3", "LEA": LA_CODE, "SCHNAME": LA_NAME}
    rows = [record(columns, authority, " ")]
    for position, record_type in enumerate(("4", "5") if year in _ENGLAND_KS2 else ()):
        cells = {"RECTYPE": record_type}
        for back, figures in _ENGLAND_KS2.items():
            suffix = "" if back == year else f"_{back % 100}"
            values = {c: f.split()[position] for c, f in zip(_ENGLAND_KS2_COLUMNS, figures, strict=True)}
            cells |= {column + suffix: value for column, value in values.items() if back <= year}
        rows.append(record(columns, cells, " "))
    if year == 2019:
        stray = {"RECTYPE": UNKNOWN_RECORD_TYPE, "LEA": LA_CODE, "SCHNAME": "Wendmere and neighbours"}
        rows.append(record(columns, authority | stray, " "))
    return rows
