"""England in invented figures: files in the publishers' formats at the size of the country, the same for the same seed.

Belongs here: schools, figures and files of key stages 2 and 4, 16 to 18 study, destinations, absence, census, exclusions,
inspections, the register, and templates of a few hundred partnerships. Columns come from the demonstration's headers and the
product's own column map, so every indicator of these formats is filled. Does not belong here: measuring (`bench.england`).
Nothing is anybody's: names, numbers and figures are drawn. Rows are made as arrays and written by DuckDB, since a country
written cell by cell takes an hour.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from orchestration import contracts
from orchestration.contracts import seed_file
from orchestration.demo import later
from orchestration.demo.published import folder_year, header
from orchestration.templates import csv_text

SCHOOLS = 24_000
YEARS = tuple(range(2010, 2020))
"""Summers: 2010 is 2009/10."""
PARTNERSHIPS = 300
MEMBERS = 6

Floats = NDArray[np.float64]
SUPPRESSED = -9999.0
_BACK_SERIES = ("_15", "_16", "_17", "_18", "_PTQ_EE", "_3YR")

# England's figure, spread between schools, of a school from year to year, rise a year, spread of pupils within a school
_SHAPES = {
    "ks2_rwm_expected_pct": (62, 9, 4, 0.6, 0),
    "ks2_rwm_higher_pct": (9, 4, 2, 0.3, 0),
    "ks2_reading_progress": (0, 1.6, 0.8, 0, 6.0),
    "ks2_writing_progress": (0, 1.7, 0.9, 0, 5.6),
    "ks2_maths_progress": (0, 1.6, 0.9, 0, 5.3),
    "ks4_attainment8": (46, 7, 1.6, 0.1, 17),
    "ks4_progress8": (0, 0.4, 0.15, 0, 1.24),
    "ks4_basics_94_pct": (62, 14, 3.5, 0.3, 0),
    "ks4_basics_95_pct": (41, 14, 3.5, 0.3, 0),
    "ks4_ebacc_aps": (4.0, 0.7, 0.15, 0, 1.7),
}
# share of pupils, and how far their results lie from the school's in spreads between schools
_GROUPS = {
    "all": (1.0, 0.0),
    "boys": (0.51, -0.3),
    "girls": (0.49, 0.3),
    "low_prior": (0.2, -2.2),
    "mid_prior": (0.5, 0.1),
    "high_prior": (0.3, 1.6),
    "disadvantaged": (0.27, -0.9),
    "not_disadvantaged": (0.73, 0.35),
    "eal": (0.2, 0.1),
    "non_mobile": (0.93, 0.05),
}
_NATIONAL_TYPES = {"primary": "PRI", "secondary": "SEC", "special": "SPE"}
_INSPECTIONS = "Management_information_-_state-funded_schools_-_as_at"
_EES_TYPES = {"primary": "State-funded primary", "secondary": "State-funded secondary", "special": "Special"}


@dataclass(frozen=True)
class England:
    """All schools as arrays of one length; `level` in spreads between schools, `size` in pupils of a year group."""

    urn: NDArray[np.int64]
    authority: NDArray[np.int64]
    estab: NDArray[np.int64]
    phase: NDArray[np.object_]
    size: Floats
    level: Floats
    poor: Floats
    effect_from: NDArray[np.int64]
    """First summer in which a partnership lifted the school by a third of a spread; 9999 for never."""


def write_england(folder: Path, schools: int = SCHOOLS, seed: int = 1, groups: bool = False) -> int:
    """Write all files under `folder`; the number of bytes written. A tenth of the schools is a tenth of all else.

    With `groups` the key stages' files hold every group of pupils that the product reads, four times the figures; without,
    all pupils and the groups by which similar schools are found.
    """
    rng = np.random.default_rng(seed)
    england, members, joined = _schools(rng, schools)
    with duckdb.connect(config={"threads": 2}) as connection:
        connection.execute("set enable_progress_bar = false")
        for year in YEARS:
            tables = folder / "performance_tables" / folder_year(year)
            tables.mkdir(parents=True, exist_ok=True)
            for stage, has_results in (("ks2", _at_ks2(england)), ("ks4", _at_ks4(england))):
                frame = _results(rng, england, has_results, stage, year)
                if not groups:
                    left_out = _told_of_groups(f"dfe_{stage}")
                    frame["columns"] = [name for name in frame["columns"] if name not in left_out]
                _write(connection, tables / f"england_{stage}final.csv", frame)
            _write(connection, tables / "england_ks5final.csv", _after_16(rng, england, year))
            _write(connection, tables / "england_ks4-pupdest.csv", _destinations(rng, england, "ks4", year))
            _write(connection, tables / "england_ks5-studest.csv", _destinations(rng, england, "ks5", year))
            _write(connection, tables / "england_abs.csv", _absence(rng, england, year))
            _write(connection, tables / "england_census.csv", _census(rng, england, year))
        for name in ("ees", "inspections", "register", "templates"):
            (folder / name).mkdir(parents=True, exist_ok=True)
        _write(connection, folder / "inspections" / f"{_INSPECTIONS}_20190831.csv", _inspections(rng, england))
        _write(connection, folder / "ees" / "exclusions_by_school.csv", _exclusions(rng, england))
        with (folder / "ees" / "exclusions_by_school.meta.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(later.EES_META)
        _write(connection, folder / "register" / "gias_extract_20190901.csv", _register(england))
    for dataset_id, rows in _templates(england, members, joined).items():
        text = csv_text(contracts.load()[dataset_id], rows)
        (folder / "templates" / f"{dataset_id.removeprefix('template_')}.csv").write_text(text, encoding="utf-8")
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())


@cache
def _map(dataset_id: str) -> tuple[tuple[str, str, str, str], ...]:
    """(column, indicator, breakdown, role) of one kind of file, as the product reads it."""
    with seed_file("outcome_columns.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["dataset_id"] == dataset_id]
    return tuple((row["column_name"], row["indicator_id"], row["breakdown_id"], row["role"]) for row in rows)


@cache
def _told_of_groups(dataset_id: str) -> frozenset[str]:
    """Columns that tell nothing of all pupils and that no trait of similar schools is made of."""
    with seed_file("similar_traits.csv").open(encoding="utf-8", newline="") as file:
        traits = {(row["indicator_id"], row["breakdown_id"]) for row in csv.DictReader(file)}
    kept = {
        column for column, indicator, group, _ in _map(dataset_id) if group == "all" or (indicator, group) in traits
    }
    return frozenset(column for column, *_ in _map(dataset_id)) - kept


def _schools(rng: np.random.Generator, count: int) -> tuple[England, list[NDArray[np.int64]], NDArray[np.int64]]:
    """The schools, the members of each partnership (places in the arrays), and the summer after which each began."""
    with seed_file("local_authorities.csv").open(encoding="utf-8", newline="") as file:
        known = [int(row["la_code"]) for row in csv.DictReader(file) if row["la_code"] != "999"]
    codes = np.array(known[: max(8, round(150 * count / SCHOOLS))])
    authority = np.sort(codes[np.arange(count) % len(codes)])
    estab = np.arange(count) - np.searchsorted(authority, authority) + 2000
    phase = rng.choice(np.array(["primary", "secondary", "special"], dtype=object), count, p=[0.78, 0.15, 0.07])
    size = np.round(np.where(phase == "secondary", 160, 38) * np.exp(0.45 * rng.standard_normal(count)))
    size = np.where(phase == "special", 8 + rng.integers(0, 12, count), np.clip(size, 4, 420))
    poor = np.clip(rng.beta(2, 5, count), 0.02, 0.8)
    level = rng.standard_normal(count) - 1.2 * (poor - 0.27) - np.where(phase == "special", 4, 0)
    effect_from = np.full(count, 9999)
    members: list[NDArray[np.int64]] = []
    joined = rng.integers(2012, 2017, round(PARTNERSHIPS * count / SCHOOLS))
    primaries = np.flatnonzero(phase == "primary")
    for number, began in enumerate(joined):
        own = primaries[authority[primaries] == codes[number % len(codes)]]
        place = MEMBERS * (number // len(codes))
        chosen = own[place : place + MEMBERS]
        members.append(chosen)
        if number % 5 == 0:
            effect_from[chosen] = began + 2
    england = England(np.arange(count) + 200_000, authority, estab, phase, size, level, poor, effect_from)
    return england, members, joined


def _at_ks2(england: England) -> NDArray[np.bool_]:
    places = np.arange(len(england.urn))
    mainstream = (england.phase == "primary") & (places % 10 > 0)
    return np.asarray(mainstream | ((england.phase == "special") & (places % 5 < 2)), dtype=np.bool_)


def _at_ks4(england: England) -> NDArray[np.bool_]:
    special = (england.phase == "special") & (np.arange(len(england.urn)) % 5 > 1)
    return np.asarray((england.phase == "secondary") | special, dtype=np.bool_)


def _sixth_form(england: England) -> NDArray[np.bool_]:
    return np.asarray((england.phase == "secondary") & (np.arange(len(england.urn)) % 5 < 3), dtype=np.bool_)


def _results(
    rng: np.random.Generator, england: England, has_results: NDArray[np.bool_], stage: str, year: int
) -> dict[str, Any]:
    """A key stage's file of a summer: schools, authorities and two national rows; column name -> texts."""
    chosen = np.flatnonzero(has_results)
    count = len(chosen)
    cohort = np.maximum(1, rng.poisson(england.size[chosen])).astype(np.float64)
    lifted = england.level[chosen] + np.where(year >= england.effect_from[chosen], 0.33, 0)
    pupils = {"all": cohort}
    for group, (share, _) in _GROUPS.items():
        own = england.poor[chosen] if group == "disadvantaged" else share
        if group not in pupils:
            pupils[group] = rng.binomial(cohort.astype(np.int64), own).astype(np.float64)
    pupils["not_disadvantaged"] = cohort - pupils["disadvantaged"]
    moved = {name: rng.standard_normal(count) for name in _SHAPES}
    numbers: dict[str, Floats] = {}
    kinds: dict[str, str] = {}
    drawn: dict[tuple[str, str], tuple[Floats, Floats]] = {}
    for column, indicator, breakdown, role in _map(f"dfe_{stage}"):
        of = pupils[breakdown]
        if role == "denominator":
            numbers[column], kinds[column] = np.where(cohort <= 5, SUPPRESSED, of), "count"
            numbers[column] = of if breakdown == "all" and column in ("TELIG", "TPUP") else numbers[column]
            continue
        middle, spread, yearly, rise, within = _SHAPES[indicator]
        if (indicator, breakdown) not in drawn:
            wanted = (
                middle + rise * (year - 2015) + spread * (lifted + _GROUPS[breakdown][1]) + yearly * moved[indicator]
            )
            if within:
                error = within / np.sqrt(np.maximum(of, 1))
                drawn[(indicator, breakdown)] = wanted + error * rng.standard_normal(count), 1.96 * error
            else:
                chance = np.clip(wanted / 100, 0.005, 0.995)
                reached = rng.binomial(of.astype(np.int64), chance)
                drawn[(indicator, breakdown)] = 100 * reached / np.maximum(of, 1), np.zeros(count)
        value, half = drawn[(indicator, breakdown)]
        value = {"value": value, "ci_low": value - half, "ci_high": value + half}[role]
        if "progress" not in indicator:
            value = np.maximum(value, 0)
        numbers[column] = np.where(of <= 5, SUPPRESSED, value)
        kinds[column] = "share" if indicator.endswith("_pct") else "score"
    columns = [name for name in header(f"{stage}_2018-2019") if not name.endswith(_BACK_SERIES)]
    types = ("3", "4", "5") if stage == "ks2" else ("4", "5", "7")
    rows = _with_areas(numbers, kinds, england.authority[chosen], pupils["all"], types)
    rows["TOTPUPS"] = _then_blank((7 * england.size[chosen]).astype(np.int64).astype(str), len(rows["LEA"]) - count)
    return {"columns": columns, "rows": _named(england, chosen, rows), "kinds": kinds}


