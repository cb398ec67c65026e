"""Real public files as histories of schools: suspensions over eleven years, key stage 2 over three.

Belongs here: reading them from the folder `TURNCURVE_REAL_FILES` (default `../shared/real`) as arrays. Does not belong here: what
is measured on them. Absent files give no histories.
"""

from __future__ import annotations

import os
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from bench.child import ROOT
from methods.level_figures import Figures, Scale

MINIMUM_PUPILS = 11
_KEY_STAGE_2 = {
    "ks2_rwm_expected_pct": "PTRWM_EXP",
    "ks2_rwm_higher_pct": "PTRWM_HIGH",
    "ks2_reading_progress": "READPROG",
    "ks2_writing_progress": "WRITPROG",
    "ks2_maths_progress": "MATPROG",
}
_EXCLUSIONS = {"suspension_rate": "fixed_excl", "permanent_exclusion_rate": "perm_excl"}
_PHASES = {"State-funded primary": "primary", "State-funded secondary": "secondary", "Special": "special"}


@dataclass(frozen=True)
class History:
    """One measure of one kind of school, and the column from which forecasts are tried: what is before it is learnt from."""

    indicator_id: str
    phase: str
    figures: Figures
    high_is_good: bool
    tried_from: int


def folder() -> Path:
    """Where real files are looked for."""
    return Path(os.environ.get("TURNCURVE_REAL_FILES", str(ROOT.parent / "shared" / "real")))


def histories() -> Iterator[History]:
    """Every history there is."""
    exclusions = folder() / "ees" / "exclusions_by_geographic_level.zip"
    if exclusions.exists():
        yield from _exclusions(exclusions)
    years = sorted((folder() / "performance_tables").glob("*/*_ks2final.csv"))
    if len(years) > 2:
        yield from _key_stage_2(years)


def _exclusions(path: Path) -> Iterator[History]:
    with zipfile.ZipFile(path) as packed:
        name = next(name for name in packed.namelist() if name.endswith(".csv") and ".meta." not in name)
        with packed.open(name) as lines:
            rows = pd.read_csv(lines, dtype=str)
    rows["year"] = rows["time_period"].str[:4].astype(int)
    schools = rows[rows["geographic_level"] == "School"].drop_duplicates(["laestab", "year", "school_type"])
    england = rows[rows["geographic_level"] == "National"]
    for kind, phase in _PHASES.items():
        for indicator, column in _EXCLUSIONS.items():
            part = schools[schools["school_type"] == kind]
            of_england = england[england["school_type"] == kind].set_index("year")
            events, pupils, years = _wide(part, "laestab", {column: None, "headcount": None})
            usable = np.isfinite(events) & (pupils >= MINIMUM_PUPILS)
            events, pupils = np.where(usable, events, np.nan), np.where(usable, pupils, np.nan)
            if len(of_england):
                rate = _numbers(of_england[column]) / _numbers(of_england["headcount"]) * 100
                benchmark = rate.reindex(years).to_numpy()
            else:
                benchmark = 100 * np.nansum(events, axis=0) / np.nansum(pupils, axis=0)
            yield History(
                indicator, phase, _figures("events", 100 * events / pupils, pupils, benchmark, years), False, 5
            )


def _key_stage_2(paths: list[Path]) -> Iterator[History]:
    parts = []
    for path in paths:
        rows = pd.read_csv(path, dtype=str, encoding="utf-8-sig")
        rows["year"] = int(path.parent.name[:4])
        rows["school"] = rows["LEA"].fillna("") + rows["ESTAB"].fillna("")
        parts.append(rows)
    rows = pd.concat(parts)
    schools = rows[rows["RECTYPE"] == "1"].drop_duplicates(["school", "year"])
    england = rows[rows["RECTYPE"] == "5"].set_index("year")
    for indicator, column in _KEY_STAGE_2.items():
        is_progress = column.endswith("PROG")
        wanted: dict[str, None] = {column: None, "TELIG": None}
        if is_progress:
            wanted |= {f"{column}_LOWER": None, f"{column}_UPPER": None}
        value, pupils, *ends, years = _wide(schools, "school", wanted)
        usable = np.isfinite(value) & (pupils >= MINIMUM_PUPILS)
        value, pupils = np.where(usable, value, np.nan), np.where(usable, pupils, np.nan)
        benchmark = np.zeros(len(years)) if is_progress else _numbers(england[column]).reindex(years).to_numpy()
        published = ((ends[1] - ends[0]) / 3.92) ** 2 if is_progress else None
        figures = _figures("score" if is_progress else "proportion", value, pupils, benchmark, years, published)
        if not is_progress:
            # teachers judged writing by a new framework in 2017/18
            figures.segments[:, figures.years >= 2017] = 1
        yield History(indicator, "primary", figures, True, len(years) - 2)


def _numbers(texts: pd.Series) -> pd.Series:
    return pd.to_numeric(texts.str.rstrip("%"), errors="coerce")


def _wide(rows: pd.DataFrame, school: str, columns: dict[str, None]) -> list[np.ndarray]:
    """Schools x years of each column, over all years between the first and the last, and the years."""
    years = np.arange(int(rows["year"].min()), int(rows["year"].max()) + 1)
    wide = []
    for column in columns:
        values = rows.assign(number=_numbers(rows[column])).pivot(index=school, columns="year", values="number")
        wide.append(values.reindex(columns=years).to_numpy(dtype=float))
    return [*wide, years]


def _figures(
    form: str,
    value: np.ndarray,
    pupils: np.ndarray,
    benchmark: np.ndarray,
    years: np.ndarray,
    published: np.ndarray | None = None,
) -> Figures:
    none = np.full(value.shape, np.nan)
    return Figures(
        Scale(form),
        value,
        pupils,
        np.broadcast_to(benchmark, value.shape),
        none if published is None else published,
        years,
        np.zeros(value.shape, dtype=np.int64),
    )
