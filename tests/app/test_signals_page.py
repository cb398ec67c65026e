"""What the Trends page says of a series: sentences by rule, false alarms, the XmR chart, and what is hidden as silent."""

from __future__ import annotations

from typing import Any

import pytest

from dashboards.figures import lines, spc
from dashboards.shared.finding import Finding
from dashboards.topics.trends import signals

META = {"unit": "%", "kind": "proportion", "decimals": 0, "minimum_pupils": 11, "polarity": "higher"}
RATES = {
    ("five_point_trend", "false_alarm_shares_of_30"): 0.0019,
    ("five_point_trend", "false_alarm_events_20"): 0.0031,
    ("outside_limits", "false_alarm_last_of_9"): 0.0105,
    ("seven_trend", "false_alarm_last_of_9"): 0.0003,
    ("two_of_three", "false_alarm_last_of_9"): 0.0018,
    ("outside_limits", "false_alarm_last_of_6"): 0.0100,
    ("xmr", "false_alarm_any_of_6"): 0.0195,
    ("xmr", "false_alarm_any_of_9"): 0.0434,
}


def row(year: str, value: float | None, **others: Any) -> dict[str, Any]:
    """A row of trend_signals: a point like its neighbours unless told otherwise."""
    usual: dict[str, Any] = {
        "academic_year": year, "value": value, "n_pupils": 40, "ci_method": "wilson", "status": "ok", "n_points": 5,
        "trend_direction": "none", "trend_verdict": "no_change", "trend_reason_id": None, "n_spc_points": 9,
        "spc_mean": 60.0, "spc_lower": 50.0, "spc_upper": 70.0, "is_spc_trial": True, "spc_reason_id": None, "spc_rule": "none",
        "spc_variation": "common", "spc_since": None, "spc_target": None, "spc_assurance": None, "segment": 1,
        "segment_since": None, "segment_reason": None,
    }  # fmt: skip
    return usual | others


def five(**last: Any) -> list[dict[str, Any]]:
    """Five years, the last one as told."""
    return [*(row(f"201{n}/1{n + 1}", 50.0 + n) for n in range(4)), row("2014/15", 72.0) | last]


def test_a_trend_is_told_with_its_rule_and_false_alarms() -> None:
    trend, _chart = signals.findings(five(trend_direction="increasing", trend_verdict="better"), META, RATES)
    assert trend.verdict.word == "Better" and trend.stands_out
    assert (
        trend.sentence
        == "It rose over five years: 50% in 2010/11, 72% in 2014/15. Leaving out any one of them changes nothing."
    )
    assert (
        trend.rule == "Five-point trend, with each year left out in turn. "
        "False alarms: 0.2% of series in which nothing changed are called a trend"
    )


def test_no_trend_has_nothing_to_say() -> None:
    trend, chart = signals.findings(five(), META, RATES)
    assert not trend.stands_out and not chart.stands_out
    assert trend.sentence.startswith("No clear trend: ")
    assert "within what this series usually does: 50% to 70%" in chart.sentence
    assert "on trial: they rest on 9 points" in chart.sentence
    assert chart.rule.endswith(
        "False alarms: 4.3% of charts of 9 points in which nothing happened have a flag somewhere"
    )


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        ("no_figure", "the figure is suppressed"),
        ("small_cohort", "fewer than 11 pupils"),
        ("unknown_cohort", "the number of pupils is not published"),
        ("few_points", "five years that follow each other"),
        ("new_segment", "there is a series break in 2014/15"),
        ("no_interval", "no interval to weigh the years by"),
        ("no_variation", "nobody, or everybody"),
    ],
)
def test_why_no_trend_can_be_said(reason: str, said: str) -> None:
    last = {
        "trend_verdict": "cannot_say",
        "trend_reason_id": reason,
        "status": "suppressed",
        "segment_since": "2014/15",
    }
    trend = signals.findings([row("2014/15", None, **last)], META, RATES)[0]
    assert said in trend.sentence and not trend.stands_out and trend.verdict.word == "Cannot say"


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        ("few_points", "3 points are known, and five are needed"),
        ("new_segment", "since the series break in 2013/14"),
        ("rare_events", "one more or less is no news"),
        ("small_cohort", "fewer than 11 pupils"),
    ],
)
def test_why_there_is_no_chart(reason: str, said: str) -> None:
    last = {"spc_rule": "cannot_say", "spc_variation": "cannot_say", "spc_reason_id": reason, "n_spc_points": 3}
    chart = signals.findings(five(segment_since="2013/14", **last), META, RATES)[1]
    assert chart.sentence.startswith("There is no chart up to 2014/15: ") and said in chart.sentence


@pytest.mark.parametrize(
    ("rule", "said", "alarm"),
    [
        (
            "outside_limits",
            "72% in 2014/15 lies above the upper limit of 70%",
            "1.1% of charts of 9 points in which nothing happened have it at their last point",
        ),
        (
            "seven_trend",
            "one way without a break, since 2012/13",
            "under 0.1% of charts of 9 points in which nothing happened have it at their last point",
        ),
        (
            "two_of_three",
            "near the upper limit of 70%, since 2012/13",
            "0.2% of charts of 9 points in which nothing happened have it at their last point",
        ),
        ("one_side", "above the mean of 60%, since 2012/13", "False alarms: not measured"),
    ],
)
def test_every_rule_of_the_chart_has_its_sentence(rule: str, said: str, alarm: str) -> None:
    chart = signals.findings(five(spc_rule=rule, spc_variation="improvement", spc_since="2012/13"), META, RATES)[1]
    assert said in chart.sentence and alarm in chart.rule and chart.stands_out
    assert chart.rule.startswith(signals.RULES[rule])
    assert (chart.verdict.word, chart.verdict.shape) == ("Improvement", "▲")