def _named(england: England, chosen: NDArray[np.int64], rows: dict[str, Any]) -> dict[str, Any]:
    """The rows with what says whose they are: those of the schools first, areas behind."""
    count = len(chosen)
    extra = len(rows["RECTYPE"]) - count
    special = england.phase[chosen] == "special"
    rows["RECTYPE"] = np.concatenate([np.where(special, "2", "1"), rows["RECTYPE"][count:]])
    rows["LEA"] = np.concatenate([england.authority[chosen].astype(str), rows["LEA"][count:]])
    rows["ESTAB"] = _then_blank(england.estab[chosen].astype(str), extra)
    rows["URN"] = _then_blank(england.urn[chosen].astype(str), extra)
    rows["SCHNAME"] = _then_blank(_names(england)[chosen], extra)
    rows["NFTYPE"] = _then_blank(np.where(special, "CYS", "CY"), extra)
    return rows


def _with_areas(
    numbers: Mapping[str, Floats],
    kinds: Mapping[str, str],
    authority: NDArray[np.int64],
    cohort: Floats,
    types: Sequence[str],
) -> dict[str, Any]:
    """Each column with the figures of the authorities and of England behind the schools: sums of counts, else means weighed
    by the cohort. `types` are the record types of an authority and of each row of England.
    """
    codes, place = np.unique(authority, return_inverse=True)
    count = len(authority)
    blank = np.full(count, "", dtype=object)
    rows: dict[str, Any] = {
        "RECTYPE": np.concatenate(
            [blank, np.full(len(codes), types[0], dtype=object), np.array(types[1:], dtype=object)]
        ),
        "LEA": np.concatenate([blank, codes.astype(str), np.full(len(types) - 1, "", dtype=object)]),
    }
    for name, values in numbers.items():
        known = values != SUPPRESSED
        counts = kinds[name] == "count"
        weight = np.where(known, 1.0 if counts else cohort, 0.0)
        sums = np.bincount(place, weight * np.where(known, values, 0), len(codes))
        whole = np.bincount(place, weight, len(codes))
        areas = sums if counts else np.divide(sums, whole, out=np.full(len(codes), np.nan), where=whole > 0)
        nation = sums.sum() if counts else sums.sum() / max(whole.sum(), 1)
        rows[name] = np.concatenate([values, areas, np.full(len(types) - 1, nation)])
    return rows


