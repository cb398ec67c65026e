"""What an estimate of impact says, in the words a board reads: a verdict with its shape, a sentence, and the rule behind it.

Belongs here: sentences made by rules from one row of `impact_estimate`. Does not belong here: the rules of the verdict itself
(see `methods/impact.py`), or how anything is shown. No sentence gives an estimate without its interval.
"""

from __future__ import annotations

from typing import Any

from dashboards.shared.finding import Verdict
from dashboards.shared.wording import count_words, difference_number, difference_words, is_number, points_word, text_or

EVENTS = {"reviewed": "being reviewed", "joined": "joining a partnership"}
_HAPPENED = {"reviewed": "was reviewed", "joined": "joined"}
_LOOKS = {
    "improved": ("better", "Improved", "▲"),
    "worsened": ("worse", "Worsened", "▼"),
    "no_clear_difference": ("similar", "No clear difference", "●"),
    "cannot_tell": ("none", "We cannot tell", "◇"),
}
_METHODS = {
    "shared_shocks": "95%, allowing for luck that schools of a group share, as learned from groups that did not take part",
    "cr2": "95%, from errors by partnership (CR2, with Bell and McCaffrey’s degrees of freedom)",
    "assumed_shocks": "95%, allowing for luck that schools of a group share; how much is assumed, because there are too few "
    "groups to learn it from",
}
_BEFORE = {"alike": "moved alike", "differs": "moved differently", "cannot_be_checked": "cannot be checked"}


def verdict(row: dict[str, Any]) -> Verdict:
    """The verdict as tone, word and shape, with its reason."""
    tone, word, shape = _LOOKS[str(row["verdict"])]
    return Verdict(tone, word, shape, text_or(row["reason"]))


def effect(value: Any, row: dict[str, Any]) -> str:
    """`+7.5 percentage points`; nothing where there is no figure."""
    return difference_words(float(value), str(row["unit"]), row["decimals"]) if is_number(value) else ""


def interval(row: dict[str, Any], low: str = "ci_low", high: str = "ci_high") -> str:
    """`+2.2 to +12.7`; nothing where there is no interval."""
    if not (is_number(row[low]) and is_number(row[high])):
        return ""
    ends = float(row[low]), float(row[high])
    places = max(int(row["decimals"]), 1)
    # an interval that leaves out no change must not be written as if it began there
    while ends[0] * ends[1] > 0 and 0.0 in (round(ends[0], places), round(ends[1], places)) and places < 6:
        places += 1
    return " to ".join(difference_number(end, str(row["unit"]), places) for end in ends)


def sentence(row: dict[str, Any]) -> str:
    """What the row says: how much more or less these schools changed, and the reason of the verdict."""
    if not is_number(row["estimate"]):
        return f"We cannot tell. {text_or(row['reason'])}"
    moved = difference_words(abs(float(row["estimate"])), str(row["unit"]), row["decimals"]).removeprefix("+")
    way = "up" if row["estimate"] > 0 else "down"
    if difference_number(row["estimate"], str(row["unit"]), row["decimals"]).strip("0.") == "":
        moved, way = "", "neither up nor down"
    return (
        f"Compared with {count_words(row['n_comparison_schools'], 'school that was', 'schools that were')} like them before, "
        f"{count_words(row['n_schools'], 'school', 'schools')} moved {way}{f' by {moved}' if moved else ''}. "
        f"{text_or(row['reason'])}"
    )


def rule(row: dict[str, Any]) -> str:
    """The name of the rule behind the verdict."""
    return text_or(row["reason_id"]).replace("_", " ").capitalize()


def left_out(row: dict[str, Any]) -> str:
    """`None left out.`, or how many schools were, and why."""
    if not row["n_schools_left_out"]:
        return "None left out."
    return f"{count_words(row['n_schools_left_out'], 'school', 'schools')} left out: {text_or(row['left_out_reason'])}"


