"""Numbers, comparisons and rules in words."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from dashboards.shared import wording as words
from dashboards.shared.finding import verdict_words
from dashboards.shared.readings import readings
from dashboards.topics.overview import sentences as rules


@pytest.mark.parametrize(
    ("value", "unit", "kind", "decimals", "status", "said"),
    [
        (64.4, "%", "proportion", 0, "ok", "64%"),
        (12.34, "%", "rate", 1, "ok", "12.3%"),
        (0.3, "score", "progress", 1, "ok", "+0.3"),
        (-0.26, "score", "progress", 2, "ok", "−0.26"),
        (-0.01, "score", "progress", 1, "ok", "0.0"),
        (1204, "pupils", "count", 0, "ok", "1,204"),
        (np.int64(7), "pupils", "count", 0, "ok", "7"),
        (0.0, "%", "proportion", 0, "ok", "0%"),
        (None, "%", "proportion", 0, "suppressed", "suppressed"),
        (float("nan"), "%", "proportion", 0, "not_published", "not published"),
        (None, "%", "proportion", 0, None, "no data"),
        (None, "%", "proportion", 0, "brand_new_code", "brand new code"),
    ],
)
def test_a_value_is_written_as_it_is_read(
    value: Any, unit: str, kind: str, decimals: int, status: Any, said: str
) -> None:
    assert words.value_words(value, unit, kind, decimals, status) == said


def test_a_missing_value_is_never_zero() -> None:
    for status in words.STATUS_WORDS:
        assert "0" not in words.value_words(None, "%", "proportion", 0, status)


@pytest.mark.parametrize(
    ("difference", "unit", "said"),
    [
        (2.04, "%", "+2.0 percentage points"),
        (-1, "score", "−1.0 point"),
        (6, "pupils", "+6 pupils"),
        (0, "%", "0.0 percentage points"),
        (0.85, "per 100 pupils", "+0.8 per 100 pupils"),
    ],
)
def test_a_difference_is_said_in_points(difference: float, unit: str, said: str) -> None:
    assert words.difference_words(difference, unit, 0) == said


def test_a_difference_that_rounds_to_nothing_is_said_to_be_none() -> None:
    assert words.change_words(0.04, "%", 0, "last year") == "no change on last year"
    assert words.change_words(-0.06, "%", 0, "last year") == "−0.1 percentage points on last year"
    assert words.gap_words(0.0, "score", 1, "England") == "level with England"
    assert words.gap_words(1.2, "score", 1, "England") == "+1.2 points from England"


def test_no_change_is_stated_across_years_in_which_the_measure_starts_anew() -> None:
    joined, apart = (
        readings([_row("2017/18", 60, segment=1), _row("2018/19", 70, segment=last)], "partnership")[0]
        for last in (1, 2)
    )
    assert joined.change == 10
    assert apart.change is None
    assert apart.change_reason == "series break in 2018/19: no change is stated"
    assert apart.breaks == {"2018/19"}


def test_domains_rated_alike_have_no_lowest() -> None:
    def domain(name: str, mean: float) -> dict[str, Any]:
        return {"domain": name, "domain_order": 1, "term": "2018/19 summer", "mean_value": mean, "n_responses": 40}

    alike = [domain("Improvement", 3.6), domain("Partnership working", 3.7)]
    apart = [domain("Improvement", 3.1), domain("Partnership working", 3.7)]
    assert rules.findings([], [], [], [], alike) == []
    assert [signal.rule for signal in rules.findings([], [], [], [], apart)] == [
        "Lowest-rated domain of the reflection questions"
    ]


def test_years_between_leaves_no_gap() -> None:
    assert words.years_between("1998/99", "2001/02") == ["1998/99", "1999/00", "2000/01", "2001/02"]


@pytest.mark.parametrize(
    ("row", "tone", "word", "shape"),
    [
        ({"verdict": "better", "polarity": "higher"}, "better", "Better", "▲"),
        ({"verdict": "better", "polarity": "lower"}, "better", "Better", "▲"),
        ({"verdict": "worse", "polarity": "higher"}, "worse", "Worse", "▼"),
        ({"verdict": "worse", "polarity": "lower"}, "worse", "Worse", "▼"),
        ({"verdict": "similar", "polarity": "higher"}, "similar", "Similar", "●"),
        (
            {"verdict": "not_compared", "reason_id": "small_cohort", "reason": "Fewer than 11 pupils"},
            "none",
            "Small cohort",
            "–",
        ),
        ({"verdict": "not_compared", "reason_id": "held_back", "reason": "It is held back"}, "none", "Held back", "–"),
        ({"verdict": "not_compared", "reason_id": "no_interval", "reason": "Without"}, "none", "Not compared", "–"),
        (
            {"verdict": "not_compared", "reason_id": "no_better", "side": "above", "reason": "Neither"},
            "none",
            "Above",
            "▲",
        ),
        (
            {"verdict": "not_compared", "reason_id": "no_better", "side": None, "reason": "Neither"},
            "none",
            "Not compared",
            "–",
        ),
        ({}, "none", "No figure", "–"),
    ],
)
def test_a_verdict_of_the_marts_is_shown_as_it_is(row: dict[str, Any], tone: str, word: str, shape: str) -> None:
    verdict = verdict_words(row)
    assert (verdict.tone, verdict.word, verdict.shape) == (tone, word, shape)
    assert verdict.reason.startswith(str(row.get("reason") or "The")) and verdict.reason.endswith(".")


def _row(year: str, value: Any, area: str = "partnership", **other: Any) -> dict[str, Any]:
    return {
        "indicator_id": "ks2_rwm_expected_pct", "name": "RWM", "short_name": "RWM expected", "unit": "%",
        "polarity": "higher", "kind": "proportion", "decimals": 0, "minimum_pupils": 11, "breakdown_id": "all",
        "area_type": area, "academic_year": year, "value": value, "n_pupils": 100.0, "n_schools": 4, "ci_low": None,
        "ci_high": None, "status": "ok" if value is not None else "suppressed", "release": "final",
        "source_path": "a.csv", "england": None, "verdict": "not_compared", "reason_id": "no_england_of_year",
        "reason": "England has no published figure for these pupils in this year", "side": None,
        **other,
    }  # fmt: skip


def test_the_latest_year_counts_even_without_a_value() -> None:
    (reading,) = readings([_row("2017/18", 60.0), _row("2018/19", None)], "partnership")
    assert (reading.year, reading.words(), reading.change) == ("2018/19", "suppressed", None)


def test_a_change_is_on_the_year_before_and_no_other() -> None:
    (reading,) = readings([_row("2016/17", 60.0), _row("2018/19", 70.0)], "partnership")
    assert reading.change is None
    assert "2017/18" in reading.change_reason


def test_no_change_is_stated_for_a_small_cohort() -> None:
    rows = [_row("2017/18", 60.0), _row("2018/19", 70.0, n_pupils=10.0)]
    (reading,) = readings(rows, "partnership")
    assert reading.change is None
    assert "cohort under 11" in reading.change_reason


def test_an_unknown_number_of_pupils_is_not_called_small() -> None:
    rows = [_row("2017/18", 60.0, n_pupils=None), _row("2018/19", 70.0, n_pupils=None)]
    (reading,) = readings(rows, "partnership")
    assert (reading.change, reading.change_reason) == (None, "the number of pupils is not known: no change is stated")


def _signals(*rows: dict[str, Any], **frames: Any) -> list[rules.Signal]:
    names = ("schools", "groups", "points", "domains")
    return rules.findings(readings(rows, "partnership"), *(frames.get(name, []) for name in names))


def test_a_gap_is_asked_about_when_its_interval_is_clear() -> None:
    (signal,) = _signals(_row("2018/19", 50.0, ci_low=40.0, ci_high=60.0, england=65.0, verdict="worse"))
    assert signal.rule == "Interval clear of England"
    assert "40% to 60%" in signal.sentence and "100" in signal.sentence


def test_nothing_is_said_of_a_gap_within_its_interval() -> None:
    assert _signals(_row("2018/19", 50.0, ci_low=40.0, ci_high=66.0, england=65.0, verdict="similar")) == []


def test_nothing_is_said_below_the_minimum_cohort() -> None:
    rows = [_row("2018/19", 20.0, ci_low=10.0, ci_high=30.0, n_pupils=10.0, england=65.0)]
    groups = [{"indicator_id": "ks2_rwm_expected_pct", "academic_year": "2018/19", "disadvantaged": 20.0,
               "n_disadvantaged": 5.0, "others": 80.0, "n_others": 50.0, "held_back": None}]  # fmt: skip
    assert _signals(*rows, groups=groups) == []


def test_a_gap_that_is_held_back_is_said_to_be_and_not_made_of_the_rest() -> None:
    why = "The figure is held back, since a school of the partnership has one for all pupils and none for this group"
    row = {"indicator_id": "ks2_rwm_expected_pct", "academic_year": "2018/19", "held_back": why}
    groups = [row | dict.fromkeys(("disadvantaged", "n_disadvantaged", "others", "n_others"))]
    assert _signals(_row("2018/19", 60.0), groups=groups) == []
    found = readings([_row("2018/19", 60.0)], "partnership")
    assert rules.held_back(groups, found) == (f"The gap of disadvantaged pupils in RWM expected (2018/19). {why}.",)
    assert rules.held_back([], found) == ()


def test_two_years_are_not_called_a_trend() -> None:
    (signal,) = _signals(
        _row("2017/18", 70.0, ci_low=66.0, ci_high=74.0), _row("2018/19", 55.0, ci_low=50.0, ci_high=60.0)
    )
    assert "not a trend" in signal.sentence


def test_schools_are_counted_beside_what_chance_would_give() -> None:
    clear = [
        {"indicator_id": "ks2_rwm_expected_pct", "academic_year": "2018/19", "n_schools": 20, "better": 0, "worse": 4}
    ]
    (signal,) = _signals(_row("2018/19", 60.0), schools=clear)
    assert "4 of 20 schools" in signal.sentence and "about 0.5 there" in signal.sentence


def test_one_school_in_forty_is_not_a_signal() -> None:
    clear = [
        {"indicator_id": "ks2_rwm_expected_pct", "academic_year": "2018/19", "n_schools": 40, "better": 0, "worse": 1}
    ]
    assert _signals(_row("2018/19", 60.0), schools=clear) == []


def test_no_sentence_speaks_of_causes() -> None:
    import inspect

    source = inspect.getsource(rules).lower()
    for word in ("because of", "caused", "led to", "thanks to", "impact of", "due to", "resulted in"):
        assert word not in source
