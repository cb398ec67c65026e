"""Who is compared with what, and what is said: the models' own SQL on schools made by hand."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from typing import Any

import duckdb
import numpy as np
import pytest

from tests import macro_sql

RWM, PROGRESS, ABSENCE, ROLL = "ks2_rwm_expected_pct", "ks2_reading_progress", "absence_overall_pct", "pupils_on_roll"
YEAR = "2018/19"
model = functools.cache(macro_sql.model)


class World:
    """Tables the models read, filled by hand, and the models built on them."""

    def __init__(self) -> None:
        self.db = duckdb.connect()
        self.db.execute(
            """
            create table indicators as select * from (values
                ('ks2_rwm_expected_pct', 'primary', 'higher', 'proportion', 11),
                ('ks2_reading_progress', 'primary', 'higher', 'progress', 11),
                ('absence_overall_pct', 'all', 'lower', 'rate', 11),
                ('pupils_on_roll', 'all', 'none', 'count', 0)
            ) as rows (indicator_id, phase, polarity, kind, minimum_pupils);
            create table comparison_settings as select 'similar_least_with_figure' as setting, 2.0 as value;
            create table int_schools__measured (
                school_id varchar, urn varchar, phase varchar, la_code varchar, is_independent boolean, name varchar,
                is_current boolean);
            create table partnership_membership (
                partnership_id varchar, school_id varchar, joined_on date, left_on date);
            create table int_school_years__weighed (
                school_id varchar, urn varchar, indicator_id varchar, breakdown_id varchar, academic_year varchar,
                release varchar, kind varchar, value double, numerator double, n_pupils double, denominator double,
                ci_low double, ci_high double, ci_method varchar, status varchar, file_id varchar,
                is_figure_of_lineage boolean, unit varchar);
            create table int_outcomes__with_interval (
                area_type varchar, area_id varchar, indicator_id varchar, breakdown_id varchar, academic_year varchar,
                value double, is_latest boolean, denominator double, ci_low double, ci_high double, ci_method varchar,
                status varchar, release varchar, file_id varchar);
            create table dim_partnership (partnership_id varchar, name varchar);
            create table local_authorities (la_code varchar, la_name varchar);
            create table int_similar_schools__matched (
                school_id varchar, academic_year varchar, is_latest boolean, similar_school_id varchar, reason varchar);
            create table int_similar_schools__averaged (
                school_id varchar, indicator_id varchar, breakdown_id varchar, academic_year varchar,
                similar_value double, n_similar_schools bigint, n_similar_pupils double);
            """
        )
        macro_sql.make(self.db, "verdict_reasons")

    def school(self, urn: str, phase: str = "primary", partnership: str | None = None, **kept: Any) -> None:
        """A school of authority 850, and its spell in a partnership."""
        lineage = kept.get("lineage", urn)
        self.db.execute(
            "insert into int_schools__measured values (?, ?, ?, ?, ?, 'A school', true)",
            [lineage, urn, phase, kept.get("authority", "850"), kept.get("independent", False)],
        )
        if partnership:
            joined, left = kept.get("joined", "2010-09-01"), kept.get("left")
            self.db.execute(
                "insert into partnership_membership values (?, ?, ?, ?)", [partnership, lineage, joined, left]
            )

    def figure(self, urn: str, indicator: str, value: float | None, n: float | None, **kept: Any) -> None:
        """A school's figure of the year, with an interval of two either side unless given."""
        half = kept.get("half", 2.0)
        has = value is not None and half is not None
        lineage = self.db.execute("select school_id from int_schools__measured where urn = ?", [urn]).fetchall()[0][0]
        kind = {RWM: "proportion", PROGRESS: "progress", ABSENCE: "rate", ROLL: "count"}[indicator]
        self.db.execute(
            "insert into int_school_years__weighed values"
            " (?, ?, ?, ?, ?, 'final', ?, ?, null, ?, ?, ?, ?, 'published', ?, 'f', ?, '%')",
            [lineage, urn, indicator, kept.get("group", "all"), YEAR, kind, value, n, n]
            + ([value - half, value + half] if has else [None, None])
            + ["ok" if value is not None else kept.get("status", "suppressed"), kept.get("stands", True)],
        )

    def area(self, area_type: str, area_id: str, indicator: str, value: float, **kept: Any) -> None:
        """A published figure of an authority or of England, with an interval of one either side and 400 pupils."""
        self.db.execute(
            "insert into int_outcomes__with_interval values"
            " (?, ?, ?, ?, ?, ?, true, 400, ?, ?, 'published', 'ok', 'final', 'f')",
            [area_type, area_id, indicator, kept.get("group", "all"), YEAR, value, value - 1, value + 1],
        )

    def partnership(self, partnership_id: str) -> None:
        """A partnership that is described, so that its figures are calculated."""
        self.db.execute("insert into dim_partnership values (?, 'A partnership')", [partnership_id])

    def build(self) -> None:
        """The models, in order."""
        for name in (
            "int_area_years__calculated",
            "int_area_series__gathered",
            "int_area_series__benchmarked",
            "int_school_years__benchmarked",
            "comparison",
            "trend_series",
        ):
            self.db.execute(f"create or replace table {name} as {model(name)}")

    def beside_england(self, area_type: str, area_id: str, indicator: str, group: str = "all") -> tuple[Any, ...]:
        """Which England, its figure, verdict and reason_id of an area."""
        self.build()
        (row,) = self.db.execute(
            """select england_id, benchmark_value, verdict, reason_id from trend_series
               where area_type = ? and area_id = ? and indicator_id = ? and breakdown_id = ?""",
            [area_type, area_id, indicator, group],
        ).fetchall()
        return row

    def said(self, urn: str, indicator: str, benchmark: str) -> tuple[Any, ...]:
        """Benchmark value, comparison, reason."""
        self.build()
        (row,) = self.db.execute(
            """select benchmark_value, comparison, reason from comparison
               where urn = ? and indicator_id = ? and benchmark = ?""",
            [urn, indicator, benchmark],
        ).fetchall()
        return row


