"""Facts of the risk register on hand-made records: when a rule fires, what it says, since when, and when it is closed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import cache
from statistics import NormalDist
from typing import Any

import duckdb
import pytest
import yaml

from orchestration.contracts import seed_file
from tests.conftest import ROOT
from tests.macro_sql import PROJECT, model

_TEXTS = """school_id urn indicator_id breakdown_id academic_year kind polarity phase peer_kind status la_code"""
_NUMBERS = """value n_pupils denominator ci_low ci_high"""
_FIGURES = dict.fromkeys(_TEXTS.split(), "varchar") | dict.fromkeys(_NUMBERS.split(), "double")
_SEEDS = ("risk_rules", "measured", "terms", "indicators", "instruments", "inspection_frameworks", "mart_datasets")
Rows = dict[str, list[dict[str, Any]]]


@cache
def _contracts() -> dict[str, dict[str, str]]:
    """Columns and types of every mart, as its contract has them."""
    found = {}
    for file in (PROJECT / "models" / "marts").rglob("*.yml"):
        for entry in yaml.safe_load(file.read_text(encoding="utf-8"))["models"]:
            found[entry["name"]] = {column["name"]: column["data_type"] for column in entry["columns"]}
    return {**found, "int_school_years__benchmarked": _FIGURES}


@cache
def _seed_types(name: str) -> dict[str, str]:
    for file in (ROOT / "seeds").rglob("_*.yml"):
        for entry in yaml.safe_load(file.read_text(encoding="utf-8"))["seeds"]:
            if entry["name"] == name:
                types: dict[str, str] = entry["config"]["column_types"]
                return types
    raise LookupError(name)


def fill(connection: duckdb.DuckDBPyConnection, rows: Rows | None = None) -> None:
    """Every mart the register reads, with those rows, and the seeds."""
    for name, columns in _contracts().items():
        if not name.startswith("risk_"):
            connection.execute(f"create table {name} ({', '.join(map(' '.join, columns.items()))})")
    for name in _SEEDS:
        path = str(seed_file(f"{name}.csv"))
        connection.execute(f"create table {name} as select * from read_csv(?, types = {_seed_types(name)})", [path])
    kept = [name for name in _seed_types("indicators") if name in _contracts()["dim_indicator"]]
    connection.execute(f"insert into dim_indicator by name select {', '.join(kept)} from indicators")
    connection.execute(f"insert into dim_term by name {model('dim_term')}")
    insert(connection, rows or {})


def insert(connection: duckdb.DuckDBPyConnection, rows: Rows) -> None:
    """Rows for the tables that are there, table by table."""
    for name, part in rows.items():
        for row in part:
            marks = ", ".join("?" * len(row))
            connection.execute(f"insert into {name} ({', '.join(row)}) values ({marks})", list(row.values()))


@pytest.fixture(scope="module")
def empty() -> Iterator[duckdb.DuckDBPyConnection]:
    """Every mart the register reads, empty, and the seeds."""
    connection = duckdb.connect()
    connection.execute("set threads = 1")
    fill(connection)
    yield connection
    connection.close()


@pytest.fixture
def register(empty: duckdb.DuckDBPyConnection) -> Iterator[Any]:
    """Fill tables, build the register's marts, and give flags and register as lists of rows; all is undone afterwards."""
    empty.execute("begin")

    def build(rows: Rows, all_open: bool = False) -> duckdb.DuckDBPyConnection:
        insert(empty, rows)
        if all_open:
            # the register counts flags of open data alone, and what it does with a flag is the same for all
            empty.execute("update mart_datasets set made_of = 'open' where mart = 'risk_flag'")
        for name in ("risk_level", "risk_day", "risk_test", "risk_tests_made", "risk_flag", "risk_register"):
            empty.execute(f"create table {name} as {model(name)}")
        return empty

    yield build
    empty.execute("rollback")


SCHOOLS = [
    {"school_id": f"S90000{i}", "urn": f"90000{i}", "name": f"School {i}", "phase": "primary", "la_code": "999",
     "status": "open", "is_current": True, "is_independent": False} for i in range(1, 6)
]  # fmt: skip
PARTNERSHIP: Rows = {
    "dim_school": SCHOOLS,
    "dim_partnership": [{"partnership_id": "P1", "name": "One", "kind": "cluster", "started_on": date(2016, 9, 1)}],
    "partnership_membership": [
        {
            "partnership_id": "P1",
            "school_id": s["school_id"],
            "urn": s["urn"],
            "joined_on": date(2016, 9, 1),
            "role": "member",
        }
        for s in SCHOOLS
    ],
}
TERMS = ("2017/18 autumn", "2017/18 spring", "2017/18 summer", "2018/19 autumn", "2018/19 spring", "2018/19 summer")


