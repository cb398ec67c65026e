"""Tables with fixed columns: each cell, each row and each key against the contract.

Belongs here: which rule a column or a row is under. Does not belong here: the rules for one cell (`values`), forms (`form`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from orchestration import contracts
from orchestration.contracts import Column, Dataset
from orchestration.contracts.seeds import SEEDS, rows_once
from orchestration.readers import values
from orchestration.readers.check.report import TableCheck
from orchestration.readers.shape import Reading

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
    dataset = reading.dataset
    known = {column.name for column in dataset.columns} | set(dataset.measures)
    table.columns_recognised = [name for name in reading.columns if name in known]
    table.columns_unknown = [name for name in reading.columns if name not in known]
    table.columns_missing = [
        column.name for column in dataset.columns if column.required and column.name not in reading.columns
    ]
    for name in table.columns_missing:
        table.add(0, name, "", f"The column {name} is missing. Add it to the header.")
    rules = list(_rules(dataset, reading.columns))
    key_names = _key(dataset, reading.columns)
    key = [reading.columns.index(name) for name in key_names if name in reading.columns]
    complete = len(key) == len(key_names)
    row_rules = list(_row_rules(dataset, reading.columns))
    is_aggregate = _aggregate_test(dataset, reading.columns)
    first_at: dict[tuple[str, ...], int] = {}
    for number, _, cells in reading.rows:
        aggregate = is_aggregate(cells)
        wrong = set()
        for place, name, rule, of_school in rules:
            if (message := rule(cells[place])) and not (of_school and aggregate):
                wrong.add(name)
                table.add(number, name, cells[place], message)
        for place, name, row_rule in row_rules:
            if name not in wrong and (message := row_rule(cells, wrong)):
                table.add(number, name, cells[place], message)
        parts = tuple(cells[place].casefold() for place in key)
        named = any(parts) if dataset.reader == "template" else all(parts)
        if complete and parts and named and not aggregate:
            first = first_at.setdefault(parts, number)
            if first != number:
                columns = ", ".join(key_names)
                shown = " | ".join(cells[place] for place in key)
                table.add(number, columns, shown, f"The same {columns} as in row {first}. Keep one of the two rows.")


def _key(dataset: Dataset, columns: list[str]) -> tuple[str, ...]:
    """The columns that together name a row."""
    if dataset.reader != "ees":
        own = tuple(rule.column for rule in contracts.row_rules(dataset.id) if rule.rule == "key")
        return own or _KEYS.get(dataset.id, ())
    school = "school_urn" if "school_urn" in columns else "school_laestab"
    filters = {row["column_name"] for row in rows_once(SEEDS, "ees_filters.csv") if row["dataset_id"] == dataset.id}
    return ("time_period", school, *(name for name in columns if name in filters))


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


def _aggregate_test(dataset: Dataset, columns: list[str]) -> Callable[[list[str]], bool]:
    """Whether a row is about an authority or the nation, not about a school."""
    if dataset.reader == "ees":
        level = columns.index("geographic_level")
        return lambda cells: cells[level].casefold() != "school"
    if dataset.reader != "performance_tables":
        return lambda cells: False
    if "RECTYPE" in columns:
        schools = {
            row["record_type"]
            for row in rows_once(SEEDS, "record_types.csv")
            if row["dataset_id"] == dataset.id and row["area_type"] == "school"
        }
        place = columns.index("RECTYPE")
        return lambda cells: cells[place] not in schools
    places = [columns.index(name) for name in ("URN", "LA") if name in columns]
    return lambda cells: any(cells[place].upper() == "NAT" for place in places)


def _percentages(dataset_id: str) -> set[str]:
    units = {row["indicator_id"]: row["unit"] for row in rows_once(SEEDS, "indicators.csv")}
    return {
        row["column_name"].split("@")[0]
        for row in rows_once(SEEDS, "outcome_columns.csv")
        if row["dataset_id"] == dataset_id and row["role"] == "value" and units.get(row["indicator_id"]) == "%"
    }
