"""What the marts of comparison say, in words: one sentence per signal, each with the name of its rule.

Belongs here: the words of a verdict beside a benchmark, of a funnel, a rank and a gap. Does not belong here: deciding any
of them (the marts do), or the page.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from dashboards.shared.wording import (
    Verdict,
    difference_number,
    difference_words,
    interval_words,
    is_number,
    sentence_start,
    text_or,
    value_words,
    verdict_words,
    words_of_n,
)

#: What a school can be set beside, as the filter lists them.
BENCHMARKS = {
    "england": "England",
    "authority": "Its authority",
    "partnership": "Others of its partnership",
    "similar": "Similar schools",
}
_NAMES = {
    "england": "England",
    "authority": "the authority",
    "partnership": "the other schools of its partnership",
    "similar": "similar schools",
    "peers": "the mean of schools of its kind",
}
#: Places in a funnel, as a table has them.
PLACES = {
    "above_998": "above the 99.8% limit",
    "above_95": "above the 95% limit",
    "within": "within",
    "below_95": "below the 95% limit",
    "below_998": "below the 99.8% limit",
}
GAPS = {"behind": "Behind", "ahead": "Ahead", "no_gap_seen": "No gap seen"}


@dataclass(frozen=True)
class Signal:
    """One sentence, the rule that made it, and whether it is good news (better, worse) or neither (similar).

    `word` is what its pill says: better and worse are the words of the interval beside the benchmark alone, so that a lead
    that counts those is never contradicted by another rule's signal.
    """

    tone: str
    word: str
    subject: str
    sentence: str
    rule: str


def name_of(benchmark: str) -> str:
    """A benchmark within a sentence."""
    return _NAMES[benchmark]


def verdict(row: dict[str, Any], benchmark: str) -> Verdict:
    """The verdict of a row of compare_spine as shape, colour and word."""
    return verdict_words({**row, "verdict": row["comparison"]}, name_of(benchmark))


def beside(row: dict[str, Any], benchmark: str) -> Signal:
    """What the interval says beside the benchmark."""
    how = str(row["unit"]), str(row["kind"]), row["decimals"]
    subject = f"{row['short_name']} ({row['academic_year']})"
    rule = "interval beside benchmark"
    if row["comparison"] == "not_compared":
        return Signal("none", "Not compared", subject, f"Not compared: {sentence_start(text_or(row['reason']))}.", rule)
    interval = interval_words(row["ci_low"], row["ci_high"], *how)
    figure = (
        f"{name_of(benchmark)} ({value_words(row['benchmark_value'], *how)}); {words_of_n(row['n'], 'pupil', 'pupils')}"
    )
    if row["comparison"] == "similar":
        return Signal("similar", "Similar", subject, f"Similar: the 95% interval, {interval}, contains {figure}.", rule)
    word = str(row["comparison"])
    side = "above" if (word == "better") == (row["polarity"] == "higher") else "below"
    return Signal(
        word,
        word.capitalize(),
        subject,
        f"{word.capitalize()}: the whole 95% interval, {interval}, lies {side} {figure}.",
        rule,
    )


def outside_funnel(row: dict[str, Any]) -> Signal | None:
    """A figure outside its funnel; None for one within, or without a place."""
    place = text_or(row["position"])
    if place not in ("above_95", "above_998", "below_95", "below_998"):
        return None
    share = "99.8" if place.endswith("998") else "95"
    return Signal(
        str(row["funnel_verdict"]),
        f"{'Above' if place.startswith('above') else 'Below'} the funnel",
        f"{row['short_name']} ({row['academic_year']})",
        f"Outside the funnel: {place.split('_', maxsplit=1)[0]} the limit within which {share}% of schools of its size would "
        f"lie by chance{' and the usual spread between schools' if is_number(row['phi']) else ' alone'}.",
        f"funnel, {share}% limits",
    )


def rank(row: dict[str, Any]) -> Signal | None:
    """A rank whose interval lies in one half of all schools; None where it says nothing."""
    low, middle, high = row["percentile_low"], row["percentile"], row["percentile_high"]
    if not (is_number(low) and is_number(middle) and is_number(high)) or low <= 50 <= high:
        return None
    return Signal(
        "better" if low > 50 else "worse",
        "Upper half" if low > 50 else "Lower half",
        f"{row['short_name']} ({row['academic_year']})",
        f"In the {'better' if low > 50 else 'worse'} half of {row['schools']:,.0f} schools of its kind: percentile "
        f"{middle:.0f}, and {low:.0f} to {high:.0f} as far as intervals can tell (100 is best).",
        "rank with its interval",
    )


def rank_words(row: dict[str, Any]) -> str:
    """A percentile, never without what intervals leave open: `45 (12 to 88)`."""
    if not is_number(row["percentile"]):
        return "none"
    return f"{row['percentile']:.0f} ({row['percentile_low']:.0f} to {row['percentile_high']:.0f})"


def gap(row: dict[str, Any]) -> Signal | None:
    """A gap between disadvantaged and other pupils that chance does not explain."""
    if row["verdict"] not in ("behind", "ahead"):
        return None
    how = str(row["unit"]), row["decimals"]
    return Signal(
        "worse" if row["verdict"] == "behind" else "better",
        GAPS[str(row["verdict"])],
        f"{row['short_name']} ({row['academic_year']})",
        f"Disadvantaged pupils are {row['verdict']}{' of' if row['verdict'] == 'ahead' else ''} the other pupils by "
        f"{difference_words(abs(row['gap']), *how).removeprefix('+')} (95% interval of the difference "
        f"{difference_number(row['gap_low'], *how)} to {difference_number(row['gap_high'], *how)}; "
        f"n = {row['n']:,.0f} and {row['other_n']:,.0f}).",
        "gap of two groups",
    )


def signals(rows: Sequence[dict[str, Any]], gaps: Sequence[dict[str, Any]], benchmark: str) -> list[Signal]:
    """Everything that has something to say about a school, worse before better."""
    found: list[Signal] = []
    for row in rows:
        told = (beside(row, benchmark), outside_funnel(row), rank(row))
        found += [signal for signal in told if signal is not None and signal.tone in ("better", "worse")]
    found += [signal for signal in map(gap, gaps) if signal is not None]
    return sorted(found, key=lambda signal: signal.tone == "better")


def speaks(row: dict[str, Any]) -> bool:
    """Whether a row of compare_spine has anything to say but “similar” or “not compared”."""
    return row["comparison"] in ("better", "worse") or outside_funnel(row) is not None or rank(row) is not None


def lead(name: str, rows: Sequence[dict[str, Any]], benchmark: str, group: str) -> str:
    """The finding in one sentence: how many indicators are better, similar, worse, and not compared."""
    counts = {
        word: sum(1 for row in rows if row["comparison"] == word)
        for word in ("better", "similar", "worse", "not_compared")
    }
    said = ", ".join(f"{counts[word] or 'none'} {word}" for word in ("better", "similar", "worse"))
    text = f"{name}, {group.lower()}, beside {name_of(benchmark)}: {said}"
    return f"{text}; {counts['not_compared']} not compared." if counts["not_compared"] else f"{text}."
