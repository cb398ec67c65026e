"""What is written about a checked file: its outcome, its verdicts and facts, each problem, and what happens next.

Belongs here: words made from the report of a check. Does not belong here: how they are drawn (`report`), the report itself
(`turncurve check` makes it), why a file was not taken (`checker`, `routes`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import PurePath
from typing import Any

from dashboards.shared.finding import Verdict
from dashboards.shared.wording import count_words
from dashboards.topics.check.checker import Checked

#: What `turncurve check` advises where a year is missing, and what can be done about it on this page.
_ADVICE = re.compile(r"Put the file in a folder named like [\d-]+, or give the year with --year [\d/]+\.")
_ADVICE_HERE = "Choose its academic year above, or put the year into the file’s name."

Table = Mapping[str, Any]


def outcome(checked: Checked) -> str:
    """The outcome of a check in one sentence."""
    if checked.clean:
        return f"No problems found in {checked.name}."
    count = problem_count(checked.report["tables"])
    refused = sum(table["status"] == "refused" for table in checked.report["tables"])
    if count and refused:
        return f"{count_words(count, 'problem', 'problems')} found in {checked.name}, and parts of it cannot be used."
    if count:
        return f"{count_words(count, 'problem', 'problems')} found in {checked.name}."
    return f"{checked.name} {'cannot be used as it is' if refused else 'holds no data that is taken'}."


def problem_count(tables: Sequence[Table]) -> int:
    """The problems of all tables of a file, those that are not listed included."""
    return sum(int(table["problem_count"]) for table in tables)


def reason(table: Table) -> str:
    """Why a table was not used, or what should be known of it, with advice that can be followed on this page."""
    return _ADVICE.sub(_ADVICE_HERE, table["reason"])


def remarks(table: Table) -> list[str]:
    """What should be looked at, which rows are not taken and why, and what only whoever runs the warehouse can do."""
    looked_at = [f"Look at this: {sentence}" for sentence in table["look_at"]]
    left_out = [
        f"{count_words(rows['count'], 'row', 'rows')} not taken, {_runs(rows['runs'])}: {rows['reason']}."
        for rows in table["left_out"]
    ]
    analyst = [f"For whoever runs the warehouse: {table['for_analyst']}"] if table["for_analyst"] else []
    return [*looked_at, *left_out, *analyst]


def _runs(runs: Sequence[Sequence[int]], most: int = 10) -> str:
    texts = [str(first) if first == last else f"{first} to {last}" for first, last in runs[:most]]
    return f"row {', '.join(texts)}{' and more' if len(runs) > most else ''}"


def verdict(table: Table) -> Verdict:
    """What a table is worth, in a word or two."""
    if table["status"] == "refused":
        return Verdict("worse", "Refused", "✕", "")
    if table["status"] == "ignored":
        return Verdict("none", "Not used", "–", "")
    count = int(table["problem_count"])
    return Verdict("worse", count_words(count, "problem", "problems"), "!", "") if count else _FINE


_FINE = Verdict("better", "No problems found", "✓", "")


def facts(table: Table, checked: Checked) -> list[tuple[str, str]]:
    """What is known of a table, as pairs of term and text."""
    return [(term, text) for term, text in _facts(table, checked) if text]


def _facts(table: Table, checked: Checked) -> Iterator[tuple[str, str]]:
    if table["status"] != "usable":
        return
    yield "What it is", table["dataset_name"]
    year = table["academic_year"]
    yield "Academic year", f"{year}, from {_source_of_year(table, checked)}" if year else ""
    yield "Release", table["release"] if year else ""
    yield "As at", f"{table['snapshot_date']}, from the file’s name" if table["snapshot_date"] else ""
    yield "Rows", f"{table['rows']:,}"
    yield "Missing", ", ".join(table["columns_missing"])
    dropped = ", ".join(table["columns_dropped"])
    yield "Left behind", f"{dropped} (personal data: never enters the warehouse)" if dropped else ""


def _source_of_year(table: Table, checked: Checked) -> str:
    how = str(table["year_told_by"])
    if checked.year is None:
        return f"the {how}"
    if checked.year == table["academic_year"] and how == "folder's name":
        return "your choice"
    return f"the {how}" if checked.year == table["academic_year"] else f"the {how}, which goes before your choice"


def problems(tables: Sequence[Table]) -> Iterator[tuple[str, str, str, str]]:
    """Where, column, value, what to do: of every table in turn; the table is named where there are several."""
    for table in tables:
        where = f"{table['name']}, " if len(tables) > 1 else ""
        for problem in table["problems"]:
            row = f"row {problem['row_number']}" if problem["row_number"] else "headings"
            text = f"{where}{row}"
            yield (
                text[:1].upper() + text[1:] if not where else text,
                problem["column"],
                problem["value"],
                problem["message"],
            )


def before_handing_over(tables: Sequence[Table]) -> str:
    """What handing a clean file over does. The warehouse drops personal columns, the landing folder does not."""
    personal = ", personal columns included" if any(table["columns_dropped"] for table in tables) else ""
    return (
        "The file has not been kept. Handing it over sends it once more, checks it once more and puts "
        f"it into the landing folder as it is{personal}; the next refresh takes it."
    )


def handed_over(placed: PurePath) -> str:
    """That a file was handed over."""
    return f"{placed.name} was handed over."


def after_handing_over(placed: PurePath) -> str:
    """What becomes of a file that was handed over."""
    return (
        f"It was checked once more and now lies in the landing folder as {placed.as_posix()}. The next refresh "
        "takes it; then its figures are on the pages, and the Data page says what became of each of its rows."
    )
