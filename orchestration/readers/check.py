"""Everything that is wrong with a file, at once, before it is sent: `turncurve check FILE`.

Belongs here: walking a reading against its contract and reporting. Does not belong here: the rules for one cell
(`values`), refusing or storing anything. A file that passes here loads; what dbt rejects later it names too.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from orchestration import contracts
from orchestration.contracts import Column, Dataset
from orchestration.readers import values, years
from orchestration.readers.decode import Refusal
from orchestration.readers.files import Piece, read_file
from orchestration.readers.shape import Answers, Pseudonym, Reading, is_personal, show

_Row = TypeVar("_Row")
#: Problems listed; all are counted.
LISTED = 1000
#: Columns that together name a row of a published file; blank parts make no key. Templates' are in seeds/row_rules.csv.
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


@dataclass(frozen=True)
class Problem:
    """One thing to put right. `row_number` counts the header as 1; 0 means the file as a whole."""

    row_number: int
    column: str
    value: str
    message: str


@dataclass
class TableCheck:
    """What one table is and what is wrong with it."""

    name: str
    #: usable | refused | ignored
    status: str
    reason: str = ""
    dataset_id: str = ""
    dataset_name: str = ""
    academic_year: str | None = None
    year_told_by: str = ""
    release: str | None = None
    snapshot_date: str | None = None
    encoding: str = ""
    rows: int = 0
    columns_recognised: list[str] = field(default_factory=list)
    columns_unknown: list[str] = field(default_factory=list)
    columns_missing: list[str] = field(default_factory=list)
    #: personal columns, which are left behind
    columns_dropped: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    problem_count: int = 0

    def add(self, row_number: int, column: str, value: str, message: str) -> None:
        """Count a problem, and list it while there is room."""
        self.problem_count += 1
        if len(self.problems) < LISTED:
            self.problems.append(Problem(row_number, column, value[:200], message))


@dataclass(frozen=True)
class CheckReport:
    """A file's tables: one, or one per member of an archive."""

    path: str
    tables: list[TableCheck]

    @property
    def is_clean(self) -> bool:
        """Whether the file would load without a complaint."""
        return any(table.status == "usable" for table in self.tables) and all(
            table.status != "refused" and not table.problem_count for table in self.tables
        )

    def to_dict(self) -> dict[str, Any]:
        """The report as plain data, for JSON."""
        return {"path": self.path, "clean": self.is_clean, "tables": [asdict(table) for table in self.tables]}

    def to_text(self) -> str:
        """The report as a person reads it: what each table is, then every problem on a line of its own."""
        return "\n\n".join("\n".join(_lines(table)) for table in self.tables)


def _lines(table: TableCheck) -> Iterator[str]:
    if table.status != "usable":
        word = "Not used" if table.status == "ignored" else "Refused"
        yield f"{table.name}: {word}. {table.reason}"
        return
    yield f"{table.name}: {table.dataset_name}"
    if table.academic_year:
        yield f"  Academic year  {table.academic_year}, told by the {table.year_told_by}; release: {table.release}"
    if table.snapshot_date:
        yield f"  As at          {table.snapshot_date}, told by the name"
    yield f"  Rows           {table.rows:,} ({table.encoding})"
    yield f"  Columns        {len(table.columns_recognised)} used, {len(table.columns_unknown)} not used"
    if table.columns_unknown and table.dataset_id.startswith("forms_"):
        # of a form they are not even stored, so a misspelled question is told by its name
        yield f"  Not used       {', '.join(show(name) for name in table.columns_unknown)}"
    if table.columns_dropped:
        yield f"  Left behind    {', '.join(table.columns_dropped)} (personal data)"
    if table.reason:
        yield f"  Note           {table.reason}"
    if not table.problem_count:
        yield "  No problems found."
        return
    yield f"  Problems       {table.problem_count:,}"
    for problem in table.problems:
        where = f"Row {problem.row_number}" if problem.row_number else "Header"
        column = f", {show(problem.column)}" if problem.column else ""
        yield f"    {where}{column}: {problem.message}"
    if table.problem_count > len(table.problems):
        yield f"    ... and {table.problem_count - len(table.problems):,} more."


