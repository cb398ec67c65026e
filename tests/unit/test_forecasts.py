"""Forecasts and their choice on hand-made histories: golden figures, no hindsight, and a choice that is not luck."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import pytest

from tests.macro_sql import model

WEIGHED = """school_id varchar, urn varchar, indicator_id varchar, breakdown_id varchar, academic_year varchar, kind varchar,
    value double, n_pupils double, denominator double, ci_low double, ci_high double, ci_method varchar,
    is_figure_of_lineage boolean"""
AREAS = """area_type varchar, area_id varchar, indicator_id varchar, breakdown_id varchar, academic_year varchar, value double,
    n_pupils double, n_schools bigint, ci_low double, ci_high double, ci_method varchar, shared_phase varchar"""

History = Mapping[str, Sequence[tuple[int, float, float]]]
"""School -> (first calendar year of an academic year, figure, cohort)."""


def year(first: int) -> str:
    return f"{first}/{(first + 1) % 100:02}"


def forecast(
    history: History, kind: str, phases: Mapping[str, str] | None = None, **variables: Any
) -> duckdb.DuckDBPyConnection:
    """The models of forecasts on schools of one indicator called x; tables made, chosen, and what they are made from."""
    connection = duckdb.connect()
    connection.execute(f"create table int_school_years__weighed ({WEIGHED})")
    connection.execute(f"create table int_area_years__calculated ({AREAS})")
    connection.execute("create table indicators (indicator_id varchar, kind varchar, phase varchar)")
    connection.execute("insert into indicators values ('x', ?, 'all')", [kind])
    connection.execute(
        "create table dim_school (urn varchar, school_id varchar, phase varchar, la_code varchar, is_current boolean)"
    )
    connection.execute("create view int_schools__measured as from dim_school")
    # a frame is read at once; row by row takes longer than the models
    figures = pd.DataFrame(
        [(school, year(first), value, cohort) for school, points in history.items() for first, value, cohort in points],
        columns=["school", "year", "value", "n_pupils"],
    )
    schools = pd.DataFrame(
        [(school, (phases or {}).get(school, "primary")) for school in history], columns=["school", "phase"]
    )
    connection.register("figures", figures)
    connection.register("schools", schools)
    connection.execute(
        "insert into int_school_years__weighed"
        " select school, school, 'x', 'all', year, ?, value, n_pupils, n_pupils, null, null, 'none', true from figures",
        [kind],
    )
    connection.execute("insert into dim_school select school, school, phase, '999', true from schools")
    names = ("int_groups__drawn", "int_forecasts__made", "int_forecast_methods__chosen")
    for name in names:
        connection.execute(f"create table {name} as {model(name, **variables)}")
    return connection


def test_shrinkage_is_the_golden_one_where_only_one_year_is_known() -> None:
    shares = {"a": (30.0, 10.0), "b": (55.0, 20.0), "c": (70.0, 40.0), "d": (85.0, 60.0)}
    connection = forecast({school: [(2016, *figure)] for school, figure in shares.items()}, "proportion")
    rows = connection.execute(
        "select shrunk / 100, reliability from int_forecasts__made where area_type = 'school' order by area_id"
    ).fetchall()
    assert [row[0] for row in rows] == pytest.approx([0.461472, 0.589900, 0.702110, 0.837099], abs=1e-6)
    assert [row[1] for row in rows] == pytest.approx([0.611270, 0.758743, 0.862824, 0.904168], abs=1e-6)


def test_three_two_one_is_the_golden_one() -> None:
    connection = forecast({"a": [(2014, -0.2, 50), (2015, 0.1, 50), (2016, 0.4, 50)]}, "progress")
    row = connection.execute(
        "select weighted_321, mean_3, last_change from int_forecasts__made where made_in_year = 2016 and area_type = 'school'"
    ).fetchone()
    assert row == pytest.approx((0.2, 0.1, 0.3))


def test_a_missing_year_is_left_out_and_never_a_zero() -> None:
    connection = forecast({"a": [(2014, 40.0, 50), (2016, 60.0, 50), (2019, 10.0, 50)]}, "mean")
    row = connection.execute(
        "select weighted_321, mean_3, drift, last_change, actual_1, actual_2 from int_forecasts__made"
        " where made_in_year = 2016 and area_type = 'school'"
    ).fetchone()
    assert row == (pytest.approx((3 * 60 + 40) / 4), 50.0, 60.0, 0.0, None, None)


def noisy(seed: int, schools: int, years: int, keeps: float) -> dict[str, list[tuple[int, float, float]]]:
    """Schools with a level of their own that lasts (`keeps` of their spread) and chance that does not."""
    rng = np.random.default_rng(seed)
    level = rng.normal(50, 6 * keeps**0.5, schools)
    return {
        f"S{school:03}": [
            (2006 + when, float(level[school] + rng.normal(0, 6 * (1 - keeps) ** 0.5)), 40.0) for when in range(years)
        ]
        for school in range(schools)
    }


def test_no_forecast_knows_what_came_after() -> None:
    """Forecasts, and the choice between them, are the same whether later years are in the warehouse or not."""
    whole = noisy(3, 48, 9, 0.5)
    until = {school: [point for point in points if point[0] <= 2011] for school, points in whole.items()}
    made = "select * exclude (actual_1, actual_2) from int_forecasts__made where made_in_year <= 2011 order by all"
    chosen = "select * exclude (is_latest) from int_forecast_methods__chosen where as_at <= 2011 order by all"
    one, other = forecast(whole, "mean"), forecast(until, "mean")
    for query in (made, chosen):
        expected, found = other.execute(query).fetchall(), one.execute(query).fetchall()
        assert len(expected) > 100 or query == chosen
        assert found == [
            tuple(pytest.approx(cell) if isinstance(cell, float) else cell for cell in row) for row in expected
        ]


def chosen(connection: duckdb.DuckDBPyConnection, area_type: str = "school") -> dict[int, tuple[str, str, float]]:
    """Years ahead -> method in use, its reason, its error as a share of last year's."""
    rows = connection.execute(
        "select horizon, method, reason_id, mae_ratio from int_forecast_methods__chosen"
        " where is_latest and is_chosen and area_type = ? order by horizon",
        [area_type],
    ).fetchall()
    return {horizon: (method, reason, ratio) for horizon, method, reason, ratio in rows}


