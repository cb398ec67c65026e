"""The model trend_signal on hand-made series: cohorts, intervals, breaks, step changes, targets; and rating_signal by term."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import duckdb
import pytest

from tests.macro_sql import make_signals

_TABLES = {
    "indicators": "indicator_id varchar, kind varchar, polarity varchar, minimum_pupils integer",
    "int_area_series__benchmarked": """area_type varchar, area_id varchar, indicator_id varchar, breakdown_id varchar,
        academic_year varchar, value double, n_pupils double, ci_low double, ci_high double, ci_method varchar""",
    "series_breaks": "indicator_id varchar, from_year varchar, reason varchar",
    "int_step_changes__dated": "area_type varchar, area_id varchar, indicator_id varchar, from_year varchar, reason varchar",
    "curve_priority": """partnership_id varchar, academic_year varchar, priority_number varchar, indicator_id varchar,
        breakdown_id varchar, direction varchar, target double""",
}
_INDICATORS = [
    ("share", "proportion", "higher", 11),
    ("score", "progress", "higher", 11),
    ("points", "mean", "lower", 11),
    ("pupils", "count", "none", 0),
    ("events", "rate", "lower", 11),
]
Point = tuple[float | None, float | None]


def _years(first: int, count: int) -> list[str]:
    return [f"{year}/{(year + 1) % 100:02}" for year in range(first, first + count)]


def _signals(
    values: Sequence[float | None],
    indicator: str = "share",
    cohort: float | None = 200,
    half: float | None = None,
    area: tuple[str, str] = ("school", "S1"),
    first: int = 2014,
    method: str = "wilson",
    **others: list[tuple[Any, ...]],
) -> list[dict[str, Any]]:
    """What is said of one series, one dictionary per year."""
    tables = {"indicators": _INDICATORS, **others}
    tables["int_area_series__benchmarked"] = [
        (
            *(*area, indicator, "all", year, value, cohort),
            *((None, None, "none") if half is None or value is None else (value - half, value + half, method)),
        )
        for year, value in zip(_years(first, len(values)), values, strict=True)
    ]
    with duckdb.connect() as connection:
        connection.execute("pragma disable_optimizer")
        for name, columns in _TABLES.items():
            connection.execute(f"create table {name} ({columns})")
            for row in tables.get(name, []):
                connection.execute(f"insert into {name} values ({', '.join('?' * len(row))})", list(row))
        make_signals(connection, "trend_signal")
        found = connection.sql("select * from trend_signal order by academic_year")
        return [dict(zip(found.columns, row, strict=True)) for row in found.fetchall()]


RISING = [40.0, 48.0, 55.0, 62.0, 70.0]


def test_a_rising_share_is_better_and_says_so_from_its_fifth_year() -> None:
    found = _signals(RISING)
    assert [row["trend_verdict"] for row in found] == ["cannot_say"] * 4 + ["better"]
    assert [row["trend_reason_id"] for row in found] == ["few_points"] * 4 + [None]
    assert [row["n_points"] for row in found] == [1, 2, 3, 4, 5]
    assert found[-1]["sentence_rule"] == "five_point_trend"


@pytest.mark.parametrize(
    ("cohort", "area", "reason"),
    [
        (10, ("school", "S1"), "small_cohort"),
        (None, ("school", "S1"), "unknown_cohort"),
        (None, ("partnership", "P1"), "unknown_cohort"),
        (None, ("authority", "999"), "no_interval"),
        (None, ("england", "england"), "no_interval"),
    ],
)
def test_nothing_is_said_of_few_pupils_or_an_unknown_number(
    cohort: float | None, area: tuple[str, str], reason: str
) -> None:
    last = _signals(RISING, cohort=cohort, area=area)[-1]
    assert (last["trend_verdict"], last["trend_reason_id"]) == ("cannot_say", reason)
    if reason != "no_interval":
        assert (last["spc_rule"], last["spc_reason_id"], last["mk_s"], last["n_points"]) == (
            "cannot_say",
            reason,
            None,
            0,
        )


def test_a_handful_of_people_of_whom_all_were_counted_is_not_calculated() -> None:
    """The reference's case: 5 of 5, 3 of 5, 1 of 5, 1 of 4, 2 of 4. All of thirty in one year are a result like another."""
    found = _signals([100.0, 60.0, 20.0, 25.0, 50.0], cohort=5)[-1]
    assert (found["trend_direction"], found["trend_reason_id"], found["trend_chi2"]) == (
        "cannot_say",
        "small_cohort",
        None,
    )
    thirty = _signals([100.0, 90.0, 80.0, 60.0, 50.0], cohort=30)[-1]
    assert (thirty["trend_verdict"], thirty["polarity"]) == ("worse", "higher")


