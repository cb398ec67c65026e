"""Curves in words: the verdict with its shape, the sentence made by the rule, how the forecast was made.

Belongs here: wording of one row of the mart curve, as plain functions. Does not belong here: the verdict itself (a rule of
the warehouse) and how it is drawn (see `dashboards.topics.curves.page`).
"""

from __future__ import annotations

from datetime import date
from typing import Any

from dashboards.shared.finding import Verdict
from dashboards.shared.wording import (
    day_words,
    difference_words,
    interval_words,
    is_number,
    text_or,
    value_words,
    words_of_n,
)

Row = dict[str, Any]

_VERDICTS = {
    "turned": ("better", "Turned", "✔"),
    "turning": ("better", "Turning", "◐"),
    "not_turned": ("similar", "Not turned", "■"),
    "reached": ("similar", "Target reached", "◎"),
    "cannot_say": ("none", "Cannot say", "–"),
}
METHODS = {
    "last_year": "same as last year",
    "mean_3": "mean of the last three years",
    "weighted_321": "last three years weighed 3 to 2 to 1",
    "drift": "half of the last change carried on",
    "shrunk": "drawn towards similar schools",
    "shrunk_321": "last three years weighed 3 to 2 to 1, drawn towards similar schools",
}
_REASONS = {
    "better": "it missed least on earlier years, and less than “same as last year” on the years after those",
    "none_better": "no other way missed less by more than chance",
    "did_not_hold": "what missed less on earlier years did not go on doing so",
    "few_forecasts": "there are too few forecasts to choose by",
    "one_year_only": "there is too little history to choose by",
}
_ASSURANCE = {
    "reached": "is reached",
    "likely": "is likely to be met even if nothing changes",
    "possible": "may be met without a change of course",
    "unlikely": "is unlikely to be met without a change of course",
    "cannot_say": "cannot be compared with a forecast",
}


def verdict(row: Row) -> Verdict:
    """The verdict with tone, word, shape and reason; what moved the wrong way is marked as worse."""
    tone, word, shape = _VERDICTS.get(str(row["verdict"]), _VERDICTS["cannot_say"])
    tone = "worse" if row["rule_id"] == "wrong_way" else tone
    return Verdict(tone, word, shape, str(row["reason"]))


def how(row: Row) -> tuple[str, str, Any]:
    """Unit, kind and decimals of the row's indicator, as the functions of `words` take them; at least one decimal place."""
    return str(row["unit"]), str(row["kind"]), max(int(row["decimals"]), 1)


def sentence(row: Row) -> str:
    """What happened, in one sentence and the rule's reason: figure, forecast with its interval, target, n."""
    if not is_number(row["verdict_value"]):
        return str(row["reason"])
    given = how(row)
    text = (
        f"{row['short_name']} was {value_words(row['verdict_value'], *given)} in {row['verdict_year']} "
        f"({words_of_n(row['n_verdict_pupils'], 'pupil', 'pupils')})"
    )
    if is_number(row["expected"]):
        text += f"; {value_words(row['expected'], *given)} was to be expected if nothing changed"
        interval = interval_words(row["expected_low"], row["expected_high"], *given)
        text += f" ({interval} in nine of ten cases)" if interval else ""
    text += f", and the target is {value_words(row['target'], *given)} by {row['target_year']}."
    return f"{text} {row['reason']}"


