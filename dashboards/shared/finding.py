"""What the pages say: one verdict, one finding.

Belongs here: the form of a verdict (tone, word, shape, reason), of a finding (a sentence with the rule that made it), and the
words of a verdict of the marts. Does not belong here: any rule, or any sentence (see `sentences.py` of each topic), or how they
are drawn (see `dashboards.ui.components`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dashboards.shared.wording import text_or

#: What a better and a worse figure are drawn as, wherever they are: up is better, whatever the indicator.
SHAPES = {"better": "▲", "worse": "▼", "similar": "●", "none": "–"}


@dataclass(frozen=True)
class Verdict:
    """A verdict: its tone (better, worse, similar, none), the word, its shape and the reason."""

    tone: str
    word: str
    shape: str
    reason: str


@dataclass(frozen=True)
class Finding:
    """A sentence that a rule made, in its final form."""

    rule: str
    """The rule's name, as the methods page has it."""
    sentence: str
    verdict: Verdict | None = None
    subject: str = ""
    """What it is about: an indicator and its year, a series, a part of the evidence."""
    ask: str = ""
    """The question it leads to."""
    n: Any = None
    """The people behind the figure, where the rule counts them."""
    strength: float = 0.0
    """What findings of one rule are ordered by: the larger, the clearer."""
    topic: str = ""
    """The topic whose page has the rest."""
    stands_out: bool = True
    """False where the rule found nothing unusual, or could not judge."""


_SIDES = {"above": ("Above", "▲"), "below": ("Below", "▼"), "around": ("Near", "●")}
#: What a pill says where a figure is not compared, by the reason; the sentence of the reason is shown with it.
_NOT_COMPARED = {
    "no_figure": "No figure",
    "held_back": "Held back",
    "small_cohort": "Small cohort",
    "cohort_unknown": "Not compared",
}


def verdict_words(row: Mapping[str, Any], benchmark: str = "the figure for England") -> Verdict:
    """A verdict of the marts (trend_series, comparison) as shape, colour and word; nothing is decided here.

    `row` has verdict, reason_id, reason and polarity, and `side` where the mart has it. A row that is missing has no figure.
    """
    said = text_or(row.get("verdict"))
    if said in ("better", "worse"):
        where = "above" if (said == "better") == (row["polarity"] == "higher") else "below"
        return Verdict(said, said.capitalize(), SHAPES[said], f"The whole 95% interval lies {where} {benchmark}.")
    if said == "similar":
        return Verdict("similar", "Similar", "●", f"The 95% interval contains {benchmark}.")
    reason_id = text_or(row.get("reason_id"), "no_figure")
    reason = text_or(row.get("reason"), "There is no figure to compare")
    side = text_or(row.get("side"))
    if reason_id == "no_better" and side in _SIDES:
        return Verdict("none", *_SIDES[side], f"{reason}.")
    return Verdict("none", _NOT_COMPARED.get(reason_id, "Not compared"), "–", f"{reason}.")