def test_scores_are_weighed_by_their_interval() -> None:
    assert _signals([-1.0, -0.5, 0.0, 0.5, 1.0], "score", half=0.3, method="published")[-1]["trend_verdict"] == "better"
    wide = _signals([-1.0, -0.5, 0.0, 0.5, 1.0], "score", half=3.0, method="published")[-1]
    assert wide["trend_verdict"] == "no_change"
    assert _signals([5.0, 4.0, 3.0, 2.0, 1.0], "points", half=0.3, method="t")[-1]["trend_verdict"] == "better"
    assert _signals([5.0, 4.0, 3.0, 2.0, 1.0], "points")[-1]["trend_reason_id"] == "no_interval"


def test_a_number_of_pupils_is_charted_and_neither_good_nor_bad() -> None:
    found = _signals([100.0, 101.0, 99.0, 100.0, 101.0, 99.0, 100.0, 160.0], "pupils", cohort=None)[-1]
    assert (found["spc_rule"], found["spc_variation"]) == ("outside_limits", "neutral_high")


def test_a_missing_year_breaks_the_five_and_not_the_chart() -> None:
    found = _signals([40.0, 48.0, None, 55.0, 62.0, 70.0])
    assert (found[2]["trend_reason_id"], found[-1]["trend_reason_id"], found[-1]["n_points"]) == (
        "no_figure",
        "few_points",
        3,
    )
    assert (found[-1]["n_spc_points"], found[-1]["spc_rule"]) == (5, "none")


def test_nothing_is_compared_across_a_break_of_the_measure() -> None:
    breaks = [("share", "2021/22", "Examinations came back"), ("share", "2022/23", "Grading returned")]
    found = _signals([*RISING, 80.0], first=2018, series_breaks=breaks)
    assert [row["segment"] for row in found] == [1, 1, 1, 2, 3, 3]
    last = found[-1]
    assert (last["trend_reason_id"], last["spc_reason_id"], last["n_points"]) == ("new_segment", "new_segment", 2)
    assert (last["segment_since"], last["segment_reason"]) == ("2022/23", "Grading returned")
    assert (last["mk_s"], last["spc_mean"]) == (None, None)


def test_a_series_is_rebased_only_where_a_person_recorded_it() -> None:
    values = [60.0, 61.0, 59.0, 60.0, 61.0, 30.0, 31.0, 29.0, 30.0, 31.0]
    alone = _signals(values)
    recorded = _signals(
        values, int_step_changes__dated=[("school", "S1", "share", "2019/20", "Two schools became one")]
    )
    assert {row["segment"] for row in alone} == {1}
    assert [row["segment"] for row in recorded] == [1] * 5 + [2] * 5
    assert [row["spc_mean"] for row in recorded[::9]] == [pytest.approx(60.2), pytest.approx(30.2)]
    assert recorded[-1]["segment_reason"] == "Two schools became one"
    elsewhere = _signals(values, int_step_changes__dated=[("school", "S2", "share", "2019/20", "Another school")])
    assert {row["segment"] for row in elsewhere} == {1}


