"""What a workbook says of a cell besides its value: that it is a percentage, or an error such as #DIV/0!.

Belongs here: the formats of XLSX and ODS, which the library that reads the values leaves out. Does not belong here: the
values (`spreadsheet`). Other kinds of workbook tell nothing here, and their cells are what they hold.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import IO
from xml.parsers import expat

from orchestration.readers.decode.table import Refusal
from orchestration.readers.decode.unpacking import CHUNK

#: 0% and 0.00%, which need no description of their own.
_PERCENT_BY_NUMBER = frozenset({"9", "10"})
#: What a format writes as it is: text in quotation marks, a character behind a backslash; and conditions in brackets.
_LITERAL = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]')
_MOST_COLUMNS = 16_384
Start = Callable[[str, dict[str, str]], None]


@dataclass
class Formats:
    """Cells of one sheet that are more than their value; places count from 0."""

    #: row -> columns, each a bit: a national table has millions of percentages
    percentages: dict[int, int] = field(default_factory=dict)
    errors: dict[tuple[int, int], str] = field(default_factory=dict)

    def is_percentage(self, row: int, column: int) -> bool:
        """Whether the cell is shown with a per cent sign, a hundred times its value before it."""
        return bool(self.percentages.get(row, 0) >> column & 1)

    def _mark(self, row: int, column: int, times: int = 1) -> None:
        self.percentages[row] = self.percentages.get(row, 0) | (((1 << times) - 1) << column)


def is_percent(code: str) -> bool:
    """Whether a number format multiplies by a hundred: `0.0%` does, `0"%"` merely writes the sign."""
    return "%" in _LITERAL.sub("", code)


def formats_of(archive: zipfile.ZipFile, sheet: str) -> Formats:
    """The formats of a sheet, by its name. A workbook that does not say where it keeps them has none."""
    names = set(archive.namelist())
    if "content.xml" in names:
        return _of_open_document(archive, sheet)
    place = _place_of_sheet(archive, names, sheet)
    if place is None:
        return Formats()
    return _of_sheet(archive, place, _percent_styles(archive, names))


@contextmanager
def _whole() -> Iterator[None]:
    try:
        yield
    except expat.ExpatError as error:
        raise Refusal("The spreadsheet is damaged. Save it again, or save its data as CSV.") from error


def _walk(
    stream: IO[bytes], start: Start, end: Callable[[str], None] | None = None, text: Callable[[str], None] | None = None
) -> None:
    """Call `start` for every element, by its name without a prefix, and `end` and `text` where they are given."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = lambda name, attributes: start(name.rpartition(":")[2], attributes)
    if end is not None:
        parser.EndElementHandler = lambda name: end(name.rpartition(":")[2])
    if text is not None:
        parser.CharacterDataHandler = text
    with _whole():
        while chunk := stream.read(CHUNK):
            parser.Parse(chunk)
        parser.Parse(b"", True)


def _related(archive: zipfile.ZipFile, names: set[str], part: str) -> dict[str, tuple[str, str]]:
    """What a part of an XLSX refers to: id -> (kind, name of the other part)."""
    folder, name = posixpath.split(part)
    relations = posixpath.join(folder, "_rels", f"{name}.rels")
    found: dict[str, tuple[str, str]] = {}
    if relations not in names:
        return found

    def start(element: str, attributes: dict[str, str]) -> None:
        if element == "Relationship":
            target = posixpath.normpath(posixpath.join("/", folder, attributes.get("Target", ""))).lstrip("/")
            found[attributes.get("Id", "")] = (attributes.get("Type", "").rpartition("/")[2], target)

    with archive.open(relations) as stream:
        _walk(stream, start)
    return found


def _workbook(archive: zipfile.ZipFile, names: set[str]) -> str | None:
    found = (part for kind, part in _related(archive, names, "").values() if kind == "officeDocument")
    part = next(found, "xl/workbook.xml")
    return part if part in names else None


def _place_of_sheet(archive: zipfile.ZipFile, names: set[str], sheet: str) -> str | None:
    workbook = _workbook(archive, names)
    # a workbook in Excel's binary form is no XML
    if workbook is None or not workbook.endswith(".xml"):
        return None
    ids: dict[str, str] = {}

    def start(element: str, attributes: dict[str, str]) -> None:
        if element == "sheet":
            ids[attributes.get("name", "")] = next((own for key, own in attributes.items() if key.endswith(":id")), "")

    with archive.open(workbook) as stream:
        _walk(stream, start)
    place = _related(archive, names, workbook).get(ids.get(sheet, ""), ("", ""))[1]
    return place if place in names else None


