"""Rows of levels as the warehouse takes them: what is said, and where nothing may be."""

from __future__ import annotations

import numpy as np
import pytest

from bench.levels_seeds import seed_of
from methods import level_rows


def made(
    form: str, indicator: str, schools: int, years: int = 4, seed: int = 1, missing: float = 0.0
) -> dict[str, np.ndarray]:
    """Rows of one kind of school: `schools` of them over some years, by a figure of two in ten missing where asked."""
    rng = np.random.default_rng(seed)
    count = schools * years
    figures = {
        "area_number": np.repeat(np.arange(schools, dtype=float), years),
        "year_number": np.tile(np.arange(2015.0, 2015 + years), schools),
        "segment": np.ones(count),
        "n_pupils": rng.integers(30, 300, count).astype(float),
        "published_variance": np.full(count, np.nan),
    }
    level = np.repeat(rng.normal(0, 8, schools), years)
    figures["benchmark_value"] = np.full(count, 60.0 if form == "proportion" else 6.0)
    if form == "proportion":
        figures["value"] = np.clip(60 + level + rng.normal(0, 6, count), 0, 100)
    else:
        events = rng.poisson(np.maximum(6 + level / 3, 0.2) * figures["n_pupils"] / 100)
        figures["value"] = 100 * events / figures["n_pupils"]
    kept = rng.random(count) >= missing
    return {name: column[kept] for name, column in figures.items()}


def answered(
    figures: dict[str, np.ndarray], form: str, indicator: str, with_past: bool = True
) -> dict[str, np.ndarray]:
    rows, _spread = level_rows.rows(
        figures, form, form == "proportion", seed_of(indicator, "secondary")[1], 2.0, (1, 2, 3), with_past
    )
    return rows


KINDS = [("proportion", "ks2_rwm_expected_pct"), ("events", "suspension_rate")]


@pytest.mark.parametrize(("form", "indicator"), KINDS)
@pytest.mark.parametrize("schools", [1, 9, 10, 60])
def test_among_fewer_than_ten_there_is_no_lowest_fifth(form: str, indicator: str, schools: int) -> None:
    rows = answered(made(form, indicator, schools), form, indicator)
    chances = rows["probability_lowest_fifth"][rows["kind"] == level_rows.KINDS.index("outlook")]
    assert len(chances) and np.isfinite(chances).all() == (schools >= 10) and np.isnan(chances).all() == (schools < 10)


@pytest.mark.parametrize(("form", "indicator"), KINDS)
@pytest.mark.parametrize("missing", [0.0, 0.3])
def test_every_series_of_two_years_has_a_chance_of_change(form: str, indicator: str, missing: float) -> None:
    figures = made(form, indicator, 40, missing=missing)
    rows = answered(figures, form, indicator)
    schools, counts = np.unique(figures["area_number"], return_counts=True)
    told = rows["kind"] == level_rows.KINDS.index("change")
    assert np.isfinite(rows["probability_below"][told]).all()
    assert set(rows["area_number"][told]) == set(schools[counts > 1].astype(int))
    # no change goes back to before the first figure
    first = {school: figures["year_number"][figures["area_number"] == school].min() for school in schools}
    assert all(first[a] <= y for a, y in zip(rows["area_number"][told], rows["since_year"][told], strict=True))


@pytest.mark.parametrize(("form", "indicator"), KINDS)
def test_intervals_hold_their_figure_and_chances_are_chances(form: str, indicator: str) -> None:
    rows = answered(made(form, indicator, 60), form, indicator)
    assert (rows["low"] <= rows["estimate"] + 1e-9).all() and (rows["estimate"] <= rows["high"] + 1e-9).all()
    for name in (name for name in rows if name.startswith("probability")):
        known = rows[name][np.isfinite(rows[name])]
        assert ((known >= 0) & (known <= 1)).all(), name


def test_what_came_is_told_only_where_it_is_known() -> None:
    figures = made("proportion", "ks2_rwm_expected_pct", 40)
    rows = answered(figures, "proportion", "ks2_rwm_expected_pct")
    ahead = rows["kind"] == level_rows.KINDS.index("outlook")
    newest = rows["year_number"] == 2018
    assert np.isnan(rows["was_worse"][ahead & newest]).all() and np.isfinite(rows["was_worse"][ahead & ~newest]).all()


@pytest.mark.parametrize(("form", "indicator"), KINDS)
def test_an_outlook_knows_nothing_of_later_years_but_what_was_learnt(form: str, indicator: str) -> None:
    """Another last year moves the forecasts made before it only through what all schools teach: an order stays an order."""
    figures = made(form, indicator, 60)
    changed = {name: column.copy() for name, column in figures.items()}
    one = (changed["year_number"] == 2018) & (changed["area_number"] == 7)
    changed["value"][one] = 0.0
    before, after = (answered(some, form, indicator) for some in (figures, changed))
    own = (before["kind"] == level_rows.KINDS.index("outlook")) & (before["year_number"] == 2016)
    own &= before["area_number"] == 7
    assert after["estimate"][own] == pytest.approx(before["estimate"][own], rel=0.02)


def test_benchmarks_of_some_years_are_carried_to_the_others() -> None:
    """Where England lacks a year, the mean of schools stands in, moved by how far it usually lies from England."""
    figures = made("proportion", "ks2_rwm_expected_pct", 200)
    without = {name: column.copy() for name, column in figures.items()}
    without["benchmark_value"][without["year_number"] == 2016] = np.nan
    rows = answered(without, "proportion", "ks2_rwm_expected_pct")
    there = (rows["kind"] == 0) & (rows["year_number"] == 2016)
    assert rows["benchmark_value"][there] == pytest.approx(60, abs=1.5)