def _after_16(rng: np.random.Generator, england: England, year: int) -> dict[str, Any]:
    """Results of 16 to 18 study of a summer: sixth forms, authorities and two national rows."""
    chosen = np.flatnonzero(_sixth_form(england))
    level = england.level[chosen]
    students = np.maximum(1.0, rng.poisson(0.55 * england.size[chosen]))

    def drawn(middle: float, spread: float, within: float, of: Floats) -> tuple[Floats, Floats]:
        error = within / np.sqrt(np.maximum(of, 1))
        return middle + spread * level + error * rng.standard_normal(len(of)), 1.96 * error

    of = {
        "TPUP1618": students,
        "TALLPUP_ACAD_1618": np.floor(0.9 * students),
        "TALLPUP_ALEV_1618": np.floor(0.85 * students),
        "TALLPUP_AGEN": np.floor(0.2 * students),
        "TALLPUP_ALEV_1618_DIS": rng.binomial((0.85 * students).astype(np.int64), england.poor[chosen]).astype(
            np.float64
        ),
    }
    numbers, kinds = dict(of), dict.fromkeys(of, "count")
    for name, middle in (("ACAD_1618", 33.5), ("ALEV_1618", 33.0), ("AGEN", 28.0), ("ALEV_1618_DIS", 30.0)):
        own = of[f"TALLPUP_{name}"]
        value, _ = drawn(middle + 0.1 * (year - 2015), 3.0, 9.0, own)
        numbers[f"TALLPPE_{name}"] = np.where(own <= 5, SUPPRESSED, np.maximum(value, 0))
    value, half = drawn(0.0, 0.15, 0.9, of["TALLPUP_ALEV_1618"])
    for name, limit in (("VA_INS_ALEV", value), ("LCI_INS_ALEV", value - half), ("UCI_INS_ALEV", value + half)):
        numbers[name] = np.where(of["TALLPUP_ALEV_1618"] <= 5, SUPPRESSED, limit)
    kinds |= {name: "score" for name in numbers if name not in kinds}
    rows = _with_areas(numbers, kinds, england.authority[chosen], students, ("4", "5", "7"))
    columns = [*later.KS5_COLUMNS, "TALLPUP_ALEV_1618_DIS", "TALLPPE_ALEV_1618_DIS"]
    return {"columns": columns, "rows": _named(england, chosen, rows), "kinds": kinds}


