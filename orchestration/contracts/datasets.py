"""The kinds of file and their columns: the shape of a contract, read from `datasets.csv` and the seeds of columns.

Belongs here: one dataset and the questions it answers about a header. Does not belong here: choosing among datasets
(`recognition`), or any column name: those are data in `seeds/`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from pathlib import Path

from orchestration.contracts.seeds import SEEDS, ContractError, rows, split
from orchestration.contracts.spelling import clean, fold, fold_loosely, fold_to_words

#: Column types a contract may name; `readers.values` checks cells against them.
COLUMN_TYPES = frozenset(
    [
        "text",
        "code",
        "urn",
        "laestab",
        "integer",
        "number",
        "figure",
        "date",
        "year",
        "term",
        "choice",
        "rating",
        "flag",
    ]
)
#: What a file of a dataset is about: one academic year, the register on one date, dates in each row, or neither.
PERIODS = frozenset({"academic_year", "snapshot", "row", "none"})


@dataclass(frozen=True)
class Column:
    """One column of a dataset as its contract describes it."""

    name: str
    aliases: tuple[str, ...] = ()
    type: str = "text"
    required: bool = False
    choices: tuple[str, ...] = ()
    personal: bool = False
    note: str = ""
    example: str = ""


@dataclass(frozen=True)
class Dataset:
    """One kind of file: how it is recognised, which columns it has and what becomes of rows that do not fit."""

    id: str
    name: str
    reader: str
    publisher: str
    signature: tuple[str, ...]
    any_of: tuple[str, ...]
    unless: tuple[str, ...]
    period: str
    overflow: str
    description: str
    columns: tuple[Column, ...] = ()
    #: columns that hold a published measure (seeds/contracts/outcome_columns.csv)
    measures: tuple[str, ...] = ()
    _by_name: dict[str, str] = field(default_factory=dict, repr=False, compare=False)

    def fold(self, name: str) -> str:
        """The form in which two spellings of a header are the same one.

        Case and runs of spaces never matter. In our own templates, which people type, spaces and underscores do not
        matter either; nor do they, or punctuation, in Ofsted's, whose headings change between editions.
        """
        return self._folding(name)

    @property
    def _folding(self) -> Callable[[str], str]:
        if self.reader == "inspections":
            return fold_to_words
        return fold_loosely if self.reader == "template" else fold

    def canonical(self, name: str) -> str | None:
        """The contract's own spelling of a header, or None where the contract has no such column."""
        return self._by_name.get(self.fold(name))

    def column(self, name: str) -> Column | None:
        """The contract of a column given by its canonical name."""
        return next((column for column in self.columns if column.name == name), None)

    def named(self, header: Sequence[str]) -> list[str]:
        """Canonical names of the header's cells, in order; cells the contract does not know keep their own name.

        A column's own name wins over an alias: where a file has both `LEA` and `LA`, only `LEA` is `LEA`.
        """
        folded = [self.fold(cell) for cell in header]
        names = []
        for cell, form in zip(header, folded, strict=True):
            canonical = self._by_name.get(form)
            if canonical is None or (form != self.fold(canonical) and self.fold(canonical) in folded):
                names.append(clean(cell))
            else:
                names.append(canonical)
        return names

    def missing(self, header: Sequence[str]) -> list[str]:
        """Signature columns the header lacks; of columns that may replace each other, the first where none is there."""
        there = self._there(header)
        lacking = [name for name in self.signature if self.fold(name) not in there]
        if self.any_of and not any(self.fold(name) in there for name in self.any_of):
            lacking.append(self.any_of[0])
        return lacking

    def foreign(self, header: Sequence[str]) -> list[str]:
        """Columns of the header that a file of this kind never has."""
        there = self._there(header)
        return [name for name in self.unless if self.fold(name) in there]

    def _there(self, header: Sequence[str]) -> set[str]:
        """Folded names of the header, those the contract knows under its own spelling.

        What a header asks is asked of every dataset, and a header may have a hundred thousand cells: it is folded once for all.
        """
        folded = _all_folded(self._folding, tuple(header))
        known = folded & self._by_name.keys()
        return {self.fold(self._by_name[form]) for form in known} | (folded - known)


@lru_cache(maxsize=6)
def _all_folded(folding: Callable[[str], str], header: tuple[str, ...]) -> frozenset[str]:
    return frozenset(map(folding, header))


def _unique(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))


@cache
def load(seeds: Path = SEEDS) -> dict[str, Dataset]:
    """Every dataset by its id, in the order of `datasets.csv`.

    Raises `ContractError` where a seed names an unknown type, period, dataset or column.
    """
    columns: dict[str, list[Column]] = {}
    for row in rows(seeds, "dataset_columns.csv"):
        if row["type"] not in COLUMN_TYPES:
            raise ContractError(f"{row['dataset_id']}.{row['column_name']}: unknown type {row['type']!r}")
        columns.setdefault(row["dataset_id"], []).append(
            Column(
                name=row["column_name"],
                aliases=split(row["aliases"]),
                type=row["type"],
                required=row["required"] == "true",
                choices=split(row["choices"]),
                personal=row["personal"] == "true",
                note=row["note"],
                example=row["example"],
            )
        )
    measures: dict[str, list[str]] = {}
    for row in rows(seeds, "outcome_columns.csv"):
        measures.setdefault(row["dataset_id"], []).append(row["column_name"].split("@")[0])

    datasets: dict[str, Dataset] = {}
    for row in rows(seeds, "datasets.csv"):
        if (row["reader"] == "forms") != row["dataset_id"].startswith("forms_"):
            raise ContractError(f"{row['dataset_id']}: the id of a form, and of nothing else, begins with forms_")
        if row["period"] not in PERIODS or row["overflow"] not in {"reject", "keep"}:
            raise ContractError(f"{row['dataset_id']}: unknown period or overflow")
        dataset = Dataset(
            id=row["dataset_id"],
            name=row["name"],
            reader=row["reader"],
            publisher=row["publisher"],
            signature=split(row["signature"]),
            any_of=split(row["any_of"]),
            unless=split(row["unless"]),
            period=row["period"],
            overflow=row["overflow"],
            description=row["description"],
            columns=tuple(columns.pop(row["dataset_id"], ())),
            measures=_unique(measures.pop(row["dataset_id"], ())),
        )
        # aliases first, so that a column's own name overrides another column's alias
        for column in dataset.columns:
            dataset._by_name.update({dataset.fold(alias): column.name for alias in column.aliases})
        for name in (*dataset.signature, *dataset.measures, *(column.name for column in dataset.columns)):
            dataset._by_name[dataset.fold(name)] = name
        datasets[dataset.id] = dataset
    if columns or measures:
        raise ContractError(f"columns of datasets that datasets.csv does not have: {[*columns, *measures]}")
    return datasets