def answers(school: int, term: str, value: float, count: int = 12) -> list[dict[str, Any]]:
    return [
        {"instrument_id": "reflection_questions", "item_id": f"Q{i}", "respondent_role": "leader", "partnership_id": "P1",
         "school_id": f"S90000{school}", "urn": f"90000{school}", "term": term, "academic_year": term[:7], "value": value}
        for i in range(count)
    ]  # fmt: skip


def flags(db: duckdb.DuckDBPyConnection, family: str) -> list[tuple[Any, ...]]:
    """area, as_at, strength and since of a family's flags, in order."""
    return db.execute(
        "select area_id, as_at, strength, since from risk_flag where family = ? order by area_id, as_at", [family]
    ).fetchall()


def changes(db: duckdb.DuckDBPyConnection, area: str) -> dict[str, str]:
    return dict(db.execute("select as_at, change from risk_register where area_id = ?", [area]).fetchall())


def test_a_flag_stands_since_the_first_term_of_its_run_and_is_closed_when_it_ends(register: Any) -> None:
    ratings = [row for school in range(1, 5) for term in TERMS for row in answers(school, term, 4)]
    # school 5 is silent in two terms, answers, and is silent in two again
    ratings += answers(5, TERMS[2], 4) + answers(5, TERMS[3], 4)
    db = register(PARTNERSHIP | {"fct_rating": ratings}, all_open=True)
    assert flags(db, "silent") == [
        ("S900005", "2017/18 spring", "weak", "2017/18 spring"),
        ("S900005", "2018/19 summer", "weak", "2018/19 summer"),
    ]
    told = {"2017/18 spring": "new", "2017/18 summer": "closed", "2018/19 summer": "new"}
    assert changes(db, "S900005") == told
    evidence = db.execute("select evidence from risk_flag where family = 'silent'").fetchone()
    assert evidence == (
        "Nobody answered the partnership reflection questions in the last two terms, although others in the partnership did "
        "(P1).",
    )


@pytest.mark.parametrize("reversed_", [False, True])
def test_the_same_points_are_the_same_place_in_whatever_order_they_were_added(
    empty: duckdb.DuckDBPyConnection, reversed_: bool
) -> None:
    """0.1 and 0.2 are no more than 0.3, though as doubles their sum is; of two that count as much the first rule is told."""
    levels = [
        ("S1", "level_absence", 0.1),
        ("S1", "level_rwm", 0.2),
        ("S2", "level_absence", 0.3),
        ("S3", "level_maths_progress", 0.1 + 0.2),
        ("S3", "level_absence", 0.3),
        ("S4", "level_absence", 0.1),
    ]
    empty.execute("begin")
    try:
        for name in ("risk_level", "risk_tests_made", "risk_flag"):
            empty.execute(f"create table {name} ({', '.join(map(' '.join, _contracts()[name].items()))})")
        empty.execute(
            """insert into risk_tests_made (as_at, academic_year, evidence_year, season, as_at_number, n_tests)
               values ('2018/19 summer', '2018/19', '2018/19', 'summer', 1, 0)"""
        )
        empty.executemany(
            "insert into risk_level (school_id, academic_year, rule_id, points) values (?, '2018/19', ?, ?)",
            levels[::-1] if reversed_ else levels,
        )
        found = empty.execute(
            f"select area_id, rank, standing_most from ({model('risk_register')}) order by 1"
        ).fetchall()
    finally:
        empty.execute("rollback")
    told = dict(
        duckdb.execute("select rule_id, short_name from read_csv(?)", [str(seed_file("risk_rules.csv"))]).fetchall()
    )
    assert [row[:2] for row in found] == [("S1", 2), ("S2", 2), ("S3", 1), ("S4", 4)]
    assert [row[2] for row in found] == [
        told[rule] for rule in ("level_rwm", "level_absence", "level_absence", "level_absence")
    ]


def test_low_response_of_a_partnership(register: Any) -> None:
    ratings = [row for school in (1, 2) for row in answers(school, TERMS[0], 4)]
    ratings += [row for school in (1, 2, 3, 4) for row in answers(school, TERMS[1], 4)]
    ratings += answers(1, TERMS[2], 4)
    db = register(PARTNERSHIP | {"fct_rating": ratings}, all_open=True)
    assert flags(db, "response") == [
        ("P1", "2017/18 autumn", "weak", "2017/18 autumn"),
        ("P1", "2017/18 summer", "strong", "2017/18 summer"),
    ]
    assert changes(db, "P1") == {"2017/18 autumn": "new", "2017/18 spring": "closed", "2017/18 summer": "new"}


