"""What the readers share: fitting the rows of a table to its header, and the reading they hand on.

Belongs here: renaming, padding, dropping personal columns, what becomes of rows that do not fit. Does not belong
here: bytes (`decode`), years (`years`), the meaning of a cell (`values` for the check, dbt for the warehouse).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice
from pathlib import PurePath
from typing import TYPE_CHECKING

from orchestration.contracts import Dataset, clean
from orchestration.readers import decimals
from orchestration.readers.decode import Refusal, Row, Table
from orchestration.readers.decode.limits import MAX_REJECTS

if TYPE_CHECKING:
    from orchestration.readers.swift import Plan

#: Characters of a value that is kept with a reject.
_LONGEST_SHOWN = 200
#: What every raw row starts with.
SYSTEM_COLUMNS = ("_file_id", "_row_number", "_overflow")


@dataclass(frozen=True, slots=True)
class Reject:
    """A row the reader could not use; or, of scope `cell`, a value it could not use in a row that is taken."""

    row_number: int
    column: str
    value: str
    reason: str
    #: row | cell
    scope: str = "row"
    #: whether somebody has something to put right; a row may be left out as it should be
    to_mend: bool = True


class Rejects(list[Reject]):
    """What a reader could not use of one file. It is held in memory, so of a file that is nothing but rejects it is refused."""

    def append(self, reject: Reject) -> None:
        """Add one. Raises `Refusal` where there are too many."""
        if len(self) == MAX_REJECTS:
            raise Refusal(
                f"More than {MAX_REJECTS:,} of its rows or values cannot be read, up to row {reject.row_number:,}. The first: "
                f"{self[0].reason}."
            )
        super().append(reject)


@dataclass(frozen=True)
class Source:
    """What a reader may know besides the bytes."""

    #: where the file lies, the archive's members below the archive; years and dates are read from it
    path: PurePath
    #: the academic year the user gave, if any
    year: str | None
    #: turns what identifies a person into a code; only form readers use it
    pseudonym: Pseudonym
    #: the text of the file that describes this one's columns, where one lies next to it; only the EES reader asks
    meta: Callable[[], str] | None = None


@dataclass(frozen=True)
class Pseudonym:
    """A keyed hash, so that two answers of one person are known to be of one person, and nothing more."""

    #: asked for only when the first respondent is met
    key: Callable[[], bytes]
    #: codes of respondents whose responses are left out of every file
    forgotten: frozenset[str] = frozenset()

    def __call__(self, text: str) -> str:
        """Sixteen hexadecimal digits."""
        return hashlib.sha256(self.prefix() + text.encode()).hexdigest()[:16]

    def prefix(self) -> bytes:
        """What goes before every text that is hashed: 128 bits of the key.

        A quarter of the hash is kept, so nobody can lengthen a text from its code, and the second hash of an HMAC would add
        nothing; key and text of usual length fill one block of SHA-256, and codes are most of what landing a large export costs.
        """
        return hashlib.sha256(self.key()).digest()[:16]


@dataclass
class Answers:
    """A survey export before it is made long: a row per respondent, to be walked once."""

    questions: list[str]
    #: row number, code of the respondent, time, and an answer to each question
    rows: Iterator[tuple[int, str, str, list[str]]]
    #: places of the questions raw takes: those the form knows, or its contract names
    kept: tuple[int, ...]
    #: how DuckDB may read the file instead of walking `rows`; None where it may not
    plan: Callable[[], Plan | None] = lambda: None


@dataclass
class Reading:
    """A recognised file, ready to be walked once.

    `rows` yields (row number, overflow or '', cells in the order of `columns`); `rejects` and `row_count` (rows of
    the file, rejected ones included) are complete only when the walk is over.
    """

    dataset: Dataset
    columns: list[str]
    rows: Iterator[tuple[int, str, list[str]]]
    encoding: str
    academic_year: str | None = None
    year_told_by: str = ""
    release: str | None = None
    snapshot_date: str | None = None
    #: the publisher's date in the file's name, where it has one
    published_on: str | None = None
    #: the edition the name says it is, '' where it says nothing; later ones sort later
    edition: str = ""
    remark: str = ""
    #: what was guessed where the file does not say it, complete when the walk is over
    guesses: list[str] = field(default_factory=list)
    rejects: list[Reject] = field(default_factory=Rejects)
    row_count: int = 0
    #: forms only: the responses, instead of `rows`, and headings left behind as personal
    answers: Answers | None = None
    dropped: list[str] = field(default_factory=list)


def fitted(table: Table, dataset: Dataset) -> Reading:
    """The table under canonical names, every row as long as the header, personal columns gone.

    Short rows are padded: publishers drop trailing blank cells. Blank fields beyond the header mean nothing; others
    are kept with the row or reject it, as the contract says.
    """
    width = len(table.header)
    while width and not table.header[width - 1]:
        width -= 1
    names = _distinct(dataset.named(table.header[:width]))
    kept = [index for index, name in enumerate(names) if not is_personal(dataset, name)]
    reading = Reading(dataset, [names[index] for index in kept], iter(()), table.encoding, remark=table.remark)
    reading.rows = _fit(_with_points(table.rows, names, reading), reading, width, kept)
    return reading


def _with_points(rows: Iterator[Row], names: Sequence[str], reading: Reading) -> Iterator[Row]:
    """The rows; where the figures of a published table have decimal commas, with points instead."""
    measures = set(reading.dataset.measures)
    places = [place for place, name in enumerate(names) if name in measures]
    if not places:
        return rows
    first = list(islice(rows, decimals.ROWS_LOOKED_AT))
    rows = chain(first, rows)
    if not decimals.has_decimal_commas((row.cells for row in first), places):
        return rows
    reading.remark = " ".join(filter(None, (reading.remark, decimals.REMARK)))
    return (row._replace(cells=_pointed(row.cells, places)) for row in rows)


def _pointed(cells: Sequence[str], places: Sequence[int]) -> list[str]:
    written = list(cells)
    for place in places:
        if place < len(written):
            written[place] = decimals.pointed(written[place])
    return written


def _fit(rows: Iterator[Row], reading: Reading, width: int, kept: list[int]) -> Iterator[tuple[int, str, list[str]]]:
    all_kept = len(kept) == width
    # a value that slid out of its column may be a personal one
    may_show = all_kept
    for number, found, fault in rows:
        cells = found
        reading.row_count += 1
        if fault:
            reading.rejects.append(Reject(number, "", "", fault))
            continue
        overflow = ""
        if len(cells) > width:
            extra = [cell for cell in cells[width:] if cell]
            if extra and reading.dataset.overflow == "reject":
                reason = (
                    f"row {number} has {len(cells)} fields, the header has {width}:"
                    " probably a comma inside a value without quotes"
                )
                reading.rejects.append(
                    Reject(number, "", " | ".join(extra)[:_LONGEST_SHOWN] if may_show else "", reason)
                )
                continue
            overflow = " | ".join(extra)
            cells = cells[:width]
        elif len(cells) < width:
            cells = cells + [""] * (width - len(cells))
        yield number, overflow, cells if all_kept else [cells[index] for index in kept]
    if not reading.row_count:
        raise Refusal("The file has a header but no rows.")


def _distinct(names: Sequence[str]) -> list[str]:
    """Every name once: a second `Name` becomes `Name__2`; a column without a name is called by its place."""
    taken: set[str] = set()
    counts: dict[str, int] = {}
    result = []
    for place, given in enumerate(names, start=1):
        name = given or f"unnamed_{place}"
        if name.casefold() in SYSTEM_COLUMNS:
            name += "__column"
        folded, candidate = name.casefold(), name
        while candidate.casefold() in taken:
            # counting goes on where it stopped: a header may hold one name thousands of times
            counts[folded] = counts.get(folded, 1) + 1
            candidate = f"{name}__{counts[folded]}"
        taken.add(candidate.casefold())
        result.append(candidate)
    return result


def is_personal(dataset: Dataset, name: str) -> bool:
    """Whether a column holds personal data by its contract; so do its repetitions `Name2`, `Name__2`."""
    column = dataset.column(name) or dataset.column(dataset.canonical(re.sub(r"(__|_| )?(?<!\d)\d+$", "", name)) or "")
    return column is not None and column.personal


def show(name: str) -> str:
    """A header as it is quoted in a message: long questions are cut."""
    name = clean(name)
    return name if len(name) <= 60 else f"{name[:57]}..."
