"""Forms by question: which item each question is, and whether the answers are of its kind.

Belongs here: what is asked of a survey export alone. Does not belong here: tables with fixed columns (`cells`), the rules for
one answer (`values`).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from orchestration import contracts
from orchestration.contracts import Column, Dataset
from orchestration.contracts.seeds import SEEDS, rows_once
from orchestration.readers import forms, values
from orchestration.readers.check.report import TableCheck
from orchestration.readers.shape import Answers, show


def check_form(table: TableCheck, dataset: Dataset, answers: Answers) -> None:
    """Add to `table` what is wrong with its questions and answers."""
    form = contracts.forms()[dataset.id]
    asked = {heading: question for heading in answers.questions if (question := form.question(heading))}
    table.columns_recognised = [answers.questions[place] for place in answers.kept]
    table.columns_unknown = [heading for heading in answers.questions if heading not in table.columns_recognised]
    _questions(table, form, asked)
    rules = [
        (place, heading, rule)
        for place, heading in enumerate(answers.questions)
        if (question := asked.get(heading)) and (rule := _answer_rule(question, _about(dataset.id)))
    ]
    unknown = [place for place, heading in enumerate(answers.questions) if heading in table.columns_unknown]
    first: list[list[str]] = []
    faults = _row_rule(dataset.id, answers.questions, asked)
    for number, _, when, cells in answers.rows:
        for heading, value, message in faults(when, cells):
            table.add(number, heading, value, message)
        if unknown and len(first) < forms.ROWS_LOOKED_AT:
            first.append([cells[place] for place in unknown])
        for place, heading, rule in rules:
            if complaint := rule(cells[place]):
                table.add(number, heading, cells[place], complaint)
    if several := forms.with_several_ticks([answers.questions[place] for place in unknown], first):
        table.add(0, several, "", forms.several_ticks(several))


def _questions(table: TableCheck, form: contracts.Form, asked: Mapping[str, contracts.FormQuestion]) -> None:
    """Add which questions of the form nobody asks, or two columns do."""
    found = Counter(question.target for question in asked.values())
    missing: dict[str, contracts.FormQuestion] = {}
    for question in sorted(form.questions, key=lambda question: -len(question.question)):
        if question.form_id != "*" and question.target not in found:
            missing.setdefault(question.target, question)
    alike = _alike(table.columns_unknown, missing)
    lines: list[str] = []
    for target in (target for target in dict.fromkeys(q.target for q in form.questions) if target in missing):
        question = missing[target]
        asks = question.question.strip("%").replace("%", " … ")
        table.columns_missing.append(asks)
        if worded := alike.get(target):
            lines.append(question.line(worded))
            sentence = (
                f"This may be the question “{asks}”. If it is, ask it in those words, or have this wording made known."
            )
            table.add(0, worded, "", sentence)
        else:
            table.add(0, asks, "", "No column asks this. If one does in other words, ask it in these.")
    if lines:
        table.for_analyst = f"Make a wording known by a line in seeds/surveys/form_questions.csv: {' '.join(lines)}"
    elif missing:
        table.for_analyst = "A question in other words is known by a line in seeds/surveys/form_questions.csv."
    for target, count in found.items():
        if count > 1:
            headings = " and ".join(
                f"“{show(heading)}”" for heading, question in asked.items() if question.target == target
            )
            table.add(0, target, "", f"{headings} are taken for one question ({target}). Keep one of them.")


def _alike(unknown: Iterable[str], missing: Mapping[str, contracts.FormQuestion]) -> dict[str, str]:
    """Missing question -> the unknown heading that seems to ask it in other words."""
    alike: dict[str, str] = {}
    for heading in unknown:
        question = contracts.nearest(heading, (question for key, question in missing.items() if key not in alike))
        if question is not None:
            alike[question.target] = heading
    return alike


Faults = Callable[[str, Sequence[str]], Iterator[tuple[str, str, str]]]


def _about(form_id: str) -> str:
    """What a response of a form is about: school, partnership, or any."""
    return next((row["about"] for row in rows_once(SEEDS, "forms.csv") if row["form_id"] == form_id), "any")


def _row_rule(form_id: str, questions: Sequence[str], asked: Mapping[str, contracts.FormQuestion]) -> Faults:
    """What the warehouse would not take of a response, beyond its single answers: a question no column asks, a day in no term, a
    word no role has. By the rules of its model `int_form_responses__classified`."""
    places: dict[str, list[int]] = {}
    for place, heading in enumerate(questions):
        if question := asked.get(heading):
            places.setdefault(question.target, []).append(place)
    missing = [
        (target, message)
        for target, about, message in (
            ("school_urn", "school", "No column asks for the school, and a response is about one."),
            ("partnership_id", "partnership", "No column asks for the partnership, and a response is about one."),
        )
        if about == _about(form_id) and target not in places
    ]
    terms = [] if "term" in places else [(row["starts_on"], row["ends_on"]) for row in rows_once(SEEDS, "terms.csv")]
    coded = [(place, questions[place], _is_coded(target)) for target in _CODED for place in places.get(target, ())]

    def faults(when: str, cells: Sequence[str]) -> Iterator[tuple[str, str, str]]:
        for target, message in missing:
            yield target, "", message
        day = when[:10] if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", when[:10]) else ""
        if "term" not in places and not any(first <= day <= last for first, last in terms):
            yield "term", when, "No column asks the term, and the response has no date that tells it."
        for place, heading, is_coded in coded:
            if cells[place] and not is_coded(cells[place]):
                yield heading, cells[place], f"“{cells[place]}” is none of the answers this question has."

    return faults


#: Fields whose answers are words of a list, and without one of which a response is not taken.
_CODED = ("respondent_role", "kind")


def _is_coded(field: str) -> Callable[[str], bool]:
    patterns = [row["pattern"].lower() for row in rows_once(SEEDS, "answer_codes.csv") if row["field"] == field]
    found = re.compile("|".join(re.escape(pattern).replace("%", ".*") for pattern in patterns), re.DOTALL)
    return lambda answer: found.fullmatch(answer.lower()) is not None


_TERM = Column("The term", type="term", required=True, example="2018/19 spring")


def _term_rule(known: Mapping[str, str]) -> Callable[[str], str | None]:
    """A term, and one that is on the list."""

    def rule(value: str) -> str | None:
        if complaint := values.complaint(_TERM, value):
            return complaint
        return None if values.tidy_term(value) in known else f"“{value}” is a term of a year that is not known here."

    return rule


def _answer_rule(question: contracts.FormQuestion, about: str) -> Callable[[str], str | None] | None:
    if question.target == "school_urn":
        return values.urn_within if about == "school" else lambda value: values.urn_within(value) if value else None
    contract = {
        "partnership_id": Column("The partnership", required=about == "partnership"),
    }.get(question.target)
    if question.target == "term":
        return _term_rule(contracts.known_meanings("terms"))
    if contract is not None:
        return lambda value: values.complaint(contract, value)
    if question.answer != "rating":
        return None
    instrument = next(
        row for row in rows_once(SEEDS, "instruments.csv") if row["instrument_id"] == question.instrument_id
    )
    form = next((row for row in rows_once(SEEDS, "forms.csv") if row["form_id"] == question.form_id), None)
    words = contracts.scale((form and form["scale"]) or instrument["scale"])
    # a scale of words alone has no numbers
    low, high = int(instrument["scale_min"] or 1), int(instrument["scale_max"] or 0)
    return lambda value: values.on_scale(value, words, low, high)
