"""What the mart of trends says, in words: one sentence per signal, with the name of its rule and how often it is wrong.

Belongs here: the words of a trend, of a point on an XmR chart and of a target, and of why nothing can be said. Does not
belong here: deciding any of them (the mart does), or the page.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from typing import Any

from dashboards.shared.finding import Finding, Verdict
from dashboards.shared.wording import count_words, is_number, status_word, text_or, value_words

Row = dict[str, Any]
Rates = Mapping[tuple[str, str], float]

TREND = "Trend over five years"
CHART = "XmR chart"
RULES = {
    "five_point_trend": "Five-point trend, with each year left out in turn",
    "outside_limits": "Outside the limits",
    "seven_trend": "Seven points one way",
    "two_of_three": "Two of three near a limit",
    "one_side": "Seven points on one side of the mean",
}
#: words of a verdict over five years: tone, word, shape
_TRENDS = {
    "better": ("better", "Better", "▲"),
    "worse": ("worse", "Worse", "▼"),
    "increasing": ("similar", "Increasing", "↗"),
    "decreasing": ("similar", "Decreasing", "↘"),
    "no_change": ("similar", "No trend", "●"),
    "cannot_say": ("none", "Cannot say", "–"),
}
#: words of a point on a chart: the shape is the one the chart draws
_POINTS = {
    "improvement": ("better", "Improvement", "▲"),
    "concern": ("worse", "Concern", "▼"),
    "neutral_high": ("similar", "High", "◆"),
    "neutral_low": ("similar", "Low", "◆"),
    "common": ("similar", "As usual", "●"),
    "cannot_say": ("none", "Cannot say", "–"),
}
_ASSURANCE = {
    "pass": "lies beyond the limits on the easy side: without any change it will be met",
    "fail": "lies beyond the limits: without a change it is out of reach",
    "inconsistent": "lies between the limits: without a change it will be met in some years and missed in others",
}
# Rates were measured on series of these kinds and sizes; the nearest one is used.
_MANY_PUPILS, _MANY_EVENTS = 100, 50
# No figure was measured on so many worlds that a smaller share could be stated.
_TOLD_FROM = 0.001


def trend_verdict(row: Row) -> Verdict:
    """The verdict of the five-point trend as shape, colour and word."""
    tone, word, shape = _TRENDS[text_or(row.get("trend_verdict"), "cannot_say")]
    return Verdict(tone, word, shape, RULES["five_point_trend"])


def point_verdict(row: Row) -> Verdict:
    """What the chart says of a point, as shape, colour and word."""
    tone, word, shape = _POINTS[text_or(row.get("spc_variation"), "cannot_say")]
    return Verdict(tone, word, shape, RULES.get(text_or(row.get("spc_rule")), CHART))


def rule_words(row: Row) -> str:
    """The rule that flags a point; a dash where none does."""
    return RULES.get(text_or(row.get("spc_rule")), "–")


def has_trend(row: Row) -> bool:
    """Whether the trend test found a trend that ends in this year."""
    return text_or(row.get("trend_verdict"), "cannot_say") not in ("no_change", "cannot_say")


def has_flag(row: Row) -> bool:
    """Whether a rule of the chart flags this point."""
    return text_or(row.get("spc_rule"), "cannot_say") not in ("none", "cannot_say")


def stands_out(row: Row) -> bool:
    """Whether the trend test or the chart found anything at a point."""
    return has_trend(row) or has_flag(row)


def findings(rows: Sequence[Row], meta: Row, rates: Rates) -> list[Finding]:
    """What is said of the latest year of a series: rows of trend_signals in the order of years, at least one."""
    last = rows[-1]
    found = [_trend(rows, meta, rates), _point(last, meta, rates)]
    if is_number(last["spc_target"]) and text_or(last["spc_assurance"]) in _ASSURANCE:
        target = _value(last["spc_target"], meta)
        found.append(
            Finding(
                "Target and the limits of the chart",
                f"The target of {target} {_ASSURANCE[str(last['spc_assurance'])]}.",
                Verdict("similar", "Target", "◎", "Target and the limits of the chart"),
                "Target",
            )
        )
    return found


def nothing_stands_out(found: Sequence[Finding]) -> str:
    """What stands in the place of findings that are hidden because none stands out: what each of them is, in brief.

    What cannot be judged is said to be that, and never "no trend".
    """
    words = {"No trend": "no trend over five years", "As usual": "no point beyond what is usual"}
    clear = [
        words.get(one.verdict.word, one.verdict.word.lower())
        for one in found
        if one.verdict is not None and one.verdict.tone != "none"
    ]
    unclear = [_lower(one.subject) for one in found if one.verdict is None or one.verdict.tone == "none"]
    text = f"Nothing stands out{': ' + ', and '.join(clear) if clear else ''}."
    if unclear:
        text += f" Too little to judge: {', '.join(unclear)}."
    return text


def series_breaks(rows: Sequence[Row]) -> str:
    """Where a series breaks, and why; empty where it does not."""
    breaks = []
    for before, row in itertools.pairwise(rows):
        if row["segment"] != before["segment"] and text_or(row["segment_reason"]):
            breaks.append(f"There is a series break in {row['segment_since']}: {_lower(str(row['segment_reason']))}.")
    return " ".join([*breaks, "Years before a break cannot be compared with those after it."]) if breaks else ""


def _trend(rows: Sequence[Row], meta: Row, rates: Rates) -> Finding:
    last = rows[-1]
    verdict, year = trend_verdict(last), str(last["academic_year"])
    if text_or(last["trend_verdict"], "cannot_say") == "cannot_say":
        sentence = f"Nothing can be said of the five years to {year}: {_why_no_trend(last, meta)}."
        return Finding(_named(), sentence, verdict, TREND, stands_out=False)
    # a trend is of five years that follow each other, so these are the last five rows
    first = rows[-5]
    course = f"{_value(first['value'], meta)} in {first['academic_year']}, {_value(last['value'], meta)} in {year}"
    alarm = _trend_alarm(last, meta, rates)
    if last["trend_verdict"] == "no_change":
        sentence = f"No clear trend: {course}. Chance alone could explain it."
        return Finding(f"{_named()}{alarm}", sentence, verdict, TREND, stands_out=False)
    way = "rose" if last["trend_direction"] == "increasing" else "fell"
    sentence = f"It {way} over five years: {course}. Leaving out any one of them changes nothing."
    return Finding(f"{_named()}{alarm}", sentence, verdict, TREND)


def _point(row: Row, meta: Row, rates: Rates) -> Finding:
    verdict, year = point_verdict(row), str(row["academic_year"])
    rule = text_or(row["spc_rule"], "cannot_say")
    if rule == "cannot_say":
        sentence = f"There is no chart up to {year}: {_why_no_chart(row, meta)}."
        return Finding(CHART, sentence, verdict, CHART, stands_out=False)
    points, mean = int(row["n_spc_points"]), _value(row["spc_mean"], meta)
    low, high = (_value(row[name], meta) for name in ("spc_lower", "spc_upper"))
    trial = (
        f" The limits are on trial: they rest on {count_words(points, 'point', 'points')}, fewer than twelve."
        if row["is_spc_trial"]
        else ""
    )
    if rule == "none":
        text = f"{_value(row['value'], meta)} in {year} is within what this series usually does: {low} to {high}."
        alarm = _any_alarm(points, rates)
        return Finding(f"None of the four rules of the chart{alarm}", text + trial, verdict, CHART, stands_out=False)
    up = row["value"] > row["spc_mean"]
    since = text_or(row["spc_since"], year)
    span = f"since {since}" if since != year else f"in {year}"
    said_by_rule = {
        "outside_limits": f"{_value(row['value'], meta)} in {year} lies {'above the upper' if up else 'below the lower'} "
        f"limit of {high if up else low} (mean {mean}).",
        "seven_trend": f"Seven points or more run one way without a break, {span}; {_value(row['value'], meta)} in {year}.",
        "two_of_three": f"Two of three points lie near the {'upper' if up else 'lower'} limit of {high if up else low}, {span}.",
        "one_side": f"Seven points or more lie {'above' if up else 'below'} the mean of {mean}, {span}.",
    }
    return Finding(f"{RULES[rule]}{_rule_alarm(rule, points, rates)}", said_by_rule[rule] + trial, verdict, CHART)


def _named() -> str:
    return RULES["five_point_trend"]


def _why_no_trend(row: Row, meta: Row) -> str:
    least = int(meta["minimum_pupils"] or 11)
    return {
        "no_figure": f"the figure is {status_word(row['status'])}",
        "small_cohort": f"the figure is of fewer than {least} pupils",
        "unknown_cohort": "the number of pupils is not published",
        "few_points": "five years that follow each other without a gap are needed",
        "new_segment": f"there is a series break in {text_or(row['segment_since'])}, and five years are needed",
        "no_interval": "there is no interval to weigh the years by",
        "no_variation": "nobody, or everybody, was counted in all five years",
    }.get(text_or(row["trend_reason_id"]), "it is not calculated")


def _why_no_chart(row: Row, meta: Row) -> str:
    points = count_words(row["n_spc_points"], "point is", "points are")
    return {
        "few_points": f"{points} known, and five are needed",
        "new_segment": f"{points} known since the series break in {text_or(row['segment_since'])}, and five are needed",
        "rare_events": "fewer than five a year are counted, and one more or less is no news",
    }.get(text_or(row["spc_reason_id"]), _why_no_trend({**row, "trend_reason_id": row["spc_reason_id"]}, meta))


def _trend_alarm(row: Row, meta: Row, rates: Rates) -> str:
    n_pupils, value = row["n_pupils"], row["value"]
    if meta["kind"] == "proportion":
        size = "shares_of_300" if not is_number(n_pupils) or n_pupils >= _MANY_PUPILS else "shares_of_30"
    elif row["ci_method"] == "byar" and is_number(n_pupils):
        size = "events_100" if value * n_pupils / 100 >= _MANY_EVENTS else "events_20"
    else:
        size = "scores"
    return _alarm(
        rates.get(("five_point_trend", f"false_alarm_{size}")), "of series in which nothing changed are called a trend"
    )


def _rule_alarm(rule: str, points: int, rates: Rates) -> str:
    length = _measured_length(points, rates)
    last = rates.get((rule, f"false_alarm_last_of_{length}"))
    return _alarm(last, f"of charts{_as_long(length, points)} in which nothing happened have it at their last point")


def _any_alarm(points: int, rates: Rates) -> str:
    length = _measured_length(points, rates)
    return _alarm(
        rates.get(("xmr", f"false_alarm_any_of_{length}")),
        f"of charts{_as_long(length, points)} in which nothing happened have a flag somewhere",
    )


def _as_long(length: int, points: int) -> str:
    """The length that was measured, where it is not the chart's own."""
    return f" of {length} points" + ("" if length == points else " (the nearest length measured)")