@pytest.fixture
def world() -> Iterator[World]:
    made = World()
    yield made
    made.db.close()


@pytest.mark.parametrize(
    ("value", "comparison"), [(70.0, "better"), (60.0, "worse"), (66.0, "similar"), (67.0, "similar"), (67.1, "better")]
)
def test_the_whole_interval_decides(world: World, value: float, comparison: str) -> None:
    """An interval that ends on the benchmark holds it."""
    world.school("100001")
    world.figure("100001", RWM, value, 30)
    world.area("england_state", "england", RWM, 65)
    assert world.said("100001", RWM, "england") == (65, comparison, None)


def test_low_is_good_where_the_polarity_says_so(world: World) -> None:
    world.school("100001")
    world.figure("100001", ABSENCE, 9.0, 200, half=1.0)
    world.area("england_primary", "england", ABSENCE, 4.0)
    world.area("england_secondary", "england", ABSENCE, 20.0)
    assert world.said("100001", ABSENCE, "england") == (4.0, "worse", None)


def test_progress_is_measured_against_zero_whatever_is_published(world: World) -> None:
    world.school("100001")
    world.school("100002", phase="special")
    world.figure("100001", PROGRESS, 2.1, 30)
    world.figure("100002", PROGRESS, -2.1, 30)
    world.area("england_state", "england", PROGRESS, -0.3)
    assert world.said("100001", PROGRESS, "england") == (0, "better", None)
    assert world.said("100002", PROGRESS, "england") == (0, "worse", None)


def test_special_schools_are_not_set_beside_mainstream_england(world: World) -> None:
    world.school("100001", phase="special")
    world.figure("100001", RWM, 5, 30)
    world.area("england_state", "england", RWM, 65)
    value, comparison, reason = world.said("100001", RWM, "england")
    assert (value, comparison) == (None, "not_compared")
    assert reason == "England has no published figure for schools of this kind"


