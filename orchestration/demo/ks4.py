"""The published tables of key stage 4, as rows under the real headers.

Here: its columns, groups, codes and England's rows. Not here: pupils (`pupils`), what all published tables have in common
(`published`).
"""

from __future__ import annotations

import re
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
from orchestration.demo.pupils import PROGRESS8_SPREAD, SIMULATED_YEARS, Cohort, cohorts, pool
from orchestration.demo.schools import BY_URN, LA_CODE, YEARS

_KS4_GROUPS = ("", "_BOYS", "_GIRLS", "_LO", "_AV", "_HI", "_FSM6CLA1A", "_NFSM6CLA1A", "_EAL", "_NMOB")

_ENGLAND_KS4 = {
    2017: {
        "5": {"TPUP": "587497", "ATT8SCR": "44.6", "PTL2BASICS_94": "59.10%", "PTL2BASICS_95": "39.60%"},
        "7": {
            "TPUP": "527744", "ATT8SCR": "46.3", "P8PUP": "498795", "P8MEACOV": "95%", "P8MEA": "-0.03",
            "PTL2BASICS_94": "63.90%", "PTL2BASICS_95": "42.70%", "ATT8SCR_FSM6CLA1A": "37", "P8MEA_FSM6CLA1A": "-0.4",
        },
    },
    2018: {
        "5": {
            "TPUP": "583615", "ATT8SCR": "44.5", "PTL2BASICS_94": "59.40%", "PTL2BASICS_95": "40.20%",
            "EBACCAPS": "3.85",
        },
        "7": {
            "TPUP": "523636", "ATT8SCR": "46.5", "P8PUP": "494832", "P8MEACOV": "94%", "P8MEA": "-0.02",
            "PTL2BASICS_94": "64.20%", "PTL2BASICS_95": "43.30%", "EBACCAPS": "4.04", "ATT8SCR_FSM6CLA1A": "36.7",
            "P8MEA_FSM6CLA1A": "-0.44", "EBACCAPS_FSM6CLA1A": "3.07",
        },
    },
    2019: {
        "5": {"TPUP": "601400", "ATT8SCR": "44.7", "PTL2BASICS_94": "59.80%", "PTL2BASICS_95": "40.10%"},
        "7": {
            "TPUP": "542600", "ATT8SCR": "46.7", "P8PUP": "513000", "P8MEACOV": "95%", "P8MEA": "-0.03",
            "PTL2BASICS_94": "64.90%", "PTL2BASICS_95": "43.40%", "EBACCAPS": "4.07", "ATT8SCR_FSM6CLA1A": "36.7",
            "P8MEA_FSM6CLA1A": "-0.45", "EBACCAPS_FSM6CLA1A": "3.08",
        },
    },
}  # fmt: skip
_ENGLAND_OTHERS_A8 = {2016: 52.0, 2017: 49.9, 2018: 50.1, 2019: 50.3}

_BASICS = {
    "": "PTL2BASICS", "_BOYS": "PBL2BASICS", "_GIRLS": "PGL2BASICS", "_LO": "PTBASICSLO", "_AV": "PTBASICSAV",
    "_HI": "PTBASICSHI", "_FSM6CLA1A": "PTFSM6CLA1ABASICS", "_NFSM6CLA1A": "PTNOTFSM6CLA1ABASICS",
    "_EAL": "PTL2BASICSEAL", "_NMOB": "PTL2BASICSNMOB",
}  # fmt: skip


