"""The page of impact: every verdict with its interval, and nothing claimed where nothing can be said."""

from __future__ import annotations

import re
from typing import Any

import pytest

from dashboards.topics.impact import sentences as impact_words

FIRST = "?area=partnership-NP01"


def test_every_verdict_has_its_shape_and_word(page: Any) -> None:
    text = page("/impact", FIRST).text
    for shape, word in (("▲", "Improved"), ("▼", "Worsened"), ("●", "No clear difference"), ("◇", "We cannot tell")):
        assert re.search(rf"{shape} +{word}", text), word


def test_no_estimate_without_its_interval(page: Any) -> None:
    made = page("/impact", FIRST)
    cards = made.components("Article")
    assert len(cards) == 4
    assert made.text.count("(95% interval ") == len(cards)
    assert "+7.4 percentage points" in made.text and "+2.2 to +12.6" in made.text


def test_what_was_compared_and_left_out_is_said(page: Any) -> None:
    text = page("/impact", FIRST).text
    assert "6 schools in 1 partnership, 24 comparison schools in 12 groups; 2014/15 to 2018/19." in text
    assert "1 school left out: 1 with no school near enough." in text
    assert (
        "We could only have detected a change of 7.3 percentage points or more, four times in five (worth acting on: 5.0, "
        "about one pupil in a class of twenty)." in text
    )
    assert (
        "We cannot check whether the two groups were on the same track before, because "
        "too few of these schools have figures of two years before." in text
    )


def test_what_cannot_be_told_says_why(page: Any) -> None:
    text = page("/impact", FIRST).text
    assert "Where we cannot tell" in text
    assert "Fewer than three schools can be compared. 1 school considered: None." in text


def test_the_lead_counts_the_estimates(page: Any) -> None:
    text = page("/impact", FIRST).text
    assert "North Shore Partnership, after being reviewed: of 5 measures, 1 improved, 1 worsened" in text
    assert "Adjusted for testing 4 measures." in text


def test_the_chart_has_years_before_and_after_and_its_table(page: Any) -> None:
    figure = page("/impact", f"{FIRST}&indicator=ks2_reading_progress&show-years=interactive").components("Graph")[0][
        "figure"
    ]
    before, after = figure["data"]
    assert before["x"] == ["2 years before", "1 year before"] and after["x"] == ["first year", "second year"]
    assert before["marker"]["symbol"] != after["marker"]["symbol"]
    assert all(width > 0 for trace in figure["data"] for width in trace["error_y"]["array"])
    table = page("/impact", f"{FIRST}&show-years=table")
    assert len(table.components("Table")) == 2


def test_an_authority_shows_all_partnerships_together(page: Any) -> None:
    assert "All partnerships, after being reviewed" in page("/impact", "?area=authority-999").text


def test_a_partnership_without_events_is_told_what_to_send(page: Any) -> None:
    assert "Send memberships with their dates, or reviews" in page("/impact", "?area=partnership-NP02").text


@pytest.mark.parametrize(("months", "said"), [(2, "2 months of progress"), (None, "Hedges’ g 0.15 (0.04 to 0.26).")])
def test_months_are_said_only_where_they_are_given(months: int | None, said: str) -> None:
    row = {"hedges_g": 0.15, "hedges_g_low": 0.04, "hedges_g_high": 0.26, "months_of_progress": months}
    text = impact_words.size(row)
    assert said in text
    assert ("months" in text) is (months is not None)


def test_the_rule_is_named_behind_the_sentence() -> None:
    row = {"estimate": None, "reason": "Fewer than three schools can be compared.", "reason_id": "few_schools"}
    assert impact_words.sentence(row) == "We cannot tell. Fewer than three schools can be compared."
    assert impact_words.rule(row) == "Few schools"


@pytest.mark.parametrize(
    ("estimate", "said"),
    [
        (7.5, "8 schools moved up by 7.5 percentage points. Why."),
        (-1.0, "8 schools moved down by 1.0 percentage points. Why."),
        (0.02, "8 schools moved neither up nor down. Why."),
    ],
)
def test_the_sentence_says_who_moved_beside_whom_and_how_far(estimate: float, said: str) -> None:
    row = {
        "estimate": estimate,
        "unit": "%",
        "decimals": 0,
        "n_schools": 8,
        "n_comparison_schools": 27,
        "reason": "Why.",
    }
    assert impact_words.sentence(row) == f"Compared with 27 schools that were like them before, {said}"


@pytest.mark.parametrize(
    ("low", "high", "written"),
    [
        (0.03, 0.62, "+0.03 to +0.62"),
        (-0.03, 0.62, "0.0 to +0.6"),
        (-0.62, -0.004, "−0.620 to −0.004"),
        (1.0, 2.0, "+1.0 to +2.0"),
    ],
)
def test_an_interval_that_leaves_out_no_change_is_written_so(low: float, high: float, written: str) -> None:
    assert impact_words.interval({"ci_low": low, "ci_high": high, "unit": "score", "decimals": 1}) == written
