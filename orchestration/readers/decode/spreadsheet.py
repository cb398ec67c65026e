"""Spreadsheets: the sheet that holds the data, and its cells as the text a person would have typed.

Belongs here: sheets and cells. Does not belong here: recognising a spreadsheet among archives (`unpacking`, `probing`).
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import IO, Any

from orchestration.readers.decode.formats import Formats, formats_of
from orchestration.readers.decode.table import HEADER_WITHIN, Refusal, Row, Table, Wanted
from orchestration.readers.decode.unpacking import MAX_SPREADSHEET, Part, damage_refused

#: Bytes; spreadsheets are held in memory.
MAX_UNPACKED_SPREADSHEET = 600_000_000


def spreadsheet_table(part: Part, size: int, wanted: Wanted) -> Table:
    """The table of a workbook of `size` bytes; further sheets with a wanted header are its `others`."""
    import python_calamine as calamine

    if size > MAX_SPREADSHEET:
        raise Refusal("The spreadsheet is too large. Save its data as CSV.")
    with part.open() as stream:
        content = io.BytesIO(stream.read())
    if content.read(2) == b"PK":
        with damage_refused(), zipfile.ZipFile(content) as archive:
            if sum(info.file_size for info in archive.infolist()) > MAX_UNPACKED_SPREADSHEET:
                raise Refusal("Unpacked, the spreadsheet is larger than is accepted. Save its data as CSV.")
    content.seek(0)
    try:
        book = calamine.CalamineWorkbook.from_filelike(content)
        first, found = _headers(book, wanted)
    except calamine.PasswordError as error:
        raise Refusal("The spreadsheet is protected by a password. Save a copy without one.") from error
    except (calamine.CalamineError, OSError, ValueError) as error:
        raise Refusal(f"The spreadsheet cannot be opened ({error}). Save it again, or save its data as CSV.") from error
    except BaseException as error:
        # a panic of the library beneath is no Exception; one bad spreadsheet must not end a refresh
        if type(error).__name__ != "PanicException":
            raise
        raise Refusal("The spreadsheet cannot be opened. Save it again, or save its data as CSV.") from error
    if not found and first is None:
        raise Refusal("The spreadsheet is empty.")
    # our own templates keep the data in a sheet of that name, Google Forms in another; the others are notes
    found.sort(key=lambda item: (item[0].casefold() != "data", not item[0].casefold().startswith("form responses")))
    name, sheet, header = found[0] if found else first  # type: ignore[misc]
    others = tuple(_sheet_table(*item, content, recognised=True) for item in found[1:])
    remark = ""
    if others and name.casefold() != "data":
        # sheets are named after the person who kept them: their places will do
        place, *unread = (str(book.sheet_names.index(item[0]) + 1) for item in found)
        left = f"sheet {unread[0]}" if len(unread) == 1 else f"sheets {', '.join(unread[:-1])} and {unread[-1]}"
        remark = f"Only sheet {place} of the workbook was read, not {left}: save each as a file of its own."
    return replace(_sheet_table(name, sheet, header, content, recognised=bool(found)), remark=remark, others=others)


def _sheet_table(name: str, sheet: Any, header: Row, content: IO[bytes], recognised: bool) -> Table:
    known: list[Formats] = []

    def rows() -> Iterator[Row]:
        if not known:
            known.append(_formats(content, name))
        return (row for row in _sheet_rows(sheet, known[0]) if row.number > header.number and any(row.cells))

    return Table(header.cells, header.number, "spreadsheet", _later(rows), recognised, name, again=rows)


def _later(rows: Callable[[], Iterator[Row]]) -> Iterator[Row]:
    """The rows, their formats looked up only when the first is asked for: a sheet nobody reads costs nothing."""
    yield from rows()


def _formats(content: IO[bytes], name: str) -> Formats:
    content.seek(0)
    if content.read(2) != b"PK":  # the form of before 2007 does not say it in a way that is read here
        return Formats()
    with damage_refused(), zipfile.ZipFile(content) as archive:
        return formats_of(archive, name)


def _headers(book: Any, wanted: Wanted) -> tuple[tuple[str, Any, Row] | None, list[tuple[str, Any, Row]]]:
    """(sheet name, sheet, header) of the first sheet with anything in it, and of every sheet with a wanted header."""
    first: tuple[str, Any, Row] | None = None
    found = []
    for name in book.sheet_names:
        sheet = book.get_sheet_by_name(name)
        for row in _sheet_rows(sheet, Formats(), HEADER_WITHIN):
            if not any(row.cells):
                continue
            first = first or (name, sheet, row)
            if wanted(row.cells):
                found.append((name, sheet, row))
                break
    return first, found


def _sheet_rows(sheet: Any, formats: Formats, limit: int | None = None) -> Iterator[Row]:
    # the library leaves out columns before the first that is used
    offset = sheet.start[1] if sheet.start else 0
    for number, values in enumerate(sheet.iter_rows(), start=1):
        if limit is not None and number > limit:
            return
        cells = [_cell(value) for value in values]
        if percentages := formats.percentages.get(number - 1, 0) >> offset:
            for place, value in enumerate(values):
                if percentages >> place & 1 and isinstance(value, int | float):
                    cells[place] = _cell(value * 100) + "%"
        if formats.errors:
            for place in range(len(values)):
                if error := formats.errors.get((number - 1, place + offset)):
                    cells[place] = error
        yield Row(number, cells)


def _cell(value: Any) -> str:
    """A spreadsheet's value as the text a person would have typed. Numbers keep fifteen digits, as in Excel."""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else format(value, ".15g")
    if isinstance(value, datetime) and value.time() != time(0):
        return value.isoformat(" ", "seconds")
    if isinstance(value, date | time):
        return (value.date() if isinstance(value, datetime) else value).isoformat()
    return _span(value) if isinstance(value, timedelta) else str(value)


def _span(value: timedelta) -> str:
    """Hours, minutes and seconds; a span of more than a day is shown so, too, and not as a number and a word."""
    minutes, seconds = divmod(round(value.total_seconds()), 60)
    return f"{minutes // 60:02d}:{minutes % 60:02d}:{seconds:02d}"
