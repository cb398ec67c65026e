"""The risk register's SQL on hand-made tables: false discoveries, likely standing, the backtest, and what each rule sees."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from typing import Any

import duckdb
import numpy as np
import pytest
import yaml
from scipy import stats

from orchestration.contracts import seed_file
from tests.conftest import ROOT
from tests.macro_sql import PROJECT, model, render

SEEDS = ROOT / "seeds"
CONTROL = """
    select p, {{ discovery_rate('ratio', 'p', 'year') }} as q
    from (select *, {{ discovery_ratio('p', 'year') }} as ratio from tests) as t
    order by n
"""


@pytest.fixture
def db() -> Iterator[duckdb.DuckDBPyConnection]:
    connection = duckdb.connect()
    connection.execute("set threads = 1")
    yield connection
    connection.close()


def put(db: duckdb.DuckDBPyConnection, table: str, columns: str, rows: Sequence[Sequence[Any]] = ()) -> None:
    """A table with those rows."""
    db.execute(f"create or replace table {table} ({columns})")
    if rows:
        marks = ", ".join("(" + ", ".join("?" * len(row)) + ")" for row in rows)
        db.execute(f"insert into {table} values {marks}", [cell for row in rows for cell in row])


def seed(db: duckdb.DuckDBPyConnection, name: str) -> None:
    """A seed of the project with the types its own documentation gives."""
    for file in SEEDS.rglob("_*.yml"):
        for entry in yaml.safe_load(file.read_text(encoding="utf-8"))["seeds"]:
            if entry["name"] == name:
                types = entry["config"]["column_types"]
                db.execute(
                    f"create or replace table {name} as select * from read_csv(?, types = {types})",
                    [str(seed_file(f"{name}.csv"))],
                )
                return
    raise LookupError(name)


# False discoveries ---------------------------------------------------------------------------------------------------


def q_values(db: duckdb.DuckDBPyConnection, p: Sequence[float], year: Sequence[str] | None = None) -> list[float]:
    put(
        db, "tests", "n integer, p double, year varchar", [(i, v, (year or ["y"] * len(p))[i]) for i, v in enumerate(p)]
    )
    return [row[1] for row in db.execute(render(CONTROL)).fetchall()]


def test_golden_q_values(db: duckdb.DuckDBPyConnection) -> None:
    p = [0.001, 0.008, 0.039, 0.041, 0.042, 0.06, 0.074, 0.205, 0.212, 0.216]
    golden = [0.01, 0.04, 0.084, 0.084, 0.084, 0.10, 0.105714, 0.216, 0.216, 0.216]
    assert q_values(db, p) == pytest.approx(golden, abs=1e-6)
    backwards = q_values(db, p[::-1])
    assert backwards[::-1] == pytest.approx(golden, abs=1e-6)


def test_q_values_agree_with_scipy_where_p_are_equal(db: duckdb.DuckDBPyConnection) -> None:
    p = np.round(np.random.default_rng(3).uniform(0, 1, 200) ** 3, 2)
    assert q_values(db, p.tolist()) == pytest.approx(stats.false_discovery_control(p).tolist(), abs=1e-12)


def test_each_year_is_looked_at_by_itself(db: duckdb.DuckDBPyConnection) -> None:
    assert q_values(db, [0.01, 0.02, 0.01], ["a", "a", "b"]) == pytest.approx([0.02, 0.02, 0.01])


def test_the_tail_of_the_normal_distribution() -> None:
    z = [-37.0, -2.0, 0.0, 1.0, 1.959963984540054, 3.090232306167813, 6.0]
    sql = render(f"select {{{{ upper_tail('z') }}}} from (select unnest({z}) as z)")
    found = [row[0] for row in duckdb.sql(sql).fetchall()]
    assert found == pytest.approx(stats.norm.sf(z).tolist(), rel=2e-7)


TESTS = """rule_id varchar, area_type varchar, area_id varchar, indicator_id varchar, academic_year varchar, level double,
    n_evidence double, value double, other_words varchar, z double, alarm boolean"""


def controlled(db: duckdb.DuckDBPyConnection, rows: Sequence[Sequence[Any]]) -> dict[str, tuple[float, float, bool]]:
    put(
        db,
        "made",
        TESTS,
        [
            (rule, "school", area, "i", "2018/19", level, n, 0.0, "", z, alarm)
            for rule, area, level, n, z, alarm in rows
        ],
    )
    query = render("{{ risk_tests_controlled('made') }}")
    answer = db.execute(f"select area_id, p_value, q_value, fires from ({query})")
    return {row[0]: (row[1], row[2], row[3]) for row in answer.fetchall()}


def test_a_test_is_one_sided_and_of_the_worse_side(db: duckdb.DuckDBPyConnection) -> None:
    found = controlled(db, [("f", "worse", 0.025, 50.0, 2.5, True), ("f", "better", 0.025, 50.0, -2.5, True)])
    assert found["worse"] == pytest.approx((stats.norm.sf(2.5), 2 * stats.norm.sf(2.5), True), rel=1e-6)
    assert found["better"][0] == pytest.approx(stats.norm.cdf(2.5), rel=1e-6) and not found["better"][2]


def test_a_signal_has_its_measured_rate_for_p_and_one_where_it_is_silent(db: duckdb.DuckDBPyConnection) -> None:
    found = controlled(db, [("s", "alarm", 0.008, None, None, True), ("s", "silent", 0.008, None, None, False)])
    assert found["alarm"] == pytest.approx((0.008, 0.016, True))
    assert found["silent"] == pytest.approx((1.0, 1.0, False))


def test_what_the_reference_does_not_call_a_trend_is_no_flag(db: duckdb.DuckDBPyConnection) -> None:
    assert not controlled(db, [("t", "steep", 0.001, 50.0, 6.0, False)])["steep"][2]


def test_a_spread_wider_than_chance_is_allowed_for_more_so_for_large_schools(db: duckdb.DuckDBPyConnection) -> None:
    places = stats.norm.ppf((np.arange(99) + 0.5) / 99)
    calm = [("f", f"c{i}", 0.025, 50.0, 2 * float(z), True) for i, z in enumerate(places)]
    found = controlled(db, [*calm, ("f", "usual", 0.025, 50.0, 4.0, True), ("f", "large", 0.025, 500.0, 4.0, True)])
    assert found["usual"][0] == pytest.approx(stats.norm.sf(2.0), rel=0.2)
    assert found["large"][0] > 4 * found["usual"][0]
    assert sum(fires for *_, fires in found.values()) == pytest.approx(0.025 * 99, abs=3)


# Likely standing -----------------------------------------------------------------------------------------------------

FIGURES = """school_id varchar, urn varchar, indicator_id varchar, breakdown_id varchar, academic_year varchar, kind varchar,
    polarity varchar, phase varchar, peer_kind varchar, value double, n_pupils double, denominator double, ci_low double,
    ci_high double, status varchar, la_code varchar"""


def figure(
    school: str,
    year: int,
    value: float | None,
    n: float = 60,
    indicator: str = "ks2_rwm_expected_pct",
    peers: str = "mainstream",
) -> tuple[Any, ...]:
    kind = "rate" if indicator == "suspension_rate" else "proportion"
    polarity = "lower" if kind == "rate" else "higher"
    phase = peers if peers in ("primary", "secondary") else "primary"
    return (school, school[1:], indicator, "all", f"{year}/{(year + 1) % 100:02}", kind, polarity, phase, peers, value, n, n,
            None, None, "ok" if value is not None else "suppressed", "999")  # fmt: skip


def levels(db: duckdb.DuckDBPyConnection, rows: Sequence[tuple[Any, ...]]) -> dict[tuple[str, str], dict[str, Any]]:
    for name in ("risk_rules", "indicators"):
        seed(db, name)
    put(db, "int_school_years__benchmarked", FIGURES, rows)
    answer = db.execute(model("risk_level"))
    names = [column[0] for column in answer.description]
    return {(row[0], row[2]): dict(zip(names, row, strict=True)) for row in answer.fetchall()}


def spread_of_schools(year: int, **more: Any) -> list[tuple[Any, ...]]:
    return [figure(f"S90{i:04}", year, 40.0 + 4 * i, **more) for i in range(12)]


@pytest.mark.parametrize(
    ("kind", "carry", "worse"),
    [
        # where earlier years were clearly better on history a year counts a quarter of the one after it, else next to nothing
        ({"indicator": "suspension_rate", "peers": "primary"}, 0.25, 1),
        ({}, 0.01, -1),
    ],
)
def test_a_year_counts_as_much_as_the_rule_says_of_the_year_after_it(
    db: duckdb.DuckDBPyConnection, kind: dict[str, str], carry: float, worse: int
) -> None:
    rows = spread_of_schools(2016, **kind) + spread_of_schools(2017, **kind)
    rows = [r if r[0] != "S900000" or r[4] != "2016/17" else figure("S900000", 2016, 62.0, **kind) for r in rows]
    found = levels(db, rows)[("S900000", "2017/18")]
    # means of the years: 2016/17 rises by 22/12 through the change
    mean_2016, mean_2017 = (62 + sum(40 + 4 * i for i in range(1, 12))) / 12, 62.0
    told = worse * ((40 - mean_2017) + carry * (62 - mean_2016)) / (1 + carry)
    assert found["mean_worse_by"] == pytest.approx(told)
    assert found["years_used"] == 2


def test_a_small_cohort_is_drawn_to_the_middle(db: duckdb.DuckDBPyConnection) -> None:
    rows = spread_of_schools(2017)
    rows[0] = figure("S900000", 2017, 40.0, n=12)
    rows[1] = figure("S900001", 2017, 40.0, n=120)
    found = levels(db, rows)
    small, large = found[("S900000", "2017/18")], found[("S900001", "2017/18")]
    assert small["mean_worse_by"] == pytest.approx(large["mean_worse_by"])
    assert 0 < small["reliability"] < large["reliability"] < 1 and small["shrunk_distance"] < large["shrunk_distance"]


def test_nothing_later_is_used(db: duckdb.DuckDBPyConnection) -> None:
    rows = spread_of_schools(2016) + spread_of_schools(2017)
    before = levels(db, rows)
    after = levels(db, [*rows, *(figure(f"S90{i:04}", 2018, 99.0 - 7 * i) for i in range(12))])
    assert all(after[key] == row for key, row in before.items())


def test_a_suppressed_year_leaves_the_word_to_those_before(db: duckdb.DuckDBPyConnection) -> None:
    rows = spread_of_schools(2016) + [
        figure(r[0], 2017, None if r[0] == "S900000" else r[9]) for r in spread_of_schools(2017)
    ]
    found = levels(db, rows)[("S900000", "2017/18")]
    assert found["value"] is None and found["years_used"] == 1 and found["mean_worse_by"] == pytest.approx(22.0)


def test_among_few_schools_no_place_is_told(db: duckdb.DuckDBPyConnection) -> None:
    found = levels(db, spread_of_schools(2017)[:5])
    assert all(row["share_better"] is None and row["points"] == 0 for row in found.values())


def test_where_chance_explains_all_no_place_is_told(db: duckdb.DuckDBPyConnection) -> None:
    found = levels(db, [figure(f"S90{i:04}", 2017, 60.0 + 0.1 * i, n=20) for i in range(12)])
    assert all(row["reliability"] == 0 and row["share_better"] is None and row["points"] == 0 for row in found.values())


def test_what_lasts_is_no_chance_whatever_intervals_say(db: duckdb.DuckDBPyConnection) -> None:
    """Schools that lie closer together than cohorts of twenty allow, but in the same order every year."""
    years = [figure(f"S90{i:04}", year, 60.0 + 0.5 * i, n=20) for year in (2016, 2017) for i in range(12)]
    found = levels(db, years)
    assert found[("S900000", "2016/17")]["share_better"] is None
    assert (found[("S900000", "2017/18")]["share_better"], found[("S900011", "2017/18")]["share_better"]) == (1, 0)


def test_high_is_worse_for_suspensions_and_points_rise_from_the_middle(db: duckdb.DuckDBPyConnection) -> None:
    found = levels(db, [figure(f"S90{i:04}", 2017, 2.0 * i, 400, "suspension_rate", "secondary") for i in range(12)])
    worst, best = found[("S900011", "2017/18")], found[("S900000", "2017/18")]
    assert worst["share_better"] == 1 and worst["points"] == 4 and worst["rule_id"] == "level_suspensions"
    assert best["share_better"] == 0 and best["points"] == 0


# The backtest --------------------------------------------------------------------------------------------------------


def won(score: np.ndarray, worst: np.ndarray) -> list[np.ndarray]:
    """The share of the other group each school is on the right side of, worst ones first, worked out pair by pair."""
    above, below = score[worst], score[~worst]
    pairs = (above[:, None] > below[None, :]) + 0.5 * (above[:, None] == below[None, :])
    return [pairs.mean(axis=1), pairs.mean(axis=0)]


def error_of(parts: list[np.ndarray]) -> float:
    """Standard error of a mean over both groups."""
    return float(np.sqrt(sum(part.var(ddof=1) / len(part) for part in parts)))


def test_the_auc_and_its_interval_pair_by_pair(db: duckdb.DuckDBPyConnection) -> None:
    rng = np.random.default_rng(5)
    now = np.round(rng.normal(0, 1, 80), 1)
    after = np.round(now + rng.normal(0, 1, 80), 1)
    score = np.round(2 * now + rng.normal(0, 2, 80), 0)
    columns = """school_id varchar, indicator_id varchar, peer_kind varchar, academic_year varchar, worse_value double,
        shrunk_distance double, share_better double"""
    years = (("2016/17", now), ("2017/18", after))
    rows = [
        (f"S{i}", "x", "primary", year, float(v), float(v), 0.5) for year, part in years for i, v in enumerate(part)
    ]
    # of a kind without a place nothing is told, and nothing is tested
    rows += [(f"T{i}", "x", "special", year, float(v), 0.0, None) for year, part in years for i, v in enumerate(part)]
    put(db, "risk_level", columns, rows)
    columns = "area_id varchar, area_type varchar, academic_year varchar, season varchar, score double"
    put(db, "risk_register", columns, [(f"S{i}", "school", "2016/17", "summer", float(v)) for i, v in enumerate(score)])
    answer = db.execute(f"select * from ({model('risk_backtest')}) where academic_year = '2016/17'").df().iloc[0]
    worst = np.array([(after < v).sum() / 79 >= 0.8 for v in after])
    fifth = np.array([(now < v).sum() / 79 >= 0.8 for v in now]).astype(float)
    assert (answer.peer_kind, answer.n_schools, answer.n_worst) == ("primary", 80, worst.sum())
    for name, order in (("register", now), ("score", score), ("last_year_fifth", fifth), ("last_year_value", now)):
        auc, error = float(won(order, worst)[0].mean()), error_of(won(order, worst))
        assert answer[f"auc_{name}"] == pytest.approx(auc, abs=1e-12)
        assert answer[f"auc_{name}_low"] == pytest.approx(max(0, auc - 1.959963984540054 * error), abs=1e-9)
    assert answer.over_last_year_value_low == pytest.approx(0) and answer.over_last_year_value_high == pytest.approx(0)
    mine, theirs = (answer.auc_score, answer.auc_last_year_fifth)
    assert answer.score_over_last_year_fifth_low < mine - theirs < answer.score_over_last_year_fifth_high
    both = zip(won(score, worst), won(fifth, worst), strict=True)
    half = 1.959963984540054 * error_of([one - other for one, other in both])
    assert answer.score_over_last_year_fifth_high == pytest.approx(mine - theirs + half, abs=1e-9)
    assert (
        answer.over_last_year_fifth_low
        < answer.auc_register - answer.auc_last_year_fifth
        < answer.over_last_year_fifth_high
    )


# The rules as data ---------------------------------------------------------------------------------------------------


def rules() -> list[dict[str, str]]:
    with seed_file("risk_rules.csv").open(encoding="utf-8", newline="") as source:
        return list(csv.DictReader(source))


def test_every_family_is_one_model_and_is_named_where_models_are_united() -> None:
    folder = PROJECT / "models" / "marts" / "risk"
    tests = {file.stem.partition("__")[2] for file in (folder / "tests").glob("risk_test__*.sql")}
    facts = {file.stem.partition("__")[2] for file in (folder / "flags").glob("risk_flag__*.sql")} - {"tests"}
    families = yaml.safe_load((PROJECT / "dbt_project.yml").read_text(encoding="utf-8"))["vars"]["risk_families"]
    assert (set(families["tests"]), set(families["facts"])) == (tests, facts)
    assert {r["family"] for r in rules() if r["evidence"] == "test"} == tests
    assert {r["family"] for r in rules() if r["evidence"] != "test"} == facts


def test_a_test_has_a_measured_false_alarm_rate_and_a_fact_has_none() -> None:
    with seed_file("measured.csv").open(encoding="utf-8", newline="") as source:
        measured = {r["method_id"] for r in csv.DictReader(source) if r["figure"] == "false_alarm_rate"}
    for rule in rules():
        if rule["evidence"] == "test":
            assert rule["false_alarm"] in measured, rule["rule_id"]
        else:
            assert not rule["false_alarm"] and not rule["level"], rule["rule_id"]


def test_rules_name_indicators_that_exist() -> None:
    with seed_file("indicators.csv").open(encoding="utf-8", newline="") as source:
        known = {r["indicator_id"] for r in csv.DictReader(source)}
    of_indicators = {"funnel", "trend", "signal", "gap_widening", "gap_wide", "level", "worsening"}
    assert [r["rule_id"] for r in rules() if r["family"] in of_indicators and r["subject"] not in known] == []