def _measured_length(points: int, rates: Rates) -> int:
    """The length of chart that was measured and is nearest; the number of points itself where nothing was."""
    known = [int(name.rpartition("_")[2]) for method, name in rates if method == "xmr"]
    return min(known, key=lambda length: (abs(length - points), length), default=points)


def _alarm(rate: float | None, where: str) -> str:
    if rate is None:
        return ". False alarms: not measured"
    share = f"{100 * rate:.1f}%" if rate >= _TOLD_FROM else f"under {100 * _TOLD_FROM:.1f}%"
    return f". False alarms: {share} {where}"


def _value(value: Any, meta: Row) -> str:
    return value_words(value, str(meta["unit"]), str(meta["kind"]), meta["decimals"])


def _lower(text: str) -> str:
    return text if text[:2].isupper() else text[:1].lower() + text[1:]


def chart_summary(rows: Sequence[Row], meta: Row) -> str:
    """Which points of the chart are flagged, by their words; limits of the latest segment."""
    last = next(row for row in reversed(rows) if is_number(row["spc_mean"]))
    mean, low, high = (_value(last[name], meta) for name in ("spc_mean", "spc_lower", "spc_upper"))
    text = f"Mean {mean}, limits {low} to {high}."
    flagged: dict[str, list[str]] = {}
    for row in rows:
        if row["spc_variation"] not in ("common", "cannot_say"):
            flagged.setdefault(point_verdict(row).word, []).append(str(row["academic_year"]))
    if not flagged:
        return f"{text} No point is flagged."
    return f"{text} " + " ".join(f"{word}: {', '.join(years)}." for word, years in flagged.items())