@pytest.mark.parametrize(
    ("points", "told"),
    [(5, "1.9% of charts of 6"), (6, "1.9% of charts of 6"), (8, "4.3% of charts of 9"), (30, "4.3% of charts of 9")],
)
def test_the_chart_measured_is_the_nearest_in_length(points: int, told: str) -> None:
    chart = signals.findings(five(n_spc_points=points), META, RATES)[1]
    assert f"False alarms: {told} points" in chart.rule
    assert ("the nearest length measured" in chart.rule) is (f"charts of {points} " not in chart.rule)


def test_events_are_told_with_the_false_alarms_of_events() -> None:
    meta = META | {"kind": "rate", "unit": "per 100 pupils"}
    trend = signals.findings(five(ci_method="byar"), meta, RATES)[0]
    assert "0.3% of series" in trend.rule


def test_a_target_beside_the_limits() -> None:
    said = signals.findings(five(spc_target=90.0, spc_assurance="fail"), META, RATES)
    assert said[-1].sentence == "The target of 90% lies beyond the limits: without a change it is out of reach."


def test_a_series_that_starts_anew_says_when_and_why() -> None:
    rows = [row("2016/17", 60.0), row("2017/18", 70.0, segment=2, segment_since="2017/18", segment_reason="New tests")]
    assert signals.series_breaks(rows) == (
        "There is a series break in 2017/18: new tests. Years before a break cannot be compared with those after it."
    )
    # nothing was there before: there is nothing to say
    assert signals.series_breaks(rows[1:]) == ""


def test_the_chart_draws_shape_colour_and_word() -> None:
    points = [
        spc.Point("2016/17", 60.0, 55.0, 40.0, 70.0, "common", "–", 1),
        spc.Point("2017/18", 80.0, 55.0, 40.0, 70.0, "concern", "Outside the limits", 1),
        spc.Point("2018/19", None, None, None, None, "cannot_say", "–", 2),
    ]
    figure = spc.spc_figure("Area", points, ["2016/17", "2017/18", "2018/19"], "%", "proportion", 0)
    marks = {trace["name"]: trace for trace in figure["data"] if trace["mode"] == "markers"}
    assert set(marks) == {"As usual", "Concern"}
    assert marks["Concern"]["marker"]["symbol"] == "triangle-down" and marks["Concern"]["y"] == [None, 80.0, None]
    assert "Outside the limits" in marks["Concern"]["text"][1]
    limits = [trace for trace in figure["data"] if trace["name"] == "Limits"]
    assert [trace["y"] for trace in limits] == [[70.0, 70.0, None], [40.0, 40.0, None]]


def test_labels_of_many_years_stay_apart() -> None:
    def years(count: int) -> list[str]:
        return [f"{year}/{(year + 1) % 100:02}" for year in range(2000, 2000 + count)]

    assert lines.year_labels(years(5))[0] == "2000/01"
    assert lines.year_labels(years(8))[0] == "2000/<br>01"
    assert lines.year_labels(years(11))[0] == "00/<br>01"
    many = lines.year_labels(years(20))
    assert many[-1] == "19/<br>20" and many[-2] == ""


def test_the_page_tells_trend_and_chart(page: Any) -> None:
    made = page("/trends", "?area=authority-999&indicator=ks2_rwm_expected_pct")
    assert "Trend over five years" in made.text and "XmR chart" in made.text
    assert "False alarms: 0.2% of series in which nothing changed are called a trend" in made.text
    assert "The limits are on trial: they rest on 5 points, fewer than twelve." in made.text
    assert len(made.drawings) == 2


def test_the_page_tells_a_target_and_a_step_change(page: Any) -> None:
    assert "The target of 90%" in page("/trends", "?area=partnership-NP01&indicator=ks2_rwm_expected_pct").text
    anew = page("/trends", "?area=partnership-NP02&indicator=ks2_rwm_expected_pct").text
    assert "There is a series break in 2017/18: two schools left." in anew
    assert "five years are needed" in anew


def test_what_has_nothing_to_say_can_be_hidden(page: Any) -> None:
    shown, hidden = (
        page("/trends", f"?area=authority-999&indicator=ks2_rwm_expected_pct{q}") for q in ("", "&quiet=hidden")
    )
    cards = [
        len([li for li in made.components("Li") if li.get("className") == "multiple-card"]) for made in (shown, hidden)
    ]
    assert cards[1] < cards[0]
    assert "do not stand out are hidden" in hidden.text and "do not stand out are hidden" not in shown.text
    assert "No clear trend" not in hidden.text


def test_hidden_signals_that_cannot_be_told_are_not_called_no_trend() -> None:
    """An area of three years has no trend test: hiding the line that says so must not turn it into an answer."""
    unclear = Finding("", "", signals.trend_verdict({}), signals.TREND, stands_out=False)
    usual = Finding("", "", signals.point_verdict({"spc_variation": "common"}), signals.CHART, stands_out=False)
    quiet = Finding("", "", signals.trend_verdict({"trend_verdict": "no_change"}), signals.TREND, stands_out=False)
    assert signals.nothing_stands_out([unclear, usual]) == (
        "Nothing stands out: no point beyond what is usual. Too little to judge: trend over five years."
    )
    assert signals.nothing_stands_out([quiet, usual]) == (
        "Nothing stands out: no trend over five years, and no point beyond what is usual."
    )
    assert "no trend" not in signals.nothing_stands_out([unclear, unclear])


def test_the_table_of_signals_is_the_twin_of_the_chart(page: Any) -> None:
    made = page("/trends", "?area=authority-999&show-signals=table")
    assert len(made.components("Table")) == 1
    assert "Mann-Kendall S" in made.text and "Upper limit" in made.text