def test_a_leaders_answers_that_fell_and_answers_that_wobble(register: Any) -> None:
    values = {1: (4, 4, 4, 2.4, 2.4, 4), 2: (4, 3.4, 4, 3.5, 4, 3.6)}
    ratings = [
        row for s, part in values.items() for term, v in zip(TERMS, part, strict=True) for row in answers(s, term, v)
    ]
    # five answers are too few to say anything
    ratings += answers(3, TERMS[0], 5, 5) + answers(3, TERMS[1], 5, 5) + answers(3, TERMS[2], 1, 5)
    db = register(PARTNERSHIP | {"fct_rating": ratings})
    assert flags(db, "answers_fell") == [
        ("S900001", "2018/19 autumn", "strong", "2018/19 autumn"),
        ("S900001", "2018/19 spring", "weak", "2018/19 autumn"),
    ]


def check_in(school: int, due: date, taken: date | None) -> dict[str, Any]:
    return {"review_id": f"R{school}{due}", "partnership_id": "P1", "host_urn": f"90000{school}", "school_id": f"S90000{school}",
            "cycle": "2017/18 autumn", "step_number": 6, "step": "check_in", "due_on": due, "taken_on": taken}  # fmt: skip


REVIEWS = [{"review_id": "R", "partnership_id": "P1", "school_id": "S900001", "cycle": term} for term in TERMS]


def test_a_check_in_is_late_from_the_day_it_is_overdue(register: Any) -> None:
    steps = [
        check_in(1, date(2018, 3, 1), date(2018, 7, 1)),
        check_in(2, date(2018, 3, 25), date(2018, 4, 5)),
        check_in(3, date(2018, 3, 1), None),
    ]
    db = register(PARTNERSHIP | {"review": REVIEWS, "review_step": steps})
    found = flags(db, "check_in")
    late = {(area, term): strength for area, term, strength, _ in found}
    # not yet held at the end of March, held in July: 30 days, then 122, and out of sight a year later
    assert late[("S900001", "2017/18 spring")] == "weak" and late[("S900001", "2017/18 summer")] == "strong"
    assert ("S900001", "2018/19 summer") not in late
    assert not any(area == "S900002" for area, _ in late)
    assert late[("S900003", "2018/19 autumn")] == "strong"
    assert late[("P1", "2017/18 spring")] == "weak"
    said = db.execute(
        "select evidence from risk_flag where area_id = 'S900003' and as_at = '2017/18 spring'"
    ).fetchone()
    assert said == ("The check-in due on 1 Mar 2018 has not been held (30 days late).",)


def test_drifting_is_low_and_not_above_the_terms_before(register: Any) -> None:
    events = [{"event_id": t, "partnership_id": "P1", "event_name": t, "kind": "meeting", "held_on": on}
              for t, on in zip(TERMS, (date(2017, 10, 1), date(2018, 2, 1), date(2018, 5, 1), date(2018, 10, 1),
                                       date(2019, 2, 1), date(2019, 5, 1)), strict=True)]  # fmt: skip
    came = {1: (4, 4, 4, 1, 1, 1), 2: (1, 1, 1, 2, 2, 3), 3: (4, 4, 4, 4, 4, 3)}
    attendance = [
        {
            "event_id": term,
            "school_urn": f"90000{s}",
            "school_id": f"S90000{s}",
            "role": "head",
            "invited": 4,
            "people": n,
        }
        for s, part in came.items()
        for term, n in zip(TERMS, part, strict=True)
    ]
    db = register(PARTNERSHIP | {"event": events, "event_attendance": attendance})
    last = [row for row in flags(db, "engagement") if row[1] == "2018/19 summer"]
    assert last == [
        # 25 of 36 in the three terms up to autumn 2018/19 is under seven in ten
        ("P1", "2018/19 summer", "weak", "2018/19 autumn"),
        ("S900001", "2018/19 summer", "strong", "2018/19 spring"),
    ]
    said = db.execute(
        "select evidence from risk_flag where area_id = 'S900001' and as_at = '2018/19 summer'"
    ).fetchone()
    assert said == (
        "25% of the people invited came in the last three terms (12 invited), and 100% in the three terms before.",
    )


