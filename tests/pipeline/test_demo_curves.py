"""Curves of the demonstration: what was planted turned, and what was not did not."""

from __future__ import annotations

import duckdb
import pytest
from scipy.stats import binom


def test_the_planted_rise_turned_and_nothing_else_did(demo: duckdb.DuckDBPyConnection) -> None:
    rows = demo.execute(
        "select partnership_id, academic_year, indicator_id, turn from marts.curve where verdict = 'turned'"
    ).fetchall()
    assert rows == [("P01", "2017/18", "ks2_rwm_expected_pct", pytest.approx(13.9, abs=0.1))]


def test_the_planted_fall_in_attendance_is_seen_to_go_the_wrong_way(demo: duckdb.DuckDBPyConnection) -> None:
    rows = demo.execute(
        "select partnership_id, count(*), count(*) filter (where rule_id = 'wrong_way') from marts.curve group by 1"
    )
    curves = {partnership: (count, wrong) for partnership, count, wrong in rows.fetchall()}
    assert curves.pop("P03")[1] == 2
    # an interval of nine in ten leaves one in twenty on its wrong side where nothing happened: no more than chance makes
    others, wrong = (sum(numbers) for numbers in zip(*curves.values(), strict=True))
    assert binom.sf(wrong - 1, others, 0.05) > 0.05, f"{wrong} of {others}"


def test_a_partnership_that_grew_is_not_judged(demo: duckdb.DuckDBPyConnection) -> None:
    rules = demo.execute(
        "select rule_id from marts.curve where partnership_id = 'T01' and academic_year = '2017/18'"
    ).fetchall()
    assert rules == [("members_changed",), ("members_changed",)]


def test_every_forecast_starts_from_a_figure_and_its_interval_holds_it(demo: duckdb.DuckDBPyConnection) -> None:
    points = "select * from marts.curve_point where point_kind = 'forecast'"
    assert demo.execute(f"select count(*) from ({points})").fetchone() == (55,)
    wrong = "point_year <= made_in or high < low or (interval_basis = 'none') <> (low is null)"
    assert demo.execute(f"select count(*) from ({points}) where {wrong}").fetchone() == (0,)


def test_a_curve_has_the_history_its_partnership_has(demo: duckdb.DuckDBPyConnection) -> None:
    query = """
        select count(*)
        from marts.curve as c
        join marts.trend_series as t
            on t.area_type = 'partnership' and t.area_id = c.partnership_id and t.indicator_id = c.indicator_id
            and t.breakdown_id = c.breakdown_id
        left join marts.curve_point as p
            on p.partnership_id = c.partnership_id and p.academic_year = c.academic_year
            and p.priority_number = c.priority_number and p.point_kind = 'history' and p.point_year = t.academic_year
        where p.value is distinct from t.value
    """
    assert demo.execute(query).fetchone() == (0,)
