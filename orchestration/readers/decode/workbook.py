"""The process in which workbooks are opened: what a crafted one does, it does here, under limits of memory and time.

Belongs here: the protocol's far end, opening a workbook, its cells as the text a person would have typed. Does not belong
here: starting and ending this process (`apart`), which sheet holds the data (`spreadsheet`), what a workbook says of a cell
besides its value (`formats`), the bounds (`limits`).

Messages both ways are JSON behind their length; the content of a workbook follows its request. What is asked: `open` (with
the size of the content), `rows` (of a sheet, from a row on). An answer with `refused` is the sentence that says why there is
no other.
"""

from __future__ import annotations

import contextlib
import io
import json
import re
import struct
import sys
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from orchestration.readers.decode.formats import Formats, formats_of
from orchestration.readers.decode.limits import (
    MAX_CELLS,
    MAX_RECORD,
    MAX_SHEETS,
    MAX_UNPACKED_SPREADSHEET,
    SPREADSHEET_MEMORY,
    SPREADSHEET_SECONDS,
    bound_memory,
)
from orchestration.readers.decode.table import Refusal

#: Rows and characters of one answer.
ROWS_AT_ONCE = 2000
LONGEST_ANSWER = MAX_RECORD
LENGTH = struct.Struct(">Q")
_CHUNK = 1 << 20
#: A cell's reference, such as `r="AB12"`; it is looked for in the bytes, because no library says it before it builds the sheet.
_REFERENCE = re.compile(rb"\br\s*=\s*[\"']([A-Z]{1,3})([0-9]{1,7})[\"']")
#: Bytes of the end of a chunk that are looked at again with the next, lest a reference be cut in two.
_OVERLAP = 40


_AGAIN = "Save it again, or save its data as CSV."
_DAMAGED = f"The spreadsheet cannot be opened: it is damaged. {_AGAIN}"
_BEYOND = f"Delete the rows and columns beyond its data, or save its data as CSV: at most {MAX_CELLS:,} cells are read."
TOO_LARGE = f"The spreadsheet takes more memory to open than is allowed. {_BEYOND}"


def _too_many_cells(what: str) -> Refusal:
    return Refusal(f"The spreadsheet has {what}, blank cells included. {_BEYOND}")


class Workbook:
    """One workbook, and of its sheets the one that was asked for last."""

    def __init__(self, content: bytes) -> None:
        import python_calamine as calamine

        self._content = content
        if content[:2] == b"PK":
            _refuse_too_many_cells(content)
        try:
            self._book = calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
        except calamine.PasswordError:
            raise Refusal("The spreadsheet is protected by a password. Save a copy without one.") from None
        self.names = list(self._book.sheet_names)
        if len(self.names) > MAX_SHEETS:
            raise Refusal(
                f"The workbook has {len(self.names):,} sheets, and at most {MAX_SHEETS} are read. Split it, or save its data as"
                " CSV."
            )
        self._place = -1
        self._sheet: Any = None
        self._formats: Formats | None = None
        self._rows: Iterator[list[Any]] = iter(())
        self._next = 1

    def rows(self, place: int, first: int, most: int, with_formats: bool) -> dict[str, Any]:
        """Rows of the sheet at `place`, from the row `first` (the first is 1), and whether there are more."""
        if place != self._place:
            self._sheet, self._formats, self._rows = None, None, iter(())
            sheet = self._book.get_sheet_by_index(place)
            if sheet.total_height * sheet.total_width > MAX_CELLS:
                raise _too_many_cells(f"{sheet.total_height:,} rows and {sheet.total_width:,} columns")
            self._sheet, self._place = sheet, place
            self._start_again()
        if with_formats and self._formats is None:
            self._formats = self._formats_of(self.names[place])
        if first < self._next:
            self._start_again()
        found: list[list[str]] = []
        size = 0
        for values in self._rows:
            number, self._next = self._next, self._next + 1
            if number < first:
                continue
            cells = self._cells(number, values, self._formats if with_formats and self._formats else Formats())
            size += sum(map(len, cells)) + len(cells)
            if size > LONGEST_ANSWER:
                if not found:
                    raise Refusal(
                        f"Row {number:,} of the spreadsheet is longer than {LONGEST_ANSWER:,} characters. Save its data as CSV."
                    )
                # this row begins the next answer
                self._start_again()
                return {"rows": found, "more": True}
            found.append(cells)
            if len(found) == most:
                return {"rows": found, "more": True}
        return {"rows": found, "more": False}

    def _start_again(self) -> None:
        self._rows, self._next = self._sheet.iter_rows(), 1

    def _formats_of(self, name: str) -> Formats:
        if self._content[:2] != b"PK":  # the form of before 2007 does not say it in a way that is read here
            return Formats()
        with zipfile.ZipFile(io.BytesIO(self._content)) as archive:
            return formats_of(archive, name)

    def _cells(self, number: int, values: list[Any], formats: Formats) -> list[str]:
        """The cells of a row as text; blank ones at its end are left out."""
        cells = [_text(value) for value in values]
        # the library leaves out columns before the first that is used
        offset = self._sheet.start[1] if self._sheet.start else 0
        if percentages := formats.percentages.get(number - 1, 0) >> offset:
            for place, value in enumerate(values):
                if percentages >> place & 1 and isinstance(value, int | float):
                    cells[place] = _text(value * 100) + "%"
        if formats.errors:
            for place in range(len(values)):
                if error := formats.errors.get((number - 1, place + offset)):
                    cells[place] = error
        while cells and not cells[-1]:
            cells.pop()
        return cells