def _destinations(rng: np.random.Generator, england: England, stage: str, year: int) -> dict[str, Any]:
    """Where a year's leavers of a stage went: schools, authorities and England."""
    chosen = np.flatnonzero(_at_ks4(england) if stage == "ks4" else _sixth_form(england))
    columns = later.KS4_DESTINATION_COLUMNS if stage == "ks4" else later.KS5_DESTINATION_COLUMNS
    before, stayed_as = ("", "OVERALL_DEST") if stage == "ks4" else ("TOT_", "OVERALL")
    leavers = np.maximum(1, rng.poisson((1.0 if stage == "ks4" else 0.5) * england.size[chosen]))
    poor = rng.binomial(leavers, england.poor[chosen])
    numbers: dict[str, Floats] = {}
    kinds: dict[str, str] = {}
    for group, of, middle in (("", leavers, 0.94), ("_DIS", poor, 0.88), ("_NONDIS", leavers - poor, 0.96)):
        chance = np.clip(middle + 0.01 * england.level[chosen] + 0.001 * (year - 2015), 0.5, 0.999)
        stayed = rng.binomial(of, chance)
        cells = {
            "COHORT": of,
            stayed_as: stayed,
            f"{stayed_as}PER" if stage == "ks4" else "OVERALLPER": 100 * stayed / np.maximum(of, 1),
        }
        for name, values in cells.items():
            column = f"{before}{name}{group}"
            numbers[column] = np.where((of <= 10) & (name != "COHORT"), SUPPRESSED, values.astype(np.float64))
            kinds[column] = "share" if name.endswith("PER") else "count"
    rows = _with_areas(numbers, kinds, england.authority[chosen], leavers.astype(np.float64), ("LA", "NAT"))
    return {"columns": list(columns), "rows": _named(england, chosen, rows), "kinds": kinds}