def test_where_figures_do_not_last_they_are_drawn_towards_their_peers() -> None:
    connection = forecast(noisy(1, 120, 9, 0.3), "mean")
    for area_type in ("school", "partnership"):
        for method, reason, ratio in chosen(
            connection, "partnership" if area_type == "partnership" else "school"
        ).values():
            assert method in ("shrunk", "shrunk_321", "mean_3", "weighted_321") and reason == "better"
            assert ratio < 0.9


def test_where_figures_wander_the_last_one_is_used() -> None:
    rng = np.random.default_rng(5)
    walks = {
        f"S{school:03}": [
            (2006 + when, float(value), 40.0) for when, value in enumerate(50 + rng.normal(0, 3, 9).cumsum())
        ]
        for school in range(120)
    }
    for method, _reason, ratio in chosen(forecast(walks, "mean")).values():
        assert (method, ratio) == ("last_year", 1.0)


def test_one_year_to_try_on_chooses_nothing() -> None:
    told = chosen(forecast(noisy(1, 60, 3, 0.3), "mean"))
    assert told[2] == ("last_year", "one_year_only", 1.0)
    assert told[1][1] != "one_year_only"


def test_few_schools_choose_nothing() -> None:
    assert chosen(forecast(noisy(1, 8, 3, 0.3), "mean"))[1] == ("last_year", "few_forecasts", 1.0)


def test_a_method_that_stops_winning_is_not_used() -> None:
    """Chance for six years, then each school moves for good: what smooths lags behind, and was chosen on the years before."""
    rng = np.random.default_rng(8)
    moved = rng.normal(0, 30, 120)
    history = {
        f"S{school:03}": [
            (2006 + when, float(50 + rng.normal(0, 3) + (moved[school] if when > 5 else 0)), 40.0) for when in range(9)
        ]
        for school in range(120)
    }
    method, reason, ratio = chosen(forecast(history, "mean"))[1]
    assert (method, reason, ratio) == ("last_year", "did_not_hold", 1.0)


def test_the_method_chosen_by_chance_alone_is_rare() -> None:
    """Two ways that do equally well by construction: drift added to a walk wins by luck in few worlds of many."""
    worlds, taken = 10, 0
    for world in range(worlds):
        rng = np.random.default_rng(1000 + world)
        walks = {
            f"S{school:02}": [
                (2006 + when, float(value), 40.0) for when, value in enumerate(rng.normal(0, 3, 8).cumsum())
            ]
            for school in range(24)
        }
        taken += chosen(forecast(walks, "progress", drawn_groups=1))[1][0] != "last_year"
    assert taken == 0


def test_groups_are_drawn_the_same_each_time_and_hold_each_school_once() -> None:
    one, other = (
        forecast(noisy(1, 50, 2, 0.5), "mean").execute("from int_groups__drawn order by all").fetchall() for _ in "ab"
    )
    assert one == other
    assert len({(lot, school) for lot, _group, _phase, school, _at in one}) == len(one) == 16 * 50
    sizes = [sum(row[1] == group for row in one) for group in {row[1] for row in one}]
    assert max(sizes) == 8 and set(sizes) <= {8, 4, 2}


def test_rates_stay_rates_and_shares_stay_shares() -> None:
    connection = forecast({"a": [(2014, 9.0, 50), (2015, 4.0, 50), (2016, 0.0, 50)]}, "rate")
    row = connection.execute(
        "select last_year, mean_3 from int_forecasts__made where made_in_year = 2016 and area_type = 'school'"
    ).fetchone()
    assert row == pytest.approx((0.0, (3 + 2 + 0) / 3))
