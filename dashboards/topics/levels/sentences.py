"""How likely a change is, in words: the finding of each indicator, and how many of a list are expected to be wrong.

Belongs here: verdicts and findings of rows of `area_changes` and `schools_changes`. Does not belong here: the sentence of a
change or its word on the yardstick (the mart makes both), or HTML.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dashboards.shared.finding import SHAPES, Finding, Verdict
from dashboards.shared.wording import count_words, interval_words, is_number, text_or, value_words

Row = dict[str, Any]
RULE = "Model of levels: all years of all schools of the kind, beside England"
_REASON = "How likely it is that the level changed, whatever chance did to single years."


def verdict(row: Row | None) -> Verdict:
    """The change as shape, colour and word: colour only from highly likely on."""
    if row is None:
        return Verdict("none", "One year only", "–", "A change needs two years with enough pupils.")
    direction = text_or(row["direction"], "none")
    if direction == "none":
        return Verdict("similar", "No clear change", "●", _REASON)
    word = f"{text_or(row['yardstick']).capitalize()} {direction}"
    if row["is_strong"]:
        return Verdict(direction, word, SHAPES[direction], _REASON)
    return Verdict("similar", word, "△" if direction == "better" else "▽", _REASON)


def findings(rows: Sequence[Row], least: str = "likely") -> list[Finding]:
    """A finding for each change that is likely, or only those that are `strong`, the surest first."""
    return [finding(row) for row in rows if row["is_strong"] or (least == "likely" and row["direction"] != "none")]


def finding(row: Row) -> Finding:
    """One change as a finding, with what is to be expected next."""
    outlook = ""
    if is_number(row.get("outlook")):
        how = str(row["unit"]), str(row["kind"]), row["decimals"]
        outlook = (
            f" To be expected in {row['outlook_year']}: {value_words(row['outlook'], *how)} "
            f"({interval_words(row['outlook_low'], row['outlook_high'], *how)})."
        )
        if is_number(row.get("probability_target")):
            target = value_words(row["target"], *how)
            outlook += f" Chance that it reaches the target of {target}: {_percent(row['probability_target'])}."
    return Finding(
        RULE,
        f"{text_or(row['sentence'])}{outlook}",
        verdict(row),
        f"{row['short_name']} ({row['academic_year']})",
        n=row["n_pupils"],
        strength=float(row["probability"]),
        topic="trends",
    )


def within(rows: Sequence[Row]) -> str:
    """How many strong changes there are within an area, and how many of them are expected to be wrong."""
    wrong = sum(1 - float(row["probability"]) for row in rows)
    changes = count_words(len(rows), "change is", "changes are")
    return f"{changes} highly likely or surer within it; of these about {wrong:.1f} can be expected to be wrong."


def how_many(rows: Sequence[Row]) -> str:
    """How many changes are called, how many of those are expected to be wrong, and how many are not clear."""
    called = [row for row in rows if row["direction"] != "none"]
    quiet = len(rows) - len(called)
    parts = []
    if called:
        wrong = sum(1 - float(row["probability"]) for row in called)
        parts.append(
            f"{count_words(len(called), 'change is', 'changes are')} likely or surer; "
            f"of these about {wrong:.1f} can be expected to be wrong."
        )
    if quiet:
        parts.append(f"No clear change in {count_words(quiet, 'indicator', 'indicators')}.")
    return " ".join(parts)


def _percent(chance: Any) -> str:
    return f"{100 * float(chance):.0f}%"


def strongest(rows: Sequence[Row]) -> str:
    """The surest change as a sentence that names its indicator; empty where none is even highly likely."""
    first = next((row for row in rows if row["is_strong"]), None)
    return f" {first['short_name']}: {_lower(text_or(first['sentence']))}" if first is not None else ""


def _lower(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:]
