"""What a file is, and the reader of its shape.

Belongs here: passing over what is not data, recognising what is, and saying why where neither is possible. Does not
belong here: writing anything (`raw`, `landing`) or checking cells (`check`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from orchestration import contracts
from orchestration.readers import decode, ees, forms, inspections, performance_tables, register, template
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


def ignored_by_name(name: str) -> str | None:
    """Why a file is passed over without being opened, or None."""
    lowered = name.casefold()
    if lowered.startswith("~$") or lowered.startswith(".~lock"):
        return "A lock left by an open spreadsheet, not data."
    if lowered.startswith(".") or lowered in _IGNORED_NAMES:
        return "A hidden file, not data."
    what = _IGNORED_SUFFIXES.get(Path(lowered).suffix)
    return f"Not data: {what}." if what else None


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
        yield _piece(path, part, Source(path / part.member, year, pseudonym, _meta_beside(path, part, parts)), sha256)


def _meta_beside(path: Path, part: Part, parts: Sequence[Part]) -> Callable[[], str] | None:
    """How to read the meta file of a data file: `name.meta.csv` beside `name.csv`, in the same archive or folder."""
    if part.member:
        name = part.member.rsplit(".", 1)[0] + ".meta.csv"
        openers = [other.open for other in parts if other.member.casefold() == name.casefold()]
    else:
        beside = path.with_suffix(".meta.csv")
        openers = [lambda: beside.open("rb")] if beside.is_file() else []
    if not openers:
        return None

    def text() -> str:
        with openers[0]() as stream:
            return stream.read(_META_AT_MOST).decode("utf-8", errors="replace")

    return text


def _piece(path: Path, part: Part, source: Source, known_sha256: str) -> Piece:
    where = path / part.member
    if part.member and (reason := ignored_by_name(where.name)):
        return Piece(part.member, "", "ignored", reason)
    sha256 = encoding = ""
    header: Sequence[str] = ()
    dataset_id = ""
    try:
        known = decode.fingerprint(part, known_sha256)
        sha256, encoding = known.sha256, known.encoding
        table = forms.opened(decode.read_table(part, known, _is_header))
        encoding, header = table.encoding, table.header
        dataset = forms.recognise(table)
        if dataset is None:
            return Piece(part.member, sha256, *_unrecognised(where.name, table), encoding, None, header)
        dataset_id = dataset.id
        reading = _READERS[dataset.reader](table, dataset, source)
    except Refusal as refusal:
        if where.suffix.casefold() == ".txt":
            return Piece(part.member, sha256, "ignored", "Not data: a text.", encoding)
        return Piece(part.member, sha256, "refused", str(refusal), encoding, None, header, dataset_id)
    return Piece(part.member, sha256, "ready", reading.remark, encoding, reading, header, dataset_id)


def _is_header(cells: Sequence[str]) -> bool:
    return contracts.recognise(cells) is not None or forms.may_open(cells)


def _unrecognised(name: str, table: Table) -> tuple[str, str]:
    """Status and reason of a table whose header belongs to no dataset."""
    header = {contracts.clean(cell).casefold() for cell in table.header if cell}
    if any(described <= header for described in _DESCRIPTIONS):
        return "ignored", "A list of columns or codes that describes other files; not data."
    if header >= _EES:
        return (
            "refused",
            "An Explore Education Statistics file without a figure known here (seeds/outcome_columns.csv).",
        )
    near = contracts.near_miss(table.header)
    if not near and _DESCRIPTION_NAME.search(name.casefold()):
        return "ignored", "A description of other files by its name; not data."
    if Path(name).suffix.casefold() == ".txt" and not near:
        return "ignored", "Not data: a text."
    near = near or forms.near_form(table) or _NO_HEADER
    cells = [cell for cell in (contracts.clean(cell) for cell in table.header) if cell]
    # without a header the first row is somebody's data, and may be somebody's name: nothing of it is repeated
    if any(_IS_DATA.search(cell) for cell in cells):
        return "refused", f"No kind of file known here begins like this: its first row is data. {_NO_HEADER}"
    seen = ", ".join(cells)
    shown = seen if len(seen) <= 120 else f"{seen[:117]}..."
    return "refused", f"No kind of file known here has this header. {near} The first row reads: {shown}."