def test_maturity_that_has_not_moved_for_a_year(register: Any) -> None:
    true = {"2016/17 summer": 3, "2017/18 summer": 5, "2018/19 summer": 5}
    cards = [
        {
            "partnership_id": "P1",
            "term": t,
            "academic_year": t[:7],
            "card_id": f"MC{i:02}",
            "answer": ("not_yet", "true")[i < n],
        }
        for t, n in true.items()
        for i in range(12)
    ]
    db = register(PARTNERSHIP | {"review": REVIEWS, "maturity_card": cards})
    assert flags(db, "maturity") == [("P1", "2018/19 summer", "weak", "2018/19 summer")]
    said = db.execute("select evidence from risk_flag where family = 'maturity'").fetchone()
    assert said == ("5 of 12 maturity cards were true in summer 2018/19, and 5 in summer 2017/18.",)


def inspection(
    school: int, on: date, grade: int, judgement: str = "overall_effectiveness", framework: str = "common_2015"
) -> dict[str, Any]:
    words = {1: "Outstanding", 2: "Good", 3: "Requires improvement", 4: "Inadequate"}
    return {"urn": f"90000{school}", "school_id": f"S90000{school}", "inspected_on": on, "framework": framework,
            "judgement_id": judgement, "judgement": judgement.replace("_", " ").capitalize(), "grade": words[grade],
            "grade_order": grade, "status": "ok"}  # fmt: skip


def test_inspections_due_and_adverse_grades(register: Any) -> None:
    inspections = [
        inspection(1, date(2014, 3, 1), 2),
        inspection(2, date(2018, 5, 1), 4),
        inspection(2, date(2018, 5, 1), 3, "teaching"),
        inspection(3, date(2017, 1, 10), 3),
        inspection(3, date(2018, 9, 20), 2),
        inspection(4, date(2018, 9, 1), 1),
    ]
    db = register(PARTNERSHIP | {"review": REVIEWS, "fct_inspection": inspections})
    # due 48 months after March 2014, looked for one term ahead; strong a year after that
    due = [row for row in flags(db, "inspection_due") if row[0] == "S900001"]
    assert [(term, strength) for _, term, strength, _ in due] == [
        ("2017/18 autumn", "weak"), ("2017/18 spring", "weak"), ("2017/18 summer", "weak"), ("2018/19 autumn", "weak"),
        ("2018/19 spring", "strong"), ("2018/19 summer", "strong"),
    ]  # fmt: skip
    grades = flags(db, "inspection_grade")
    assert ("S900002", "2018/19 summer", "strong", "2017/18 summer") in grades
    # a better grade closes the flag of the older one
    assert [term for area, term, *_ in grades if area == "S900003"] == [
        "2017/18 autumn",
        "2017/18 spring",
        "2017/18 summer",
    ]
    assert not any(area == "S900004" for area, *_ in grades)
    said = db.execute(
        "select evidence from risk_flag where area_id = 'S900002' and family = 'inspection_grade'"
    ).fetchone()
    assert said == ("Graded Overall effectiveness: inadequate on 1 May 2018 (Common inspection framework 2015).",)


def test_a_changed_role_is_told_for_a_year(register: Any) -> None:
    roles = [
        {"partnership_id": "P1", "school_urn": "900001", "school_id": "S900001", "role": "partnership_lead", "holder": holder,
         "started_on": start, "ended_on": end}
        for holder, start, end in (("A", date(2016, 9, 1), date(2018, 1, 31)), ("B", date(2018, 2, 1), None))
    ]  # fmt: skip
    db = register(PARTNERSHIP | {"review": REVIEWS, "role_holder": roles})
    assert flags(db, "leadership_change") == [
        ("S900001", term, "strong", "2017/18 spring") for term in ("2017/18 spring", "2017/18 summer", "2018/19 autumn")
    ]


def figure(school: int, year: str, value: float | None, denominator: float, status: str = "ok") -> dict[str, Any]:
    return {
        "school_id": f"S90000{school}",
        "urn": f"90000{school}",
        "indicator_id": "ks2_rwm_expected_pct",
        "breakdown_id": "all",
        "academic_year": year,
        "kind": "proportion",
        "polarity": "higher",
        "phase": "primary",
        "peer_kind": "mainstream",
        "status": status,
        "la_code": "999",
        "value": value,
        "n_pupils": denominator,
        "denominator": denominator,
    }