def _refuse_too_many_cells(content: bytes) -> None:
    """Raise `Refusal` where a sheet spreads over more cells than may be built, before any library builds them."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        if sum(info.file_size for info in archive.infolist()) > MAX_UNPACKED_SPREADSHEET:
            raise Refusal("Unpacked, the spreadsheet is larger than is accepted. Save its data as CSV.")
        for info in archive.infolist():
            if not info.filename.startswith("xl/worksheets/") or not info.filename.endswith(".xml"):
                continue
            columns: set[bytes] = set()
            rows: set[bytes] = set()
            count, end = 0, b""
            with archive.open(info) as stream:
                while chunk := stream.read(_CHUNK):
                    found = _REFERENCE.findall(end + chunk)
                    end = chunk[-_OVERLAP:]
                    count += len(found)
                    columns.update(column for column, _ in found)
                    rows.update(row for _, row in found)
                    # one of each may be counted twice where chunks meet, which is nothing beside the bound
                    if count > MAX_CELLS:
                        raise _too_many_cells(f"more than {MAX_CELLS:,} cells")
            if not rows:
                continue
            numbers, places = [int(row) for row in rows], [_place(column) for column in columns]
            if (max(numbers) - min(numbers) + 1) * (max(places) - min(places) + 1) > MAX_CELLS:
                last = max(columns, key=_place).decode()
                raise _too_many_cells(f"cells as far as column {last} and row {max(numbers):,}")


def _place(letters: bytes) -> int:
    place = 0
    for letter in letters:
        place = place * 26 + letter - 64
    return place


def _text(value: Any) -> str:
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


def _allow(seconds: float) -> None:
    """Have the system end this process after so many more seconds of a processor, and leave nothing of what it held."""
    import resource

    used = resource.getrusage(resource.RUSAGE_SELF)
    until = int(used.ru_utime + used.ru_stime + seconds) + 1
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_CPU, (until, resource.getrlimit(resource.RLIMIT_CPU)[1]))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def main() -> None:
    """Answer requests until the process that asks is gone."""
    is_bounded = bound_memory(SPREADSHEET_MEMORY)
    asked, answers = sys.stdin.buffer, sys.stdout.buffer
    book: Workbook | None = None
    while head := asked.read(LENGTH.size):
        request = json.loads(asked.read(LENGTH.unpack(head)[0]))
        answer: dict[str, Any]
        try:
            if request["ask"] == "open":
                book = None
                if is_bounded:
                    _allow(SPREADSHEET_SECONDS)
                book = Workbook(asked.read(request["size"]))
                answer = {"sheets": book.names}
            else:
                assert book is not None
                answer = book.rows(
                    request["sheet"], request["first"], min(request["most"], ROWS_AT_ONCE), request["formats"]
                )
        except Refusal as refusal:
            answer = {"refused": str(refusal)}
        except MemoryError:
            book = None
            answer = {"refused": TOO_LARGE}
        except BaseException as error:
            # a panic of a library is no Exception; and what one says of damage may repeat what is in the file
            if isinstance(error, KeyboardInterrupt | SystemExit):
                raise
            answer = {"refused": TOO_LARGE if "limit" in str(error) else _DAMAGED}
        text = json.dumps(answer).encode()
        answers.write(LENGTH.pack(len(text)) + text)
        answers.flush()