def test_what_england_has_for_a_kind_is_not_missing_for_it(world: World) -> None:
    """A special school stands beside England's special schools where they have a figure; a year without is said to be one."""
    world.school("100001", phase="special")
    world.figure("100001", RWM, 5, 30)
    world.area("england_special", "england", RWM, 9)
    assert world.said("100001", RWM, "england") == (9, "worse", None)
    world.db.execute("update int_outcomes__with_interval set academic_year = '2016/17'")
    assert world.said("100001", RWM, "england")[2] == "England has no published figure for these pupils in this year"


def test_a_group_is_set_beside_the_same_group_and_progress_of_a_group_beside_zero(world: World) -> None:
    world.school("100001", partnership="P1")
    world.partnership("P1")
    for indicator, value, england in ((RWM, 60, 50), (PROGRESS, -2.5, -0.4)):
        world.figure("100001", indicator, value, 30)
        world.figure("100001", indicator, value, 30, group="disadvantaged")
        world.area("england_state", "england", indicator, 65)
        world.area("england_state", "england", indicator, england, group="disadvantaged")
    for area in (("school", "100001"), ("partnership", "P1")):
        assert world.beside_england(*area, RWM, "disadvantaged")[1] == 50
        assert world.beside_england(*area, PROGRESS, "disadvantaged")[1:] == (0, "worse", None)
        assert world.beside_england(*area, PROGRESS)[1:] == (0, "worse", None)


def test_areas_are_set_beside_england_of_their_own_phases(world: World) -> None:
    """A measure of every phase: of the one phase of an area's schools, of all for the publisher's authority, else nothing."""
    for urn, phase, partnership in (
        ("100001", "primary", "P1"),
        ("100002", "secondary", "P2"),
        ("100003", "primary", "P2"),
    ):
        world.school(urn, phase=phase, partnership=partnership)
        world.figure(urn, ABSENCE, 5.0, 200, half=0.5)
    for partnership in ("P1", "P2"):
        world.partnership(partnership)
    for area_type, value in (("england_primary", 4.0), ("england_secondary", 6.0), ("england_state", 4.8)):
        world.area(area_type, "england", ABSENCE, value)
    assert world.beside_england("partnership", "P1", ABSENCE)[:2] == ("england_primary", 4.0)
    assert world.beside_england("partnership", "P2", ABSENCE) == (None, None, "not_compared", "several_phases")
    assert world.beside_england("authority", "850", ABSENCE) == (None, None, "not_compared", "several_phases")
    world.area("authority", "850", ABSENCE, 7.0)
    assert world.beside_england("authority", "850", ABSENCE) == ("england", 4.8, "worse", None)


