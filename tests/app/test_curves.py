"""The page about turning the curve: what it says of a verdict, what it draws, and what it says where there is nothing."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from dash import Dash

from dashboards.figures.curve import Fan, curve_figure
from dashboards.figures.lines import Point
from dashboards.topics.curves import sentences as curve_words

ADDRESSES = [
    "",
    "?area=partnership-NP01",
    "?area=partnership-NP01&year=2018/19&show-curve-1=table",
    "?area=authority-999",
    "?area=partnership-NP02",
]
FAILED = "could not be made"
ROW: dict[str, Any] = {
    "short_name": "RWM expected",
    "unit": "%",
    "kind": "proportion",
    "decimals": 0,
    "verdict_value": 71.4,
    "verdict_year": "2018/19",
    "n_verdict_pupils": 210.0,
    "expected": 61.2,
    "expected_low": 55.1,
    "expected_high": 67.3,
    "target": 70.0,
    "target_year": "2019/20",
    "reason": "The target is reached.",
    "verdict": "turned",
    "rule_id": "turned",
}


@pytest.mark.parametrize("search", ADDRESSES)
def test_the_page_is_made(page: Any, search: str) -> None:
    made = page("/curves", search)
    assert made.status == 200 and FAILED not in made.text
    assert len(made.components("H1")) == 1


@pytest.mark.parametrize("search", ADDRESSES)
def test_the_page_is_made_of_an_empty_warehouse(empty_page: Any, search: str) -> None:
    assert FAILED not in empty_page("/curves", search).text


@pytest.mark.parametrize("search", ADDRESSES)
def test_nobody_is_shown_nothing(anonymous_page: Any, search: str) -> None:
    made = anonymous_page("/curves", search)
    assert FAILED not in made.text and "Reading for meaning" not in made.text
    assert made.drawings == [] and made.components("Graph") == []


def test_a_partnership_without_curves_is_told_what_to_do(page: Any) -> None:
    assert "No priorities yet" in page("/curves", "?area=partnership-NP02").text


def test_a_year_nothing_was_agreed_in_is_said_so(page: Any) -> None:
    assert "was agreed in “1999/00”" in page("/curves", "?area=partnership-NP01&year=1999/00").text


def test_each_curve_is_told_with_its_verdict_its_rule_and_its_essentials(page: Any) -> None:
    made = page("/curves", "?area=partnership-NP01")
    assert len(made.drawings) == 2
    assert (
        "of 2 curves, 1 turned, none turning, none not turned; of 1 it cannot be said. 1 action is overdue."
        in made.text
    )
    for said in (
        "71.4% in 2018/19",
        "61.2% was to be expected if nothing changed (55.1% to 67.3% in nine of ten cases)",
        "Rule: Target reached and beyond the forecast.",
        "+10.2 percentage points in 2018/19",
        "Reached, with 1.4 percentage points to spare",
        "Done 11 Mar 2018",
        "Overdue since 1 May 2018",
        "nobody named",
        "those known since are used",
        "Rule: No figure to start from.",
        "No action is written down.",
    ):
        assert said in made.text, said


def test_the_chart_holds_history_both_forecasts_the_target_and_the_actions(page: Any) -> None:
    figure = page("/curves", "?area=partnership-NP01&show-curve-1=interactive").components("Graph")[0]["figure"]
    names = [trace["name"] for trace in figure["data"]]
    assert "2016/17: forecast if nothing changes" in names and "2018/19: forecast from the latest figure" in names
    assert names[-1] == "Target"
    assert [note["text"] for note in figure["layout"]["annotations"]] == ["<b>A</b>", "<b>B</b>"]
    labels = figure["layout"]["xaxis"]["ticktext"]
    assert labels[-1].endswith("to come") and "suppressed" in labels[2]


def test_an_action_stands_at_its_date_between_the_figures() -> None:
    years = ["2016/17", "2017/18", "2018/19"]
    history = [Point(year, 60.0) for year in years[:2]]
    fan = Fan("If nothing changed", "2016/17", 60.0, [Point("2017/18", 61.0, 55.0, 67.0)], True)
    actions = [("A", date(2018, 5, 1)), ("B", date(2017, 10, 30)), ("C", date(2030, 1, 1))]
    figure = curve_figure("P", history, [fan], Point("2018/19", 70.0), actions, years, ("%", "proportion", 1))
    places = {note["text"]: note["x"] for note in figure["layout"]["annotations"]}
    assert places["<b>A</b>"] == pytest.approx(1.0, abs=0.01)
    assert places["<b>B</b>"] == pytest.approx(0.5, abs=0.01)
    assert set(places) == {"<b>A</b>", "<b>B</b>"}


def test_the_authority_sees_every_curve_and_the_download_is_what_it_shows(app: Dash, page: Any) -> None:
    shown = page("/curves", "?area=authority-999").text
    text = app.server.test_client().get("/download/curves.csv?area=authority-999&year=2018/19").get_data(as_text=True)
    assert "✔  Turned" in shown and "–  Cannot say" in shown
    assert ",Turned,Target reached and beyond the forecast," in text


def test_the_sentence_says_no_more_than_is_known() -> None:
    assert curve_words.sentence(ROW).endswith("and the target is 70.0% by 2019/20. The target is reached.")
    without = curve_words.sentence(ROW | {"expected_low": None})
    assert "nine of ten" not in without
    assert curve_words.sentence(ROW | {"verdict_value": None}) == "The target is reached."


def test_the_way_to_the_target_is_told_in_the_direction_of_the_curve() -> None:
    way = {"direction": "down", "baseline": 11.0, "baseline_year": "2016/17", "baseline_value": 10.0, "target": 7.0}
    way["baseline_note"] = "The baseline as agreed is 1.0 percentage points above the figure in the warehouse."
    way |= {
        "latest_value": 8.5,
        "latest_year": "2018/19",
        "n_latest_pupils": 99.0,
        "gap_to_target": -1.5,
        "way_gone_pct": 50.0,
    }
    blank = dict.fromkeys(("forecast", "turn", "others_low", "others_high", "shared_schools_pct"))
    row = ROW | blank | way
    assert dict(curve_words.facts(row))["To the target"] == "1.5 percentage points to go; 50% of the way is done"
    assert dict(curve_words.facts(row))["Baseline"].endswith("in 2016/17, as agreed. " + way["baseline_note"])
    back = row | {"gap_to_target": -4.0, "way_gone_pct": -33.0}
    assert dict(curve_words.facts(back))["To the target"].endswith("no nearer than at the start")
    past = row | {"gap_to_target": 0.4, "way_gone_pct": 113.0}
    assert dict(curve_words.facts(past))["To the target"] == "Reached, with 0.4 percentage points to spare"


def test_what_moved_the_wrong_way_is_marked_as_worse() -> None:
    moved = curve_words.verdict(ROW | {"verdict": "not_turned", "rule_id": "wrong_way"})
    assert (moved.tone, moved.word) == ("worse", "Not turned")
    assert curve_words.verdict(ROW).tone == "better"
    reached = curve_words.verdict(ROW | {"verdict": "reached", "rule_id": "no_interval"})
    assert (reached.tone, reached.word) == ("similar", "Target reached")
