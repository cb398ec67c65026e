"""A small published warehouse, written by code, for the tests of the dashboards.

Belongs here: a seeded, fictional authority that has every case a page must survive (a suppressed value, a year not published,
a small cohort, a closed school, a lineage of two URNs), and writing it. What a topic adds lies in a fixture of its own beside
this one. Does not belong here: tables, columns and types, which are those of the marts' contracts (`tests/mart_contracts.py`),
or anything of the pipeline. Only tests may open DuckDB outside the door.
"""

from __future__ import annotations

import json
import math
import random
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import compared_fixture
import curve_fixture
import duckdb
import impact_fixture
import level_fixture
import quality_fixture
import risk_fixture
import sharing_fixture
import signal_fixture
import verdict_fixture

from integrity.versions import Pointer, facts_beside, write_facts
from tests.macro_sql import make
from tests.mart_contracts import Row, Rows, fill, public_marts

#: Indicators that have figures: England's level, and the spread between schools.
_LEVELS = {
    "ks2_rwm_expected_pct": (63, 9),
    "ks2_rwm_higher_pct": (10, 4),
    "ks2_reading_progress": (0, 1.6),
    "ks2_writing_progress": (0, 1.6),
    "ks2_maths_progress": (0, 1.6),
    "ks4_attainment8": (46.5, 4),
    "ks4_progress8": (0, 0.35),
    "absence_overall_pct": (4.6, 0.7),
    "absence_persistent_pct": (10.8, 2.6),
    "pupils_on_roll": (0, 0),
    "fsm_ever6_pct": (23, 7),
}
#: How far a group's figures lie from those of all pupils, in spreads between schools.
_SHIFTS = {"all": 0.0, "disadvantaged": -0.8, "not_disadvantaged": 0.4, "boys": 0.0, "girls": 0.0}
#: Shares of pupils: of these the area's figure has an interval too.
_SHARES = {"ks2_rwm_expected_pct", "ks2_rwm_higher_pct", "absence_persistent_pct", "fsm_ever6_pct"}
_YEARS = ["2014/15", "2015/16", "2016/17", "2017/18", "2018/19"]
_TERMS = [f"{year} {term}" for year in _YEARS[-2:] for term in ("autumn", "spring", "summer")]
_SCHOOLS = [
    ("Alderfen Primary School", "primary"),
    ("Brackwater Church of England Primary School", "primary"),
    ("Cotton Lane Junior School", "primary"),
    ("Dunmere Primary Academy", "primary"),
    ("Eastholm Infant and Nursery School", "primary"),
    ("Fairsea Community Primary School", "primary"),
    ("Great Tarn Primary School", "primary"),
    ("Harbour View Primary School", "primary"),
    ("Inglewick Village School", "primary"),
    ("Saltmarsh High School", "secondary"),
    ("Tarnside Academy", "secondary"),
    ("Wrenfield School (closed)", "primary"),
]
_AUTHORITY = {"la_code": "999", "la_name": "Saltmarsh"}
_PARTNERSHIPS = {"NP01": "North Shore Partnership", "NP02": "Tarn Triad"}

#: What a row has where it names nothing; all else is null, where the contract allows it.
DEFAULTS: dict[str, dict[str, Any]] = {
    "dim_school": {
        **_AUTHORITY,
        "opened_on": date(2000, 9, 1),
        "valid_from": date(2000, 9, 1),
        "is_independent": False,
    },
    "dim_partnership": {**_AUTHORITY, "kind": "cluster"},
    "fct_outcome": {"release": "final", "status": "ok", "ci_method": "none", "is_latest": True},
    "trend_series": {"status": "ok", "ci_method": "none", "origin": "published", "n_schools": 1},
    **compared_fixture.DEFAULTS,
    **curve_fixture.DEFAULTS,
    **impact_fixture.DEFAULTS,
    **quality_fixture.DEFAULTS,
    **risk_fixture.DEFAULTS,
    **sharing_fixture.DEFAULTS,
}


def wilson(numerator: float, denominator: float) -> tuple[float, float]:
    """The 95 per cent Wilson interval of a proportion, in per cent."""
    p, z, n = numerator / denominator, 1.959964, denominator
    centre, half = p + z * z / (2 * n), z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    return 100 * (centre - half) / (1 + z * z / n), 100 * (centre + half) / (1 + z * z / n)


def _reference(rows: Rows) -> None:
    """Indicators, groups of pupils and items as the product's own models make them of the seeds; those that have figures."""
    wanted = {
        "dim_indicator": ("indicator_id", [*_LEVELS]),
        "dim_breakdown": ("breakdown_id", [*_SHIFTS]),
        "dim_item": ("instrument_id", ["transition_points", "reflection_questions"]),
    }
    with duckdb.connect() as connection:
        make(connection, "indicators", "topics", "breakdowns", "instruments", "instrument_items", *wanted)
        for mart, (column, known) in wanted.items():
            found = connection.execute(f"select * from {mart} where list_contains($1, {column})", [known])
            names = [column[0] for column in found.description]
            for row in found.fetchall():
                rows.add(mart, **dict(zip(names, row, strict=True)))
    rows["dim_indicator"].sort(key=lambda row: [*_LEVELS].index(row["indicator_id"]))