#: Told how far a long check has come.
Progress = Callable[[str], None]
#: Rows between two words of progress: a second or two.
_TOLD_EVERY = 50_000


def check_file(path: Path, year: str | None = None, progress: Progress | None = None) -> CheckReport:
    """Check one file against the contract of what it turns out to be. Reads only; stores nothing.

    A file that cannot be used is reported as refused, never raised. `progress` is called with a sentence now and then
    where there are many rows.
    """
    path = Path(path).expanduser().resolve()
    # no respondent's code leaves a check, so a passing key will do
    pseudonym = Pseudonym(lambda: b"check")
    tables = []
    try:
        given = years.parse_year(year) if year else None
        for piece in read_file(path, lambda: path.open("rb"), given, pseudonym):
            tables.append(_check(path, piece, progress))
    except Refusal as refusal:
        tables.append(TableCheck(path.name, "refused", str(refusal)))
    except FileNotFoundError:
        tables.append(TableCheck(path.name, "refused", f"There is no file {path}. Check the name."))
    except IsADirectoryError:
        tables.append(TableCheck(path.name, "refused", "This is a folder. Give one file."))
    except OSError as error:
        tables.append(TableCheck(path.name, "refused", f"The file cannot be read: {error.strerror or error}."))
    return CheckReport(str(path), tables)


def _told(rows: Iterator[_Row], name: str, progress: Progress) -> Iterator[_Row]:
    for count, row in enumerate(rows, start=1):
        if count % _TOLD_EVERY == 0:
            progress(f"{name}: {count:,} rows checked")
        yield row


def _check(path: Path, piece: Piece, progress: Progress | None) -> TableCheck:
    name = f"{path.name}/{piece.member}" if piece.member else path.name
    reading = piece.reading
    if reading is None:
        return TableCheck(name, piece.status, piece.reason, encoding=piece.encoding)
    dataset = reading.dataset
    table = TableCheck(
        name,
        "usable",
        piece.reason,
        dataset.id,
        dataset.name,
        reading.academic_year,
        reading.year_told_by,
        reading.release,
        reading.snapshot_date,
        piece.encoding,
    )
    table.columns_dropped = reading.dropped or [
        column for column in dataset.named(piece.header) if is_personal(dataset, column)
    ]
    if progress is not None:
        reading.rows = _told(reading.rows, name, progress)
        if reading.answers is not None:
            reading.answers.rows = _told(reading.answers.rows, name, progress)
    try:
        if reading.answers is not None:
            _check_form(table, dataset, reading.answers)
        else:
            _check_columns(table, reading)
    except Refusal as refusal:
        table.status, table.reason = "refused", str(refusal)
    table.rows = reading.row_count
    for reject in reading.rejects:
        if reject.to_mend:
            table.add(reject.row_number, reject.column, reject.value, _sentence(reject.reason))
    left_out = Counter(reject.reason for reject in reading.rejects if not reject.to_mend)
    notes = [f"{count:,} row{'s'[: count > 1]} left out: {reason}." for reason, count in left_out.items()]
    table.reason = " ".join([*([table.reason] if table.reason else ()), *notes])
    places = {name: place for place, name in enumerate(reading.columns)}
    table.problems.sort(key=lambda problem: (problem.row_number, places.get(problem.column, len(places))))
    return table


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:] + ("" if text.endswith(".") else ".")


def _check_columns(table: TableCheck, reading: Reading) -> None:
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
    filters = {row["column_name"] for row in _seed("ees_filters.csv") if row["dataset_id"] == dataset.id}
    return ("time_period", school, *(name for name in columns if name in filters))


