"""Exports of survey forms: one column per question, whose heading is the question itself.

Forms differ in their questions, so raw is long: one row per respondent and question, answered or not. Which question
is which item of an instrument is data (`seeds/form_questions.csv`) and is decided in dbt. Names and e-mail addresses
stay in here; what leaves is a code per respondent.
"""

from __future__ import annotations

from collections.abc import Iterator

from orchestration.contracts import Dataset
from orchestration.readers.decode import Row, Table
from orchestration.readers.shape import Pseudonym, Reading, Source, fitted, is_personal

COLUMNS = ["_respondent", "submitted_at", "question", "answer"]


def read(table: Table, dataset: Dataset, source: Source) -> Reading:
    """One long reading; `row_count` counts respondents' rows, not answers."""
    names = dataset.named(table.header)
    places = {name: place for place, name in reversed(list(enumerate(names)))}
    respondents: dict[int, str] = {}
    wide = fitted(
        Table(
            table.header,
            table.header_number,
            table.encoding,
            _noting(table.rows, places, source.pseudonym, respondents),
            table.recognised,
            table.sheet,
            table.remark,
        ),
        dataset,
    )
    contract = {column.name for column in dataset.columns}
    questions = [
        (place, name)
        for place, name in enumerate(wide.columns)
        if name not in contract and not is_personal(dataset, name)
    ]
    submitted = wide.columns.index("Completion time") if "Completion time" in wide.columns else None
    reading = Reading(dataset, COLUMNS, iter(()), wide.encoding, remark=wide.remark)

    def rows() -> Iterator[tuple[int, str, list[str]]]:
        for number, overflow, cells in wide.rows:
            respondent = respondents.pop(number)
            when = cells[submitted] if submitted is not None else ""
            for place, question in questions:
                yield number, overflow, [respondent, when, question, cells[place]]
        reading.row_count = wide.row_count

    reading.rows, reading.rejects = rows(), wide.rejects
    return reading


def _noting(
    rows: Iterator[Row], places: dict[str, int], pseudonym: Pseudonym, respondents: dict[int, str]
) -> Iterator[Row]:
    """The rows unchanged, with each respondent's code noted before the personal cells are dropped."""

    def cell(row: Row, name: str) -> str:
        place = places.get(name)
        return row.cells[place] if place is not None and place < len(row.cells) else ""

    for row in rows:
        email, name = cell(row, "Email").casefold(), " ".join(cell(row, "Name").casefold().split())
        if email and email != "anonymous":
            identity = f"email:{email}"
        elif name and name != "anonymous":
            identity = f"name:{name}"
        else:
            # two forms both count from 1: the start time keeps their respondents apart
            identity = f"id:{cell(row, 'ID')}:{cell(row, 'Start time')}"
        respondents[row.number] = pseudonym(identity)
        yield row