def _places(rows: Rows) -> None:
    rows.add("dim_authority", **_AUTHORITY)
    for index, (name, phase) in enumerate(_SCHOOLS):
        closed = date(2017, 8, 31) if "closed" in name else None
        rows.add(
            "dim_school",
            school_id=f"S{900001 + index}", urn=str(900001 + index), laestab=f"999{2000 + index}", name=name, phase=phase,
            status="closed" if closed else "open", closed_on=closed, valid_to=closed, is_current=True,
        )  # fmt: skip
    # Dunmere converted to an academy: an earlier URN of the same lineage
    rows.add(
        "dim_school",
        school_id="S900004", urn="900104", laestab="9992104", name="Dunmere Primary School", phase="primary", status="closed",
        opened_on=date(1975, 9, 1), closed_on=date(2016, 3, 31), valid_from=date(1975, 9, 1), valid_to=date(2016, 3, 31),
        is_current=False,
    )  # fmt: skip
    # a junior school that went into one of the primaries
    rows.add(
        "school_link",
        predecessor_school_id="S900105", predecessor_urn="900105", predecessor_name="Eastmere Junior School",
        successor_school_id="S900001", successor_urn="900001", successor_name=_SCHOOLS[0][0], is_joined=False,
        reason_id="merged", changed_on=date(2015, 8, 31),
        ended_reason=f"Its history ends here: it went into {_SCHOOLS[0][0]} (900001) on 31 Aug 2015, which was there before.",
        begun_reason="Eastmere Junior School (900105) went into it on 31 Aug 2015. Its own history goes on, without the figures "
        "of that school.",
    )  # fmt: skip
    for partnership, kind, lead, started in (
        ("NP01", "cluster", "900001", 2015),
        ("NP02", "triad", "900007", 2017),
        ("NP03", "cluster", None, 2018),
    ):
        name = _PARTNERSHIPS.get(partnership, "Empty Quarter Partnership")
        rows.add(
            "dim_partnership", partnership_id=partnership, name=name, kind=kind, lead_urn=lead, started_on=date(started, 9, 1)
        )  # fmt: skip
    for index in range(12):
        rows.add(
            "partnership_membership",
            partnership_id="NP01" if index < 6 or index == 9 else "NP02",
            school_id=f"S{900001 + index}",
            urn=str(900001 + index),
            joined_on=date(2015, 9, 1),
            left_on=date(2017, 8, 31) if index == 11 else None,
            role="lead" if index in (0, 6) else "member",
        )
    rows.add(
        "partnership_membership",
        partnership_id="NP02", school_id="S900001", urn="900001", joined_on=date(2014, 9, 1), left_on=date(2015, 8, 31),
        role="member",
    )  # fmt: skip


def _england(indicator_phase: str, area_phase: str | None) -> str | None:
    """The series of England a figure may stand beside; none for a measure of all phases and an area of several."""
    if indicator_phase != "all":
        return "england"
    return f"england_{area_phase}" if area_phase else None