def test_missing_figures_and_small_cohorts(register: Any) -> None:
    figures = [
        *(figure(i, "2016/17", 60.0, 30) for i in (1, 2, 3)),
        figure(1, "2017/18", 60.0, 30),
        # school 2 has no row at all, school 3 one without a figure, school 4 too few pupils, school 5 a suppressed figure
        figure(3, "2017/18", None, 0, "unavailable"),
        figure(4, "2017/18", 50.0, 8),
        figure(5, "2017/18", None, 4, "suppressed"),
    ]
    db = register(PARTNERSHIP | {"int_school_years__benchmarked": figures})
    assert [row[:2] for row in flags(db, "missing")] == [("S900002", "2017/18 summer"), ("S900003", "2017/18 summer")]
    assert [row[:2] for row in flags(db, "small_cohort")] == [
        ("S900004", "2017/18 summer"),
        ("S900005", "2017/18 summer"),
    ]
    # a small cohort is told and is no reason
    assert changes(db, "S900004")["2017/18 summer"] == "none"


def test_worse_every_year_and_not_only_worse_than_at_first(register: Any) -> None:
    years = ("2016/17", "2017/18", "2018/19")
    values = {1: (8.0, 10.0, 14.5), 2: (8.0, 14.0, 13.5), 3: (8.0, 8.5, 9.0), 4: (8.0, 10.0, 12.0)}
    series = [
        {"area_type": "school", "area_id": f"S90000{s}", "indicator_id": "absence_persistent_pct",
         "breakdown_id": "all", "academic_year": year, "value": v, "n_pupils": 9 if s == 4 else 300, "segment": 1}
        for s, part in values.items() for year, v in zip(years, part, strict=True)
    ]  # fmt: skip
    figures = [figure(1, year, 60.0, 30) for year in years]
    db = register(PARTNERSHIP | {"trend_signal": series, "int_school_years__benchmarked": figures})
    assert flags(db, "worsening") == [("S900001", "2018/19 summer", "strong", "2018/19 summer")]
    said = db.execute(
        "select evidence, p_value, false_alarm_rate, false_alarm_reason from risk_flag where family = 'worsening'"
    )
    assert said.fetchone() == (
        "Persistent absence got worse from year to year over three years: from 8.0% to 14.5% in 2018/19 (300 pupils).",
        None, None, "taken from the records of several years, but small steps can still be chance",
    )  # fmt: skip


def test_without_any_records_there_is_no_register(register: Any) -> None:
    db = register({})
    assert db.execute("select count(*) from risk_register").fetchone() == (0,)
    assert db.execute("select count(*) from risk_flag").fetchone() == (0,)


RWM, LAST = "ks2_rwm_expected_pct", "2018/19"
YEARS = ("2016/17", "2017/18", LAST)
#: a figure in each year, so that there is a register of it
KNOWN = PARTNERSHIP | {"int_school_years__benchmarked": [figure(5, year, 60.0, 30) for year in YEARS]}


def placed(school: int, z: float, value: float) -> dict[str, Any]:
    return {"school_id": f"S90000{school}", "urn": f"90000{school}", "indicator_id": RWM, "breakdown_id": "all",
            "academic_year": LAST, "benchmark": "england", "benchmark_value": 65.0, "value": value, "n_pupils": 40, "z": z,
            "verdict": "worse" if z < -2 else "better" if z > 2 else "within"}  # fmt: skip


def point(school: int, year: str = LAST, breakdown: str = "all", segment: int = 1, **said: Any) -> Rows:
    """A figure of a school's series and what is said of it: nothing, unless told otherwise."""
    keys = {"area_type": "school", "area_id": f"S90000{school}", "indicator_id": RWM, "breakdown_id": breakdown,
            "academic_year": year, "value": said.pop("value", 60.0)}  # fmt: skip
    quiet = {
        "trend_verdict": "no_change",
        "spc_rule": "none",
        "spc_variation": "common",
        "spc_mean": 60.0,
        "n_spc_points": 12,
    }
    return {
        "trend_series": [{**keys, "n_pupils": 40, "area_name": "x"}],
        "trend_signal": [{**keys, "n_pupils": 40, "segment": segment, **quiet, **said}],
    }


def together(*parts: Rows) -> Rows:
    """Rows of several parts, table by table."""
    return {name: [row for part in parts for row in part.get(name, [])] for part in parts for name in part}


