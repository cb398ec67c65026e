"""Every filled cell of a rule file acts: each is changed, the marts are made again, and what they say has to change.

Belongs here: records on which every family of rules fires, and the changing of cells. Does not belong here: what a cell should do
(see the tests of the methods).
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from typing import Any

import duckdb
import numpy as np
import pytest
import yaml

from methods import placing
from orchestration import contracts
from tests import macro_sql
from tests.conftest import ROOT
from tests.macro_sql import model
from tests.unit import test_comparison_methods, test_comparison_models, test_curve_rules, test_signals
from tests.unit import test_risk_flags as made
from tests.unit.test_impact_marts import estimated
from tests.unit.test_risk_flags import LAST, PARTNERSHIP, RWM, TERMS, YEARS, Rows, together

# Risk rules ----------------------------------------------------------------------------------------------------------

#: One rule of each family and kind of area, with all cells that rules of its kind fill; it fires on the records below.
RULES = (
    "funnel_rwm",
    "trend_rwm",
    "signal_rwm",
    "gap_widening_rwm",
    "gap_wide_rwm",
    "level_suspensions_primary",
    "worsening_persistent_absence",
    "worsening_persistent_absence_partnership",
    "inspection_due",
    "inspection_grade",
    "leadership_change",
    "leader_answers_fell",
    "small_school",
    "engagement_low",
    "engagement_low_partnership",
    "check_in_late",
    "check_in_late_partnership",
    "maturity_stalled",
    "silent_school",
    "low_response",
    "missing_figures",
)
#: What a cell is changed to, one after the other, until something changes.
NUMBERS = (0, 1, 1000)
TEXTS = {"area_type": ("school", "partnership"), "evidence": ("fact", "test"), "phase": ("secondary",)}
Cells = dict[str, dict[str, Any]]
Said = dict[str, list[tuple[Any, ...]]]


def of_tests() -> Rows:
    """A school outside its funnel with a trend to the worse, one with a signal, and gaps that are wide and widen."""
    england = [
        {"area_type": "england", "area_id": "england", "area_name": "England", "indicator_id": RWM, "breakdown_id": group,
         "academic_year": LAST, "value": value}
        for group, value in (("disadvantaged", 50.0), ("not_disadvantaged", 70.0))
    ]  # fmt: skip
    gaps = [made.gap(1, year, size) for year, size in zip(YEARS, (-20, -10, -60), strict=True)]
    return together(
        {"funnel": [made.placed(1, -4.0, 30.0)], "pupil_gap": gaps, "trend_series": england},
        made.point(1, trend_verdict="worse", trend_chi2=25.0, sen_slope=-6.0),
        made.point(2, spc_rule="outside_limits", spc_variation="concern"),
    )


def of_series() -> Rows:
    """Persistent absence that is worse every year, of a school and of its partnership."""
    return {
        "trend_signal": [
            {"area_type": kind, "area_id": area, "indicator_id": "absence_persistent_pct", "breakdown_id": "all",
             "academic_year": year, "value": value, "n_pupils": 300, "segment": 1}
            for kind, area in (("school", "S900001"), ("partnership", "P1"))
            for year, value in zip(YEARS, (8.0, 10.0, 14.5), strict=True)
        ]
    }  # fmt: skip


def of_figures() -> Rows:
    """Suspensions of forty primary schools in two years of different order, a small cohort, and a figure that is missing."""
    schools = [{**made.SCHOOLS[0], "school_id": f"S91{i:04}", "urn": f"91{i:04}"} for i in range(40)]
    rates = [
        {**made.figure(1, year, (5.0 + place) / 10, 400), "school_id": school["school_id"], "urn": school["urn"],
         "peer_kind": "primary", "indicator_id": "suspension_rate", "kind": "rate", "polarity": "lower"}
        for i, school in enumerate(schools)
        for year, place in (("2017/18", 7 * i % 40), (LAST, i))
    ]  # fmt: skip
    others = [
        made.figure(3, LAST, None, 0, "unavailable"),
        made.figure(4, LAST, 50.0, 8),
        made.figure(5, LAST, 60.0, 30),
    ]
    return {"dim_school": schools, "int_school_years__benchmarked": [*rates, *others]}


def of_records() -> Rows:
    """Inspections, reviews, roles, events, answers and cards that each leave a flag."""
    days = (
        date(2017, 10, 1),
        date(2018, 2, 1),
        date(2018, 5, 1),
        date(2018, 10, 1),
        date(2019, 2, 1),
        date(2019, 5, 1),
    )
    answers = {1: (4, 4, 4, 2.4, 2.4, 4), 2: (4, 4, 4, 4, 4, 4), 3: (None, 4, 4, 4, 4, 4)}
    cards = {"2016/17 summer": 3, "2017/18 summer": 5, "2018/19 summer": 5}
    return {
        "review": made.REVIEWS,
        "review_step": [
            made.check_in(1, date(2018, 3, 1), date(2018, 7, 1)),
            made.check_in(2, date(2018, 3, 25), date(2018, 4, 5)),
            made.check_in(3, date(2018, 3, 1), None),
        ],
        "fct_inspection": [made.inspection(1, date(2014, 3, 1), 2), made.inspection(2, date(2018, 5, 1), 4)],
        "role_holder": [
            {"partnership_id": "P1", "school_urn": "900001", "school_id": "S900001", "role": "partnership_lead",
             "holder": holder, "started_on": start, "ended_on": end}
            for holder, start, end in (("A", date(2016, 9, 1), date(2018, 1, 31)), ("B", date(2018, 2, 1), None))
        ],
        "event": [
            {"event_id": term, "partnership_id": "P1", "event_name": term, "kind": "meeting", "held_on": day}
            for term, day in zip(TERMS, days, strict=True)
        ],
        "event_attendance": [
            {"event_id": term, "school_urn": "900001", "school_id": "S900001", "role": "head", "invited": 6, "people": people}
            for term, people in zip(TERMS, (6, 6, 6, 2, 3, 2), strict=True)
        ],
        "fct_rating": [
            row
            for school, values in answers.items()
            for term, value in zip(TERMS, values, strict=True)
            if value is not None
            for row in made.answers(school, term, value)
        ],
        "maturity_card": [
            {"partnership_id": "P1", "term": term, "academic_year": term[:7], "card_id": f"MC{i:02}",
             "answer": ("not_yet", "true")[i < true]}
            for term, true in cards.items()
            for i in range(12)
        ],
    }  # fmt: skip


@pytest.fixture(scope="module")
def records() -> Iterator[duckdb.DuckDBPyConnection]:
    """Every mart the register reads, with records on which each of `RULES` fires."""
    connection = duckdb.connect()
    connection.execute("set threads = 1")
    made.fill(connection, together(PARTNERSHIP, of_tests(), of_series(), of_figures(), of_records()))
    yield connection
    connection.close()


def cells(db: duckdb.DuckDBPyConnection, rules: str = "true") -> Cells:
    """The filled cells of rules, by rule and column."""
    answer = db.execute(f"select * from risk_rules where {rules}")
    names = [column[0] for column in answer.description]
    return {
        row[0]: {name: cell for name, cell in zip(names, row, strict=True) if cell is not None}
        for row in answer.fetchall()
    }


def said(db: duckdb.DuckDBPyConnection) -> Said:
    """All the marts say by each rule. What stands under the control of all tests together is left out: another rule moves it."""
    for name in ("risk_level", "risk_day", "risk_test", "risk_tests_made", "risk_flag"):
        db.execute(f"create or replace table {name} as {model(name)}")
    found: Said = defaultdict(list)
    for query in (
        """select rule_id, * exclude (rule_id, q_value, strength, points, since),
               case when evidence_kind <> 'test' then strength end, case strength when 'strong' then 1 else 2 end * points
           from risk_flag""",
        "select rule_id, * exclude (rule_id) from risk_level",
        "select rule_id, * exclude (rule_id) from risk_tests_made",
    ):
        for row in db.execute(f"{query} order by all").fetchall():
            found[row[0]].append(row[1:])
    return found


def unread(db: duckdb.DuckDBPyConnection, columns: list[str]) -> list[str]:
    """Filled cells of `RULES` in those columns that may be changed without any change in what the rule says."""
    filled, before = cells(db), said(db)
    offences = []
    for column in columns:
        kind = next(row[1] for row in db.execute("describe risk_rules").fetchall() if row[0] == column)
        waiting = {rule for rule in RULES if column in filled[rule]}
        for other in TEXTS.get(column, ("another",)) if kind == "VARCHAR" else NUMBERS:
            if not waiting:
                break
            changed = [rule for rule in waiting if filled[rule][column] != other]
            db.execute("begin")
            try:
                db.executemany(
                    f"update risk_rules set {column} = ? where rule_id = ?", [(other, rule) for rule in changed]
                )
                after = said(db)
            finally:
                db.execute("rollback")
            waiting -= {rule for rule in changed if after[rule] != before[rule]}
        offences += [f"{rule}.{column}" for rule in sorted(waiting)]
    return offences


COLUMNS = [name for name in made._seed_types("risk_rules") if name != "rule_id"]


def test_each_rule_fires_on_the_records_and_its_sentence_is_filled(records: duckdb.DuckDBPyConnection) -> None:
    said(records)
    fired = {row[0] for row in records.execute("select distinct rule_id from risk_flag").fetchall()}
    assert set(RULES) <= fired, "These fire on no record: add one that they fire on to the functions of_… above."
    assert (
        records.execute("select evidence from risk_flag where evidence like '%{%' or evidence like '%  %'").fetchall()
        == []
    )


def test_the_rules_stand_for_all_of_their_family_and_kind(records: duckdb.DuckDBPyConnection) -> None:
    """No rule of their family and kind of area fills a cell that they leave blank."""
    filled = cells(records)
    known: dict[tuple[str, str], set[str]] = {}
    for rule in RULES:
        known[(filled[rule]["family"], filled[rule]["area_type"])] = set(filled[rule])
    others = {
        rule: sorted(set(row) - known.get((row["family"], row["area_type"]), set())) for rule, row in filled.items()
    }
    assert {rule: names for rule, names in others.items() if names} == {}, (
        "Cells of these rules are not tried. A rule of a new family, or one that fills more cells than others of its family, "
        "belongs in RULES above, with records on which it fires (docs/dev/add-a-rule.md, Test it)."
    )


@pytest.mark.parametrize("column", COLUMNS)
def test_every_filled_cell_of_a_risk_rule_acts(records: duckdb.DuckDBPyConnection, column: str) -> None:
    assert unread(records, [column]) == []


def test_a_cell_that_nobody_reads_is_seen(records: duckdb.DuckDBPyConnection) -> None:
    records.execute("update risk_rules set span = 3 where family = 'funnel'")
    try:
        assert unread(records, ["span"]) == ["funnel_rwm.span"]
    finally:
        records.execute("update risk_rules set span = null where family = 'funnel'")


# The other rule files ------------------------------------------------------------------------------------------------


def lines(name: str) -> list[dict[str, str]]:
    """The lines of a rule file."""
    with contracts.seed_file(f"{name}.csv").open(encoding="utf-8", newline="") as source:
        return list(csv.DictReader(source))


def read_columns(name: str, *keys: str) -> list[str]:
    """The columns of a rule file but for its keys and those that its description gives to people alone."""
    for file in (ROOT / "seeds").rglob("_*.yml"):
        for entry in yaml.safe_load(file.read_text(encoding="utf-8"))["seeds"]:
            if entry["name"] == name:
                told = {column["name"]: column["description"] for column in entry["columns"]}
                return [
                    name
                    for name, text in told.items()
                    if name not in keys and "for people, nothing reads it" not in text
                ]
    raise LookupError(name)


def test_every_cell_of_a_curve_rule_acts() -> None:
    assert {rule for rule, *_ in test_curve_rules.CASES} == {line["rule_id"] for line in lines("curve_rules")}
    for line in lines("curve_rules"):
        rule = line["rule_id"]
        columns = [column for column in read_columns("curve_rules", "rule_id") if line[column]]
        changes = ", ".join(f"{column} = 'another {column}'" for column in columns)
        said = {
            cell
            for own, _, case in test_curve_rules.CASES
            if own == rule
            for cell in test_curve_rules.verdict(
                **case, rules_changed=f"update curve_rules set {changes} where rule_id = '{rule}'"
            ).values()
        }
        assert {f"another {column}" for column in columns} <= said, rule


def test_every_cell_of_an_impact_measure_acts() -> None:
    columns = read_columns("impact_measures", "indicator_id")
    for line in lines("impact_measures"):
        known = {"indicator_id": line["indicator_id"]}
        before = estimated(**known)
        for column in (name for name in columns if line[name]):
            value = "1000" if column in ("pupil_sd", "meaningful_effect") else "'another'"
            change = f"update impact_measures set {column} = {value} where indicator_id = '{line['indicator_id']}'"
            assert estimated(seeds_changed=change, **known) != before, f"{line['indicator_id']}.{column}"


def test_every_reason_of_impact_is_said() -> None:
    for line in lines("impact_reasons"):
        reason = line["reason_id"]
        change = f"update impact_reasons set sentence = 'another' where reason_id = '{reason}'"
        assert estimated(reason_id=reason, seeds_changed=change)["reason"] == "another", reason


@pytest.mark.parametrize("setting", test_signals.SETTINGS)
def test_every_setting_of_signals_acts(setting: str) -> None:
    rng = np.random.default_rng(7)
    many = [
        [(float(value), 60) for value in rng.uniform(0.3, 0.6, length)] + [(0.95, 60)] * (length % 2)
        for length in (3, 4, 5, 6, 8, 11, 13, 15) * 4
    ]
    # trends of every steepness
    many += [[(0.4 + steep * year / 100, 60) for year in range(5)] for steep in range(1, 10)]

    def found(**changed: float) -> list[Any]:
        return [test_signals.signals(*many, events=events, **changed) for events in (None, 4.0, 6.0)]

    value = test_signals.SETTINGS[setting]
    assert any(found(**{setting: other}) != found() for other in (value / 2, 2 * value))


PLACED = [name for name in test_comparison_methods.SETTINGS if not name.startswith("similar_")]


@pytest.mark.parametrize("setting", PLACED)
def test_every_setting_of_placing_acts(setting: str) -> None:
    n = np.tile([15.0, 25.0, 50.0, 80.0], 10)
    settings = test_comparison_methods.SETTINGS

    def found(**changed: float) -> list[Any]:
        rng = np.random.default_rng(7)
        answers = []
        for form, middle in (("proportion", 60.0), ("events", 8.0), ("score", 60.0)):
            value = np.clip(rng.normal(middle, middle / 5, 40), 1, 99)
            placed = placing.place(
                test_comparison_methods.figures(
                    form=np.full(40, form, dtype=object), value=value, n_pupils=n, denominator=n,
                    numerator=np.round(value * n / 100),
                    benchmark_value=np.full(40, middle), ci_low=value - 14, ci_high=value + 14,
                ),
                settings | changed,
            )  # fmt: skip
            answers += [np.asarray(column).astype(str).tolist() for column in placed.values()]
        return answers

    value = settings[setting]
    assert any(found(**{setting: other}) != found() for other in (2 * value, 0.0, 1000.0))


def groups(change: str = "") -> list[tuple[Any, ...]]:
    """Groups of similar schools among primary and secondary schools of which some traits are missing."""
    rng = np.random.default_rng(7)
    traits = lines("similar_traits")
    with duckdb.connect() as db:
        db.execute(
            """create table fct_outcome (school_id varchar, urn varchar, indicator_id varchar, breakdown_id varchar,
               academic_year varchar, release varchar, value double, denominator double)"""
        )
        figures = sorted({(line["indicator_id"], group) for line in traits for group in ("all", line["breakdown_id"])})
        rows = [
            (f"S{school:03}", f"{100000 + school}", indicator, group, LAST, "final", float(rng.uniform(5, 40)),
             float(rng.integers(5, 90)))
            for school in range(60)
            for indicator, group in figures
            if rng.uniform() < 0.85
        ]  # fmt: skip
        db.executemany("insert into fct_outcome values (?, ?, ?, ?, ?, ?, ?, ?)", rows)
        db.execute(
            """create table int_schools__measured as
               select distinct school_id, urn, case when urn < '100030' then 'primary' else 'secondary' end as phase,
                   false as is_independent
               from fct_outcome"""
        )
        macro_sql.make(db, "similar_traits", "comparison_settings")
        db.execute(change)
        macro_sql.make(db, "int_similar_schools__matched")
        return db.sql("from int_similar_schools__matched order by all").fetchall()


def test_every_cell_of_a_trait_acts() -> None:
    """One trait of each kind: those of a kind differ in nothing but what is changed here."""
    others = {
        "phase": ("primary", "secondary"),
        "source": ("value", "cohort_share"),
        "scale": ("plain", "log"),
        "weight": (9,),
    }
    before = groups()
    kinds = {(line["phase"], line["source"], line["scale"]): line for line in lines("similar_traits")}
    for line in kinds.values():
        for column in read_columns("similar_traits", "trait_id"):
            for other in others.get(column, ("another",)):
                if line[column] != other:
                    after = groups(
                        f"update similar_traits set {column} = '{other}' where trait_id = '{line['trait_id']}'"
                    )
                    assert after != before, f"{line['trait_id']}.{column}"


@pytest.mark.parametrize(
    ("setting", "other"),
    [("similar_size", 5), ("similar_least_traits_share", 1), ("similar_missing_penalty", 3)],
)
def test_every_setting_of_similar_schools_acts(setting: str, other: float) -> None:
    assert groups(f"update comparison_settings set value = {other} where setting = '{setting}'") != groups()


def test_the_least_similar_schools_with_a_figure_act() -> None:
    answers = []
    for least in (2, 3):
        world = test_comparison_models.World()
        world.db.execute(f"update comparison_settings set value = {least} where setting = 'similar_least_with_figure'")
        world.school("100001")
        world.figure("100001", RWM, 70, 30)
        world.db.execute(
            f"insert into int_similar_schools__averaged values ('100001', '{RWM}', 'all', '{LAST}', 60.0, 2, 90.0)"
        )
        answers.append(world.said("100001", RWM, "similar"))
        world.db.close()
    assert answers[0] != answers[1]


def test_no_setting_is_left_out() -> None:
    """Each line of the settings of comparisons is changed by one of the tests above."""
    similar = {"similar_size", "similar_least_traits_share", "similar_missing_penalty", "similar_least_with_figure"}
    assert {line["setting"] for line in lines("comparison_settings")} == similar | set(PLACED)


def test_every_cell_of_a_row_rule_names_what_is_there() -> None:
    """A key needs no argument, and each other rule one that can be read: a list of values, a column or a number."""
    for line in lines("row_rules"):
        dataset, rule, argument = contracts.load()[line["dataset_id"]], line["rule"], line["argument"]
        assert dataset.column(line["column_name"]) is not None, line
        if rule == "key":
            assert argument == "", line
        elif rule == "known":
            assert contracts.known_meanings(argument), line
        elif rule == "not_before":
            assert dataset.column(argument) is not None, line
        else:
            assert rule == "not_below" and float(argument) >= 0, line
