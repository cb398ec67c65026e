"""The questions of forms, as `form_questions.csv` has them.

Belongs here: which question a heading is, or is nearest to, and which question asks who answers. Does not belong here:
which form a file is (`recognition`), what its answers are worth (`lists`, dbt).
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache, lru_cache
from pathlib import Path

from orchestration.contracts.datasets import load
from orchestration.contracts.seeds import SEEDS, ContractError, rows
from orchestration.contracts.spelling import wording


@dataclass(frozen=True)
class FormQuestion:
    """A question of a form: the item it is, or the field its answer fills."""

    form_id: str
    match: str
    question: str
    #: '' where the question is about the respondent, the school or the time
    instrument_id: str
    target: str
    #: rating or text; '' for fields
    answer: str

    def line(self, wording: str) -> str:
        """The line of `form_questions.csv` that gives this question another wording."""
        out = io.StringIO()
        line = [self.form_id, "exact", wording, self.instrument_id, self.target, self.answer]
        csv.writer(out, lineterminator="").writerow(line)
        return out.getvalue()

    def fits(self, heading: str) -> bool:
        """Whether the wording of a heading is this question."""
        heading, wanted = heading.casefold(), wording(self.question).casefold()
        if self.match == "exact":
            return heading == wanted
        pieces = wanted.split("%")
        if len(pieces) == 3 and not pieces[0] and not pieces[2]:
            return pieces[1] in heading
        return re.fullmatch(".*".join(map(re.escape, pieces)), heading, re.DOTALL) is not None


@dataclass(frozen=True)
class Form:
    """The questions of one kind of form, its own before those that every form may ask."""

    id: str
    questions: tuple[FormQuestion, ...]
    #: targets of its instrument
    items: frozenset[str]
    _known: dict[str, FormQuestion | None] = field(default_factory=dict, repr=False, compare=False)

    def question(self, heading: str) -> FormQuestion | None:
        """The question a heading is, or None."""
        heading = re.sub(r"__\d+$", "", heading)
        if heading not in self._known:
            if len(self._known) > 8192:
                self._known.clear()
            self._known[heading] = next((question for question in self.questions if question.fits(heading)), None)
        return self._known[heading]


@cache
def forms(seeds: Path = SEEDS) -> dict[str, Form]:
    """Every form by its id. Questions of the form `*` belong to each; raises `ContractError` for an unknown form."""
    by_form: dict[str, list[FormQuestion]] = {
        dataset.id: [] for dataset in load(seeds).values() if dataset.reader == "forms"
    }
    common = []
    for row in rows(seeds, "form_questions.csv"):
        question = FormQuestion(**row)
        if question.form_id == "*":
            common.append(question)
        elif question.form_id in by_form:
            by_form[question.form_id].append(question)
        else:
            raise ContractError(f"form_questions.csv: datasets.csv has no form {question.form_id!r}")
    return {
        form_id: Form(
            form_id,
            (*sorted(own, key=_precision), *sorted(common, key=_precision)),
            frozenset(question.target for question in own if question.instrument_id),
        )
        for form_id, own in by_form.items()
    }


def _precision(question: FormQuestion) -> tuple[bool, int]:
    """Exact wordings go before patterns, long ones before short ones; dbt chooses by the same rule."""
    return question.match != "exact", -len(question.question)


@cache
def question_hint(seeds: Path) -> re.Pattern[str]:
    """A pattern that is found in every heading that is a question of some form."""
    pieces = {
        max(wording(question.question).casefold().split("%"), key=len)
        for form in forms(seeds).values()
        for question in form.questions
    }
    return re.compile("|".join(map(re.escape, sorted(pieces))) or r"(?!)")


@cache
def _personal_questions(seeds: Path) -> tuple[FormQuestion, ...]:
    found = rows(seeds, "personal_questions.csv")
    return tuple(FormQuestion("*", "pattern", row["pattern"], "", "", "") for row in found)


@lru_cache(maxsize=8192)
def asks_who(heading: str, seeds: Path = SEEDS) -> bool:
    """Whether a question asks for a name, an address or a number of a person (seeds/surveys/personal_questions.csv)."""
    return any(question.fits(heading) for question in _personal_questions(seeds))


@lru_cache(maxsize=8192)
def _asks_about(question: str) -> frozenset[str]:
    # short words say little of what is asked
    return frozenset(re.findall(r"[^\W\d_]{4,}", wording(question).casefold()))


def nearest(heading: str, questions: Iterable[FormQuestion]) -> FormQuestion | None:
    """The question that shares most words with a heading; None where none shares half of them."""
    words = _asks_about(heading)

    def share(question: FormQuestion) -> float:
        asked = _asks_about(question.question)
        return 2 * len(words & asked) / max(len(words) + len(asked), 1)

    best = max(questions, key=share, default=None)
    return best if best is not None and len(words) > 1 and share(best) >= 0.5 else None
