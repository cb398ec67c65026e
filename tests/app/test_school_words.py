"""The three things to know about a school: always three, worse first, and silence said as such."""

from __future__ import annotations

from typing import Any

from dashboards.topics.school import sentences as school_words

FLAG = {
    "strength": "weak",
    "evidence_kind": "fact",
    "points": 2.5,
    "rule": "Adverse inspection grade",
    "rule_short_name": "Adverse grade",
    "evidence": "Graded requires improvement on 11 Mar 2018.",
    "since": "2017/18 spring",
}
FIGURE: dict[str, Any] = {
    "unit": "%", "kind": "proportion", "decimals": 0, "short_name": "KS2 expected standard", "academic_year": "2018/19",
    "value": 50.0, "n_pupils": 60, "ci_low": 38.0, "ci_high": 62.0, "benchmark_value": 65.0, "comparison": "worse",
    "reason": None, "reason_id": None, "polarity": "higher",
    "position": None, "percentile_low": None, "percentile": None, "percentile_high": None,
}  # fmt: skip
CHANGE: dict[str, Any] = {
    "short_name": "Suspensions", "academic_year": "2018/19", "direction": "worse", "yardstick": "highly likely",
    "is_strong": True, "probability": 0.86, "sentence": "Highly likely (86%) to have got worse.", "n_pupils": 900,
    "outlook": None,
}  # fmt: skip


def test_without_anything_each_of_the_three_says_that_there_is_nothing() -> None:
    things = school_words.three([], "", [], [], [])
    assert [thing.verdict.tone for thing in things] == ["none", "none", "none"]
    assert things[0].sentence == "There is no risk register yet."
    assert "can be compared with England" in things[1].sentence
    assert things[2].sentence == "No indicator has two years with enough pupils."
    assert school_words.three([], "2018/19 summer", [], [], [])[0].sentence == (
        "The risk register has no concern at the end of summer 2018/19."
    )


def test_a_strong_reason_comes_before_one_with_more_points() -> None:
    strong = {**FLAG, "strength": "strong", "points": 1.0, "rule": "Suspensions outside the funnel"}
    thing = school_words.three([FLAG, strong], "2018/19 summer", [], [], [])[0]
    assert thing.rule == "Suspensions outside the funnel"
    assert thing.sentence.startswith("Graded requires improvement on 11 Mar 2018. Since spring 2017/18.")
    assert thing.sentence.endswith("1 other concern in the register.")


def test_worse_comes_before_better_and_better_is_named_beside_it() -> None:
    better = {**FIGURE, "short_name": "Writing progress", "ci_low": 70.0, "ci_high": 80.0, "comparison": "better"}
    thing = school_words.three([], "", [better, FIGURE], [], [])[1]
    assert thing.verdict.word == "Worse"
    assert "lies below England (65%); n = 60 pupils" in thing.sentence.replace("\u00a0", " ")
    assert thing.sentence.endswith("On the better side: Writing progress (2018/19).")
    similar = {**FIGURE, "ci_high": 70.0, "comparison": "similar"}
    assert school_words.three([], "", [similar], [], [])[1].sentence == (
        "Nothing stands out among 1 indicator that can be compared: no more than chance may make it."
    )


def test_the_surest_change_is_the_third_thing() -> None:
    likely = {**CHANGE, "short_name": "Absence", "is_strong": False, "yardstick": "likely", "probability": 0.6}
    thing = school_words.three([], "", [], [], [CHANGE, likely])[2]
    assert thing.sentence == "Suspensions (2018/19): Highly likely (86%) to have got worse."
    assert (thing.verdict.tone, thing.verdict.word) == ("worse", "Highly likely worse")
    # only what is highly likely has a colour
    assert school_words.three([], "", [], [], [likely])[2].verdict.tone == "similar"
    quiet = {**likely, "direction": "none", "sentence": "No clear change."}
    assert school_words.three([], "", [], [], [quiet])[2].verdict.word == "No clear change"
