"""The SQL around the estimates of impact, on hand-made tables: first years, effect sizes, months, and what was left out."""

from __future__ import annotations

import math
from typing import Any

import duckdb
import pytest

from methods import effect_sizes
from orchestration.contracts import seed_file
from tests.macro_sql import model


def first_years(memberships: list[tuple[str, str, str]], reviews: list[tuple[str, str, str]]) -> list[tuple[Any, ...]]:
    """`int_impact__events` of memberships (school, partnership, joined) and reviews (urn, partnership, day)."""
    con = duckdb.connect()
    con.execute("create table partnership_membership (school_id varchar, partnership_id varchar, joined_on date)")
    con.executemany("insert into partnership_membership values (?, ?, ?)", memberships)
    con.execute("create table dim_school as select 'S' || n as school_id, 'U' || n as urn from range(9) r(n)")
    con.execute(
        """create table int_grants__today as
           select 'authority' as viewer_kind, 'reviews' as dataset, 'school' as area_type, 'S' || n as area_id
           from range(9) r(n)"""
    )
    con.execute(
        """create table int_template_cells__checked
           (file_id varchar, row_number integer, dataset_id varchar, column_name varchar, value varchar)"""
    )
    con.execute("create table int_template_rows__classified (file_id varchar, row_number integer, disposition varchar)")
    for number, (urn, partnership, day) in enumerate(reviews):
        con.execute("insert into int_template_rows__classified values ('f', ?, 'accepted')", [number])
        cells = {"host_urn": urn, "partnership_id": partnership, "evidence_on": day, "focus_agreed_on": "2000-01-01"}
        for name, value in cells.items():
            con.execute("insert into int_template_cells__checked values ('f', ?, 'template_reviews', ?, ?)",
                        [number, name, value])  # fmt: skip
    return con.execute(
        "select school_id, event_type, partnership_id, is_own, first_year from "
        f"({model('int_impact__events')}) order by all"
    ).fetchall()


@pytest.mark.parametrize(
    ("day", "first_year"),
    [("2016-09-01", 2016), ("2017-05-01", 2016), ("2017-05-02", 2017), ("2017-12-31", 2017), ("2018-01-01", 2017)],
)
def test_the_first_year_is_the_first_whose_first_of_may_lies_behind_the_day(day: str, first_year: int) -> None:
    assert first_years([("S1", "P1", day)], []) == [("S1", "joined", "P1", True, first_year)]


def test_members_of_a_partnership_that_reviews_are_exposed_without_being_reviewed() -> None:
    found = first_years(
        [("S1", "P1", "2015-09-01"), ("S2", "P1", "2015-09-01"), ("S3", "P2", "2015-09-01")],
        [("U1", "P1", "2018-03-01"), ("U1", "P1", "2017-03-01"), ("U2", "P1", "2018-06-01")],
    )
    assert [row for row in found if row[1] == "reviewed"] == [
        ("S1", "reviewed", "P1", False, 2016),
        ("S1", "reviewed", "P1", True, 2016),
        ("S2", "reviewed", "P1", False, 2016),
        ("S2", "reviewed", "P1", True, 2018),
    ]


NUMBERS = {
    "n_schools_considered": 9, "n_schools": 6, "n_clusters": 1, "n_comparison_schools": 24, "n_comparison_clusters": 12,
    "n_took_part_before": 1, "n_no_figure_before": 2, "n_no_figure_after": 0, "n_no_pool": 0, "n_none_alike": 0,
    "first_year": 2015, "last_year": 2018, "years_before": 2, "n_pupils": 200.0, "level_before": 60.0, "estimate": 6.0,
    "se": 2.0, "df": 20.0, "ci_low": 2.0, "ci_high": 10.0, "p_value": 0.01, "p_value_adjusted": 0.03, "estimates_made": 4,
    "p_value_randomisation": 0.1, "mde": 6.0, "shared_variance": 0.1, "pre_trend_p_value": 0.4,
}  # fmt: skip


