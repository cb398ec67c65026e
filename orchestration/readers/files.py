"""What a file is, and the reader of its shape.

Belongs here: passing over what is not data, recognising what is, and saying why where neither is possible. Does not
belong here: writing anything (`raw`, `landing`) or checking cells (`check`).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import IO

from orchestration import contracts
from orchestration.readers import decode, ees, forms, inspections, performance_tables, register, template, years
from orchestration.readers.decode import Part, Refusal, Table
from orchestration.readers.shape import Pseudonym, Reading, Source

_READERS = {
    "performance_tables": performance_tables.read,
    "register": register.read,
    "forms": forms.read,
    "template": template.read,
    "ees": ees.read,
    "inspections": inspections.read,
}

#: Readers of publishers' files, whose workbooks part their data between sheets; in others, further sheets are notes.
_EVERY_SHEET = frozenset({"performance_tables", "register", "ees", "inspections"})

_IGNORED_SUFFIXES = {
    **dict.fromkeys((".md", ".rst", ".pdf", ".doc", ".docx", ".odt", ".ppt", ".pptx", ".html", ".htm"), "a document"),
    **dict.fromkeys((".yml", ".yaml", ".json", ".toml", ".ini", ".cfg", ".xml"), "a file of settings"),
    **dict.fromkeys((".png", ".jpg", ".jpeg", ".gif", ".svg"), "a picture"),
    **dict.fromkeys((".py", ".r", ".sql", ".sh", ".js", ".ipynb"), "a program"),
    **dict.fromkeys((".tmp", ".part", ".partial", ".crdownload", ".download"), "an unfinished copy"),
    **dict.fromkeys((".parquet", ".duckdb", ".wal", ".log", ".lock"), "a working file"),
}
_IGNORED_NAMES = {"thumbs.db", "desktop.ini"}

#: Headers of files that describe data files. All the columns of one set must be there.
_DESCRIPTIONS = (
    {"column", "field name", "label/description"},
    {"column", "fieldname", "label/description"},
    {"column", "metafile heading"},
    {"field name", "description"},
    {"col_name", "col_type", "label"},
    {"lea", "la name", "region"},
)
_DESCRIPTION_NAME = re.compile(
    r"(?<![a-z])(meta|metadata|methodology|abbreviations|glossary|guidance|dictionary|readme)(?![a-z])"
)
_EES = {"time_period", "time_identifier", "geographic_level"}
_META_AT_MOST = 1 << 20
_NO_HEADER = "The names of the columns must stand in one of the first rows, as in the template."
#: A cell no heading has: an address, a number alone, a date or a time.
_IS_DATA = re.compile(r"@|＠|^[-+£]?[\d.,]+%?$|^\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}\b|\d:\d\d")


@dataclass(frozen=True)
class Piece:
    """One part of a file and what it is: a reading, or why there is none (`refused`, `ignored`)."""

    member: str
    #: sha256 of the content as hexadecimal digits, '' where it could not be read at all
    sha256: str
    status: str  # ready | refused | ignored
    reason: str = ""
    encoding: str = ""
    reading: Reading | None = None
    #: the table behind the reading, or the unrecognised one
    header: Sequence[str] = ()
    #: kind of file, where it was recognised; a recognised file may still be refused
    dataset_id: str = ""
    #: the reason with words of the file in it, for whoever has the file; the reason itself is for everyone and has none
    quoting: str = ""
    #: what only whoever runs the warehouse can do about it; no words of the file
    for_analyst: str = ""


def ignored_by_name(name: str) -> str | None:
    """Why a file is passed over without being opened, or None."""
    lowered = name.casefold()
    if lowered.startswith("~$") or lowered.startswith(".~lock"):
        return "A lock left by an open spreadsheet, not data."
    if lowered.startswith(".") or lowered in _IGNORED_NAMES:
        return "A hidden file, not data."
    if what := _IGNORED_SUFFIXES.get(Path(lowered).suffix):
        return f"Not data: {what}."
    reason = contracts.not_taken_by_name(name)
    return f"Known, and not taken: {reason}" if reason else None


def read_file(
    path: Path, open_file: Callable[[], IO[bytes]], year: str | None, pseudonym: Pseudonym, sha256: str = ""
) -> Iterator[Piece]:
    """The pieces of a file, one after the other; each reading's rows must be walked before the next is asked for.

    `sha256` is the hash of the file's bytes, where it is known already.

    Never raises `Refusal` itself: a refusal is a piece. Walking the rows of a reading may raise it.
    """
    if reason := ignored_by_name(path.name):
        yield Piece("", "", "ignored", reason)
        return
    try:
        parts = decode.parts(path.name, open_file)
    except Refusal as refusal:
        yield Piece("", "", "refused", str(refusal))
        return
    for part in parts:
        source = Source(path / part.member, year, pseudonym, _meta_of(path, part, parts))
        yield from _pieces(path, part, source, sha256)


def _meta_of(path: Path, part: Part, parts: Sequence[Part]) -> Callable[[], str] | None:
    """How to read the meta file of a data file: `name.meta.csv` next to `name.csv`, in the same archive or folder."""
    if part.member:
        name = part.member.rsplit(".", 1)[0] + ".meta.csv"
        openers = [other.open for other in parts if other.member.casefold() == name.casefold()]
    else:
        meta = path.with_suffix(".meta.csv")
        # no link is followed that lies in a landing folder
        openers = [lambda: meta.open("rb")] if meta.is_file() and not meta.is_symlink() else []
    if not openers:
        return None

    def text() -> str:
        with openers[0]() as stream:
            return stream.read(_META_AT_MOST).decode("utf-8", errors="replace")

    return text


def _pieces(path: Path, part: Part, source: Source, known_sha256: str) -> Iterator[Piece]:
    """The piece of a part; of a publisher's workbook one for each sheet of data."""
    where = path / part.member
    if part.member and (reason := ignored_by_name(where.name)):
        yield Piece(part.member, "", "ignored", reason)
        return
    sha256 = encoding = ""
    try:
        known = decode.probe(part, known_sha256)
        sha256, encoding = known.sha256, known.encoding
        table = decode.read_table(part, known, _is_header)
    except Refusal as refusal:
        if where.suffix.casefold() == ".txt":
            yield Piece(part.member, sha256, "ignored", "Not data: a text.", encoding)
        else:
            yield Piece(part.member, sha256, "refused", str(refusal), encoding)
        return
    dataset = contracts.recognise(table.header) if table.others else None
    if dataset is None or dataset.reader not in _EVERY_SHEET:
        yield _piece(where.name, part.member, sha256, table, source)
        return
    yield _piece(where.name, part.member, sha256, replace(table, remark=""), source)
    for sheet in table.others:
        digest = hashlib.sha256(f"{sha256} {sheet.sheet}".encode()).hexdigest()
        yield _piece(where.name, str(PurePosixPath(part.member) / sheet.sheet), digest, sheet, source)


