"""Lists of the reference data that readers, checks and templates ask: rules of rows, known values, scales, codes.

Belongs here: one question to `seeds/` each. Does not belong here: columns and kinds of file (`datasets`), questions of
forms (`questions`), and what the warehouse makes of the same lists (dbt).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from orchestration.contracts.datasets import load
from orchestration.contracts.seeds import SEEDS, rows, rows_once


@dataclass(frozen=True)
class RowRule:
    """What one column of a template owes another column, a number or a list of the reference data."""

    column: str
    #: key | not_before | not_below | known
    rule: str
    argument: str = ""


@cache
def row_rules(dataset_id: str, seeds: Path = SEEDS) -> tuple[RowRule, ...]:
    """Rules of a dataset's rows in the order of `row_rules.csv`; terms are of the list of terms without saying so."""
    own = [
        RowRule(row["column_name"], row["rule"], row["argument"])
        for row in rows(seeds, "row_rules.csv")
        if row["dataset_id"] == dataset_id
    ]
    dataset = load(seeds)[dataset_id]
    terms = dataset.columns if dataset.reader == "template" else ()
    return (*own, *(RowRule(column.name, "known", "terms") for column in terms if column.type == "term"))


@cache
def known_meanings(name: str, seeds: Path = SEEDS) -> dict[str, str]:
    """One list of the reference data in order, value -> meaning: `indicators`, `breakdowns`, `terms`, or an instrument."""
    if name in _LISTS:
        value, meaning = _LISTS[name]
        return {row[value]: row[meaning] if meaning else "" for row in rows(seeds, f"{name}.csv")}
    items = rows(seeds, "instrument_items.csv")
    return {row["item_id"]: row["label"] for row in items if row["instrument_id"] == name}


#: Lists of the reference data that are no instrument: columns of the value and of its meaning.
_LISTS = {"indicators": ("indicator_id", "name"), "breakdowns": ("breakdown_id", "name"), "terms": ("term_id", "")}


def parts_pupils(column: str, seeds: Path = SEEDS) -> bool:
    """Whether a column of a tidy file parts the pupils, by its name alone; such a column need not be named by a meta file."""
    name = column.casefold()
    known = {row["column_name"] for row in rows_once(seeds, "ees_filters.csv") if row["dataset_id"] == "*"}
    return name in known or name.startswith("characteristic")


@cache
def scale(scale_id: str, seeds: Path = SEEDS) -> dict[str, str]:
    """Answers in words of a scale, lower case -> value; '' where the answer is no opinion."""
    found = rows(seeds, "scale_answers.csv")
    return {
        row["answer"].casefold(): row["value"] for wanted in ("*", scale_id) for row in found if row["scale"] == wanted
    }


@cache
def status_codes(dataset_id: str, seeds: Path = SEEDS) -> dict[str, str]:
    """Codes that are printed in a measure cell instead of a number -> status; a dataset's own code wins over `*`."""
    found = rows(seeds, "status_codes.csv")
    return {
        row["code"].upper(): row["status"] for scope in ("*", dataset_id) for row in found if row["dataset_id"] == scope
    }
