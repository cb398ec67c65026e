"""The three things a head teacher should know first, in words: the risk register, beside England, over the years.

Belongs here: choosing and wording them, as plain functions of the answers of the door. Does not belong here: the rules that made
each of them (marts, `dashboards.topics.compare.sentences`, `dashboards.topics.trends.sentences`), or HTML.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from dashboards.shared.readings import term_words
from dashboards.shared.wording import Verdict, count_words, text_or
from dashboards.topics.compare import sentences as compared
from dashboards.topics.risk import sentences as registered
from dashboards.topics.trends import sentences as signal_words

Row = dict[str, Any]
_QUIET = ("none", "–")


@dataclass(frozen=True)
class Thing:
    """One thing to know: where it comes from, its verdict, the sentence, the rule behind it, and the page with the rest."""

    subject: str
    verdict: Verdict
    sentence: str
    rule: str
    page: str


def three(
    flags: Sequence[Row], term: str, spine: Sequence[Row], gaps: Sequence[Row], trends: Sequence[Row]
) -> list[Thing]:
    """Always three, and each says when there is nothing to say.

    The rows are the answers to school_risk as at the end of `term`, compare_spine beside England and compare_gaps, all of the
    latest year, and school_signals.
    """
    return [_reason(flags, term), _beside(spine, gaps), _course(trends)]


def _reason(flags: Sequence[Row], term: str) -> Thing:
    subject = "Reasons for a closer look"
    if not term:
        return Thing(
            subject, Verdict(_QUIET[0], "No register", _QUIET[1], ""), "There is no risk register yet.", "none", "risk"
        )
    when = f"at the end of {term_words(term)}"
    if not flags:
        verdict = Verdict("none", "No reason", _QUIET[1], "No rule fired.")
        return Thing(
            subject, verdict, f"No rule of the risk register fired {when}.", "every rule of the register", "risk"
        )
    first = max(flags, key=lambda flag: (flag["strength"] == "strong", float(flag["points"])))
    others = len(flags) - 1
    more = f" {count_words(others, 'other reason stands', 'other reasons stand')} beside it." if others else ""
    return Thing(
        subject,
        registered.strength(first),
        f"{registered.evidence(first)} Since {registered.since_words(first['since'])}.{more}",
        text_or(first["rule"]),
        "risk",
    )


def _beside(spine: Sequence[Row], gaps: Sequence[Row]) -> Thing:
    subject = "Beside England"
    told = compared.signals(spine, gaps, "england")
    compared_rows = [row for row in spine if row["comparison"] != "not_compared"]
    if not told:
        if not compared_rows:
            verdict = Verdict("none", "Not compared", _QUIET[1], "No figure can be set beside England.")
            return Thing(
                subject,
                verdict,
                "No figure of this school can be set beside England’s.",
                "interval beside benchmark",
                "compare",
            )
        many = count_words(len(compared_rows), "indicator", "indicators")
        verdict = Verdict("similar", "Similar", "●", "No interval lies clear of England.")
        sentence = f"Nothing stands out among {many} that can be compared: no more than chance may make it."
        return Thing(subject, verdict, sentence, "interval beside benchmark", "compare")
    first = told[0]
    good = next((s for s in told if s.tone == "better" and s is not first), None)
    also = f" On the better side: {good.subject}." if good is not None and first.tone == "worse" else ""
    shape = {"better": "▲", "worse": "▼"}[first.tone]
    verdict = Verdict(first.tone, first.word, shape, first.rule)
    return Thing(subject, verdict, f"{first.subject}. {first.sentence}{also}", first.rule, "compare")


def _course(trends: Sequence[Row]) -> Thing:
    subject = "Over the years"
    order = {"worse": 0, "concern": 0, "better": 1, "improvement": 1}
    found: list[tuple[int, Thing]] = []
    for row in trends:
        name, year = f"{row['short_name']} ({row['academic_year']})", str(row["academic_year"])
        trend, point = text_or(row["trend_verdict"]), text_or(row["spc_variation"])
        if trend in order:
            way = "has risen" if row["trend_direction"] == "increasing" else "has fallen"
            told = f"{name} {way} over five years; leaving out any one of them changes nothing."
            verdict = signal_words.trend_verdict(row)
            found.append(
                (order[trend], Thing(subject, verdict, told, signal_words.RULES["five_point_trend"], "trends"))
            )
        elif point in order and text_or(row["spc_rule"], "none") != "none":
            told = f"{name}: {signal_words.rule_words(row).lower()} on its XmR chart, since {text_or(row['spc_since'], year)}."
            verdict = signal_words.point_verdict(row)
            found.append((order[point], Thing(subject, verdict, told, signal_words.rule_words(row), "trends")))
    if found:
        return min(found, key=lambda item: item[0])[1]
    tested = sum(text_or(row["trend_verdict"], "cannot_say") != "cannot_say" for row in trends)
    if tested:
        verdict = Verdict("similar", "No trend", "●", "No trend over five years.")
        return Thing(
            subject,
            verdict,
            f"{'The only' if tested == 1 else f'None of the {tested}'} series of five years or more "
            f"{'does not move' if tested == 1 else 'moves'} further than chance may make it.",
            signal_words.RULES["five_point_trend"],
            "trends",
        )
    verdict = Verdict("none", "Cannot say", _QUIET[1], "No series is long enough.")
    sentence = "No series is long enough: five years that follow each other are needed, each with enough pupils and an interval."
    return Thing(subject, verdict, sentence, signal_words.RULES["five_point_trend"], "trends")