def _inspections(rng: np.random.Generator, england: England) -> dict[str, Any]:
    """Inspection outcomes as of the time after the last summer: each school inspected once in the five years before."""
    count = len(england.urn)
    began = np.datetime64("2014-09-01") + rng.integers(0, 1750, count).astype("timedelta64[D]")
    grade = np.clip(np.round(2.1 - 0.5 * england.level + 0.5 * rng.standard_normal(count)), 1, 4).astype(np.int64)
    cells: dict[str, Any] = dict.fromkeys(later.INSPECTION_COLUMNS[7:12], grade.astype(str))
    cells |= {
        "URN": england.urn.astype(str),
        "LAESTAB": (england.authority * 10_000 + england.estab).astype(str),
        "School name": _names(england),
        "Ofsted phase": np.array([phase.capitalize() for phase in england.phase], dtype=object),
        "Local authority": england.authority.astype(str),
        "Inspection start date": _british(began),
        "Publication date": _british(began + np.timedelta64(30, "D")),
        "Is safeguarding effective?": np.where(grade < 4, "Yes", "No"),
    }
    return {"columns": list(later.INSPECTION_COLUMNS), "rows": cells, "kinds": {}}


def _british(days: NDArray[np.datetime64]) -> NDArray[np.object_]:
    return np.array(pd.Series(days).dt.strftime("%d/%m/%Y"), dtype=object)


def _absence(rng: np.random.Generator, england: England, year: int) -> dict[str, Any]:
    count = len(england.urn)
    usual = np.select([england.phase == "secondary", england.phase == "special"], [5.2, 9.6], 3.9)
    total = usual - 0.25 * np.clip(england.level, -2, 3) + 2 * (england.poor - 0.27) + 0.25 * rng.standard_normal(count)
    total = np.maximum(total + 0.02 * (year - 2015), 1)
    persistent = np.maximum(2.9 * total - 3.4 + 0.8 * rng.standard_normal(count), 0.3)
    rows = {
        "LA": np.concatenate([england.authority.astype(str), ["NAT"] * 3]),
        "ESTAB": np.concatenate([england.estab.astype(str), list(_NATIONAL_TYPES.values())]),
        "URN": _then_blank(england.urn.astype(str), 3),
        "PERCTOT": np.concatenate([total, [total[england.phase == phase].mean() for phase in _NATIONAL_TYPES]]),
        "PPERSABS10": np.concatenate([persistent, [persistent[england.phase == p].mean() for p in _NATIONAL_TYPES]]),
    }
    return {"columns": list(header("absence")), "rows": rows, "kinds": {"PERCTOT": "score", "PPERSABS10": "score"}}