def _part(everyone: int, breakdown: str) -> int:
    """How many of all pupils are in a group; a group and those outside it are all."""
    parts = {"all": everyone, "disadvantaged": everyone // 3, "boys": everyone // 2}
    parts |= {"not_disadvantaged": everyone - everyone // 3, "girls": everyone - everyone // 2}
    return parts[breakdown]


def _school_series(rows: Rows, rng: random.Random) -> dict[tuple[str, ...], tuple[float, float]]:
    """Schools' figures and series; returns value and cohort of every usable one."""
    usable: dict[tuple[str, ...], tuple[float, float]] = {}
    for index, (name, phase) in enumerate(_SCHOOLS):
        school_id = f"S{900001 + index}"
        cohort0 = rng.randint(18, 60) if phase == "primary" else rng.randint(120, 200)
        for indicator in rows["dim_indicator"]:
            ident, kind = indicator["indicator_id"], indicator["kind"]
            level, spread = _LEVELS[ident]
            if indicator["phase"] not in ("all", phase):
                continue
            base = rng.gauss(level, spread * 0.7)
            for breakdown, shift in _SHIFTS.items():
                for year_index, year in enumerate(_YEARS):
                    if "closed" in name and year_index > 2:
                        continue
                    everyone = 8 + year_index % 2 if name.startswith("Inglewick") else cohort0 + year_index
                    cohort = _part(everyone, breakdown)
                    value, figure = _school_figure(rng, ident, kind, base + shift * spread, spread, cohort)
                    status = "ok"
                    if name.startswith("Cotton") and year == "2017/18":
                        status = "suppressed"
                    if name.startswith("Eastholm") and ident.startswith("ks2"):
                        status = "no_entries"
                    if cohort < 6:
                        status = "suppressed"
                    if status == "ok":
                        usable[(school_id, ident, breakdown, year)] = (value, cohort)
                    else:
                        figure = {}
                    figure |= {
                        "indicator_id": ident, "breakdown_id": breakdown, "academic_year": year, "status": status,
                        "release": "final",
                    }  # fmt: skip
                    file = f"england_ks_{year[:4]}.csv"
                    rows.add(
                        "trend_series",
                        area_type="school", area_id=school_id, area_name=name, n_pupils=cohort, file_id=file,
                        england_id=_england(indicator["phase"], phase), **figure,
                    )  # fmt: skip
                    urn = school_id[1:]
                    rows.add(
                        "fct_outcome", school_id=school_id, urn=urn, denominator=cohort, source_file=file, **figure
                    )
    return usable


def _school_figure(
    rng: random.Random, ident: str, kind: str, level: float, spread: float, cohort: int
) -> tuple[float, dict[str, Any]]:
    """The value, and the columns of it and of its interval."""
    if kind == "count":
        value = 6.0 * cohort
        return value, {"value": value}
    wanted = level + rng.gauss(0, spread / 3)
    if kind in ("proportion", "rate"):
        wanted = min(max(wanted, 1), 97)
        if ident == "absence_overall_pct":
            return wanted, {"value": wanted}
        numerator = round(cohort * wanted / 100)
        value, (low, high), method = round(100 * numerator / cohort, 3), wilson(numerator, cohort), "wilson"
    else:
        half = spread * 6 / math.sqrt(cohort)
        value, low, high, method = wanted, wanted - half, wanted + half, "published"
    return value, {"value": value, "ci_low": low, "ci_high": high, "ci_method": method}


def _area_series(rows: Rows, usable: Mapping[tuple[str, ...], tuple[float, float]]) -> None:
    areas = [
        ("partnership", "NP01", [0, 1, 2, 3, 4, 5, 9]),
        ("partnership", "NP02", [0, 1, 2]),
        ("authority", "999", [*range(12)]),
    ]
    for indicator in rows["dim_indicator"]:
        ident, kind, phase = indicator["indicator_id"], indicator["kind"], indicator["phase"]
        level, spread = _LEVELS[ident]
        for breakdown, shift in _SHIFTS.items():
            for year_index, year in enumerate(_YEARS):
                key = {"indicator_id": ident, "breakdown_id": breakdown, "academic_year": year}
                for series, series_name in _series_of_england(phase).items():
                    if kind == "count" or (kind == "progress" and breakdown != "all"):
                        continue
                    rows.add(
                        "trend_series",
                        area_type="england", area_id=series, area_name=series_name, **key,
                        value=0.0 if kind == "progress" else level + shift * spread + 0.4 * year_index,
                        n_pupils=500000, n_schools=20000, release="final", file_id=f"england_ks_{year[:4]}.csv",
                    )  # fmt: skip
                for area_type, area_id, schools in areas:
                    area = {
                        "area_type": area_type, "area_id": area_id, "area_name": _PARTNERSHIPS.get(area_id, "Saltmarsh"),
                        "origin": "calculated", "england_id": _england(phase, "primary" if area_id == "NP02" else None),
                    }  # fmt: skip
                    if area_id == "NP02" and year == "2015/16":
                        rows.add("trend_series", **area, **key, n_schools=0, status="not_published")
                        continue
                    first = 900007 if area_id == "NP02" else 900001
                    known = [usable.get((f"S{first + school}", ident, breakdown, year)) for school in schools]
                    everyone = sum((f"S{first + school}", ident, "all", year) in usable for school in schools)
                    found = [figure for figure in known if figure is not None]
                    if found and len(found) < everyone:
                        # as the warehouse does: a group is of the schools of the total, or held back
                        rows.add("trend_series", **area, **key, n_schools=0, status="held_back")
                    elif found:
                        rows.add(
                            "trend_series", **area, **key, **_area_figure(ident, kind, found), n_schools=len(found)
                        )


def _series_of_england(phase: str) -> dict[str, str]:
    if phase == "all":
        return {f"england_{each}": f"England, {each}" for each in ("primary", "secondary")}
    return {"england": "England, state-funded"}


def _area_figure(ident: str, kind: str, found: list[tuple[float, float]]) -> dict[str, Any]:
    cohort = sum(n for _v, n in found)
    value = sum(v for v, _n in found) if kind == "count" else sum(v * n for v, n in found) / cohort
    if ident not in _SHARES:
        return {"value": value, "n_pupils": cohort}
    low, high = wilson(value * cohort / 100, cohort)
    return {"value": value, "n_pupils": cohort, "ci_low": low, "ci_high": high, "ci_method": "wilson"}


def _ratings(rows: Rows, rng: random.Random) -> None:
    """Means of answers as the analyst of the authority is shown them: those of fewer than five people are held back."""
    sections: dict[str, list[Row]] = {}
    for item in rows["dim_item"]:
        if item["instrument_id"] == "reflection_questions":
            sections.setdefault(item["section"], []).append(item)
    points = [row for row in rows["dim_item"] if row["instrument_id"] == "transition_points"]
    for partnership, size in (("NP01", 7), ("NP02", 3)):
        for term_index, term in enumerate(_TERMS):
            for section, items in sections.items():
                answers = [
                    sum(min(5, max(0, round(rng.gauss(2.6 + 0.2 * term_index, 1)))) for _ in items) / len(items)
                    for _ in range(size)
                ]
                key = {
                    "instrument_id": "reflection_questions",
                    "section": section,
                    "term": term,
                    "academic_year": term[:7],
                }
                _rating_rows(rows, {**key, "dataset": "reflection", "respondent_role": "leader"}, partnership, answers)
        for year in _YEARS[-2:]:
            for item in points:
                order = item["item_order"]
                for role, level in (("host", 3.9 - order / 15), ("review_team", 3.3 - order / 18)):
                    given = [min(5.0, max(0.0, round(rng.gauss(level, 0.8)))) for _ in range(min(size, 6))]
                    key = {
                        "instrument_id": "transition_points", "section": item["section"], "item_id": item["item_id"],
                        "academic_year": year, "dataset": "transition_points", "respondent_role": role,
                    }  # fmt: skip
                    _rating_rows(rows, key, partnership, given)


def _rating_rows(rows: Rows, key: Row, partnership: str, answers: list[float]) -> None:
    first = 900001 if partnership == "NP01" else 900007
    areas = [("partnership", partnership, answers)]
    if partnership == "NP01":
        areas.append(("authority", "999", answers))
    areas += [("school", f"S{first + number}", [answer]) for number, answer in enumerate(answers)]
    for area_type, area_id, given in areas:
        shown = len(given) >= 5
        rows.add(
            "shared_rating",
            **key,
            viewer_kind="authority",
            viewer_id="999",
            area_type=area_type,
            area_id=area_id,
            granularity="named" if area_type == "school" else "aggregate",
            n_schools=len(given) if shown else None,
            n_responses=len(given) if shown else None,
            mean_value=round(sum(given) / len(given), 1) if shown else None,
            status="ok" if shown else "few_people",
        )


def published_rows(seed: int = 11, change: Callable[[Rows], None] | None = None) -> Rows:
    """Every mart's rows, the same for the same seed. `change` is made to the figures, before anything is said of them."""
    rows = few_rows()
    rng = random.Random(seed)
    _area_series(rows, _school_series(rows, rng))
    if change is not None:
        change(rows)
    _ratings(rows, rng)
    quality_fixture.landed(rows, _YEARS)
    verdict_fixture.compared(rows)
    signal_fixture.signalled(rows)
    level_fixture.levelled(rows)
    compared_fixture.compared(rows)
    risk_fixture.risky(rows)
    impact_fixture.estimated(rows)
    curve_fixture.turned(rows)
    sharing_fixture.shared(rows)
    return rows


def few_rows() -> Rows:
    """The dimensions alone: quick to write, and enough where only the version matters."""
    rows = Rows(DEFAULTS)
    sharing_fixture.declared(rows)
    _reference(rows)
    _places(rows)
    return rows


def write_published(folder: Path, version: str = "v1", rows: Rows | None = None) -> Path:
    """Write one published version and point at it; `rows` None means every table is empty. Returns `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"warehouse-{version}.duckdb"
    rows = rows if rows is not None else Rows()
    connection = duckdb.connect(str(path))
    connection.execute("create schema marts")
    for name, mart in public_marts().items():
        connection.execute(mart.definition(f"marts.{name}"))
        fill(connection, f"marts.{name}", rows[name], path.with_suffix(".rows"))
    connection.close()
    path.chmod(0o444)
    landed = sum(row["rows_landed"] for row in rows["file_log"])
    pointer = {
        "warehouse": path.name,
        "version": version,
        "built_at": "2026-11-23T20:00:00+00:00",
        "files": len(rows["file_log"]),
        "rows_landed": landed,
        "rows_accepted": landed - 7,
        "rows_rejected": 7,
        "rows_superseded": 0,
    }
    write_facts(path, facts_beside(path), Pointer(**pointer))
    beside = folder / "current.json.new"
    beside.write_text(json.dumps(pointer), encoding="utf-8")
    beside.replace(folder / "current.json")
    return folder
