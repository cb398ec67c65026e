"""What each kind of file must look like, read from `seeds/`, where it is written once.

Belongs here: the shape of a contract and how a header is recognised by its content. Does not belong here: reading
the files themselves (`readers`), what numbers mean (`dbt_project`), or any column name: those are data in `seeds/`.
"""

from __future__ import annotations

import csv
import html
import io
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from pathlib import Path

from orchestration.settings import REPOSITORY

SEEDS = REPOSITORY / "seeds"

#: Column types a contract may name; `readers.values` checks cells against them.
COLUMN_TYPES = frozenset(
    [
        "text",
        "code",
        "urn",
        "laestab",
        "integer",
        "number",
        "percent",
        "date",
        "year",
        "term",
        "choice",
        "rating",
        "flag",
    ]
)
#: What a file of a dataset stands for: one academic year, the register on one date, dates in each row, or neither.
PERIODS = frozenset({"academic_year", "snapshot", "row", "none"})


class ContractError(Exception):
    """A seed file contradicts itself. Raised at load, so that a mistake in `seeds/` is never met halfway."""


def clean(name: str) -> str:
    """A header as it is shown and stored: one space between words, no marks that cannot be seen."""
    return " ".join(name.replace("\ufeff", "").split())


#: Marks that word processors and survey tools put for those of the keyboard, or that nobody sees.
_STRAIGHT = str.maketrans(
    {**dict.fromkeys("‘’ʼ′", "'"), **dict.fromkeys("“”„″", '"'), **dict.fromkeys("‐‑‒–—", "-")}
    | dict.fromkeys("\u00ad\u200b\u200e\u200f\u2060", "")
)
_TAG = re.compile(r"</?[a-z][^<>]{0,500}>", re.IGNORECASE)
#: `Q4.1. `, `3) `, `12.` in front of a question
_NUMBERING = re.compile(r"q?\d{1,3}(\.\d{1,3})*\s*[.):](\s+|$|(?=[^\W\d]))", re.IGNORECASE)


@lru_cache(maxsize=8192)
def wording(heading: str) -> str:
    """A question without what tools and typists add to its words: mark-up, its number, curly marks; '' where nothing is left."""
    plain = html.unescape(_TAG.sub(" ", heading)) if "<" in heading or "&" in heading else heading
    return unnumbered(clean(plain.translate(_STRAIGHT)))


def unnumbered(heading: str) -> str:
    """A heading without the number of its question."""
    match = _NUMBERING.match(heading)
    return heading[match.end() :] if match else heading


# A header is compared with every contract, hundreds of names each: the folding is remembered.
@lru_cache(maxsize=8192)
def _fold(name: str) -> str:
    return clean(name).casefold()


@lru_cache(maxsize=8192)
def _fold_loosely(name: str) -> str:
    return re.sub(r"[\s_-]+", "", _fold(name))


@lru_cache(maxsize=8192)
def _fold_to_words(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "", _fold(name))


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
    #: columns that hold a published measure (seeds/outcome_columns.csv)
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
            return _fold_to_words
        return _fold_loosely if self.reader == "template" else _fold

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
        for cell, fold in zip(header, folded, strict=True):
            canonical = self._by_name.get(fold)
            if canonical is None or (fold != self.fold(canonical) and self.fold(canonical) in folded):
                names.append(clean(cell))
            else:
                names.append(canonical)
        return names

    def missing(self, header: Sequence[str]) -> list[str]:
        """Signature columns the header lacks; of columns that may stand for each other, the first where none is there."""
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
        return {self.fold(self._by_name[fold]) for fold in known} | (folded - known)


@lru_cache(maxsize=6)
def _all_folded(folding: Callable[[str], str], header: tuple[str, ...]) -> frozenset[str]:
    return frozenset(map(folding, header))


def seed_file(name: str, seeds: Path = SEEDS) -> Path:
    """The seed of this name, such as `datasets.csv`, whichever folder of `seeds` it lies in.

    Raises `ContractError` where there is none or more than one.
    """
    found = sorted(seeds.rglob(name))
    if len(found) != 1:
        raise ContractError(f"{seeds} has {len(found)} files named {name}")
    return found[0]


def _rows(seeds: Path, name: str) -> list[dict[str, str]]:
    with seed_file(name, seeds).open(encoding="utf-8-sig", newline="") as file:
        return [{key: (value or "").strip() for key, value in row.items()} for row in csv.DictReader(file)]


def _split(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split("|") if part.strip())


def _unique(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))


