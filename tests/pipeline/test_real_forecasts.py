"""Forecasts on real history: exclusions of England 2006/07 to 2016/17 and key stage 2 of Hampshire 2016/17 to 2018/19."""

from __future__ import annotations

import csv

import duckdb
import pytest

from orchestration.contracts import seed_file

KS2 = (
    "ks2_rwm_expected_pct",
    "ks2_rwm_higher_pct",
    "ks2_reading_progress",
    "ks2_writing_progress",
    "ks2_maths_progress",
)


def of_schools(real: duckdb.DuckDBPyConnection, indicator: str, horizon: int) -> dict[str, object]:
    """The method in use for schools, on the years it was not chosen on."""
    found = real.execute(
        "select method, reason_id, n_forecasts, mae, mae_last_year, mae_ratio, difference_high, chosen_on_until, tried_until,"
        " covered_pct"
        " from marts.forecast_backtest where is_chosen and area_type = 'school' and indicator_id = ? and horizon = ?",
        [indicator, horizon],
    )
    (row,) = found.fetchall()
    return dict(zip([column[0] for column in found.description], row, strict=True))


@pytest.mark.parametrize("horizon", [1, 2])
def test_the_forecast_of_suspensions_beats_last_year(real: duckdb.DuckDBPyConnection, horizon: int) -> None:
    row = of_schools(real, "suspension_rate", horizon)
    assert (row["chosen_on_until"], row["tried_until"]) == ("2013/14", "2016/17")
    assert row["reason_id"] == "better"
    assert float(str(row["mae"])) < float(str(row["mae_last_year"]))
    assert float(str(row["difference_high"])) < 0, "by more than chance"
    assert int(str(row["n_forecasts"])) > 40_000
    assert 86 < float(str(row["covered_pct"])) < 94


@pytest.mark.parametrize("indicator", KS2)
def test_the_forecast_of_key_stage_2_beats_last_year(real: duckdb.DuckDBPyConnection, indicator: str) -> None:
    row = of_schools(real, indicator, 1)
    assert (row["chosen_on_until"], row["tried_until"]) == ("2017/18", "2018/19")
    assert row["reason_id"] == "better"
    assert float(str(row["mae_ratio"])) < 0.92
    assert float(str(row["difference_high"])) < 0, "by more than chance"


def test_where_nothing_wins_the_simplest_is_used(real: duckdb.DuckDBPyConnection) -> None:
    """Most schools exclude nobody for good, year after year; and two years of key stage 4 choose nothing."""
    permanent = of_schools(real, "permanent_exclusion_rate", 1)
    assert (permanent["method"], permanent["reason_id"], permanent["mae_ratio"]) == ("last_year", "did_not_hold", 1.0)
    for row in (of_schools(real, "ks4_attainment8", 1), of_schools(real, "ks2_rwm_expected_pct", 2)):
        assert (row["method"], row["reason_id"]) == ("last_year", "one_year_only")


def test_the_figures_the_product_prints_are_those_measured(real: duckdb.DuckDBPyConnection) -> None:
    with seed_file("measured.csv").open(encoding="utf-8", newline="") as file:
        printed = [row for row in csv.DictReader(file) if row["method_id"] == "forecast"]
    assert len(printed) > 40
    for row in printed:
        name, indicator, area_type, horizon = row["figure"].split()
        measured = real.execute(
            f"select {name}, n_forecasts from marts.forecast_backtest"
            " where is_chosen and indicator_id = ? and area_type = ? and horizon = ?",
            [indicator, area_type, int(horizon)],
        ).fetchone()
        assert measured == (pytest.approx(float(row["value"]), abs=0.006), int(row["worlds"])), row["figure"]


def test_without_partnerships_there_are_no_curves(real: duckdb.DuckDBPyConnection) -> None:
    for mart in ("curve", "curve_point"):
        assert real.execute(f"select count(*) from marts.{mart}").fetchone() == (0,)
