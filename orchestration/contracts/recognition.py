"""Which kind of file a header belongs to, by its content alone; and which it comes near to, where it belongs to none.

Belongs here: choosing among the contracts. Does not belong here: the contracts (`datasets`, `questions`), finding the header of
a file (`readers`).
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from orchestration.contracts.datasets import Dataset, load
from orchestration.contracts.questions import Form, forms, nearest, question_hint
from orchestration.contracts.seeds import SEEDS, rows_once, split
from orchestration.contracts.spelling import clean, fold, wording


def recognise(header: Sequence[str], seeds: Path = SEEDS) -> Dataset | None:
    """The kind of file a header belongs to, by its content alone; the most specific where several fit.

    A form has no fixed header: where nothing else fits, it is recognised by the questions it asks.
    """
    filled = sum(bool(cell) for cell in header)
    fits = [
        dataset
        for dataset in load(seeds).values()
        if 0 < len(dataset.signature) <= filled and not dataset.missing(header) and not dataset.foreign(header)
    ]
    best = max(fits, key=lambda dataset: len(dataset.signature) + bool(dataset.any_of), default=None)
    return best or recognise_form(header, seeds)


def recognise_form(headings: Sequence[str], seeds: Path = SEEDS) -> Dataset | None:
    """The form that asks most of these questions, or None.

    One question of its instrument must be among them, and either half of them or two of the questions that say who
    and when.
    """
    # most cells of most files are no question of any form: one pattern sorts them out
    hint = question_hint(seeds)
    questions = {wording(heading) for heading in headings if len(heading) > 1}
    questions = {heading for heading in questions if hint.search(heading.casefold())}
    best: tuple[tuple[int, float], str] | None = None
    for form in forms(seeds).values():
        found = [question for heading in questions if (question := form.question(heading))]
        items = {question.target for question in found if question.instrument_id}
        about = {question.target for question in found if not question.instrument_id}
        if items and form.items and (2 * len(items) >= len(form.items) or len(about) >= 2):
            rank = (len(items), len(items) / len(form.items))
            if best is None or rank > best[0]:
                best = (rank, form.id)
    return load(seeds)[best[1]] if best else None


def not_taken(header: Sequence[str], seeds: Path = SEEDS) -> str | None:
    """What a published file is that is known and not read, and why; None where the header is of none of them."""
    present = {fold(name) for name in header}
    for row in rows_once(seeds, "files_not_taken.csv"):
        if row["columns"] and {fold(name) for name in split(row["columns"])} <= present:
            return f"{row['name']}. {row['reason']}."
    return None


def not_taken_by_name(name: str, seeds: Path = SEEDS) -> str | None:
    """The same, by the name of a file."""
    for row in rows_once(seeds, "files_not_taken.csv"):
        if row["file_name"] and row["file_name"] in name.casefold():
            return f"{row['name']}. {row['reason']}."
    return None


def near_miss(header: Sequence[str], seeds: Path = SEEDS, quoting: bool = True) -> str | None:
    """A sentence on the kind of file an unrecognised header comes closest to; None where nothing is close.

    Close means: at least half of the columns that mark the kind are there, and no other kind has a larger share. Headings
    that are not known may be anything, somebody's name too: not `quoting` them, the sentence says in which columns they stand.
    """
    best: tuple[float, Dataset] | None = None
    for dataset in load(seeds).values():
        if not dataset.signature:
            continue
        marks = len(dataset.signature) + bool(dataset.any_of)
        share = 1 - len(dataset.missing(header)) / marks
        if share >= 0.5 and (best is None or share > best[0]):
            best = (share, dataset)
    if best is None:
        return None
    dataset = best[1]
    missing, foreign = dataset.missing(header), dataset.foreign(header)
    if missing:
        others = [at for at, cell in enumerate(header) if clean(cell) and dataset.canonical(cell) is None][:5]
        instead = ""
        if others:
            named = (
                _listed([clean(header[at]) for at in others]) if quoting else f"the heading of {_columns_at(others)}"
            )
            instead = f" It does not know {named}: correct the spelling where one of them is meant."
        return f"It looks like “{dataset.name}” but has no column {_listed(missing)}.{instead}"
    other = f"the column {_listed(foreign)}, which belongs to another kind of file"
    return f"It looks like “{dataset.name}” but also has {other}."


def _columns_at(places: Sequence[int]) -> str:
    """`column 3`, `columns 3 and 5`: places count from 0, columns from 1."""
    numbers = [str(place + 1) for place in places]
    return f"column{'s'[: len(numbers) != 1]} {_listed(numbers)}"


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def near_form(headings: Sequence[str], seeds: Path = SEEDS) -> tuple[Form, list[str], list[str]] | None:
    """The form that asks most like these headings: it, those it knows and those it asks in other words; None if none."""
    best: tuple[Form, list[str], list[str]] | None = None
    asked = list(dict.fromkeys(filter(None, map(wording, headings[:200]))))
    for form in forms(seeds).values():
        items = [question for question in form.questions if question.instrument_id]
        known = [heading for heading in asked if (found := form.question(heading)) and found.instrument_id]
        alike = [heading for heading in asked if form.question(heading) is None and nearest(heading, items)]
        if len(known) + len(alike) > (len(best[1]) + len(best[2]) if best else 0):
            best = (form, known, alike)
    return best