def test_compare_and_every_other_page_have_one_verdict(world: World) -> None:
    for place, phase in enumerate(["primary", "secondary", "special", "alternative", None, "all_through"]):
        world.school(str(100001 + place), phase=phase)
        for indicator in (RWM, PROGRESS, ABSENCE, ROLL):
            for group in ("all", "disadvantaged"):
                world.figure(str(100001 + place), indicator, 3.0 - place, 12 - place // 5 * 3, group=group)
    for area_type in ("england_state", "england_primary", "england_special"):
        world.area(area_type, "england", RWM, 2.0)
        world.area(area_type, "england", ABSENCE, 2.0)
        world.area(area_type, "england", PROGRESS, 2.0, group="disadvantaged")
    world.build()
    compared = """from comparison inner join trend_series as series
        on school_id = area_id and series.area_type = 'school' and comparison.indicator_id = series.indicator_id
        and comparison.breakdown_id = series.breakdown_id where benchmark = 'england'"""
    assert world.db.sql(f"select count(*) {compared}").fetchall() == [(6 * 4 * 2,)]
    assert world.db.sql(
        f"""select count(*) {compared} and (comparison is distinct from verdict
            or comparison.reason is distinct from series.reason
            or comparison.benchmark_value is distinct from series.benchmark_value)"""
    ).fetchall() == [(0,)]


def test_a_group_is_of_the_same_schools_as_its_total_or_is_held_back(world: World) -> None:
    """The third school's pupils are the total's less both groups': so neither group has a figure, nor a number of pupils."""
    world.partnership("P1")
    for urn, n, poor in (("100001", 150, 40), ("100002", 157, 51), ("100003", 42, None)):
        world.school(urn, partnership="P1")
        world.figure(urn, RWM, 60, n)
        world.figure(urn, RWM, 50 if poor else None, poor or 4, group="disadvantaged")
        world.figure(urn, RWM, 70 if poor else None, n - (poor or 4), group="not_disadvantaged")
    assert world.beside_england("partnership", "P1", RWM, "disadvantaged")[2:] == ("not_compared", "held_back")
    shown = (
        "select breakdown_id, value, n_pupils, n_schools from trend_series where area_type = 'partnership' order by all"
    )
    assert world.db.sql(shown).fetchall() == [
        ("all", pytest.approx(60), 349, 3),
        ("disadvantaged", None, None, 0),
        ("not_disadvantaged", None, None, 0),
    ]
    # a school without anybody in the group leaves nobody out
    world.db.execute(
        "update int_school_years__weighed set denominator = 0 where value is null and breakdown_id = 'disadvantaged'"
    )
    world.beside_england("partnership", "P1", RWM)
    assert world.db.sql(shown).fetchall()[1] == ("disadvantaged", pytest.approx(50), 91, 2)


def test_all_schools_stand_in_where_state_funded_england_is_missing(world: World) -> None:
    world.school("100001")
    world.figure("100001", RWM, 70, 30)
    world.area("england_all", "england", RWM, 61)
    assert world.said("100001", RWM, "england")[0] == 61
    world.area("england_state", "england", RWM, 65)
    assert world.said("100001", RWM, "england")[0] == 65


def test_a_school_is_left_out_of_its_partnership(world: World) -> None:
    for urn, value, n in (("100001", 90.0, 20), ("100002", 50.0, 30), ("100003", 60.0, 10)):
        world.school(urn, partnership="P1")
        world.figure(urn, RWM, value, n)
    assert world.said("100001", RWM, "partnership") == (pytest.approx(52.5), "better", None)
    assert world.said("100002", RWM, "partnership")[0] == pytest.approx(80.0)


def test_all_urns_of_a_lineage_are_left_out(world: World) -> None:
    world.school("100001", partnership="P1", lineage="S1")
    world.school("100009", lineage="S1")
    world.school("100002", partnership="P1")
    world.figure("100001", RWM, 90, 20)
    world.figure("100009", RWM, 10, 5, stands=False)
    world.figure("100002", RWM, 50, 30)
    assert world.said("100001", RWM, "partnership")[0] == pytest.approx(50)
    assert world.said("100001", RWM, "authority")[0] == pytest.approx(50)
    assert world.said("100002", RWM, "partnership")[0] == pytest.approx((90 * 20 + 10 * 5) / 25)


def test_a_school_alone_is_compared_with_nobody(world: World) -> None:
    world.school("100001", partnership="P1")
    world.school("100002", phase="special", partnership="P1")
    world.figure("100001", RWM, 90, 20)
    world.figure("100002", RWM, 10, 20)
    world.area("authority", "850", RWM, 90)
    assert world.said("100001", RWM, "partnership")[1:] == (
        "not_compared",
        "No other school of its kind in the partnership has a figure",
    )
    assert world.said("100001", RWM, "authority")[1:] == (
        "not_compared",
        "No other school of its kind in the authority has a figure here",
    )


def test_the_authority_is_the_published_one_but_for_measures_of_every_phase(world: World) -> None:
    for urn, phase, absence in (("100001", "primary", 4.0), ("100002", "primary", 5.0), ("100003", "secondary", 9.0)):
        world.school(urn, phase=phase)
        world.figure(urn, RWM, 70, 30)
        world.figure(urn, ABSENCE, absence, 200)
    world.area("authority", "850", RWM, 64)
    world.area("authority", "850", ABSENCE, 6.0)
    assert world.said("100001", RWM, "authority") == (64, "better", None)
    assert world.said("100001", ABSENCE, "authority") == (5.0, "similar", None)


def test_independent_schools_are_not_in_the_authority(world: World) -> None:
    world.school("100001")
    world.school("100002", independent=True)
    world.figure("100001", RWM, 70, 30)
    world.figure("100002", RWM, 99, 30)
    assert world.said("100001", RWM, "authority")[1] == "not_compared"
    assert world.said("100002", RWM, "authority")[0] == pytest.approx(70)


def test_members_are_those_of_the_first_of_may_and_the_last_joined_counts(world: World) -> None:
    world.school("100001", partnership="P1")
    world.db.execute("insert into partnership_membership values ('P2', '100001', '2015-09-01', null)")
    world.school("100002", partnership="P1")
    world.school("100003", partnership="P2", joined="2019-04-30")
    world.school("100004", partnership="P2", left="2019-05-01")
    for urn, value in (("100001", 90.0), ("100002", 10.0), ("100003", 50.0), ("100004", 20.0)):
        world.figure(urn, RWM, value, 20)
    assert world.said("100001", RWM, "partnership")[0] == pytest.approx(50)
    assert world.said("100004", RWM, "partnership")[2] == (
        "The school was in no partnership on the day members are counted"
    )


@pytest.mark.parametrize(
    ("value", "n", "half", "reason"),
    [
        (70.0, 10, 2.0, "Fewer than 11 pupils"),
        (70.0, None, 2.0, "The number of pupils is not published"),
        (None, 30, None, "The school has no figure: low coverage"),
        (70.0, 30, None, "Without an interval a difference cannot be told from chance"),
    ],
)
def test_nothing_is_said_without_ground(
    world: World, value: float | None, n: float | None, half: float | None, reason: str
) -> None:
    world.school("100001")
    world.figure("100001", RWM, value, n, half=half, status="low_coverage")
    world.area("england_state", "england", RWM, 65)
    assert world.said("100001", RWM, "england") == (65, "not_compared", reason)


def test_a_benchmark_of_a_few_pupils_is_none(world: World) -> None:
    world.school("100001", partnership="P1")
    world.school("100002", partnership="P1")
    world.figure("100001", RWM, 70, 30)
    world.figure("100002", RWM, 50, 10)
    assert world.said("100001", RWM, "partnership")[1:] == ("not_compared", "Fewer than 11 pupils in the benchmark")


def test_more_pupils_are_neither_better_nor_worse(world: World) -> None:
    world.school("100001")
    world.figure("100001", ROLL, 200, None)
    assert world.said("100001", ROLL, "england")[1:] == ("not_compared", "Neither more nor less of it is better")


def test_similar_schools_are_a_benchmark_when_enough_have_a_figure(world: World) -> None:
    for urn, schools in (("100001", 2), ("100002", 1), ("100003", 0)):
        world.school(urn)
        world.figure(urn, RWM, 70, 30)
        if schools:
            world.db.execute(
                "insert into int_similar_schools__averaged values (?, ?, 'all', ?, 60.0, ?, 90.0)",
                [urn, RWM, YEAR, schools],
            )
    world.school("100004")
    world.figure("100004", RWM, 70, 30)
    world.db.execute(
        "insert into int_similar_schools__matched values ('100004', ?, true, null, 'Only 2 of the 7 traits')", [YEAR]
    )
    assert world.said("100001", RWM, "similar") == (60, "better", None)
    assert world.said("100002", RWM, "similar") == (
        None,
        "not_compared",
        "Too few of its similar schools have a figure",
    )
    assert world.said("100003", RWM, "similar")[2] == "None of its similar schools has a figure"
    assert world.said("100004", RWM, "similar")[2] == "Only 2 of the 7 traits"


def test_every_figure_has_four_rows_and_a_reason_just_where_nothing_is_said(world: World) -> None:
    for place, phase in enumerate(["primary", "secondary", "special", None, "all_through"]):
        urn = str(100001 + place)
        world.school(urn, phase=phase, partnership="P1" if place % 2 else None)
        for indicator in (RWM, PROGRESS, ABSENCE, ROLL):
            world.figure(urn, indicator, 20.0 + place if place != 1 else None, 40 if place != 2 else 5)
    world.build()
    rows = world.db.execute(
        """select count(*), count(distinct (school_id, indicator_id, benchmark)),
            count(case when (comparison = 'not_compared') <> (reason is not null) then 1 end) from comparison"""
    ).fetchall()
    assert rows == [(5 * 4 * 4, 5 * 4 * 4, 0)]


# Similar schools, as the model makes them ---------------------------------------------------------------------------

_YEARS = (("2017/18", "provisional"), ("2017/18", "final"), ("2018/19", "final"))


def _groups(releases: int, seed: int = 3) -> dict[tuple[str, str], list[tuple[Any, ...]]]:
    """Groups by year and release, of forty schools whose figures of the first so many releases are known."""
    rng = np.random.default_rng(seed)
    outcomes = [
        (f"S{school:03}", f"{100000 + school}", trait, "all", year, release, float(rng.normal(20, 6)), 60.0)
        for year, release in _YEARS
        for school in range(40)
        for trait in ("fsm_ever6_pct", "eal_pct", "sen_support_pct", "ehcp_pct", "pupils_on_roll")
    ]
    known = [row for row in outcomes if row[4:6] in _YEARS[:releases]]
    with duckdb.connect() as db:
        db.execute(
            """create table fct_outcome (school_id varchar, urn varchar, indicator_id varchar, breakdown_id varchar,
               academic_year varchar, release varchar, value double, denominator double)"""
        )
        db.executemany("insert into fct_outcome values (?, ?, ?, ?, ?, ?, ?, ?)", known)
        db.execute(
            """create table int_schools__measured as select distinct school_id, urn, 'primary' as phase, false as is_independent
               from fct_outcome"""
        )
        macro_sql.make(db, "similar_traits", "comparison_settings", "int_similar_schools__matched")
        rows = db.sql("from int_similar_schools__matched order by all").fetchall()
    found: dict[tuple[str, str], list[tuple[Any, ...]]] = {}
    for row in rows:
        # what is the latest release may change; who is in a group may not
        found.setdefault((row[0], row[1]), []).append((*row[3:], row[2]))
    return found


def test_a_later_release_or_year_changes_no_group() -> None:
    first, second, third = (_groups(releases) for releases in (1, 2, 3))
    assert [list(known) for known in (first, second, third)] == [
        [("2017/18", "provisional")],
        [("2017/18", "final"), ("2017/18", "provisional")],
        [("2017/18", "final"), ("2017/18", "provisional"), ("2018/19", "final")],
    ]
    plain = [[row[:-1] for row in known[_YEARS[0]]] for known in (first, second, third)]
    assert plain[0] == plain[1] == plain[2]
    assert second[_YEARS[1]] == third[_YEARS[1]]
    assert {row[-1] for row in third[_YEARS[0]]} == {False} and {row[-1] for row in third[_YEARS[1]]} == {True}
    # and they are groups of twenty others
    one = [row for row in third[_YEARS[2]] if row[1] == "S007"]
    assert len(one) == 20 and "S007" not in {row[3] for row in one}
    assert plain[0] != [row[:-1] for row in third[_YEARS[2]]]