def facts(row: Row) -> list[tuple[str, str]]:
    """Baseline, target, latest figure, gap, forecast and what happened beyond it, as pairs of a name and words."""
    given = how(row)

    def value(name: str) -> str:
        return value_words(row[name], *given)

    found = [("Baseline", f"{value('baseline')} in {row['baseline_year']}, as agreed")]
    if text_or(row["baseline_note"]):
        found[0] = ("Baseline", f"{found[0][1]}. {row['baseline_note']}")
    elif is_number(row["baseline_value"]):
        found[0] = ("Baseline", f"{found[0][1]}; {value('baseline_value')} in the warehouse")
    found.append(
        ("Target", f"{'At least' if row['direction'] == 'up' else 'At most'} {value('target')} in {row['target_year']}")
    )
    if is_number(row["latest_value"]):
        found.append(
            (
                "Latest",
                f"{value('latest_value')} in {row['latest_year']}, {words_of_n(row['n_latest_pupils'], 'pupil', 'pupils')}",
            )
        )
        found.append(("To the target", _way(row)))
    if is_number(row["forecast"]) and row["forecast_made_in"] != row["baseline_year"]:
        interval = interval_words(row["forecast_low"], row["forecast_high"], *given)
        made = f"{value('forecast')} in {row['target_year']}" + (f" ({interval})" if interval else "")
        found.append(
            (
                "If nothing changes",
                f"{made}, forecast made in {row['forecast_made_in']}; the target {_ASSURANCE[str(row['assurance'])]}",
            )
        )
    if is_number(row["turn"]):
        found.append(
            (
                "Difference from the forecast",
                f"{difference_words(row['turn'], given[0], given[2])} in {row['verdict_year']}",
            )
        )
    others = interval_words(row["others_low"], row["others_high"], *given)
    if others:
        found.append(("Similar groups", f"Most would now be between {others.replace(' to ', ' and ')}"))
    if is_number(row["shared_schools_pct"]):
        found.append(("Same schools", f"{row['shared_schools_pct']:.0f}% of the schools have a figure in both years"))
    return found


def _way(row: Row) -> str:
    """How far the latest figure is from the target, and how much of the way is behind it."""
    unit, _kind, decimals = how(row)
    to_go = row["gap_to_target"] if row["direction"] == "up" else -row["gap_to_target"]
    distance = difference_words(abs(row["gap_to_target"]), unit, decimals).removeprefix("+")
    if to_go <= 0:
        return f"Reached, with {distance} to spare"
    gone = row["way_gone_pct"]
    if not is_number(gone):
        return f"{distance} to go"
    return f"{distance} to go; " + (f"{gone:.0f}% of the way is done" if gone > 0 else "no nearer than at the start")


def method_words(row: Row) -> str:
    """How the forecast was made and why that way, and where its interval comes from; one to three sentences."""
    if not is_number(row["expected"]):
        return "No forecast could be made from the year of the baseline."
    method = METHODS.get(str(row["expected_method"]), str(row["expected_method"]))
    because = _REASONS[str(row["expected_reason"])]
    text = f"Forecast made with what was known in {row['baseline_year']}: {method}, because {because}."
    if row["interval_basis"] == "none":
        return f"{text} There are too few errors of such forecasts for an interval."
    text += (
        f" Its interval holds nine in ten of {row['interval_errors']:,.0f} errors of such forecasts for groups of schools "
        "drawn by lot, for which nothing was planned."
    )
    if row["interval_basis"] == "known_since":
        text += " Too few of these errors were known then, so those known since are used."
    return text


def essential_state(row: Row) -> Verdict:
    """Done, overdue, open or without a date, with shape and tone."""
    if isinstance(row["done_on"], date) and text_or(row["done_on"]):
        return Verdict("better", f"Done {day_words(row['done_on'])}", "✔", "Done")
    if row["is_overdue"]:
        return Verdict("worse", f"Overdue since {day_words(row['due_on'])}", "▼", "Due and not done")
    if text_or(row["due_on"]):
        return Verdict("similar", f"Due {day_words(row['due_on'])}", "○", "Not due yet")
    return Verdict("none", "No day agreed", "–", "No day was written down")


def lead(area: str, rows: list[Row]) -> str:
    """How many curves turned, are turning, have not, and of how many it cannot be said."""
    count = {name: sum(str(row["verdict"]) == name for row in rows) for name in _VERDICTS}
    overdue = sum(int(row["overdue"]) for row in rows)
    many = "1 curve" if len(rows) == 1 else f"{len(rows)} curves"
    text = (
        f"{area}: of {many}, {count['turned'] or 'none'} turned, {count['turning'] or 'none'} turning, "
        f"{count['not_turned'] or 'none'} not turned"
    )
    if count["reached"]:
        text += f"; {count['reached']} at the target, without it being clear that the plan did it"
    text += f"; of {count['cannot_say']} it cannot be said." if count["cannot_say"] else "."
    if overdue:
        text += f" {overdue} action{' is' if overdue == 1 else 's are'} overdue."
    return text
