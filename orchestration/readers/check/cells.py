"""Tables with fixed columns: each cell, each row and each key against the contract.

Belongs here: which rule a column or a row is under. Does not belong here: the rules for one cell (`values`), forms (`form`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice

from orchestration import contracts
from orchestration.contracts import Column, Dataset
from orchestration.contracts.seeds import SEEDS, rows_once
from orchestration.readers import values
from orchestration.readers.check import rows as rows_
from orchestration.readers.check.figures import Figures
from orchestration.readers.check.report import TableCheck
from orchestration.readers.shape import Reading

_TWICE = "Two rows are about the same area, year and pupils: the one with more pupils is used, not the other"
#: Rows that are looked at together.
_AT_ONCE = 4096
#: Values of a column that are remembered with what is wrong with them.
_REMEMBERED = 100_000
#: Columns that together name a row of a published file; blank parts make no key. Templates' are in seeds/contracts/row_rules.csv.
_KEYS: Mapping[str, tuple[str, ...]] = {
    "dfe_ks2": ("URN",),
    "dfe_ks4": ("URN",),
    "dfe_absence": ("URN",),
    "dfe_census": ("URN",),
    "dfe_ks5": ("URN",),
    "dfe_ks4_destinations": ("URN",),
    "dfe_ks5_destinations": ("URN",),
    "register_spine": ("URN",),
    "register_gias": ("URN",),
    "register_links": ("URN", "LinkURN", "LinkType"),
    "register_groups": ("Group UID",),
    "ofsted_inspections": ("URN", "Inspection start date"),
}


def check_cells(table: TableCheck, reading: Reading) -> None:
    """Add to `table` what is wrong with its columns, cells, rows and keys."""
    dataset, columns = reading.dataset, reading.columns
    known = {column.name for column in dataset.columns} | set(dataset.measures)
    table.columns_recognised = [name for name in columns if name in known]
    table.columns_unknown = [name for name in columns if name not in known]
    table.columns_missing = [
        column.name for column in dataset.columns if column.required and column.name not in columns
    ]
    for name in table.columns_missing:
        table.add(0, name, "", f"The column {name} is missing. Add it to the header.")
    walk = _Walk(table, reading)
    rows = ((number, cells) for number, _, cells in reading.rows)
    while batch := list(islice(rows, _AT_ONCE)):
        walk.take(batch)
    walk.end()


class _Walk:
    """The rules a table is under, and what its rows have shown so far.

    Cells are looked at column by column, and of a column each value once: most of a table repeats itself, and a rule of a cell
    knows nothing of its row.
    """

    def __init__(self, table: TableCheck, reading: Reading) -> None:
        dataset, columns = reading.dataset, reading.columns
        self._table, self._dataset = table, dataset
        self._rules: list[tuple[int, str, Callable[[str], str | None], bool, dict[str, str | None]]] = [
            (*rule, {}) for rule in _rules(dataset, columns)
        ]
        self._row_rules = list(_row_rules(dataset, columns))
        self._row_rule = rows_.row_rule(dataset, columns)
        self._is_school = rows_.is_of_school(dataset, columns)
        self._terms = rows_.TermsCalledYears(columns) if dataset.reader == "ees" else None
        names = _key(dataset)
        self._key = [columns.index(name) for name in names if name in columns]
        self._key_name = ", ".join(names) if len(self._key) == len(names) else ""
        self._first_at: dict[tuple[str, ...], int] = {}
        self._figures = Figures(dataset, columns)

    def take(self, batch: list[tuple[int, list[str]]]) -> None:
        """Look at some rows. Of a row that is not taken nothing else is said."""
        by_column = list(zip(*(cells for _, cells in batch), strict=True))
        if self._row_rule is not None and by_column:
            fates = self._row_rule(by_column)
            if any(fates):
                batch = [row for row, fate in zip(batch, fates, strict=True) if not self._is_left(row[0], fate)]
                by_column = list(zip(*(cells for _, cells in batch), strict=True))
        if not batch:
            return
        numbers = [number for number, _ in batch]
        if self._terms is not None and self._terms.is_asked:
            self._terms.take(numbers, by_column)
        wrong = self._cells(batch, by_column)
        for number, cells in batch if self._row_rules else ():
            names = wrong.get(number, set())
            for place, name, row_rule in self._row_rules:
                if name not in names and (message := row_rule(cells, names)):
                    self._table.add(number, name, cells[place], message)
        if isinstance(self._row_rule, rows_.Tidy):
            self._same_areas(numbers, self._row_rule.keys)
        elif self._key_name:
            self._keys(batch, numbers, by_column)
        self._figures.take(numbers, by_column)

    def _is_left(self, number: int, fate: rows_.Fate | None) -> bool:
        if fate is None:
            return False
        if fate.to_mend:
            column = self._dataset.column(fate.column)
            said = values.complaint(column, fate.value) if column is not None else None
            self._table.add(number, fate.column, fate.value, said or f"{fate.reason}.")
        else:
            self._table.leave_out(number, fate.reason)
        return True

    def _cells(self, batch: list[tuple[int, list[str]]], by_column: list[tuple[str, ...]]) -> dict[int, set[str]]:
        """Names of the columns that are wrong, by row."""
        wrong: dict[int, set[str]] = {}
        for place, name, rule, of_school, seen in self._rules:
            if len(seen) > _REMEMBERED:
                seen.clear()
            values_ = set(by_column[place])
            for value in values_ - seen.keys():
                seen[value] = rule(value)
            if not any(seen[value] for value in values_):
                continue
            for (number, cells), value in zip(batch, by_column[place], strict=True):
                if (message := seen[value]) and not (of_school and not self._is_school(cells)):
                    wrong.setdefault(number, set()).add(name)
                    self._table.add(number, name, value, message)
        return wrong

    def _keys(self, batch: list[tuple[int, list[str]]], numbers: list[int], by_column: list[tuple[str, ...]]) -> None:
        is_template = self._dataset.reader == "template"
        folded = [[text.casefold() for text in by_column[place]] for place in self._key]
        for place, parts in enumerate(zip(*folded, strict=True)):
            if not (any(parts) if is_template else all(parts)):
                continue
            first = self._first_at.setdefault(parts, numbers[place])
            cells = batch[place][1]
            if first != numbers[place] and self._is_school(cells):
                shown = " | ".join(cells[at] for at in self._key)
                message = f"The same {self._key_name} as in row {first}. Keep one of the two rows."
                self._table.add(numbers[place], self._key_name, shown, message, kind="the same key")

    def _same_areas(self, numbers: list[int], keys: Sequence[tuple[str, ...]]) -> None:
        """Rows of a tidy file that are about the same area, year and pupils: one of them is used."""
        for number, key in zip(numbers, keys, strict=True):
            first = self._first_at.setdefault(key, number)
            if first != number:
                self._table.leave_out(number, _TWICE, also=first)

    def end(self) -> None:
        """Add what only the whole table shows."""
        for number in self._terms.found() if self._terms is not None else ():
            self._table.leave_out(number, rows_.OF_SOME_TERMS)
        self._table.look_at.extend(self._figures.doubts())


def _key(dataset: Dataset) -> tuple[str, ...]:
    """The columns that together name a row."""
    own = tuple(rule.column for rule in contracts.row_rules(dataset.id) if rule.rule == "key")
    return own or _KEYS.get(dataset.id, ())


def _rules(dataset: Dataset, columns: list[str]) -> Iterator[tuple[int, str, Callable[[str], str | None], bool]]:
    """(place, column, rule, whether rows of an authority or the nation are excused) for the columns present."""
    codes = contracts.status_codes(dataset.id)
    percentages = _percentages(dataset.id)
    grades = _grades() if dataset.reader == "inspections" else {}
    graded = {
        row["column_name"]
        for row in rows_once(SEEDS, "inspection_columns.csv")
        if row["judgement_id"] != "ungraded_outcome"
    }
    for place, name in enumerate(columns):
        column = dataset.column(name)
        if column is not None and grades:
            yield place, name, _grade_rule(grades) if name in graded else _unless_nothing(column, grades), False
        elif column is not None:
            if column.type != "text" or column.required:
                excused = dataset.reader in ("performance_tables", "ees")
                yield place, name, _column_rule(column), excused
        elif name in dataset.measures:
            yield place, name, _measure_rule(codes, name in percentages), False


def _column_rule(column: Column) -> Callable[[str], str | None]:
    return lambda value: values.complaint(column, value)


def _grades() -> Mapping[str, str]:
    """Grades as they are printed, in capitals, and the status of each."""
    return {row["code"].upper(): row["status"] for row in rows_once(SEEDS, "inspection_grades.csv")}


def _grade_rule(grades: Mapping[str, str]) -> Callable[[str], str | None]:
    def rule(value: str) -> str | None:
        if not value or value.upper() in grades:
            return None
        return f"“{value}” is no grade known here. Type a grade as the publisher prints it, like 2 or Good."

    return rule


def _unless_nothing(column: Column, grades: Mapping[str, str]) -> Callable[[str], str | None]:
    """The rule of a column in which the publisher writes NULL where there is nothing."""
    return lambda value: None if grades.get(value.upper()) == "unavailable" else values.complaint(column, value)


def _measure_rule(codes: Mapping[str, str], percent: bool) -> Callable[[str], str | None]:
    return lambda value: values.measure(value, codes, percent)


RowCheck = Callable[[list[str], set[str]], str | None]


def _row_rules(dataset: Dataset, columns: list[str]) -> Iterator[tuple[int, str, RowCheck]]:
    """(place, column, check) for the rules of a template's rows.

    A check takes a row's cells and the columns whose cells are wrong by themselves, and gives the complaint or None.
    """
    for rule in contracts.row_rules(dataset.id):
        column = dataset.column(rule.column)
        if column is None or column.name not in columns:
            continue
        place = columns.index(column.name)
        if rule.rule == "known":
            yield place, column.name, _known_rule(place, column, rule.argument)
        elif rule.rule == "not_below":
            yield place, column.name, _least_rule(place, rule.argument)
        elif rule.rule == "not_before" and rule.argument in columns:
            yield place, column.name, _order_rule(place, columns.index(rule.argument), rule.argument)


def _known_rule(place: int, column: Column, name: str) -> RowCheck:
    known = {value.casefold() for value in contracts.known_meanings(name)}

    def check(cells: list[str], wrong: set[str]) -> str | None:
        value = cells[place]
        tidy = values.tidy_term(value) if column.type == "term" else value
        return values.not_listed(value, column.example) if value and tidy.casefold() not in known else None

    return check


def _least_rule(place: int, least: str) -> RowCheck:
    def check(cells: list[str], wrong: set[str]) -> str | None:
        value = cells[place]
        return values.too_small(value, least) if value and float(value.replace(",", "")) < float(least) else None

    return check


def _order_rule(place: int, other: int, name: str) -> RowCheck:
    def check(cells: list[str], wrong: set[str]) -> str | None:
        value, earlier = cells[place], cells[other]
        if not value or not earlier or name in wrong or values.day_of(value) >= values.day_of(earlier):
            return None
        return values.before(value, name, earlier)

    return check


def _percentages(dataset_id: str) -> set[str]:
    units = {row["indicator_id"]: row["unit"] for row in rows_once(SEEDS, "indicators.csv")}
    return {
        row["column_name"].split("@")[0]
        for row in rows_once(SEEDS, "outcome_columns.csv")
        if row["dataset_id"] == dataset_id and row["role"] == "value" and units.get(row["indicator_id"]) == "%"
    }