def _rules(dataset: Dataset, columns: list[str]) -> Iterator[tuple[int, str, Callable[[str], str | None], bool]]:
    """(place, column, rule, whether rows of an authority or the nation are excused) for the columns present."""
    codes = contracts.status_codes(dataset.id)
    percentages = _percentages(dataset.id)
    grades = _grades() if dataset.reader == "inspections" else {}
    graded = {
        row["column_name"] for row in _seed("inspection_columns.csv") if row["judgement_id"] != "ungraded_outcome"
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
    return {row["code"].upper(): row["status"] for row in _seed("inspection_grades.csv")}


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
    """Whether a row stands for an authority or the nation, not for a school."""
    if dataset.reader == "ees":
        level = columns.index("geographic_level")
        return lambda cells: cells[level].casefold() != "school"
    if dataset.reader != "performance_tables":
        return lambda cells: False
    if "RECTYPE" in columns:
        schools = {
            row["record_type"]
            for row in _seed("record_types.csv")
            if row["dataset_id"] == dataset.id and row["area_type"] == "school"
        }
        place = columns.index("RECTYPE")
        return lambda cells: cells[place] not in schools
    places = [columns.index(name) for name in ("URN", "LA") if name in columns]
    return lambda cells: any(cells[place].upper() == "NAT" for place in places)


@cache
def _seed(name: str) -> tuple[dict[str, str], ...]:
    with contracts.seed_file(name).open(encoding="utf-8-sig", newline="") as file:
        return tuple(csv.DictReader(file))


def _percentages(dataset_id: str) -> set[str]:
    units = {row["indicator_id"]: row["unit"] for row in _seed("indicators.csv")}
    return {
        row["column_name"].split("@")[0]
        for row in _seed("outcome_columns.csv")
        if row["dataset_id"] == dataset_id and row["role"] == "value" and units.get(row["indicator_id"]) == "%"
    }


# ---------------------------------------------------------------------------------------------------------------
# forms


def _check_form(table: TableCheck, dataset: Dataset, answers: Answers) -> None:
    """Forms by question: which item each one is, and whether the answers are of its kind."""
    form = contracts.forms()[dataset.id]
    asked = {heading: question for heading in answers.questions if (question := form.question(heading))}
    table.columns_recognised = [answers.questions[place] for place in answers.kept]
    table.columns_unknown = [heading for heading in answers.questions if heading not in table.columns_recognised]
    found = Counter(question.target for question in asked.values())
    missing: dict[str, contracts.FormQuestion] = {}
    for question in sorted(form.questions, key=lambda question: -len(question.question)):
        if question.form_id != "*" and question.target not in found:
            missing.setdefault(question.target, question)
    alike = _alike(table.columns_unknown, missing)
    for target in (target for target in dict.fromkeys(q.target for q in form.questions) if target in missing):
        question = missing[target]
        asks = question.question.strip("%").replace("%", " … ")
        table.columns_missing.append(asks)
        if worded := alike.get(target):
            line = question.line(worded)
            sentence = f"This may be the question “{asks}”. If it is, add this line to seeds/form_questions.csv: {line}"
            table.add(0, worded, "", sentence)
        else:
            sentence = (
                "No column asks this. If one does in other words, add them in a line of seeds/form_questions.csv."
            )
            table.add(0, asks, "", sentence)
    for target, count in found.items():
        if count > 1:
            headings = " and ".join(
                f"“{show(heading)}”" for heading, question in asked.items() if question.target == target
            )
            table.add(0, target, "", f"{headings} are taken for one question ({target}). Keep one of them.")
    rules = [
        (place, heading, rule)
        for place, heading in enumerate(answers.questions)
        if (question := asked.get(heading)) and (rule := _answer_rule(question))
    ]
    for number, _, _, cells in answers.rows:
        for place, heading, rule in rules:
            if message := rule(cells[place]):
                table.add(number, heading, cells[place], message)


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
        return _column_rule(contract)
    if question.answer != "rating":
        return None
    instrument = next(row for row in _seed("instruments.csv") if row["instrument_id"] == question.instrument_id)
    form = next((row for row in _seed("forms.csv") if row["form_id"] == question.form_id), None)
    words = contracts.scale((form and form["scale"]) or instrument["scale"])
    # a scale of words alone has no numbers
    low, high = int(instrument["scale_min"] or 1), int(instrument["scale_max"] or 0)
    return lambda value: values.on_scale(value, words, low, high)
