"""What the pages say: one verdict, one finding.

Belongs here: the form of a verdict (tone, word, shape, reason) and of a finding (a sentence with the rule that made it).
Does not belong here: any rule, or any sentence (see `sentences.py` of each topic), or how they are drawn
(see `dashboards.ui.components`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

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
