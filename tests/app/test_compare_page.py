"""The page that sets a school beside others: what it says, what it hides, and what it may not say."""

from __future__ import annotations

from typing import Any

import pytest

from dashboards.figures.funnel import funnel_figure
from dashboards.figures.spine import Spine, spine
from dashboards.topics.compare import sentences as compared


def test_a_verdict_has_shape_colour_word_and_rule(page: Any) -> None:
    made = page("/compare", "?area=authority-999&urn=900001")
    pills = [s for s in made.components("Span") if str(s.get("className", "")).startswith("pill")]
    tones = {str(s["className"]).removeprefix("pill ") for s in pills}
    assert {"better", "similar"} <= tones or {"worse", "similar"} <= tones
    assert "Rule: interval and benchmark" in made.text
    assert "one in twenty would stand out by chance alone" in made.text


def test_a_small_cohort_is_not_compared(page: Any) -> None:
    made = page("/compare", "?area=authority-999&urn=900009&indicator=ks2_rwm_expected_pct")
    assert "Not compared: fewer than 11 pupils." in made.text
    assert "Better" not in made.text.replace("Better or worse only", "").replace("Worse to better", "")


def test_a_school_without_a_group_says_why(page: Any) -> None:
    made = page("/compare", "?area=authority-999&urn=900009")
    assert "The school has no group: Only 2 of the 7 stated traits of the school are known" in made.text


def test_similar_schools_are_listed_with_what_was_missing(page: Any) -> None:
    made = page("/compare", "?area=authority-999&urn=900001")
    assert "6 of 7 traits are known of the school in 2018/19; missing: SEN support." in made.text
    assert "(this school)" in made.text


def test_what_has_nothing_to_say_can_be_hidden(page: Any) -> None:
    shown = page("/compare", "?area=authority-999&urn=900001")
    hidden = page("/compare", "?area=authority-999&urn=900001&quiet=hidden")
    assert len(hidden.components("Img")) < len(shown.components("Img"))
    assert "do not stand out are hidden" in hidden.text


def test_a_school_of_another_area_gives_way_to_one_of_this(page: Any) -> None:
    made = page("/compare", "?area=partnership-NP02&urn=900001")
    assert made.components("H1")[0]["children"] == "Great Tarn Primary School"


def test_a_urn_of_no_school_is_said_rather_than_another_school_shown(page: Any) -> None:
    made = page("/compare", "?area=authority-999&urn=123456")
    assert "No school in this warehouse has the URN 123456." in made.text
    assert not made.components("Img")


def row(**kept: Any) -> dict[str, Any]:
    """A row of compare_spine: 70 per cent, 60 to 80, beside 50."""
    given: dict[str, Any] = {
        **{"short_name": "Reading", "academic_year": "2018/19", "unit": "%", "kind": "proportion", "decimals": 0},
        **{
            "value": 70.0,
            "ci_low": 60.0,
            "ci_high": 80.0,
            "n_pupils": 40,
            "benchmark_value": 50.0,
            "polarity": "higher",
        },
        **{
            "comparison": "better",
            "reason_id": None,
            "reason": None,
            "position": "within",
            "funnel_verdict": "within",
            "n_schools": 30,
        },
        **{"benchmark": "england", "phi": 1.8, "percentile": 45, "percentile_low": 12, "percentile_high": 88},
    }
    return given | kept


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        (row(), "Better: the whole 95% interval, 60% to 80%, lies above England (50%); n\u00a0=\u00a040 pupils."),
        (
            row(comparison="worse", polarity="lower"),
            "Worse: the whole 95% interval, 60% to 80%, lies above England (50%); n\u00a0=\u00a040 pupils.",
        ),
        (
            row(comparison="similar", benchmark_value=65.0),
            "Similar: the 95% interval, 60% to 80%, contains England (65%); n\u00a0=\u00a040 pupils.",
        ),
        (row(comparison="not_compared", reason="Fewer than 11 pupils"), "Not compared: fewer than 11 pupils."),
    ],
)
def test_sentences_beside_a_benchmark(given: dict[str, Any], sentence: str) -> None:
    assert compared.compared_with(given, "england").sentence == sentence


def test_a_rank_speaks_only_where_its_interval_lies_in_one_half() -> None:
    assert compared.rank(row()) is None
    told = compared.rank(row(percentile=90, percentile_low=55, percentile_high=99))
    assert told is not None and told.verdict.tone == "better"
    assert "percentile 90, and 55 to 99 as far as intervals can tell" in told.sentence


def test_a_place_in_the_funnel_speaks_only_outside() -> None:
    assert compared.outside_funnel(row()) is None
    told = compared.outside_funnel(row(position="below_998", funnel_verdict="worse"))
    assert told is not None and (told.verdict.tone, told.rule) == ("worse", "funnel, 99.8% limits")
    assert compared.findings([row(comparison="similar")], [], "england") == []


def test_the_spine_puts_better_at_the_right_whatever_the_polarity() -> None:
    def mark(high_is_good: bool) -> str:
        drawn = spine(Spine(70, 60, 80, 50, (30, 75), (40, 60), 50, high_is_good, "better", "●"))
        return drawn.split("<circle cx='")[1].split("'")[0]

    assert float(mark(True)) > 140 > float(mark(False))


def test_a_spine_without_any_number_is_an_empty_picture() -> None:
    drawn = spine(Spine(None, None, None, None, (None, None), (None, None), None, True, "none", "○"))
    assert "<circle" not in drawn and "<line" not in drawn


def test_the_funnel_draws_only_what_is_judged() -> None:
    limits = {"lower_95": 50.0, "upper_95": 80.0, "lower_998": 40.0, "upper_998": 90.0, "benchmark_value": 65.0}
    judged = row(name="A", is_own=True, verdict="within", **limits)
    unjudged = row(name="B", is_own=False, verdict="cannot_say", **dict.fromkeys(limits))
    figure = funnel_figure([judged, unjudged], "%", "proportion", 0)
    assert [trace["name"] for trace in figure["data"] if trace["mode"] == "markers"] == ["A"]
    assert {len(trace["x"]) for trace in figure["data"]} == {1}
