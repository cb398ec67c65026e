"""Forms by question: which item each question is, and whether the answers are of its kind.

Belongs here: what is asked of a survey export alone. Does not belong here: tables with fixed columns (`cells`), the rules for
one answer (`values`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping

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
        if (question := asked.get(heading)) and (rule := _answer_rule(question))
    ]
    unknown = [place for place, heading in enumerate(answers.questions) if heading in table.columns_unknown]
    first: list[list[str]] = []
    for number, _, _, cells in answers.rows:
        if unknown and len(first) < forms.ROWS_LOOKED_AT:
            first.append([cells[place] for place in unknown])
        for place, heading, rule in rules:
            if message := rule(cells[place]):
                table.add(number, heading, cells[place], message)
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


def _answer_rule(question: contracts.FormQuestion) -> Callable[[str], str | None] | None:
    if question.target == "school_urn":
        return values.urn_within
    contract = {
        "partnership_id": Column("The partnership", required=True),
        "term": Column("The term", type="term", required=True, example="2018/19 spring"),
    }.get(question.target)
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