def test_a_school_outside_its_funnel_and_one_within(register: Any) -> None:
    shown_within = placed(4, -2.1, 45.0) | {"verdict": "within"}
    db = register(
        KNOWN | {"funnel": [placed(1, -4.0, 30.0), placed(2, -1.0, 55.0), placed(3, 4.0, 95.0), shown_within]}
    )
    assert flags(db, "funnel") == [("S900001", "2018/19 summer", "strong", "2018/19 summer")]
    told = db.execute("select evidence, n_evidence, false_alarm_rate from risk_flag where family = 'funnel'").fetchone()
    assert told[0].startswith("KS2 expected standard: 30% in 2018/19 (40 pupils), compared with 65% in England.")
    assert told[1] == 40 and 0 < told[2] < 0.05
    looked = db.execute("select max(n_tests), max(expected_false) from risk_register").fetchone()
    assert looked == (4, pytest.approx(4 * 0.025))


def test_a_trend_to_the_worse_and_one_to_the_better(register: Any) -> None:
    steep = {"trend_chi2": 25.0, "sen_slope": -6.0}
    series = together(
        point(1, trend_verdict="worse", **steep),
        point(2, trend_verdict="better", **{**steep, "sen_slope": 6.0}),
        # as steep, but one year alone makes it: what the reference does not call a trend is none
        point(3, trend_verdict="no_change", **steep),
    )
    db = register(KNOWN | series)
    assert [area for area, *_ in flags(db, "trend")] == ["S900001"]
    told = db.execute("select evidence, n_evidence, false_alarm_rate from risk_flag where family = 'trend'").fetchone()
    assert "worsened over five years, by about 6.00 points a year, to 60% in 2018/19 (40 pupils)" in told[0]
    assert told[1] == 40 and 0 < told[2] < 0.01


def test_a_signal_on_the_worse_side_of_the_newest_year(register: Any) -> None:
    series = together(
        point(1, spc_rule="outside_limits", spc_variation="concern"),
        point(2, spc_rule="outside_limits", spc_variation="improvement"),
        point(3, spc_rule="cannot_say", spc_variation="cannot_say"),
        # limits of an older year may rest on this one
        point(4, "2017/18", spc_rule="outside_limits", spc_variation="concern"),
    )
    db = register(KNOWN | series)
    assert [(area, term) for area, term, *_ in flags(db, "signal")] == [("S900001", "2018/19 summer")]
    told = db.execute("select evidence, p_value, false_alarm_rate from risk_flag where family = 'signal'").fetchone()
    assert "outside its own limits (mean 60% over 12 years)" in told[0] and told[1] == told[2]


def gap(school: int, year: str, size: float, half: float = 10.0) -> dict[str, Any]:
    return {"school_id": f"S90000{school}", "urn": f"90000{school}", "indicator_id": RWM, "academic_year": year,
            "value": 40.0, "n_pupils": 30, "other_value": 40.0 - size, "n_other_pupils": 30, "gap": size, "gap_low": size - half,
            "gap_high": size + half, "verdict": "behind"}  # fmt: skip


def test_a_gap_that_widens_and_none_across_a_year_in_which_the_series_starts_anew(register: Any) -> None:
    gaps = [gap(school, year, size) for school in (1, 2) for year, size in zip(YEARS, (-10, -12, -45), strict=True)]
    gaps += [gap(3, year, size) for year, size in zip(YEARS, (-10, -45, -12), strict=True)]
    anew = [point(2, year, "disadvantaged", segment) for year, segment in zip(YEARS, (1, 1, 2), strict=True)]
    db = register(KNOWN | {"pupil_gap": gaps} | together(*anew))
    found = flags(db, "gap_widening")
    assert [(area, term) for area, term, *_ in found] == [("S900001", "2018/19 summer"), ("S900003", "2017/18 summer")]
    told = db.execute(
        "select evidence, n_evidence, false_alarm_rate from risk_flag where area_id = 'S900001'"
    ).fetchone()
    assert told[0] == (
        "KS2 expected standard: disadvantaged pupils were 45 points behind other pupils in 2018/19 (30 pupils); "
        "in the two years before: 10 points behind and 12 points behind."
    )
    assert told[1] == 30 and 0 < told[2] < 0.1


def rule_with(db: duckdb.DuckDBPyConnection, rule: str, **cells: Any) -> None:
    """Change cells of a rule."""
    for column, cell in cells.items():
        db.execute(f"update risk_rules set {column} = ? where rule_id = ?", [cell, rule])