def test_a_break_and_a_step_change_both_count_and_the_later_one_is_told() -> None:
    found = _signals(
        [50.0] * 6,
        series_breaks=[("share", "2015/16", "New tests")],
        int_step_changes__dated=[("school", "S1", "share", "2018/19", "A merger")],
    )
    assert [row["segment"] for row in found] == [1, 2, 2, 2, 3, 3]
    assert [row["segment_since"] for row in found[2::3]] == ["2015/16", "2018/19"]


def test_events_are_silent_where_their_spread_is_not_known() -> None:
    found = _signals([2.0, 3.0, 4.0, 5.0, 6.0], "events", cohort=1000, half=1.0, method="byar")[-1]
    assert (found["trend_reason_id"], found["spc_reason_id"]) == ("no_interval", None)
    rare = _signals([0.0, 0.1, 0.0, 0.0, 0.2], "events", cohort=1000, half=0.3, method="byar")[-1]
    assert rare["spc_reason_id"] == "rare_events"


def test_a_target_is_set_beside_the_limits() -> None:
    values = [60.0, 61.0, 59.0, 60.0, 61.0]
    wanted = [("P1", "2015/16", "1", "share", "all", "up", 90.0), ("P1", "2017/18", "1", "share", "all", "up", 61.0)]
    found = _signals(values, area=("partnership", "P1"), curve_priority=wanted)
    assert [row["spc_target"] for row in found] == [None, 90.0, 90.0, 61.0, 61.0]
    assert [row["spc_assurance"] for row in found] == [None, "fail", "fail", "inconsistent", "inconsistent"]


def _ratings(shares: Sequence[tuple[str, float, int, float]]) -> list[dict[str, Any]]:
    """What is said of one rating series: term, mean, answers, share of high answers."""
    starts = [
        (f"{year} {season}", f"{int(year[:4]) + (season != 'autumn')}-{month}-01")
        for year in _years(2016, 4)
        for season, month in (("autumn", "09"), ("spring", "01"), ("summer", "04"))
    ]
    with duckdb.connect() as connection:
        connection.execute("pragma disable_optimizer")
        connection.execute(
            "create table terms (term_id varchar, academic_year varchar, term_name varchar, starts_on date, ends_on date)"
        )
        for row in starts:
            connection.execute("insert into terms (term_id, starts_on) values (?, ?)", list(row))
        connection.execute(
            """create table rating_series (area_type varchar, area_id varchar, instrument_id varchar,
                item_id varchar, respondent_role varchar, term varchar, n_responses bigint, mean_value double,
                share_high_pct double)"""
        )
        for term, mean, answers, share in shares:
            connection.execute(
                "insert into rating_series values ('partnership', 'P1', 'i', 'q', 'leader', ?, ?, ?, ?)",
                [term, answers, mean, share],
            )
        make_signals(connection, "rating_signal")
        found = connection.sql("select * from rating_signal order by term")
        return [dict(zip(found.columns, row, strict=True)) for row in found.fetchall()]


_TERMS = ["2016/17 autumn", "2016/17 spring", "2016/17 summer", "2017/18 autumn", "2017/18 spring"]


def test_ratings_rise_over_five_terms_that_follow_each_other() -> None:
    rising = [(term, 2.0 + 0.4 * place, 40, 20.0 + 15 * place) for place, term in enumerate(_TERMS)]
    last = _ratings(rising)[-1]
    assert (last["trend_verdict"], last["mk_s"], last["n_points"]) == ("better", 10, 5)
    few = _ratings([(term, mean, 4, share) for term, mean, _answers, share in rising])[-1]
    assert (few["trend_verdict"], few["trend_reason_id"], few["mk_s"]) == ("cannot_say", "small_cohort", 10)
    gap = _ratings([*rising[:4], ("2017/18 summer", *rising[4][1:])])[-1]
    assert (gap["trend_reason_id"], gap["n_points"]) == ("few_points", 1)