def _percent_styles(archive: zipfile.ZipFile, names: set[str]) -> frozenset[str]:
    """The styles of cells, as cells name them, whose format is a percentage."""
    workbook = _workbook(archive, names) or ""
    part = next(
        (part for kind, part in _related(archive, names, workbook).values() if kind == "styles"), "xl/styles.xml"
    )
    if part not in names:
        return frozenset()
    percent = set(_PERCENT_BY_NUMBER)
    styles: list[str] = []
    inside = ""

    def start(element: str, attributes: dict[str, str]) -> None:
        nonlocal inside
        if element in ("cellXfs", "cellStyleXfs"):
            inside = element
        elif element == "numFmt" and is_percent(attributes.get("formatCode", "")):
            percent.add(attributes.get("numFmtId", ""))
        elif element == "numFmt":
            percent.discard(attributes.get("numFmtId", ""))
        elif element == "xf" and inside == "cellXfs":
            styles.append(attributes.get("numFmtId", "0"))

    def end(element: str) -> None:
        nonlocal inside
        if element == inside:
            inside = ""

    with archive.open(part) as stream:
        _walk(stream, start, end)
    return frozenset(str(place) for place, number in enumerate(styles) if number in percent)


def _of_sheet(archive: zipfile.ZipFile, part: str, percent: frozenset[str]) -> Formats:
    formats = Formats()
    if not percent:
        # most sheets have neither percentages nor errors, and looking for an error takes less than reading every cell
        with archive.open(part) as stream:
            if not _has_error(stream):
                return formats
    row = column = -1
    error: list[str] | None = None

    def start(element: str, attributes: dict[str, str]) -> None:
        nonlocal row, column, error
        if element == "c":
            place = attributes.get("r")
            column = _column(place) if place else column + 1
            if attributes.get("s") in percent and attributes.get("t", "n") == "n":
                formats._mark(row, column)
            error = [] if attributes.get("t") == "e" else None
        elif element == "row":
            number = attributes.get("r")
            row, column = int(number) - 1 if number else row + 1, -1

    def text(value: str) -> None:
        if error is not None:
            error.append(value)

    def end(element: str) -> None:
        nonlocal error
        if element == "c" and error is not None:
            # a formula stands before the value; of neither more than the error is kept
            formats.errors[row, column] = "#" + "".join(error).rpartition("#")[2][:20]
            error = None

    with archive.open(part) as stream:
        try:
            _walk(stream, start, end, text)
        except ValueError as fault:
            raise Refusal("The spreadsheet is damaged. Save it again, or save its data as CSV.") from fault
    return formats


def _has_error(stream: IO[bytes]) -> bool:
    rest = b""
    while chunk := stream.read(CHUNK):
        if b't="e"' in rest + chunk or b"t='e'" in rest + chunk:
            return True
        rest = chunk[-8:]
    return False


def _column(place: str) -> int:
    """`B7` -> 1."""
    column = 0
    for letter in place:
        if not letter.isalpha():
            break
        column = column * 26 + ord(letter.upper()) - 64
        if column > _MOST_COLUMNS:
            raise ValueError(place)
    return column - 1


def _of_open_document(archive: zipfile.ZipFile, sheet: str) -> Formats:
    formats = Formats()
    inside = False
    row = column = 0
    rows = cells = 1

    def start(element: str, attributes: dict[str, str]) -> None:
        nonlocal inside, row, column, rows, cells
        if element == "table":
            inside, row = attributes.get("table:name") == sheet, -1
            rows = 1
        elif inside and element == "table-row":
            row, column, cells = row + rows, 0, 0
            rows = int(attributes.get("table:number-rows-repeated", "1"))
        elif inside and element in ("table-cell", "covered-table-cell"):
            column, cells = column + cells, int(attributes.get("table:number-columns-repeated", "1"))
            if attributes.get("office:value-type") == "percentage" and column + cells <= _MOST_COLUMNS:
                for repeated in range(min(rows, 10_000)):
                    formats._mark(row + repeated, column, cells)

    with archive.open("content.xml") as stream:
        try:
            _walk(stream, start)
        except ValueError as fault:
            raise Refusal("The spreadsheet is damaged. Save it again, or save its data as CSV.") from fault
    return formats
