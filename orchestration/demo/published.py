"""Published tables of the demonstration: key stage 2 and 4, absence and census, as rows under the real headers.

Here: the publisher's rounding, suppression, missing-value codes, record types, back-series and ragged rows.
Not here: pupils (`pupils`), and bytes, archives and file names (`write`). Column names are data, in `headers/`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import numpy as np

from orchestration.demo.pupils import (
    PROGRESS8_SPREAD,
    PROGRESS_SPREAD,
    SIMULATED_YEARS,
    BoolArray,
    Cohort,
    FloatArray,
    cohorts,
    pool,
)
from orchestration.demo.schools import (
    BY_URN,
    LA_CODE,
    LA_NAME,
    LINKS,
    PLANTED,
    SCHOOLS,
    YEARS,
    School,
    founders,
)

Table = list[list[str]]
"""A file as text: the header row first; rows may be shorter than it, as the publisher's are."""

SUPPRESSED_AT = 5
"""Figures of this many pupils or fewer are suppressed."""

_HEADERS = Path(__file__).parent / "headers"
_KS2_GROUPS = ("", "_B", "_G", "_L", "_M", "_H", "_FSM6CLA1A", "_NotFSM6CLA1A", "_EAL", "_MOBN")
_KS4_GROUPS = ("", "_BOYS", "_GIRLS", "_LO", "_AV", "_HI", "_FSM6CLA1A", "_NFSM6CLA1A", "_EAL", "_NMOB")

# Published figures for England; KS2 record type 4 (all schools) and 5 (state-funded), KS4 5 (all) and 7 (state-funded).
_ENGLAND_KS2 = {
    2017: ("604552 599728", "61% 61%", "9% 9%", "47% 47%", "67% 67%", "104 104"),
    2018: ("624151 619703", "64% 64%", "10% 10%", "51% 51%", "70% 70%", "105 105"),
    2019: ("649249 644967", "65% 65%", "11% 11%", "51% 51%", "71% 71%", "104 104"),
}
_ENGLAND_KS2_COLUMNS = (
    "TELIG", "PTRWM_EXP", "PTRWM_HIGH", "PTRWM_EXP_FSM6CLA1A", "PTRWM_EXP_NotFSM6CLA1A", "READ_AVERAGE",
)  # fmt: skip
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
_ENGLAND_OTHERS_RWM = {2016: 60, 2017: 67, 2018: 70, 2019: 71}
_ENGLAND_ABSENCE = {
    2017: ("4,8.3", "5.4,13.5", "9.7,28.5"),
    2018: ("4.2,8.7", "5.5,13.9", "10.2,29.6"),
    2019: ("4,8.2", "5.5,13.7", "10.1,28.8"),
}


@cache
def header(name: str) -> tuple[str, ...]:
    """Column names of one file, in its order, e.g. `ks2_2016-2017`, `absence`, `gias_extract`."""
    return tuple((_HEADERS / f"{name}.txt").read_text(encoding="utf-8").splitlines())


KS2_YEARS = SIMULATED_YEARS
"""Summers with a file of key stage 2: one more than of all else, the first of the tests as they are."""


def ks2_header(year: int) -> tuple[str, ...]:
    """Columns of that summer's key stage 2 file. The first year's is the next one's without its back-series."""
    if year in YEARS:
        return header(f"ks2_{folder_year(year)}")
    return tuple(name for name in header(f"ks2_{folder_year(YEARS[0])}") if not name.endswith(f"_{year % 100}"))


def folder_year(year: int) -> str:
    """`2016-2017` for the summer of 2017, as the publisher names its folders."""
    return f"{year - 1}-{year}"


# Formats ------------------------------------------------------------------------------------------------------------


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


def _masks(cohort: Cohort, names: tuple[str, ...]) -> dict[str, BoolArray]:
    flags, prior = cohort.flags, cohort.prior
    poor, girl = flags["disadvantaged"], flags["girl"]
    every = [
        np.ones(len(cohort), dtype=bool), ~girl, girl, prior == 1, prior == 2, prior == 3, poor, ~poor, flags["eal"],
        flags["non_mobile"],
    ]  # fmt: skip
    return dict(zip(names, every, strict=True))