def smallest(row: dict[str, Any]) -> str:
    """The smallest effect that could have been detected, and the one worth acting on."""
    if not is_number(row["mde"]):
        return ""
    places = max(int(row["decimals"]), 1)
    unit = points_word(str(row["unit"]))
    because = text_or(row["meaningful_because"])
    means = f", {because[:1].lower()}{because[1:]}" if because else ""
    return (
        f"We could only have detected a change of {row['mde']:.{places}f} {unit} or more, four times in five "
        f"(worth acting on: {row['meaningful_effect']:.{places}f}{means})."
    )


def size(row: dict[str, Any]) -> str:
    """Hedges' g with its interval, or why there is none; months only where a person turned them on."""
    if not is_number(row["hedges_g"]):
        return f"No effect size: {text_or(row['hedges_g_reason'])}"
    said = f"Hedges’ g {row['hedges_g']:.2f} ({row['hedges_g_low']:.2f} to {row['hedges_g_high']:.2f})."
    if is_number(row["months_of_progress"]):
        said += f" By the Toolkit’s table {count_words(row['months_of_progress'], 'month', 'months')} of progress."
    return said.replace("-", "−")


def before_words(row: dict[str, Any]) -> str:
    """What the years before say, as a sentence that stands by itself."""
    said = text_or(row["pre_trend_reason"])
    cannot = "Cannot be checked"
    return (
        f"We cannot check whether the two groups were on the same track before{said.removeprefix(cannot)}"
        if said.startswith(cannot)
        else said
    )


def before(row: dict[str, Any]) -> str:
    """Whether both sides moved alike before, in a word or two."""
    return _BEFORE[str(row["pre_trend"])]


def method(row: dict[str, Any]) -> str:
    """How the interval was made."""
    return _METHODS.get(str(row["method"]), "none")


def lead(rows: list[dict[str, Any]], name: str, event: str) -> str:
    """The finding in one sentence: how many measures, how many of each verdict."""
    made = [row for row in rows if is_number(row["estimate"])]
    if not made:
        return f"After {name} {_HAPPENED[event]}: we cannot tell for any of {count_words(len(rows), 'measure', 'measures')}."
    counts = {word: sum(row["verdict"] == word for row in rows) for word in _LOOKS}
    told = {
        "improved": "{} improved",
        "worsened": "{} worsened",
        "no_clear_difference": "{} with no clear difference",
        "cannot_tell": "{} that cannot be judged yet",
    }
    said = ", ".join(told[word].format(number) for word, number in counts.items() if number)
    return (
        f"{name[:1].upper() + name[1:]}, after {EVENTS[event]}: of {count_words(len(rows), 'measure', 'measures')}, {said}. "
        f"Adjusted for testing {count_words(len(made), 'measure', 'measures')}."
    )


def year_words(relative: Any) -> str:
    """`2 years before`, `first year`, `second year`."""
    number = int(relative)
    if number < 0:
        return "1 year before" if number == -1 else f"{-number} years before"
    return ("first year", "second year", "third year")[number]


def schools_words(row: dict[str, Any]) -> str:
    """How many schools, partnerships, comparison schools and groups an estimate rests on, and its years."""
    groups = count_words(row["n_comparison_clusters"], "group", "groups")
    others = count_words(row["n_comparison_schools"], "comparison school", "comparison schools")
    return (
        f"{count_words(row['n_schools'], 'school', 'schools')} in "
        f"{count_words(row['n_clusters'], 'partnership', 'partnerships')}, {others} in {groups}; {row['years']}. {left_out(row)}"
    )


def cannot_tell(row: dict[str, Any]) -> str:
    """Why nothing is estimated, and how many schools were considered."""
    return (
        f"{text_or(row['reason'])} {count_words(row['n_schools_considered'], 'school', 'schools')} considered: "
        f"{text_or(row['left_out_reason'])} Rule: {rule(row)}."
    )


COLUMNS_NOTE = (
    "p: how often luck alone would make so large a difference; the verdict rests on it. Adjusted p: the same, allowing for all "
    "measures tested together (Benjamini and Hochberg). Other choices: the share of other choices of as many groups that "
    "show a difference at least as large, whatever their size; with few groups it cannot be small, so it is shown and decides "
    "nothing."
)