def _piece(name: str, member: str, sha256: str, table: Table, source: Source) -> Piece:
    encoding, header = table.encoding, table.header
    dataset_id = ""
    try:
        table = forms.opened(table)
        encoding, header = table.encoding, table.header
        dataset = forms.recognise(table)
        if dataset is None:
            several = forms.several_ticks_in(table)
            status, reason, for_analyst = _unrecognised(name, table, several, quoting=False)
            quoted = _unrecognised(name, table, several, quoting=True)[1]
            return Piece(
                member, sha256, status, reason, encoding, None, header, quoting=quoted, for_analyst=for_analyst
            )
        dataset_id = dataset.id
        reading = _READERS[dataset.reader](table, dataset, source)
        reading.published_on, reading.edition = years.published_on(source.path), years.edition(source.path)
    except Refusal as refusal:
        if Path(name).suffix.casefold() == ".txt":
            return Piece(member, sha256, "ignored", "Not data: a text.", encoding)
        return Piece(member, sha256, "refused", str(refusal), encoding, None, header, dataset_id)
    return Piece(member, sha256, "ready", reading.remark, encoding, reading, header, dataset_id)


def _is_header(cells: Sequence[str]) -> bool:
    return contracts.recognise(cells) is not None or forms.may_open(cells) or contracts.not_taken(cells) is not None


def _unrecognised(name: str, table: Table, several: str | None, quoting: bool) -> tuple[str, str, str]:
    """Status and reason of a table whose header belongs to no dataset, and what whoever runs the warehouse can do.

    What stands in the first row may be a header nobody knows, or somebody's name: the reason quotes it only where it is for
    whoever has the file (`quoting`).
    """
    header = {contracts.clean(cell).casefold() for cell in table.header if cell}
    near = contracts.near_miss(table.header, quoting=quoting)
    if reason := _passed_over(name, table, header, near):
        return "ignored", reason, ""
    if header >= _EES:
        return (
            "refused",
            "An Explore Education Statistics file, but no column of it is a figure that is kept here. Nothing is wrong with"
            " the file.",
            "A figure is added by a line in seeds/contracts/outcome_columns.csv.",
        )
    for_analyst = ""
    if near is None and (form := forms.near_form(table, several, quoting)) is not None:
        near, for_analyst = form
    cells = [cell for cell in (contracts.clean(cell) for cell in table.header) if cell]
    # without a header the first row is somebody's data, and may be somebody's name: nothing of it is repeated
    if any(_IS_DATA.search(cell) for cell in cells):
        return "refused", f"We do not recognise this file: its first row is data, not column headings. {_NO_HEADER}", ""
    seen = ", ".join(cells)
    shown = seen if len(seen) <= 120 else f"{seen[:117]}..."
    first = (
        f"The first row reads: {shown}."
        if quoting
        else f"The header was looked for in row {table.header_number} and below."
    )
    return "refused", f"We do not recognise these column headings. {near or _NO_HEADER} {first}", for_analyst


def _passed_over(name: str, table: Table, header: set[str], near: str | None) -> str | None:
    """Why a table that belongs to no dataset is none that anybody would want to know of; None where it may be."""
    if any(described <= header for described in _DESCRIPTIONS):
        return "A list of columns or codes that describes other files; not data."
    if reason := contracts.not_taken(table.header):
        return f"Known, and not taken: {reason}"
    if near or header >= _EES:
        return None
    if _DESCRIPTION_NAME.search(name.casefold()):
        return "A description of other files by its name; not data."
    return "Not data: a text." if Path(name).suffix.casefold() == ".txt" else None