def _states(masks: Mapping[str, BoolArray], pair: tuple[str, str], *, aggregate: bool) -> dict[str, str]:
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


def _interval(values: FloatArray, spread: float, places: int, *, padded: bool) -> tuple[str, str, str]:
    """Mean with its 95% limits, from the nation's spread of pupils, as the publisher calculates them."""
    mean = float(values.mean())
    half = 1.96 * spread / len(values) ** 0.5
    low, middle, high = (number(v, places, padded=padded) for v in (mean - half, mean, mean + half))
    return middle, low, high


# Key stage 2 --------------------------------------------------------------------------------------------------------


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
    masks = _masks(cohort, _KS2_GROUPS)
    states = _states(masks, ("_FSM6CLA1A", "_NotFSM6CLA1A"), aggregate=aggregate)
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
            figures = (code,) * 3 if code else _interval(values, spread, 1, padded=padded)
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


_BACK = re.compile(r"^(?P<base>.+)_(?P<year>1[5-9])(?:_PTQ_EE)?$")


def _back_series(
    columns: tuple[str, ...], year: int, earlier: Mapping[int, Mapping[str, str]], missing: str
) -> dict[str, str]:
    """Columns such as `PTRWM_EXP_17`: copies of what the file of that summer said of the same school.

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


def _identity(school: School, year: int, roll: int) -> dict[str, str]:
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


def _row(columns: tuple[str, ...], cells: Mapping[str, str], blank: str = "") -> list[str]:
    """One record in header order; trailing empty fields are dropped, as the publisher drops them."""
    row = [cells.get(column, blank) or blank for column in columns]
    while row and row[-1] == "":
        row.pop()
    return row


def _new_row(columns: tuple[str, ...], school: School, year: int, roll: int) -> list[str]:
    """A school without results yet: the record stops at the roll, `NEW` in its first year."""
    cells = _identity(school, year, roll)
    first = school.opened is not None and school.opened.year == year - 1
    if first:
        cells["TOTPUPS"] = "NEW"
    elif "TPUPYEAR" in columns:
        cells["TPUPYEAR"] = "0"
    last = "TPUPYEAR" if "TPUPYEAR" in columns and not first else "TOTPUPS"
    return _row(columns[: columns.index(last) + 1], cells)


def ks2_row(school: School, year: int, pupils: int, cells: Mapping[str, str]) -> list[str]:
    """A school's record of key stage 2 without a back-series."""
    return _row(ks2_header(year), _identity(school, year, pupils) | dict(cells) | {"TPUPYEAR": cells["TELIG"]})


def _ordered(year: int) -> list[School]:
    return sorted((s for s in SCHOOLS if s.open_in(year)), key=lambda s: s.name)


def roll(seed: int, year: int, school: School) -> int:
    """Pupils on the roll of the school in January of that academic year."""
    rng = np.random.default_rng([seed, year, school.estab, 9])
    groups = school.year_groups + (1 if school.ages[0] <= 4 else 0)
    if school.opened and school.first_results == 9999:
        groups = year - school.opened.year
    return max(12, round(school.size * groups * (0.95 + 0.1 * rng.random())))


