"""Which authority figures can be made again from their schools: the mart's own SQL on figures made by hand."""

from __future__ import annotations

from typing import Any

import duckdb
import pytest

from tests import macro_sql


def reconciled(
    indicator: str = "ks2_rwm_expected_pct",
    *,
    published: float = 65.0,
    calculated: float = 65.2,
    pupils: float | None = 1000.0,
    of: float | None = 1000.0,
    releases: tuple[str, str] = ("final", "final"),
) -> list[tuple[Any, ...]]:
    """Reason and verdict of one figure of an authority."""
    db = duckdb.connect()
    db.execute(
        """
        create table benchmark_outcome as
        select 'authority' as area_type, '850' as area_id, $indicator as indicator_id, 'all' as breakdown_id,
            '2018/19' as academic_year, $release as release, $value::double as value, $of::double as denominator,
            true as is_latest;
        """,
        {"indicator": indicator, "release": releases[0], "value": published, "of": of},
    )
    db.execute(
        """
        create table int_area_years__calculated as
        select 'authority' as area_type, '850' as area_id, $indicator as indicator_id, 'all' as breakdown_id,
            '2018/19' as academic_year, $release as release, $value::double as value, $pupils::double as n_pupils,
            9 as n_schools, 1 as n_schools_missing
        """,
        {"indicator": indicator, "release": releases[1], "value": calculated, "pupils": pupils},
    )
    db.execute("create table dim_authority as select '850' as la_code, 'Hampshire' as la_name")
    macro_sql.make(db, "indicators", "reconciliation")
    return db.execute("select reason, is_within_tolerance from reconciliation").fetchall()


@pytest.mark.parametrize(("calculated", "within"), [(65.5, True), (64.5, True), (65.6, False), (64.4, False)])
def test_where_all_pupils_are_there_half_a_point_is_allowed(calculated: float, within: bool) -> None:
    assert reconciled(calculated=calculated) == [(None, within)]


@pytest.mark.parametrize("pupils", [996.0, 1004.0])
def test_a_few_pupils_of_suppressed_schools_may_be_missing(pupils: float) -> None:
    assert reconciled(pupils=pupils) == [(None, True)]


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"pupils": 700.0, "calculated": 71.0}, "Schools are missing"),
        ({"pupils": 1100.0, "calculated": 71.0}, "more pupils than the authority's figure"),
        ({"of": None}, "does not give the authority's number of pupils"),
        ({"of": 0.0}, "does not give the authority's number of pupils"),
        ({"releases": ("final", "provisional")}, "two releases"),
    ],
)
def test_what_cannot_be_compared_says_why_and_warns_nobody(told: dict[str, Any], words: str) -> None:
    ((reason, within),) = reconciled(**told)
    assert words in reason
    assert within is None


@pytest.mark.parametrize(
    "indicator",
    ["ks5_alevel_points", "ks5_alevel_value_added", "suspension_rate", "absence_overall_pct", "pupils_on_roll"],
)
def test_other_kinds_of_mean_are_not_there(indicator: str) -> None:
    """Points per entry, rates of suppressed events and numbers of pupils are no mean of schools by their pupils."""
    assert reconciled(indicator) == []