def ks4_cells(cohort: Cohort, year: int, *, aggregate: bool = False, independent: bool = False) -> dict[str, str]:
    """Every key stage 4 column this cohort fills, by column name, rounded, coded and suppressed as published."""
    flags, scores, size = cohort.flags, cohort.scores, len(cohort)
    masks = masks_of(cohort, _KS4_GROUPS)
    states = states_of(masks, ("_FSM6CLA1A", "_NFSM6CLA1A"), aggregate=aggregate)
    places = 2 if aggregate else 0
    cells = {"TPUP": str(size)}
    counts = {
        "BPUP": masks["_BOYS"], "GPUP": masks["_GIRLS"], "TPRIORLO": masks["_LO"], "TPRIORAV": masks["_AV"],
        "TPRIORHI": masks["_HI"], "TFSM6CLA1A": masks["_FSM6CLA1A"], "TNOTFSM6CLA1A": masks["_NFSM6CLA1A"],
        "TEALGRP2": masks["_EAL"], "TEALGRP1": ~masks["_EAL"], "TEALGRP3": np.zeros(size, dtype=bool),
        "TNMOB": masks["_NMOB"], "SENSE4": flags["ehcp"], "SENAPK4": flags["sen_support"],
        "SEN_ALL": flags["ehcp"] | flags["sen_support"],
    }  # fmt: skip
    known, few = int((cohort.prior > 0).sum()), states[""] == "few"
    for name, mask in counts.items():
        whole = known if name.startswith("TPRIOR") else size
        cells[name] = "SUPP" if few else str(int(mask.sum()))
        cells["P" + name] = "SUPP" if few else percent(int(mask.sum()), whole, places) if whole else "NE"
    total = float(scores["ATT8"].sum())
    cells["TOTATT8"] = "SUPP" if few else number(total, 1)
    cells["TOTEBACCAPS"] = "SUPP" if few else number(float(scores["EBACC"].sum()), 2)
    if known and not few:
        cells["KS2APS"] = number(float(np.nanmean(scores["KS2"])), 1)
    for group, mask in masks.items():
        state, count = states[group], int(mask.sum())
        progress = scores["P8"][mask]
        progress = progress[~np.isnan(progress)]
        code = {"none": "NE", "few": "SUPP"}.get(state)
        cells[f"ATT8SCR{group}"] = code or number(float(scores["ATT8"][mask].mean()), 1)
        cells[f"EBACCAPS{group}"] = code or number(float(scores["EBACC"][mask].mean()), 2)
        for pass_mark in ("94", "95"):
            reached = int(flags[f"BASICS_{pass_mark}"][mask].sum())
            cells[f"{_BASICS[group]}_{pass_mark}"] = code or percent(reached, count, places)
        if code is None and len(progress) <= SUPPRESSED_AT and not aggregate:
            code = "SUPP"
        figures = (code,) * 3 if code else mean_and_limits(progress, PROGRESS8_SPREAD, 2, padded=False)
        cells[f"P8PUP{group}"] = code or str(len(progress))
        for end, figure in zip(("P8MEA", "P8CILOW", "P8CIUPP"), figures, strict=True):
            cells[end + group] = figure
            cells[f"{end}{group}_ORIG"] = figure
        cells[f"TP8ADJ{group}"] = code or "0"
    covered = int((~np.isnan(scores["P8"])).sum())
    cells["P8MEACOV"] = "SUPP" if few else percent(covered, size)
    cells["P8_BANDING"] = _banding(cells["P8MEA"], cells["P8CILOW"], cells["P8CIUPP"])
    own = cells["ATT8SCR_FSM6CLA1A"]
    cells["DIFFN_ATT8"] = number(float(own) - _ENGLAND_OTHERS_A8[year], 1) if own[-1:].isdigit() else own
    if independent:
        hidden = (
            "P8", "TP8", "KS2", "DIFFN", "TPRIOR", "PTPRIOR", "TFSM", "PTFSM", "TNOT", "PTNOT", "TEAL", "PTEAL",
            "TNMOB", "PTNMOB",
        )  # fmt: skip
        grouped = re.compile(r"^(ATT8SCR|EBACCAPS)_(?!BOYS|GIRLS)|^PTBASICS|^PTL2BASICS(EAL|NMOB)")
        cells |= {name: "NP" for name in cells if name.startswith(hidden) or grouped.match(name)}
        cells |= {name: "NA" for name in cells if name.startswith(("SEN", "PSEN"))} | {"P8_BANDING": ""}
    return cells


def _banding(value: str, low: str, high: str) -> str:
    """The publisher's band of Progress 8: 1 well above average to 5 well below; blank without a score."""
    try:
        middle, lower, upper = float(value), float(low), float(high)
    except ValueError:
        return ""
    if lower > 0:
        return "1" if middle >= 0.5 else "2"
    if upper < 0:
        return "5" if middle < -0.5 else "4"
    return "3"


def ks4_tables(seed: int) -> dict[int, Table]:
    """Key stage 4 files by summer, header first."""
    found = cohorts(seed, 4)
    cells = {
        (year, urn): ks4_cells(cohort, year, independent=BY_URN[urn].phase == "independent")
        for (year, urn), cohort in found.items()
    }
    tables = {}
    for year in YEARS:
        columns = header(f"ks4_{folder_year(year)}")
        rows = []
        for school in schools_by_name(year):
            if school.phase not in ("secondary", "special", "independent"):
                continue
            pupils = roll(seed, year, school)
            if (year, school.urn) not in cells:
                rows.append(new_record(columns, school, year, pupils))
                continue
            earlier = {y: cells.get((y, school.urn), {}) for y in SIMULATED_YEARS if y < year}
            girls = round(pupils * (0.28 if school.phase == "special" else 0.49))
            row = identity(school, year, pupils) | {"NUMBOYS": str(pupils - girls), "NUMGIRLS": str(girls)}
            row |= cells[(year, school.urn)] | back_series(columns, year, earlier, "NA")
            rows.append(record(columns, row))
        tables[year] = [list(columns), *rows, *_ks4_aggregates(columns, found, year)]
    return tables


def _ks4_aggregates(columns: tuple[str, ...], found: Mapping[tuple[int, int], Cohort], year: int) -> Table:
    state = {
        y: ks4_cells(
            pool([c for (when, urn), c in found.items() if when == y and BY_URN[urn].phase != "independent"]),
            y,
            aggregate=True,
        )
        for y in SIMULATED_YEARS
        if y <= year
    }
    authority = state[year] | back_series(columns, year, state, "")
    rows = [record(columns, authority | {"RECTYPE": "4", "LEA": LA_CODE})]
    rows += [record(columns, {"RECTYPE": kind} | cells) for kind, cells in _ENGLAND_KS4[year].items()]
    return rows
