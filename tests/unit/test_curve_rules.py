"""Verdicts about curves, rule by rule, on hand-made points; and what a forecast's interval may be made from."""

from __future__ import annotations

import csv
from datetime import date
from typing import Any

import duckdb
import pytest

from orchestration.contracts import seed_file
from tests.macro_sql import model

PRIORITY = """partnership_id varchar, academic_year varchar, priority_number varchar, priority varchar, indicator_id varchar,
    breakdown_id varchar, direction varchar, baseline double, baseline_year varchar, target double, target_year varchar,
    story varchar, file_id varchar"""
POINT = """partnership_id varchar, academic_year varchar, priority_number varchar, point_kind varchar, made_at varchar,
    made_in varchar, point_year varchar, value double, low double, high double, others_low double, others_high double,
    n_pupils double, n_schools bigint, method varchar, reason varchar, interval_basis varchar, errors bigint, status varchar"""
KEY = ("P01", "2016/17", "1")


def verdict(
    direction: str = "up",
    target: float = 70.0,
    then: float | None = 60.0,
    now: float | None = 72.0,
    expected: tuple[float, float | None, float | None] | None = (60.0, 55.0, 65.0),
    others: tuple[float | None, float | None] = (54.0, 66.0),
    cohort: float = 200.0,
    members: tuple[int, int, int] = (5, 0, 0),
    step_change: str | None = None,
    rules_changed: str = "",
) -> dict[str, Any]:
    """The row of the mart for one priority from 2015/16 to 2017/18; members are those of both years, the first, the last."""
    connection = duckdb.connect()
    connection.execute(f"create table curve_priority ({PRIORITY})")
    connection.execute(f"create table curve_point ({POINT})")
    connection.execute(
        "create table curve_essential (partnership_id varchar, academic_year varchar, priority_number varchar, due_on date,"
        " done_on date)"
    )
    connection.execute(
        "create table partnership_membership (partnership_id varchar, school_id varchar, joined_on date, left_on date)"
    )
    connection.execute(
        "create table int_school_years__weighed (school_id varchar, indicator_id varchar, breakdown_id varchar,"
        " academic_year varchar, value double)"
    )
    connection.execute(
        "create table step_change (area_kind varchar, area_id varchar, indicator_id varchar, from_year varchar)"
    )
    connection.execute(
        "create table dim_indicator as select 'x' as indicator_id, 11 as minimum_pupils, '%' as unit, 1 as decimals"
    )
    with seed_file("curve_rules.csv").open(encoding="utf-8", newline="") as file:
        rules = [tuple(row) for row in csv.reader(file)][1:]
    connection.execute(
        "create table curve_rules (rule_id varchar, verdict varchar, rule_name varchar, reason varchar,"
        " reason_reached varchar)"
    )
    connection.executemany("insert into curve_rules values (?, ?, ?, ?, nullif(?, ''))", rules)
    connection.execute(rules_changed)
    priority = (*KEY, "Reading", "x", None, direction, 60.0, "2015/16", target, "2017/18", None, "f")
    connection.execute(f"insert into curve_priority values ({', '.join('?' * 13)})", list(priority))
    points = []
    for year, value in (("2015/16", then), ("2017/18", now)):
        points.append(
            (*KEY, "history", None, None, year, value, None, None, None, None, cohort, 5, None, None, None, None, "ok")
        )
    if expected is not None:
        told = ("last_year", "none_better", "known_then", 40, "ok")
        points.append((*KEY, "forecast", "baseline", "2015/16", "2017/18", *expected, *others, cohort, None, *told))
    connection.executemany(f"insert into curve_point values ({', '.join('?' * 19)})", points)
    spells = [(date(2010, 9, 1), None)] * members[0]
    spells += [(date(2010, 9, 1), date(2017, 8, 31))] * members[1] + [(date(2016, 9, 1), None)] * members[2]
    for place, (joined, left) in enumerate(spells):
        connection.execute("insert into partnership_membership values ('P01', ?, ?, ?)", [f"S{place}", joined, left])
        for year in ("2015/16", "2017/18"):
            connection.execute(
                "insert into int_school_years__weighed values (?, 'x', 'all', ?, 50)", [f"S{place}", year]
            )
    if step_change:
        connection.execute("insert into step_change values ('partnership', 'P01', 'x', ?)", [step_change])
    connection.executemany(
        "insert into curve_essential values ('P01', '2016/17', '1', ?, ?)",
        [(date(2017, 3, 1), date(2017, 2, 1)), (date(2017, 6, 1), None), (date(2017, 5, 1), None)],
    )
    found = connection.execute(model("curve"))
    (row,) = found.fetchall()
    return dict(zip([column[0] for column in found.description], row, strict=True))


