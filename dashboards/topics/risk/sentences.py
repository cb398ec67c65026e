"""The risk register in words: orders, shapes and the sentences about what was looked at.

Belongs here: how a flag, a change and the control of false discoveries are said. Does not belong here: which rule fired
or any score (they are marts), and HTML.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from dashboards.shared.finding import Verdict
from dashboards.shared.readings import term_words
from dashboards.shared.wording import count_words, day_words, is_number, text_or, value_words, words_of_n

Row = dict[str, Any]

ORDERS = {
    "score": "By score",
    "change": "By change",
    "reasons": "By reasons",
    "since": "By oldest reason",
    "name": "By name",
}
QUIET = ["hide", "show"]

_DAY = re.compile(r"\b\d{4}-\d{2}-\d{2}\b")
_TERM = re.compile(r"\b\d{4}/\d{2} (?:autumn|spring|summer)\b")
_MINUS = re.compile(r"(?<=[ (])-(?=\d)")
# a number of people or schools; a year or a code has something else behind it
_LARGE = re.compile(
    r"\b\d{4,}(?= (?:pupils|invited|events|answers|leaders|schools|primary|secondary|special|mainstream)\b)"
)

_CHANGES = {
    "new": Verdict("worse", "New", "✚", "There was no reason the term before."),
    "worse": Verdict("worse", "Worse", "▲", "The score rose since the term before."),
    "same": Verdict("none", "Same", "●", "The score moved by less than a point."),
    "better": Verdict("better", "Better", "▼", "The score fell since the term before."),
    "closed": Verdict("better", "Closed", "✓", "There was a reason the term before, and there is none now."),
    "none": Verdict("none", "Nothing", "–", "No reason now, and none the term before."),
}


def change(row: Row) -> Verdict:
    """What changed since the term before, as shape, colour and word."""
    return _CHANGES[str(row["change"])]


def strength(flag: Row) -> Verdict:
    """A flag as shape, colour and word: diamonds are tests, squares are facts; filled is strong."""
    strong, test = flag["strength"] == "strong", flag["evidence_kind"] == "test"
    if test:
        said = (
            "Strong: it survives the control of false discoveries."
            if strong
            else "Weak: among all that was looked at, chance alone makes some like it."
        )
        return Verdict("worse" if strong else "none", text_or(flag["rule_short_name"]), "◆" if strong else "◇", said)
    said = "Strong: beyond the rule’s second threshold." if strong else "Beyond the rule’s first threshold."
    return Verdict("worse" if strong else "none", text_or(flag["rule_short_name"]), "■" if strong else "□", said)


def evidence(flag: Row) -> str:
    """What a flag rests on, with days, terms, signs and large numbers as they are read aloud."""
    said = _DAY.sub(lambda found: day_words(date.fromisoformat(found.group())), text_or(flag["evidence"]))
    said = _TERM.sub(lambda found: term_words(found.group()), said)
    said = _MINUS.sub("−", _LARGE.sub(lambda found: f"{int(found.group()):,}", said))
    if " behind the others" in said and "−" in said:
        said += " A minus says that the disadvantaged pupils were ahead."
    return said


def has_something_to_say(row: Row) -> bool:
    """Whether a row of the register has a reason that counts, or lost its last one this term."""
    return bool(row["evidence_kind"] != "none" or row["change"] == "closed")


def ordered(rows: Sequence[Row], order: str) -> list[Row]:
    """Rows of the register in one of `ORDERS`; ties by score, then by name."""
    places = {"new": 0, "worse": 1, "closed": 2, "better": 3, "same": 4, "none": 5}
    first: dict[str, Callable[[Row], Any]] = {
        "score": lambda r: 0,
        "change": lambda r: places[str(r["change"])],
        "reasons": lambda r: -int(r["flags"]),
        "since": lambda r: _term_key(r["since"]),
        "name": lambda r: str(r["name"]).casefold(),
    }
    key = first[order]
    return sorted(rows, key=lambda r: (key(r), -float(r["score"]), str(r["name"]), text_or(r["urn"])))


def _term_key(term: Any) -> tuple[str, int]:
    text = text_or(term, "9999")
    year, _space, season = text.partition(" ")
    return year, {"autumn": 0, "spring": 1, "summer": 2}.get(season, 3)


def since_words(term: Any) -> str:
    """`summer 2018/19`, or a dash where there is no flag."""
    return term_words(str(term)) if text_or(term) else "–"


def looked_at(day: Row, level: float = 0.05) -> str:
    """How many tests were looked at, how many chance alone would make fire, and what the control guarantees."""
    tests, fired, strong = int(day["tests"]), int(day["fired"]), int(day["strong"])
    if not tests:
        return (
            f"As at the end of {term_words(str(day['as_at']))} there are no results to test. "
            "What stands here is taken from the records, not tested; one year can be a blip."
        )
    expected = float(day["expected_false"])
    few = f"{expected:,.0f}" if expected >= 10 else f"{expected:,.1f}"
    control = (
        f"{strong:,} of them {'is' if strong == 1 else 'are'} strong: of many strong ones, no more than "
        f"{level * 100:.0f} in 100 are expected to be false"
        if strong
        else "None of them is strong"
    )
    return (
        f"{count_words(tests, 'test was', 'tests were')} looked at in the results of {day['evidence_year']}, over all schools "
        f"of the warehouse. If nothing were amiss anywhere, about {few} of them would fire by chance alone; "
        f"{fired:,} did. {control} (Benjamini–Hochberg over all {tests:,})."
    )


def chance_words(flag: Row) -> str:
    """How often the rule cries wolf, and how clear this test is; for facts, why there is no such figure."""
    if flag["evidence_kind"] != "test":
        return "Taken from the records, not tested: one year can be a blip."
    said = []
    if is_number(flag["false_alarm_rate"]):
        said.append(
            f"Measured false-alarm rate: {rate_words(flag['false_alarm_rate'])} of schools in which nothing is amiss."
        )
    else:
        said.append("False-alarm rate: not measured yet.")
    if is_number(flag["p_value"]) and is_number(flag["q_value"]):
        said.append(f"p {small_words(flag['p_value'])}, q {small_words(flag['q_value'])}.")
    return " ".join(said)


def rate_words(rate: Any) -> str:
    """`2.1%`; `0.15%` where one decimal place would say too little."""
    return f"{100 * float(rate):.{1 if rate >= 0.01 else 2}f}%"


def small_words(value: Any) -> str:
    """A p-value: `0.021`, or `under 0.001`."""
    return "under 0.001" if value < 0.001 else f"{value:.3f}"


def lead(area: str, day: Row, rows: Sequence[Row]) -> str:
    """The finding in one sentence: how many schools have a reason, and what changed."""
    schools = [r for r in rows if r["area_type"] == "school"]
    term = term_words(str(day["as_at"]))
    if not schools:
        return f"{area}: no school is in the register as at the end of {term}."
    flagged = [r for r in schools if r["evidence_kind"] != "none"]
    facts = sum(r["evidence_kind"] == "facts" for r in flagged)
    number = {name: sum(r["change"] == name for r in schools) for name in ("new", "worse", "better", "closed")}
    said = ", ".join(f"{count:,} {name}" for name, count in number.items() if count) or "nothing changed"
    only = f" ({facts:,} of them for facts only)" if facts else ""
    return (
        f"{area}, end of {term}: {len(flagged):,} of {count_words(len(schools), 'school', 'schools')} "
        f"{'has' if len(flagged) == 1 else 'have'} a reason for a closer look{only}. Since the term before: {said}."
    )


def score_words(row: Row) -> str:
    """`12.5 = 8.0 for flags + 4.5 for likely standing`."""
    return (
        f"{float(row['score']):.1f} = {float(row['flag_points']):.1f} for flags + "
        f"{float(row['standing_points']):.1f} for likely standing"
    )


def standing(first: Row) -> str:
    """Which measure gives most points, from the answer to school_risk_standing."""
    if not first["points"] > 0:
        return "No measure gives points."
    value = value_words(first["value"], str(first["unit"]), str(first["kind"]), first["decimals"])
    return (
        f"Most points come from {first['short_name']} ({value} in {first['academic_year']}): "
        f"{100 * float(first['place']):.0f} in 100 schools of its kind are likely to do better."
    )


def one_lead(name: str, term: str, reasons: Sequence[Row], now: Row | None) -> str:
    """The finding about one school: how many reasons, its score and its place."""
    if now is None:
        return f"{name} is not in the register as at the end of {term_words(term)}: there is nothing to look at."
    return (
        f"End of {term_words(term)}: {count_words(len(reasons), 'reason', 'reasons')}. Score "
        f"{score_words(now)}; place {now['place']:,} of {now['listed']:,} schools in the warehouse."
    )


def reason_note(flag: Row) -> str:
    """Since when a reason stands, on how many it rests, how clear it is, its points and its rule."""
    counted = f" {words_of_n(flag['n'])}." if is_number(flag["n"]) else ""
    return (
        f"Since {since_words(flag['since'])}.{counted} {strength(flag).reason} {chance_words(flag)} "
        f"{float(flag['points']):.1f} points. Source: {text_or(flag['source']).lower()}. Rule: {flag['rule_id']}."
    )


def how_to_read(day: Row) -> list[str]:
    """What a score is and is not."""
    return [
        "The score adds up the points of a school’s reasons and of where it is likely to stand next year among schools of its "
        "kind. It orders conversations; it says nothing about causes or about people.",
        "A test is a finding only if it is strong. A weak one is shown because it may matter to those who know the school.",
        f"Results of a year count from its summer term on: this day rests on those of {day['evidence_year']}. Reviews, events "
        "and answers count term by term.",
    ]