def _census(rng: np.random.Generator, england: England, year: int) -> dict[str, Any]:
    count = len(england.urn)
    groups = np.select([england.phase == "secondary", england.phase == "special"], [5, 10], 7)
    roll = np.maximum(12, np.round(england.size * groups * (0.97 + 0.06 * rng.random(count))))
    whole = roll.astype(np.int64)
    special = england.phase == "special"
    parts = {
        "NUMFSMEVER": rng.binomial(whole, england.poor),
        "NUMEAL": rng.binomial(whole, np.clip(0.2 * np.exp(england.poor - 0.27), 0, 1)),
        "TSENELK": np.where(special, 0, rng.binomial(whole, 0.13)),
        "TSENELSE": np.where(special, whole, rng.binomial(whole, 0.025)),
    }
    shares = {"NUMFSMEVER": "PNUMFSMEVER", "NUMEAL": "PNUMEAL", "TSENELK": "PSENELK", "TSENELSE": "PSENELSE"}
    phases = [england.phase == phase for phase in _NATIONAL_TYPES]
    rows: dict[str, Any] = {
        "URN": np.concatenate([england.urn.astype(str), ["NAT"] * 3]),
        "LA": _then_blank(england.authority.astype(str), 3),
        "ESTAB": np.concatenate([england.estab.astype(str), list(_NATIONAL_TYPES.values())]),
        "NOR": np.concatenate([roll, [roll[own].sum() for own in phases]]),
    }
    kinds = {"NOR": "count"}
    for number, share in shares.items():
        rows[number] = np.concatenate([parts[number], [parts[number][own].sum() for own in phases]]).astype(np.float64)
        rows[share] = 100 * rows[number] / rows["NOR"]
        kinds |= {number: "count", share: "score"}
    return {"columns": list(header("census")), "rows": rows, "kinds": kinds}


def _exclusions(rng: np.random.Generator, england: England) -> dict[str, Any]:
    """One tidy file of all years: schools by establishment number, authorities and England."""
    frames = []
    codes, place = np.unique(england.authority, return_inverse=True)
    for year in YEARS:
        groups = np.select([england.phase == "secondary", england.phase == "special"], [5, 10], 7)
        heads = np.round(england.size * groups)
        rate = np.select([england.phase == "secondary", england.phase == "special"], [0.09, 0.12], 0.012)
        rate = rate * np.exp(0.5 * -england.level.clip(-2, 2) + 0.3 * rng.standard_normal(len(heads)))
        events = {"fixed_excl": rng.poisson(heads * rate), "perm_excl": rng.poisson(heads * rate / 60)}
        phases = [england.phase == phase for phase in _EES_TYPES]
        row: dict[str, Any] = {
            "geographic_level": ["School"] * len(heads) + ["Local authority"] * len(codes) + ["National"] * 4,
            "old_la_code": np.concatenate([england.authority.astype(str), codes.astype(str), [""] * 4]),
            "laestab": _then_blank((england.authority * 10_000 + england.estab).astype(str), len(codes) + 4),
            "school_type": [_EES_TYPES[phase] for phase in england.phase]
            + ["Total"] * (len(codes) + 1)
            + [*_EES_TYPES.values()],
        }

        def stacked(values: NDArray[Any], phases: list[NDArray[np.bool_]] = phases) -> Floats:
            return np.concatenate(
                [values, np.bincount(place, values), [values.sum()], [values[own].sum() for own in phases]]
            ).astype(np.float64)

        row["headcount"] = stacked(heads)
        school = np.arange(len(row["headcount"])) < len(heads)
        for name, count in events.items():
            every = stacked(count)
            few = school & (every > 0) & (every < 5)
            row[name] = np.where(few, SUPPRESSED, every)
            row[f"{name}_rate"] = np.where(few, SUPPRESSED, 100 * every / row["headcount"])
        row["time_period"] = [f"{year - 1}{year % 100:02d}"] * len(every)
        frames.append(pd.DataFrame(row))
    frame = pd.concat(frames, ignore_index=True)
    frame["time_identifier"], frame["country_code"], frame["country_name"] = "Academic year", "E92000001", "England"
    kinds = {"headcount": "count", "fixed_excl": "hidden count", "perm_excl": "hidden count"}
    kinds |= {"fixed_excl_rate": "hidden rate", "perm_excl_rate": "hidden rate"}
    return {"columns": list(later.EES_COLUMNS), "rows": frame, "kinds": kinds}