@pytest.mark.parametrize(
    ("span", "before"),
    [
        (2, "in the year before: 2 points ahead"),
        (3, "in the two years before: 10 points behind and 2 points ahead"),
        (4, "in the three years before: 1 point behind, 10 points behind and 2 points ahead"),
        (9, "in the three years before: 1 point behind, 10 points behind and 2 points ahead"),
    ],
)
def test_a_gap_is_set_against_as_many_years_as_the_rule_says(
    register: Any, empty: duckdb.DuckDBPyConnection, span: int, before: str
) -> None:
    rule_with(empty, "gap_widening_rwm", span=span)
    years = ("2015/16", *YEARS)
    # the year before the first one has no figure, so that nothing of before it is straight before
    sizes = {"2013/14": -40, **dict(zip(years, (-1, -10, 2, -60), strict=True))}
    db = register(KNOWN | {"pupil_gap": [gap(1, year, size) for year, size in sizes.items()]})
    told = db.execute(
        "select evidence, p_value from risk_flag where family = 'gap_widening' and as_at = '2018/19 summer'"
    ).fetchone()
    assert told[0] == (
        f"KS2 expected standard: disadvantaged pupils were 60 points behind other pupils in 2018/19 (30 pupils); {before}."
    )
    earlier = [1, 10, -2][-(span - 1) :]
    variance = (10 / 1.959963984540054) ** 2
    z = (60 - sum(earlier) / len(earlier)) / (variance + variance / len(earlier)) ** 0.5
    assert told[1] == pytest.approx(NormalDist().cdf(-z), rel=1e-6)


@pytest.mark.parametrize(
    ("span", "said"),
    [(2, "over two years: from 10.0%"), (3, "over three years: from 8.0%"), (4, None)],
)
def test_worse_over_as_many_years_as_the_rule_says(
    register: Any, empty: duckdb.DuckDBPyConnection, span: int, said: str | None
) -> None:
    rule_with(empty, "worsening_persistent_absence", span=span)
    values = {"2015/16": 9.0, **dict(zip(YEARS, (8.0, 10.0, 14.5), strict=True))}
    series = [
        {"area_type": "school", "area_id": "S900001", "indicator_id": "absence_persistent_pct", "breakdown_id": "all",
         "academic_year": year, "value": value, "n_pupils": 300, "segment": 1} for year, value in values.items()
    ]  # fmt: skip
    db = register(KNOWN | {"trend_signal": series})
    told = db.execute("select evidence from risk_flag where family = 'worsening'").fetchone()
    assert told is None if said is None else said in told[0]


def test_nothing_is_tested_of_fewer_pupils_than_the_rule_says(register: Any, empty: duckdb.DuckDBPyConnection) -> None:
    for rule in ("funnel_rwm", "trend_rwm", "signal_rwm", "gap_widening_rwm"):
        rule_with(empty, rule, minimum_n=41)
    db = register(
        together(
            KNOWN,
            {
                "funnel": [placed(1, -4.0, 30.0), placed(2, -4.0, 30.0) | {"n_pupils": 41}],
                "pupil_gap": [gap(1, year, size) for year, size in zip(YEARS, (-1, -10, -60), strict=True)],
            },
            point(1, trend_verdict="worse", trend_chi2=25.0, sen_slope=-6.0),
            point(1, "2017/18", spc_rule="outside_limits", spc_variation="concern"),
        )
    )
    assert db.execute("select family, area_id from risk_flag where evidence_kind = 'test'").fetchall() == [
        ("funnel", "S900002")
    ]
    assert db.execute("select sum(n_tests) from risk_tests_made where as_at = '2018/19 summer'").fetchone() == (1,)


def test_a_gap_wider_than_englands(register: Any) -> None:
    england = [
        {"area_type": "england", "area_id": "england", "area_name": "England", "indicator_id": RWM, "breakdown_id": group,
         "academic_year": LAST, "value": value}
        for group, value in (("disadvantaged", 50.0), ("not_disadvantaged", 70.0))
    ]  # fmt: skip
    gaps = [gap(1, LAST, -60), gap(2, LAST, -22), gap(3, LAST, 30)]
    db = register(KNOWN | {"pupil_gap": gaps, "trend_series": england})
    assert [area for area, *_ in flags(db, "gap_wide")] == ["S900001"]
    told = db.execute("select evidence from risk_flag where family = 'gap_wide'").fetchone()[0]
    assert told.endswith("; in England: 20 points behind.")


def test_worse_every_year_across_a_new_start_is_no_worsening(register: Any) -> None:
    parts = []
    for school, last_segment in ((1, 1), (2, 2)):
        for year, value, segment in zip(YEARS, (8.0, 10.0, 14.5), (1, 1, last_segment), strict=True):
            part = point(school, year, segment=segment, value=value)
            for rows in part.values():
                rows[0]["indicator_id"] = "absence_persistent_pct"
            parts.append(part)
    db = register(KNOWN | together(*parts))
    assert [area for area, *_ in flags(db, "worsening")] == ["S900001"]


