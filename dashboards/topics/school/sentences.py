"""The three things a head teacher should know first, in words: the risk register, compared with England, over the years.

Belongs here: choosing and wording them, as plain functions of the answers of the door. Does not belong here: the rules that made
each of them (marts, `dashboards.topics.compare.sentences`, `dashboards.topics.levels.sentences`), or HTML.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from dashboards.shared.finding import Finding, Verdict
from dashboards.shared.readings import term_words
from dashboards.shared.wording import count_words, text_or
from dashboards.topics.compare import sentences as compared
from dashboards.topics.levels import sentences as levels
from dashboards.topics.risk import sentences as registered

Row = dict[str, Any]
_QUIET = ("none", "–")


def three(
    flags: Sequence[Row], term: str, spine: Sequence[Row], gaps: Sequence[Row], changes: Sequence[Row]
) -> list[Finding]:
    """Always three, and each says when there is nothing to say.

    The rows are the answers to school_risk as at the end of `term`, compare_spine for England and compare_gaps, all of the
    latest year, and area_changes of the school, the surest first.
    """
    return [_reason(flags, term), _beside(spine, gaps), _course(changes)]


def _reason(flags: Sequence[Row], term: str) -> Finding:
    subject = "Concerns"
    if not term:
        return Finding(
            "none",
            "There is no risk register yet.",
            Verdict(_QUIET[0], "No register", _QUIET[1], ""),
            subject,
            topic="risk",
        )
    when = f"at the end of {term_words(term)}"
    if not flags:
        verdict = Verdict("none", "No concern", _QUIET[1], "No rule of the risk register applies.")
        return Finding(
            "every rule of the register", f"The risk register has no concern {when}.", verdict, subject, topic="risk"
        )
    first = max(flags, key=lambda flag: (flag["strength"] == "strong", float(flag["points"])))
    others = len(flags) - 1
    more = f" {count_words(others, 'other concern', 'other concerns')} in the register." if others else ""
    return Finding(
        text_or(first["rule"]),
        f"{text_or(first['evidence'])} Since {registered.since_words(first['since'])}.{more}",
        registered.strength(first),
        subject,
        topic="risk",
    )


def _beside(spine: Sequence[Row], gaps: Sequence[Row]) -> Finding:
    subject = "Compared with England"
    told = compared.findings(spine, gaps, "england")
    compared_rows = [row for row in spine if row["comparison"] != "not_compared"]
    if not told:
        if not compared_rows:
            verdict = Verdict("none", "Not compared", _QUIET[1], "No figure can be compared with England.")
            return Finding(
                "interval and benchmark",
                "No figure of this school can be compared with England’s.",
                verdict,
                subject,
                topic="compare",
            )
        many = count_words(len(compared_rows), "indicator", "indicators")
        verdict = Verdict("similar", "Similar", "●", "No interval lies clear of England.")
        sentence = f"Nothing stands out among {many} that can be compared: no more than chance may make it."
        return Finding("interval and benchmark", sentence, verdict, subject, topic="compare")
    first = told[0]
    good = next((one for one in told if compared.is_better(one) and one is not first), None)
    also = f" On the better side: {good.subject}." if good is not None and not compared.is_better(first) else ""
    sentence = f"{first.subject}. {first.sentence}{also}"
    return Finding(first.rule, sentence, first.verdict, subject, topic="compare")


def _course(changes: Sequence[Row]) -> Finding:
    subject = "Over the years"
    if not changes:
        verdict = Verdict("none", "Cannot say", _QUIET[1], "No indicator has two years.")
        return Finding(levels.RULE, "No indicator has two years with enough pupils.", verdict, subject, topic="trends")
    first = levels.finding(changes[0])
    return replace(first, subject=subject, sentence=f"{first.subject}: {first.sentence}")


def kind(row: Row) -> str:
    """Phase, authority and status: `Primary, Wendmere, open.`"""
    status = text_or(row["status"])
    known = "status unknown" if status == "unknown" else status
    said = [text for text in (text_or(row["phase"]).capitalize(), text_or(row["la_name"]), known) if text]
    return f"{', '.join(said)}. " if said else ""


def date_words(value: Any, missing: str) -> str:
    """`1 September 2014`, or what stands where no date is known."""
    return f"{value.day} {value:%B %Y}" if value is not None else missing


def facts(today: Row) -> list[tuple[str, str]]:
    """Who a school is, as pairs of a name and words."""
    return [
        ("URN", str(today["urn"])),
        ("LAESTAB", text_or(today["laestab"], "not known")),
        ("Phase", text_or(today["phase"], "not known")),
        ("Authority", text_or(today["la_name"], "not known")),
        ("Status", text_or(today["status"], "not known")),
        ("Opened", date_words(today["opened_on"], "not known")),
        ("Closed", date_words(today["closed_on"], "not closed")),
    ]


def earlier_urn(row: Row) -> str:
    """One earlier URN of the same school, and from when to when."""
    opened = date_words(row["opened_on"], "opening not known")
    closed = date_words(row["closed_on"] if row["closed_on"] is not None else row["valid_to"], "closing not known")
    return f"{row['urn']}, {row['name']}: {opened} to {closed}"


def membership(row: Row) -> str:
    """The kind of a partnership, the school's part in it, and from when to when."""
    until = f"to {date_words(row['left_on'], '')}" if row["left_on"] is not None else "to today"
    since = date_words(row["joined_on"], "start not known")
    return f" ({row['kind']}), {text_or(row['role'], 'member')}: {since} {until}"


def found(every: int, search: str | None) -> str:
    """How many schools the list has, or a search found."""
    schools = count_words(every, "school", "schools")
    if search:
        return f"{schools} {'has' if every == 1 else 'have'} “{search}” in the name or a URN."
    return f"{schools}, those in a partnership first. Choose one to see its page."