def _register(england: England) -> dict[str, Any]:
    phase = england.phase
    rows = {
        "URN": england.urn.astype(str),
        "LA (code)": england.authority.astype(str),
        "EstablishmentNumber": england.estab.astype(str),
        "EstablishmentName": _names(england),
        "TypeOfEstablishment (name)": np.where(phase == "special", "Community special school", "Community school"),
        "EstablishmentTypeGroup (name)": np.where(
            phase == "special", "Special schools", "Local authority maintained schools"
        ),
        "EstablishmentStatus (name)": np.full(len(phase), "Open", dtype=object),
        "PhaseOfEducation (name)": np.select(
            [phase == "primary", phase == "secondary"], ["Primary", "Secondary"], "Not applicable"
        ),
    }
    return {"columns": list(header("gias_extract")), "rows": rows, "kinds": {}}


def _names(england: England) -> NDArray[np.object_]:
    return np.array(
        [f"School {urn} of authority {code}" for urn, code in zip(england.urn, england.authority, strict=True)],
        dtype=object,
    )


def _templates(
    england: England, members: list[NDArray[np.int64]], joined: NDArray[np.int64]
) -> dict[str, list[list[str]]]:
    """Rows of the partnership, membership and curve templates, in the order of their contracts' columns."""
    partnerships, memberships, curves = [], [], []
    for number, (own, began) in enumerate(zip(members, joined, strict=True)):
        code = f"P{number + 1:03d}"
        start = f"{began}-09-01"
        lead = str(england.urn[own[0]])
        cells = {
            "partnership_id": code, "partnership_name": f"Partnership {number + 1}", "kind": "cluster",
            "la_code": str(england.authority[own[0]]), "lead_urn": lead, "started_on": start,
        }  # fmt: skip
        partnerships.append(cells)
        memberships += [
            {"partnership_id": code, "school_urn": str(england.urn[place]), "joined_on": start, "role": "member"}
            for place in own
        ]
        for place, (indicator, direction, baseline, target) in enumerate(
            (("ks2_rwm_expected_pct", "up", "62", "75"), ("absence_persistent_pct", "down", "9", "5")), start=1
        ):
            curves.append(
                {
                    "partnership_id": code, "academic_year": f"{began + 1}/{(began + 2) % 100:02d}",
                    "priority_number": str(place), "priority": "A priority", "indicator_id": indicator, "breakdown_id": "all",
                    "direction": direction, "baseline": baseline, "baseline_year": f"{began}/{(began + 1) % 100:02d}",
                    "target": target, "target_year": f"{began + 3}/{(began + 4) % 100:02d}", "essential_1": "An essential",
                    "essential_1_owner": "Deputy head", "essential_1_due_on": f"{began + 1}-03-01", "story": "",
                }
            )  # fmt: skip
    found = {"template_partnerships": partnerships, "template_memberships": memberships, "template_curves": curves}
    return {
        dataset_id: [[row.get(column.name, "") for column in contracts.load()[dataset_id].columns] for row in rows]
        for dataset_id, rows in found.items()
    }


def _then_blank(values: NDArray[Any], extra: int) -> NDArray[np.object_]:
    return np.concatenate([values.astype(object), np.full(extra, "", dtype=object)])


# How a number is printed: whole counts, whole per cents, scores to one or two places; and what is printed for a suppressed one.
_PRINTED = {
    "count": "cast(cast({x} as bigint) as varchar)",
    "share": "cast(cast(round({x}) as integer) as varchar) || '%'",
    "score": "cast(round({x}, 2) as varchar)",
    "hidden count": "cast(cast({x} as bigint) as varchar)",
    "hidden rate": "cast(round({x}, 2) as varchar)",
}


def _write(connection: duckdb.DuckDBPyConnection, file: Path, table: Mapping[str, Any]) -> None:
    frame = pd.DataFrame(dict(table["rows"]))
    cells = []
    for column in table["columns"]:
        name = column.replace('"', '""')
        if column not in frame.columns:
            cells.append(f'null as "{name}"')
        elif column in table["kinds"]:
            kind = table["kinds"][column]
            code = "x" if kind.startswith("hidden") else "SUPP"
            printed = _PRINTED[kind].format(x=f'"{name}"')
            cells.append(
                f'case when "{name}" = {SUPPRESSED} then \'{code}\' when isnan("{name}") then \'\' else {printed} end as "{name}"'
            )
        else:
            cells.append(f'"{name}"')
    connection.register("frame", frame)
    connection.execute(f"copy (select {', '.join(cells)} from frame) to '{file}' (header, delimiter ',')")
    connection.unregister("frame")
