"""The risk register in words: orders, shapes and the sentences about the tests behind it.

Belongs here: how a flag, a change and the control of false discoveries are said. Does not belong here: which rule fired,
what it says of a school (its sentence is made where the rule is) or any score (they are marts), and HTML.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from dashboards.shared.finding import Verdict
from dashboards.shared.readings import term_words
from dashboards.shared.wording import count_words, is_number, text_or, value_words, words_of_n

Row = dict[str, Any]

ORDERS = {
    "score": "By score",
    "change": "By change",
    "reasons": "By number of concerns",
    "since": "By oldest concern",
    "name": "By name",
}
QUIET = ["hide", "show"]

_CHANGES = {
    "new": Verdict("worse", "New", "✚", "There was no concern the term before."),
    "worse": Verdict("worse", "Worse", "▼", "The score rose since the term before."),
    "same": Verdict("none", "Same", "●", "The score moved by less than a point."),
    "better": Verdict("better", "Better", "▲", "The score fell since the term before."),
    "closed": Verdict("better", "Resolved", "✓", "There was a concern the term before, and there is none now."),
    "none": Verdict("none", "No concern", "–", "No concern now, and none the term before."),
}

#: What of these the lead counts, and its word there.
_CHANGED = {"new": "new", "worse": "worse", "better": "better", "closed": "resolved"}


def change(row: Row) -> Verdict:
    """What changed since the term before, as shape, colour and word."""
    return _CHANGES[str(row["change"])]


def strength(flag: Row) -> Verdict:
    """A flag as shape, colour and word: diamonds are tests, squares are facts; filled is strong or serious."""
    strong, test = flag["strength"] == "strong", flag["evidence_kind"] == "test"
    if test:
        said = (
            "Strong statistical evidence: it holds after allowing for all the tests that were made."
            if strong
            else "Weak statistical evidence: among so many tests, chance alone makes some like it."
        )
        return Verdict("worse" if strong else "none", text_or(flag["rule_short_name"]), "◆" if strong else "◇", said)
    said = "Serious: beyond the rule’s higher threshold." if strong else "Beyond the rule’s threshold."
    return Verdict("worse" if strong else "none", text_or(flag["rule_short_name"]), "■" if strong else "□", said)


def has_something_to_say(row: Row) -> bool:
    """Whether a row of the register has a concern the reader is shown, or lost its last one this term."""
    return bool(row["evidence_kind"] != "none" or row["flags"] or row["change"] == "closed")


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


def tests_words(day: Row, level: float = 0.05) -> str:
    """How many tests were made, how many flags chance alone would raise, and how many of the strong ones may be false."""
    tests, fired, strong = int(day["n_tests"]), int(day["fired"]), int(day["strong"])
    if not tests:
        return (
            f"As at the end of {term_words(str(day['as_at']))} there are no results to test. "
            "What is listed here is taken from the records."
        )
    expected = float(day["expected_false"])
    few = f"{expected:,.0f}" if expected >= 10 else f"{expected:,.1f}"
    control = (
        f"{strong:,} of them {'is' if strong == 1 else 'are'} strong statistical evidence: of many such, no more than "
        f"{level * 100:.0f} in 100 are expected to be false"
        if strong
        else "None of them is strong statistical evidence"
    )
    return (
        f"{count_words(tests, 'test was', 'tests were')} made of the results of {day['evidence_year']}, across all schools in "
        f"the warehouse. If nothing were wrong anywhere, about {few} would still raise a flag; {fired:,} did. {control} "
        f"(Benjamini–Hochberg over all {tests:,})."
    )


def chance_words(flag: Row) -> str:
    """How often the rule raises a false alarm, and how clear this test is; for facts, what they rest on instead."""
    if flag["evidence_kind"] != "test":
        basis = text_or(flag["false_alarm_reason"])
        return f"{basis[:1].upper()}{basis[1:]}."
    said = []
    if is_number(flag["false_alarm_rate"]):
        said.append(
            f"Measured false-alarm rate: {rate_words(flag['false_alarm_rate'])} of schools in which nothing is wrong."
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
    """The finding in one sentence: how many schools have a concern, and what changed."""
    schools = [r for r in rows if r["area_type"] == "school"]
    term = term_words(str(day["as_at"]))
    if not schools:
        return f"{area}: no school is in the register as at the end of {term}."
    flagged = [r for r in schools if r["evidence_kind"] != "none"]
    facts = sum(r["evidence_kind"] == "facts" for r in flagged)
    number = {word: sum(r["change"] == name for r in schools) for name, word in _CHANGED.items()}
    changed = ", ".join(f"{count:,} {word}" for word, count in number.items() if count) or "nothing changed"
    many = count_words(len(schools), "school", "schools")
    if not flagged:
        who = f"none of {many} has a concern"
    elif len(flagged) == len(schools) > 1:
        who = f"all {many} have at least one concern"
    else:
        who = f"{len(flagged):,} of {many} {'has' if len(flagged) == 1 else 'have'} at least one concern"
    if facts and facts == len(flagged):
        who += "; none rests on a statistical test" if facts > 1 else "; it does not rest on a statistical test"
    elif facts:
        who += f"; for {facts:,} of them none rests on a statistical test"
    return f"{area}, end of {term}: {who}. Since the term before: {changed}."


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
        f"{100 * float(first['share_better']):.0f}% of schools of its kind are likely to do better."
    )


def one_lead(name: str, term: str, reasons: Sequence[Row], now: Row | None) -> str:
    """The finding about one school: how many concerns, its score and its place."""
    if now is None:
        return f"{name} is not in the register as at the end of {term_words(term)}: there is nothing to look at."
    return (
        f"End of {term_words(term)}: {count_words(len(reasons), 'concern', 'concerns')}. Score "
        f"{score_words(now)}; {place_words(now)}."
    )


def reason_note(flag: Row) -> str:
    """Since when there is a concern, on how many it rests, how clear it is, its points and its rule."""
    counted = f" {words_of_n(flag['n_evidence'])}." if is_number(flag["n_evidence"]) else ""
    return (
        f"Since {since_words(flag['since'])}.{counted} {strength(flag).reason} {chance_words(flag)} "
        f"{float(flag['points']):.1f} points. Source: {text_or(flag['source']).lower()}. Rule: {flag['rule_id']}."
    )


def how_to_read(day: Row) -> list[str]:
    """What a score is and is not."""
    return [
        "The score adds up the points of a school’s concerns and of where it is likely to stand next year among schools of its "
        "kind. It orders conversations; it says nothing about causes or about people.",
        "A test is a finding only if its evidence is strong. A weak one is shown because it may matter to those who know the "
        "school.",
        f"Results of a year count from its summer term on: this day rests on those of {day['evidence_year']}. Reviews, events "
        "and answers stand beside the score term by term, for those with whom they were shared, and count for nothing in it.",
    ]


def rank_words(row: Row) -> str:
    """The place in the register; none where nothing gives points, since all who have none share it."""
    return f"{row['rank']:,}" if row["score"] > 0 else "–"


def place_words(row: Row) -> str:
    """`place 6 of 146 in the warehouse`."""
    return (
        f"place {row['rank']:,} of {row['listed']:,} in the warehouse" if row["score"] > 0 else "no points, so no place"
    )


#: Under so many schools on earlier lists, what they were worth is a hint.
_FEW_LISTED = 30
#: How long a monitoring list a board may choose.
LENGTHS = ["5", "10", "20"]
USUAL_LENGTH = "10"


def list_words(row: Row) -> str:
    """What the list is ordered by."""
    return (
        f"Ordered by the share of what the register weighs that is to be expected in the lowest fifth of schools of its kind in "
        f"{row['outlook_year']}, from results up to {row['academic_year']}. Beside it the facts of the register, which do not "
        "move the order. This list starts a conversation; it is not a judgement."
    )


def sum_words(row: Row) -> str:
    """The expected share, and the chances and weights it is made of: what a director checks by hand."""
    reasons = [text_or(row[name]) for name in ("reason_1", "reason_2", "reason_3") if text_or(row[name])]
    most = f" Most of it: {'; '.join(reasons)} (chance × weight)." if reasons else ""
    return (
        f"{100 * float(row['expected_share']):.0f}% of the weight of {count_words(row['n_indicators'], 'measure', 'measures')}."
        f"{most}"
    )


def place_since(row: Row, length: int) -> str:
    """Whether the school was on a list of this length a year before."""
    before = row["rank_before"]
    if not is_number(before):
        return "  new: not ranked a year before"
    return f"  place {before:.0f} a year before" if before <= length else f"  new: place {before:.0f} a year before"


def record_words(record: Row, length: int) -> str:
    """What lists like this were worth in the years whose next year is known."""
    listed, there = int(record["n_listed"]), int(record["n_there"])
    if not listed:
        return "There is no earlier year to try such a list on."
    right = int(record["n_right"])
    schools = count_words(listed, "school", "schools")
    years = count_words(record["n_years"], "earlier year", "earlier years")
    text = (
        f"Measured on {years}: of {schools} listed like this, {right} ({100 * right / listed:.0f}%) had half of their weight "
        "or more in the lowest fifth a year later"
    )
    share = f"; of all {there} that had, the lists held {100 * right / there:.0f}%" if there else ""
    few = " With so few, read it as a hint." if listed < _FEW_LISTED else ""
    return f"{text}{share}.{few}"


def left_out(rows: Sequence[Row], length: int) -> str:
    """How many schools are not on the list, and how many cannot be ranked."""
    ranked = sum(bool(row["is_ranked"]) for row in rows)
    text = f"{count_words(max(ranked - length, 0), 'ranked school is', 'ranked schools are')} not listed."
    unknown = len(rows) - ranked
    if unknown:
        text += f" {count_words(unknown, 'school is', 'schools are')} not ranked: too little is known beside others of the phase."
    return text