@cache
def load(seeds: Path = SEEDS) -> dict[str, Dataset]:
    """Every dataset by its id, in the order of `datasets.csv`.

    Raises `ContractError` where a seed names an unknown type, period, dataset or column.
    """
    columns: dict[str, list[Column]] = {}
    for row in _rows(seeds, "dataset_columns.csv"):
        if row["type"] not in COLUMN_TYPES:
            raise ContractError(f"{row['dataset_id']}.{row['column_name']}: unknown type {row['type']!r}")
        columns.setdefault(row["dataset_id"], []).append(
            Column(
                name=row["column_name"],
                aliases=_split(row["aliases"]),
                type=row["type"],
                required=row["required"] == "true",
                choices=_split(row["choices"]),
                personal=row["personal"] == "true",
                note=row["note"],
                example=row["example"],
            )
        )
    measures: dict[str, list[str]] = {}
    for row in _rows(seeds, "outcome_columns.csv"):
        measures.setdefault(row["dataset_id"], []).append(row["column_name"].split("@")[0])

    datasets: dict[str, Dataset] = {}
    for row in _rows(seeds, "datasets.csv"):
        if (row["reader"] == "forms") != row["dataset_id"].startswith("forms_"):
            raise ContractError(f"{row['dataset_id']}: the id of a form, and of nothing else, begins with forms_")
        if row["period"] not in PERIODS or row["overflow"] not in {"reject", "keep"}:
            raise ContractError(f"{row['dataset_id']}: unknown period or overflow")
        dataset = Dataset(
            id=row["dataset_id"],
            name=row["name"],
            reader=row["reader"],
            publisher=row["publisher"],
            signature=_split(row["signature"]),
            any_of=_split(row["any_of"]),
            unless=_split(row["unless"]),
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


def recognise(header: Sequence[str], seeds: Path = SEEDS) -> Dataset | None:
    """The kind of file a header belongs to, by its content alone; the most specific where several fit.

    A form has no fixed header: where nothing else fits, it is told by the questions it asks.
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
    # most cells of most files are no question of any form: one look sorts them out
    hint = _question_hint(seeds)
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
    present = {_fold(name) for name in header}
    for row in _rows_once(seeds, "files_not_taken.csv"):
        if row["columns"] and {_fold(name) for name in _split(row["columns"])} <= present:
            return f"{row['name']}. {row['reason']}."
    return None


def not_taken_by_name(name: str, seeds: Path = SEEDS) -> str | None:
    """The same, told by the name of a file."""
    for row in _rows_once(seeds, "files_not_taken.csv"):
        if row["file_name"] and row["file_name"] in name.casefold():
            return f"{row['name']}. {row['reason']}."
    return None


@cache
def _rows_once(seeds: Path, name: str) -> tuple[dict[str, str], ...]:
    return tuple(_rows(seeds, name))


@lru_cache(maxsize=8192)
def _asks_about(question: str) -> frozenset[str]:
    # short words tell little of what is asked
    return frozenset(re.findall(r"[^\W\d_]{4,}", wording(question).casefold()))


def nearest(heading: str, questions: Iterable[FormQuestion]) -> FormQuestion | None:
    """The question that shares most words with a heading; None where none shares half of them."""
    said = _asks_about(heading)

    def share(question: FormQuestion) -> float:
        asked = _asks_about(question.question)
        return 2 * len(said & asked) / max(len(said) + len(asked), 1)

    best = max(questions, key=share, default=None)
    return best if best is not None and len(said) > 1 and share(best) >= 0.5 else None


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


def parts_pupils(column: str, seeds: Path = SEEDS) -> bool:
    """Whether a column of a tidy file parts the pupils, by its name alone; such a column need not be named by a meta file."""
    name = column.casefold()
    known = {row["column_name"] for row in _rows_once(seeds, "ees_filters.csv") if row["dataset_id"] == "*"}
    return name in known or name.startswith("characteristic")


def near_miss(header: Sequence[str], seeds: Path = SEEDS) -> str | None:
    """A sentence on the kind of file an unrecognised header comes closest to; None where nothing is close.

    Close means: at least half of the columns that mark the kind are there, and no other kind has a larger share.
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
        others = [clean(cell) for cell in header if clean(cell) and dataset.canonical(cell) is None][:5]
        instead = (
            f" It does not know {_listed(others)}: correct the spelling where one of them is meant." if others else ""
        )
        return f"It looks like “{dataset.name}” but has no column {_listed(missing)}.{instead}"
    other = f"the column {_listed(foreign)}, which belongs to another kind of file"
    return f"It looks like “{dataset.name}” but also has {other}."


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


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
        for row in _rows(seeds, "row_rules.csv")
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
        return {row[value]: row[meaning] if meaning else "" for row in _rows(seeds, f"{name}.csv")}
    items = _rows(seeds, "instrument_items.csv")
    return {row["item_id"]: row["label"] for row in items if row["instrument_id"] == name}


#: Lists of the reference data beside the instruments: columns of the value and of its meaning.
_LISTS = {"indicators": ("indicator_id", "name"), "breakdowns": ("breakdown_id", "name"), "terms": ("term_id", "")}


@dataclass(frozen=True)
class FormQuestion:
    """A question of a form: the item it is, or the field its answer fills."""

    form_id: str
    match: str
    question: str
    #: '' where the question is about the respondent, the school or the time
    instrument_id: str
    target: str
    #: rating or text; '' for fields
    answer: str

    def line(self, wording: str) -> str:
        """The line of `form_questions.csv` that gives this question another wording."""
        out = io.StringIO()
        line = [self.form_id, "exact", wording, self.instrument_id, self.target, self.answer]
        csv.writer(out, lineterminator="").writerow(line)
        return out.getvalue()

    def fits(self, heading: str) -> bool:
        """Whether the wording of a heading is this question."""
        heading, wanted = heading.casefold(), wording(self.question).casefold()
        if self.match == "exact":
            return heading == wanted
        pieces = wanted.split("%")
        if len(pieces) == 3 and not pieces[0] and not pieces[2]:
            return pieces[1] in heading
        return re.fullmatch(".*".join(map(re.escape, pieces)), heading, re.DOTALL) is not None


@dataclass(frozen=True)
class Form:
    """The questions of one kind of form, its own before those that every form may ask."""

    id: str
    questions: tuple[FormQuestion, ...]
    #: targets of its instrument
    items: frozenset[str]
    _known: dict[str, FormQuestion | None] = field(default_factory=dict, repr=False, compare=False)

    def question(self, heading: str) -> FormQuestion | None:
        """The question a heading is, or None."""
        heading = re.sub(r"__\d+$", "", heading)
        if heading not in self._known:
            if len(self._known) > 8192:
                self._known.clear()
            self._known[heading] = next((question for question in self.questions if question.fits(heading)), None)
        return self._known[heading]


@cache
def forms(seeds: Path = SEEDS) -> dict[str, Form]:
    """Every form by its id. Questions of the form `*` belong to each; raises `ContractError` for an unknown form."""
    by_form: dict[str, list[FormQuestion]] = {
        dataset.id: [] for dataset in load(seeds).values() if dataset.reader == "forms"
    }
    common = []
    for row in _rows(seeds, "form_questions.csv"):
        question = FormQuestion(**row)
        if question.form_id == "*":
            common.append(question)
        elif question.form_id in by_form:
            by_form[question.form_id].append(question)
        else:
            raise ContractError(f"form_questions.csv: datasets.csv has no form {question.form_id!r}")
    return {
        form_id: Form(
            form_id,
            (*sorted(own, key=_precision), *sorted(common, key=_precision)),
            frozenset(question.target for question in own if question.instrument_id),
        )
        for form_id, own in by_form.items()
    }


def _precision(question: FormQuestion) -> tuple[bool, int]:
    """Exact wordings go before patterns, long ones before short ones; dbt chooses by the same rule."""
    return question.match != "exact", -len(question.question)


@cache
def _question_hint(seeds: Path) -> re.Pattern[str]:
    """A pattern that is found in every heading that is a question of some form."""
    pieces = {
        max(wording(question.question).casefold().split("%"), key=len)
        for form in forms(seeds).values()
        for question in form.questions
    }
    return re.compile("|".join(map(re.escape, sorted(pieces))) or r"(?!)")


@cache
def _personal_questions(seeds: Path) -> tuple[FormQuestion, ...]:
    rows = _rows(seeds, "personal_questions.csv")
    return tuple(FormQuestion("*", "pattern", row["pattern"], "", "", "") for row in rows)


@lru_cache(maxsize=8192)
def asks_who(heading: str, seeds: Path = SEEDS) -> bool:
    """Whether a question asks for a name, an address or a number of a person (seeds/personal_questions.csv)."""
    return any(question.fits(heading) for question in _personal_questions(seeds))


@cache
def scale(scale_id: str, seeds: Path = SEEDS) -> dict[str, str]:
    """Answers in words of a scale, lower case -> value; '' where the answer is no opinion."""
    rows = _rows(seeds, "scale_answers.csv")
    return {
        row["answer"].casefold(): row["value"] for wanted in ("*", scale_id) for row in rows if row["scale"] == wanted
    }


@cache
def status_codes(dataset_id: str, seeds: Path = SEEDS) -> dict[str, str]:
    """Codes that stand in a measure cell instead of a number -> status; a dataset's own code wins over `*`."""
    rows = _rows(seeds, "status_codes.csv")
    return {
        row["code"].upper(): row["status"] for scope in ("*", dataset_id) for row in rows if row["dataset_id"] == scope
    }