def ks2_tables(seed: int) -> dict[int, Table]:
    """Key stage 2 files by summer, header first; holds the planted unknown code and the unknown record type."""
    found = cohorts(seed, 2)
    cells = {key: ks2_cells(cohort, key[0]) for key, cohort in found.items()}
    by_estab = {(year, BY_URN[urn].estab): value for (year, urn), value in cells.items()}
    tables = {}
    for year in KS2_YEARS:
        columns = ks2_header(year)
        rows = []
        for school in _ordered(year):
            if school.phase not in ("primary", "junior") and not (school.phase == "special" and school.ages[0] < 11):
                continue
            pupils = roll(seed, year, school)
            if (year, school.urn) not in cells:
                rows.append(_new_row(columns, school, year, pupils))
                continue
            earlier = {y: by_estab.get((y, school.estab), {}) for y in SIMULATED_YEARS if y < year}
            row = _identity(school, year, pupils) | cells[(year, school.urn)]
            row |= {"TPUPYEAR": row["TELIG"]} | _back_series(columns, year, earlier, "")
            row |= _three_years(found, school, year)
            _restate(row, school, year)
            if school.urn == BAD_KS2_CELL["urn"] and year == BAD_KS2_CELL["year"]:
                row[str(BAD_KS2_CELL["column"])] = str(BAD_KS2_CELL["value"])
            rows.append(_row(columns, row))
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
    authority = per_year[year] | _back_series(columns, year, per_year, "")
    authority |= {"RECTYPE": "3", "LEA": LA_CODE, "SCHNAME": LA_NAME}
    rows = [_row(columns, authority, " ")]
    for position, record_type in enumerate(("4", "5") if year in _ENGLAND_KS2 else ()):
        cells = {"RECTYPE": record_type}
        for back, figures in _ENGLAND_KS2.items():
            suffix = "" if back == year else f"_{back % 100}"
            values = {c: f.split()[position] for c, f in zip(_ENGLAND_KS2_COLUMNS, figures, strict=True)}
            cells |= {column + suffix: value for column, value in values.items() if back <= year}
        rows.append(_row(columns, cells, " "))
    if year == 2019:
        stray = {"RECTYPE": UNKNOWN_RECORD_TYPE, "LEA": LA_CODE, "SCHNAME": "Wendmere and neighbours"}
        rows.append(_row(columns, authority | stray, " "))
    return rows


# Key stage 4 --------------------------------------------------------------------------------------------------------

_BASICS = {
    "": "PTL2BASICS", "_BOYS": "PBL2BASICS", "_GIRLS": "PGL2BASICS", "_LO": "PTBASICSLO", "_AV": "PTBASICSAV",
    "_HI": "PTBASICSHI", "_FSM6CLA1A": "PTFSM6CLA1ABASICS", "_NFSM6CLA1A": "PTNOTFSM6CLA1ABASICS",
    "_EAL": "PTL2BASICSEAL", "_NMOB": "PTL2BASICSNMOB",
}  # fmt: skip


def ks4_cells(cohort: Cohort, year: int, *, aggregate: bool = False, independent: bool = False) -> dict[str, str]:
    """Every key stage 4 column this cohort fills, by column name, rounded, coded and suppressed as published."""
    flags, scores, size = cohort.flags, cohort.scores, len(cohort)
    masks = _masks(cohort, _KS4_GROUPS)
    states = _states(masks, ("_FSM6CLA1A", "_NFSM6CLA1A"), aggregate=aggregate)
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
        figures = (code,) * 3 if code else _interval(progress, PROGRESS8_SPREAD, 2, padded=False)
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
        for school in _ordered(year):
            if school.phase not in ("secondary", "special", "independent"):
                continue
            pupils = roll(seed, year, school)
            if (year, school.urn) not in cells:
                rows.append(_new_row(columns, school, year, pupils))
                continue
            earlier = {y: cells.get((y, school.urn), {}) for y in SIMULATED_YEARS if y < year}
            girls = round(pupils * (0.28 if school.phase == "special" else 0.49))
            row = _identity(school, year, pupils) | {"NUMBOYS": str(pupils - girls), "NUMGIRLS": str(girls)}
            row |= cells[(year, school.urn)] | _back_series(columns, year, earlier, "NA")
            rows.append(_row(columns, row))
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
    authority = state[year] | _back_series(columns, year, state, "")
    rows = [_row(columns, authority | {"RECTYPE": "4", "LEA": LA_CODE})]
    rows += [_row(columns, {"RECTYPE": kind} | cells) for kind, cells in _ENGLAND_KS4[year].items()]
    return rows


# Absence and census -------------------------------------------------------------------------------------------------


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