def test_high_absence_and_suspensions_of_a_school_among_its_peers(register: Any) -> None:
    schools = [{**SCHOOLS[0], "school_id": f"S91{i:04}", "urn": f"91{i:04}"} for i in range(40)]
    rates = [
        {**figure(1, LAST, value, 400), "school_id": school["school_id"], "urn": school["urn"], "peer_kind": "primary",
         "indicator_id": indicator, "kind": "rate", "polarity": "lower"}
        for i, school in enumerate(schools)
        for indicator, value in (("absence_persistent_pct", 5.0 + i / 4), ("suspension_rate", 1.0 + i))
    ]  # fmt: skip
    db = register({"dim_school": schools, "int_school_years__benchmarked": rates})
    found = db.execute(
        "select rule_id, area_id, strength, n_evidence from risk_flag where family = 'level' order by rule_id, area_id"
    ).fetchall()
    by_rule = {rule: [(area, strength) for r, area, strength, _ in found if r == rule] for rule, *_ in found}
    assert set(by_rule) == {"level_persistent_absence", "level_suspensions_primary"}
    for fired in by_rule.values():
        assert [area for area, _ in fired] == [f"S91{i:04}" for i in range(36, 40)]
        assert [strength for _, strength in fired] == ["weak", "weak", "strong", "strong"]
    assert {n for *_, n in found} == {400}


def test_a_rule_is_a_line(register: Any, empty: duckdb.DuckDBPyConnection) -> None:
    """A line for an indicator that had none makes the family look at it, flag it, and count what it looked at."""
    told = "{what}: {value} in {year} ({n}); {other}."
    columns = (
        "rule_id, name, short_name, family, evidence, area_type, subject, breakdown_id, level, weight, false_alarm, "
    )
    empty.execute(
        f"insert into risk_rules ({columns} sentence) values ('funnel_new', 'Higher standard', 'Higher', 'funnel', 'test', "
        f"'school', 'ks2_rwm_higher_pct', 'all', 0.025, 3, 'risk_funnel', '{told}')"
    )
    db = register(KNOWN | {"funnel": [placed(1, -4.0, 3.0) | {"indicator_id": "ks2_rwm_higher_pct"}]})
    found = db.execute("select rule_id, points from risk_flag").fetchall()
    assert found == [("funnel_new", 3.0)]
    assert db.execute("select max(n_tests) from risk_tests_made").fetchone() == (1,)


def test_the_register_tells_new_worse_better_and_closed(register: Any) -> None:
    """A check-in that gets later makes a school worse, a second reason too; one that is over makes it better, then closed."""
    steps = [check_in(1, date(2018, 3, 1), date(2018, 8, 15))]
    roles = [
        {"partnership_id": "P1", "school_urn": "900001", "school_id": "S900001", "role": "chair", "holder": holder,
         "started_on": start, "ended_on": end}
        for holder, start, end in (("A", date(2016, 9, 1), date(2018, 5, 31)), ("B", date(2018, 6, 1), None))
    ]  # fmt: skip
    reviews = [*REVIEWS, {"review_id": "R", "partnership_id": "P1", "school_id": "S900001", "cycle": "2019/20 autumn"}]
    db = register(KNOWN | {"review": reviews, "review_step": steps, "role_holder": roles}, all_open=True)
    told = changes(db, "S900001")
    assert "2017/18 autumn" not in told
    assert (told["2017/18 spring"], told["2017/18 summer"]) == ("new", "worse")
    assert told["2018/19 spring"] == "better"
    assert told["2018/19 summer"] == "closed"


def test_the_register_knows_of_no_flag_that_is_not_of_open_data(register: Any) -> None:
    """Low response raises a flag; neither score nor order nor count of the register tells of it."""
    ratings = [row for school in (1, 2) for row in answers(school, TERMS[0], 4)]
    ratings += [row for school in (1, 2, 3, 4) for row in answers(school, TERMS[1], 4)]
    ratings += answers(1, TERMS[2], 4)
    db = register(PARTNERSHIP | {"fct_rating": ratings})
    assert flags(db, "response")
    told = db.execute(
        "select distinct score, flags, strong_flags, reasons, rule_ids, evidence_kind, change from risk_register"
    )
    assert told.fetchall() == [(0.0, 0, 0, None, None, "none", "none")]