def estimated(months: bool = False, seeds_changed: str = "", **changes: Any) -> dict[str, Any]:
    """One row of `impact_estimate` made from one estimate."""
    con = duckdb.connect()
    for seed in ("impact_measures", "impact_reasons", "toolkit_months"):
        con.execute(f"create table {seed} as select * from read_csv('{seed_file(seed + '.csv')}')")
    con.execute(f"create table dim_indicator as select * from read_csv('{seed_file('indicators.csv')}')")
    con.execute(seeds_changed)
    con.execute("create table dim_partnership as select 'P1' as partnership_id, 'First' as name")
    words = {"event_type": "reviewed", "scope": "P1", "indicator_id": "ks2_rwm_expected_pct", "method": "shared_shocks",
             "verdict": "improved", "reason_id": "interval_excludes_zero"}  # fmt: skip
    row: dict[str, Any] = {"relative_year": None, **words, **NUMBERS, **changes}
    columns = ", ".join(f"cast(? as {_type(name, words)}) as {name}" for name in row)
    con.execute(f"create table int_impact__estimated as select {columns}", list(row.values()))
    answer = con.execute(model("impact_estimate", impact_months_of_progress=months))
    (found,) = answer.fetchall()
    return dict(zip([column[0] for column in answer.description], found, strict=True))


def _type(name: str, words: dict[str, str]) -> str:
    return "varchar" if name in words else "bigint" if isinstance(NUMBERS.get(name, 0), int) else "double"


def test_a_share_is_standardised_by_its_own_spread() -> None:
    found = estimated()
    assert found["hedges_g"] == pytest.approx(effect_sizes.standardised(6.0, math.sqrt(60 * 40), 400), abs=1e-9)
    assert found["hedges_g_low"] < found["hedges_g"] < found["hedges_g_high"]
    assert found["hedges_g_reason"] is None


def test_a_score_is_standardised_by_the_spread_of_pupils_that_is_known() -> None:
    found = estimated(indicator_id="ks4_progress8", estimate=0.31)
    assert found["hedges_g"] == pytest.approx(effect_sizes.standardised(0.31, 1.25, 400), abs=1e-9)


def test_without_a_spread_there_is_no_effect_size_and_a_reason() -> None:
    found = estimated(indicator_id="ks4_attainment8")
    assert found["hedges_g"] is None
    assert "No spread of pupils is published" in found["hedges_g_reason"]


@pytest.mark.parametrize(("estimate", "months"), [(6.0, 2), (-6.0, -2), (0.2, 0), (40.0, 10)])
def test_months_only_where_a_person_turned_them_on(estimate: float, months: int) -> None:
    assert estimated(estimate=estimate)["months_of_progress"] is None
    assert estimated(months=True, estimate=estimate)["months_of_progress"] == months
    assert estimated(months=True, indicator_id="absence_overall_pct")["months_of_progress"] is None


def test_what_was_left_out_is_counted_with_its_reasons() -> None:
    found = estimated()
    assert found["n_schools_left_out"] == 3
    assert found["left_out_reason"] == "2 without figures before; 1 that took part elsewhere before."
    assert estimated(n_took_part_before=0, n_no_figure_before=0)["left_out_reason"] == "None."


@pytest.mark.parametrize(
    ("changes", "pre_trend", "said"),
    [
        ({}, "alike", "moved as the comparison schools did"),
        ({"pre_trend_p_value": 0.01}, "differs", "already moved differently"),
        ({"pre_trend_p_value": None}, "cannot_be_checked", "figures of two years before"),
        ({"estimate": None, "pre_trend_p_value": None}, "cannot_be_checked", "There is no estimate."),
    ],
)
def test_the_check_of_the_years_before_is_said(changes: dict[str, Any], pre_trend: str, said: str) -> None:
    found = estimated(**changes)
    assert found["pre_trend"] == pre_trend
    assert said in found["pre_trend_reason"]


def test_years_are_written_as_academic_years() -> None:
    assert estimated()["years"] == "2015/16 to 2018/19"
    assert estimated(first_year=1999, last_year=2009)["years"] == "1999/00 to 2009/10"
    assert estimated(first_year=None, last_year=None)["years"] is None
