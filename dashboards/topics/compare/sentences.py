"""What the marts of comparison say, in words: one sentence per signal, each with the name of its rule.

Belongs here: the words of a verdict, of a funnel, a rank and a gap. Does not belong here: deciding any
of them (the marts do), or the page.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dashboards.shared.finding import SHAPES, Finding, Verdict, verdict_words
from dashboards.shared.wording import (
    count_words,
    difference_number,
    difference_words,
    interval_words,
    is_number,
    sentence_start,
    text_or,
    value_words,
    words_of_n,
)

Row = dict[str, Any]

#: What a school can be compared with, as the filter lists them.
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


def name_of(benchmark: str) -> str:
    """A benchmark within a sentence."""
    return _NAMES[benchmark]


def verdict(row: Row, benchmark: str) -> Verdict:
    """The verdict of a row of compare_spine as shape, colour and word."""
    return verdict_words({**row, "verdict": row["comparison"]}, name_of(benchmark))


def compared_with(row: Row, benchmark: str) -> Finding:
    """What the interval says of the benchmark."""
    how = str(row["unit"]), str(row["kind"]), row["decimals"]
    subject = f"{row['short_name']} ({row['academic_year']})"
    rule = "interval and benchmark"
    if row["comparison"] == "not_compared":
        said = f"Not compared: {sentence_start(text_or(row['reason']))}."
        return Finding(rule, said, verdict(row, benchmark), subject, stands_out=False)
    interval = interval_words(row["ci_low"], row["ci_high"], *how)
    pupils = words_of_n(row["n_pupils"], "pupil", "pupils")
    figure = f"{name_of(benchmark)} ({value_words(row['benchmark_value'], *how)}); {pupils}"
    if row["comparison"] == "similar":
        said = f"Similar: the 95% interval, {interval}, contains {figure}."
        return Finding(rule, said, verdict(row, benchmark), subject, n=row["n_pupils"], stands_out=False)
    word = str(row["comparison"])
    side = "above" if (word == "better") == (row["polarity"] == "higher") else "below"
    said = f"{word.capitalize()}: the whole 95% interval, {interval}, lies {side} {figure}."
    return Finding(rule, said, verdict(row, benchmark), subject, n=row["n_pupils"])


def outside_funnel(row: Row) -> Finding | None:
    """A figure outside its funnel; None for one within, or without a place."""
    place = text_or(row["position"])
    if place not in ("above_95", "above_998", "below_95", "below_998"):
        return None
    share = "99.8" if place.endswith("998") else "95"
    rule = f"funnel, {share}% limits"
    return Finding(
        rule,
        f"Outside the funnel: {place.split('_', maxsplit=1)[0]} the limit within which {share}% of schools of its size would "
        f"lie by chance{' and the usual spread between schools' if is_number(row['phi']) else ' alone'}.",
        _pill(str(row["funnel_verdict"]), f"{place.split('_', maxsplit=1)[0].capitalize()} the funnel", rule),
        f"{row['short_name']} ({row['academic_year']})",
        n=row["n_pupils"],
    )


def rank(row: Row) -> Finding | None:
    """A rank whose interval lies in one half of all schools; None where it says nothing."""
    low, middle, high = row["percentile_low"], row["percentile"], row["percentile_high"]
    if not (is_number(low) and is_number(middle) and is_number(high)) or low <= 50 <= high:
        return None
    rule = "rank with its interval"
    return Finding(
        rule,
        f"In the {'better' if low > 50 else 'worse'} half of {row['n_schools']:,.0f} schools of its kind: percentile "
        f"{middle:.0f}, and {low:.0f} to {high:.0f} as far as intervals can tell (100 is best).",
        _pill("better" if low > 50 else "worse", "Upper half" if low > 50 else "Lower half", rule),
        f"{row['short_name']} ({row['academic_year']})",
        n=row["n_pupils"],
    )


def rank_words(row: Row) -> str:
    """A percentile, never without what intervals leave open: `45 (12 to 88)`."""
    if not is_number(row["percentile"]):
        return "none"
    return f"{row['percentile']:.0f} ({row['percentile_low']:.0f} to {row['percentile_high']:.0f})"


def gap(row: Row) -> Finding | None:
    """A gap between disadvantaged and other pupils that chance does not explain."""
    if row["verdict"] not in ("behind", "ahead"):
        return None
    how, rule = (str(row["unit"]), row["decimals"]), "gap of two groups"
    return Finding(
        rule,
        f"Disadvantaged pupils are {row['verdict']}{' of' if row['verdict'] == 'ahead' else ''} the other pupils by "
        f"{difference_words(abs(row['gap']), *how).removeprefix('+')} (95% interval of the difference "
        f"{difference_number(row['gap_low'], *how)} to {difference_number(row['gap_high'], *how)}; "
        f"n = {row['n_pupils']:,.0f} and {row['n_other_pupils']:,.0f}).",
        _pill("worse" if row["verdict"] == "behind" else "better", GAPS[str(row["verdict"])], rule),
        f"{row['short_name']} ({row['academic_year']})",
        n=row["n_pupils"],
    )


def findings(rows: Sequence[Row], gaps: Sequence[Row], benchmark: str) -> list[Finding]:
    """Everything that stands out of a school, worse before better."""
    found: list[Finding] = []
    for row in rows:
        found += [
            one
            for one in (compared_with(row, benchmark), outside_funnel(row), rank(row))
            if one is not None and one.stands_out
        ]
    found += [one for one in map(gap, gaps) if one is not None]
    return sorted(found, key=is_better)


def is_better(one: Finding) -> bool:
    """Whether a finding is good news."""
    return one.verdict is not None and one.verdict.tone == "better"


def _pill(tone: str, word: str, rule: str) -> Verdict:
    """The verdict of another rule than the interval's, in a word of its own: better and worse are the words of the interval and
    its benchmark alone, so that a lead that counts those is never contradicted."""
    return Verdict(tone, word, SHAPES[tone], rule)


def stands_out(row: Row) -> bool:
    """Whether a row of compare_spine has anything to say but “similar” or “not compared”."""
    return row["comparison"] in ("better", "worse") or outside_funnel(row) is not None or rank(row) is not None


def lead(name: str, rows: Sequence[Row], benchmark: str, group: str) -> str:
    """The finding in one sentence: how many indicators are better, similar, worse, and not compared."""
    counts = {
        word: sum(1 for row in rows if row["comparison"] == word)
        for word in ("better", "similar", "worse", "not_compared")
    }
    said = ", ".join(f"{counts[word] or 'none'} {word}" for word in ("better", "similar", "worse"))
    text = f"{name}, {group.lower()}, compared with {name_of(benchmark)}: {said}"
    return f"{text}; {counts['not_compared']} not compared." if counts["not_compared"] else f"{text}."


def spine_note(left_out: int) -> str:
    """How verdicts of the spine are made, and how many rows are not shown."""
    hidden = ""
    if left_out:
        which = "indicator that does not stand out is", "indicators that do not stand out are"
        hidden = f"{count_words(left_out, *which)} hidden. "
    return (
        f"{hidden}Better or worse only where the whole 95% interval lies on one side of the benchmark; figures of fewer "
        "than 11 pupils are not compared. Of this many indicators one in twenty would stand out by chance alone."
    )


def funnel(drawn: Sequence[Row], own: Row | None, name: str, how: tuple[str, str, Any]) -> str:
    """How many schools lie outside the limits, where the school lies, and how wide the limits are."""
    outside, first = [r for r in drawn if r["verdict"] != "within"], drawn[0]
    text = (
        f"In {first['academic_year']} {len(outside) or 'none'} of {count_words(len(drawn), 'school', 'schools')} "
        f"{'lies' if len(outside) == 1 else 'lie'} outside the 95% limits around "
        f"{name_of(text_or(first['benchmark'], 'peers'))} ({value_words(first['benchmark_value'], *how)})."
    )
    if own is not None and text_or(own["position"]) in PLACES:
        return f"{text} {name}: {value_words(own['value'], *how)}, {PLACES[own['position']]}."
    return f"{text} Nothing is said of {name}: {text_or(own['reason'])}." if own is not None else text


def spread(first: Row) -> str:
    """What the limits of a funnel allow for."""
    if not is_number(first["phi"]):
        return "Too few schools of the kind to estimate their usual spread: the limits are those of chance alone."
    return (
        f"The limits allow for chance and for the usual spread between {first['n_peer_figures']:,.0f} schools of the kind "
        f"(phi {first['phi']:.1f}: the squared distances are that many times what chance alone would make)."
    )


def gaps_note(rows: Sequence[Row]) -> str:
    """How many gaps are larger than chance may make them."""
    clear = sum(1 for r in rows if r["verdict"] in ("behind", "ahead"))
    cannot = sum(1 for r in rows if r["verdict"] == "cannot_say")
    return (
        f"{clear or 'None'} of {count_words(len(rows), 'gap', 'gaps')} {'is' if clear <= 1 else 'are'} larger than "
        f"chance may make it{f'; of {cannot} nothing can be said' if cannot else ''}. No gap seen is not the same as no "
        "gap: with few pupils a large one stays unseen."
    )


def traits(own: Row) -> str:
    """How many of the traits that make schools similar are known of the school."""
    known = f"{own['traits_used']} of {own['traits_stated']} traits are known of the school in {own['academic_year']}"
    missing = text_or(own["traits_missing"])
    return f"{known}; missing: {missing}." if missing else f"{known}."


def similar_note(others: int, own: Row) -> str:
    """How similar schools were found."""
    return (
        f"The {count_words(others, 'school', 'schools')} of its phase nearest in disadvantage, language, special needs, size "
        "and, where known, where pupils started. Distance 1 is one standard deviation apart in every trait. "
        f"{traits(own)} A school without a trait is kept one standard deviation from schools that have it."
    )


def value(row: Row) -> str:
    """The school's figure, or that there is none; why stands in its verdict."""
    known = is_number(row["value"])
    return value_words(row["value"], str(row["unit"]), str(row["kind"]), row["decimals"]) if known else "no figure"


def pupils(row: Row) -> str:
    """The pupils behind a figure; nothing where there is no figure for them to be behind, since few of them may be why."""
    if not is_number(row["value"]):
        return "–"
    return f"{row['n_pupils']:,.0f}" if is_number(row["n_pupils"]) else "not published"