CASES: list[tuple[str, str, dict[str, Any]]] = [
    ("turned", "turned", {}),
    ("turned", "turned", {"direction": "down", "target": 50.0, "now": 48.0}),
    ("turning", "turning", {"now": 68.0}),
    ("as_forecast", "not_turned", {"now": 62.0}),
    ("wrong_way", "not_turned", {"now": 50.0}),
    ("wrong_way", "not_turned", {"direction": "down", "target": 50.0, "now": 68.0}),
    ("target_within", "cannot_say", {"target": 64.0, "now": 62.0}),
    ("reached_as_forecast", "reached", {"target": 62.0, "now": 63.0}),
    ("as_others", "reached", {"others": (58.0, 73.0)}),
    ("target_behind", "reached", {"target": 59.0}),
    ("no_interval", "reached", {"expected": (60.0, None, None)}),
    ("as_others", "cannot_say", {"now": 68.0, "others": (58.0, 73.0)}),
    ("target_behind", "cannot_say", {"target": 59.0, "now": 58.0}),
    ("no_interval", "cannot_say", {"expected": (60.0, None, None), "now": 62.0}),
    ("no_baseline_figure", "reached", {"then": None, "expected": None}),
    ("no_baseline_figure", "cannot_say", {"then": None, "expected": None, "now": 62.0}),
    ("nothing_since", "cannot_say", {"now": None}),
    ("small_cohort", "cannot_say", {"cohort": 10.0}),
    ("cohort_unknown", "cannot_say", {"cohort": None}),
    ("members_changed", "reached", {"members": (3, 1, 1)}),
    ("members_changed", "reached", {"members": (0, 0, 0)}),
    ("members_changed", "cannot_say", {"members": (0, 0, 0), "now": 62.0}),
    ("starts_anew", "reached", {"step_change": "2017/18"}),
    ("starts_anew", "cannot_say", {"step_change": "2017/18", "now": 62.0}),
]


@pytest.mark.parametrize(("rule", "said", "case"), CASES)
def test_each_rule_speaks_where_it_should(rule: str, said: str, case: dict[str, Any]) -> None:
    row = verdict(**case)
    assert (row["rule_id"], row["verdict"]) == (rule, said)
    assert row["reason"].endswith(".")


def test_a_target_that_is_passed_is_said_to_be_reached_whatever_else_cannot_be_said() -> None:
    for case in (
        {"members": (3, 1, 1)},
        {"expected": (60.0, None, None)},
        {"target": 62.0, "now": 63.0},
        {"target": 59.0},
    ):
        row = verdict(**case)
        assert (row["verdict"], row["assurance"]) == ("reached", "reached")
        assert row["reason"].startswith("The target is reached")
    assert verdict(cohort=10.0)["verdict"] == "cannot_say"


def test_two_baselines_that_differ_as_printed_are_said_to() -> None:
    """The partnership wrote 60 for the year in which the warehouse has another figure."""
    row = verdict(then=63.2)
    assert row["baseline_difference"] == pytest.approx(3.2)
    assert row["baseline_note"].startswith(
        "The baseline as agreed, 60.0%, is 3.2 percentage points below the figure in the warehouse for 2015/16, 63.2%."
    )
    assert "1.0 percentage points above" in verdict(then=59.0)["baseline_note"]
    assert verdict(then=60.04)["baseline_note"] is None and verdict(then=None)["baseline_note"] is None


@pytest.mark.parametrize(
    "case",
    [
        {"members": (4, 1, 0)},
        {"step_change": "2015/16"},
        {"others": (None, None)},
        {"cohort": 11.0},
    ],
)
def test_what_does_not_stand_in_the_way_of_a_verdict(case: dict[str, Any]) -> None:
    assert verdict(**case)["verdict"] == "turned"


def test_the_edge_of_the_forecast_is_not_beyond_it() -> None:
    assert verdict(target=64.0, now=65.0, others=(54.0, 64.0))["rule_id"] == "reached_as_forecast"
    assert verdict(now=66.0, others=(54.0, 66.0))["rule_id"] == "as_others"


def test_the_turn_is_what_happened_less_the_forecast() -> None:
    row = verdict(expected=(61.0, 55.0, 65.0))
    assert (row["turn"], row["gap_to_target"], row["verdict_year"]) == (11.0, -2.0, "2017/18")
    assert row["way_gone_pct"] == pytest.approx(120.0)
    assert (row["essentials"], row["essentials_done"], row["next_due_on"]) == (3, 1, date(2017, 5, 1))


@pytest.mark.parametrize(
    ("assurance", "case"),
    [
        ("reached", {"now": 72.0}),
        ("unlikely", {"now": 62.0}),
        ("possible", {"now": 62.0, "target": 64.0}),
        ("likely", {"now": 62.0, "target": 63.0, "expected": (70.0, 66.0, 75.0)}),
        ("cannot_say", {"now": 62.0, "expected": (60.0, None, None)}),
    ],
)
def test_the_target_beside_the_forecast(assurance: str, case: dict[str, Any]) -> None:
    assert verdict(**case)["assurance"] == assurance


def test_every_rule_of_the_seed_can_speak() -> None:
    sql = model("curve")
    with seed_file("curve_rules.csv").open(encoding="utf-8", newline="") as file:
        rules = [row["rule_id"] for row in csv.DictReader(file)]
    places = [sql.index(f"then '{rule}'") if f"then '{rule}'" in sql else sql.index(f"else '{rule}'") for rule in rules]
    assert places == sorted(places), "the seed tells the rules in the order in which they are asked"
