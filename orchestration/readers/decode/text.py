"""Delimited text: its delimiter, its header and its records, those with a quotation mark that is never closed included.

Belongs here: what a record is. Does not belong here: encodings (`probing`), rows that do not fit the header (`readers.shape`).
"""

from __future__ import annotations

import csv
import io
from collections import deque
from collections.abc import Iterator, Sequence
from itertools import chain, islice
from typing import TextIO

from orchestration.readers.decode.limits import MAX_CELL, MAX_RECORD, MAX_REREAD
from orchestration.readers.decode.table import HEADER_WITHIN, Refusal, Row, Table, Wanted
from orchestration.readers.decode.unpacking import Part

DELIMITERS = ",;\t|"
#: Columns a table needs before a line with all its delimiters shows that a quotation mark was never closed: those of
#: narrower tables also occur in prose.
SWALLOWS_FROM = 5
_END = "\x00end"
#: Lines that are read together where they have no quotation mark.
_AT_ONCE = 2000

csv.field_size_limit(MAX_CELL)


def text_table(part: Part, encoding: str, wanted: Wanted) -> Table:
    """The table of a text: the one whose header `wanted` accepts, else what the likeliest delimiter gives."""
    with io.TextIOWrapper(part.open(), encoding, newline="") as stream:
        try:
            top = stream.read(1 << 18)
        except UnicodeError as error:
            raise Refusal(f"The file is not all {encoding} ({error}). Save it again as “CSV UTF-8”.") from error
    if "\0" in top:
        raise Refusal("The file holds NUL characters: it is damaged or is no text. Save it again as CSV.")
    skip, forced = _excel_hint(top)
    best: tuple[bool, int, str, Row] | None = None
    for delimiter in forced or DELIMITERS:
        first: Row | None = None
        for row in _records(iter(io.StringIO(top, newline="")), delimiter, skip):
            if row.number > HEADER_WITHIN:
                break
            if not any(row.cells):
                continue
            first = first or row
            if wanted(row.cells):
                best = (True, len(row.cells), delimiter, row)
                break
        if best and best[0]:
            break
        # nothing recognised so far: the delimiter that parts the first row into most cells is the likely one
        if first and (best is None or len(first.cells) > best[1]):
            best = (False, len(first.cells), delimiter, first)
    if best is None:
        raise Refusal("The file holds only blank lines.")
    recognised, _, delimiter, header = best

    def rows() -> Iterator[Row]:
        return part.clock.over(_text_rows(part, encoding, delimiter, skip, header))

    is_plain = part.is_plain and encoding in {"utf-8", "utf-8-sig"} and not skip
    return Table(
        header.cells,
        header.number,
        encoding,
        rows(),
        recognised,
        again=rows,
        plain_delimiter=delimiter if is_plain else "",
    )


def _excel_hint(top: str) -> tuple[int, str]:
    """Excel writes `sep=;` as a first line of its own: how many lines to skip, and the delimiter it names."""
    line = top.split("\n", 1)[0].strip().strip('"')
    return (1, line[4]) if len(line) == 5 and line.lower().startswith("sep=") else (0, "")


def _text_rows(part: Part, encoding: str, delimiter: str, skip: int, header: Row) -> Iterator[Row]:
    with io.TextIOWrapper(part.open(), encoding, newline="") as stream:
        try:
            for row in _records(_lines(stream), delimiter, skip, len(header.cells)):
                if row.number <= header.number or not (row.fault or any(row.cells)):
                    continue
                # UTF-16 is legally full of zero bytes, so the first pass could not see this
                if encoding == "utf-16" and any("\0" in cell for cell in row.cells):
                    raise Refusal(f"Row {row.number} holds a NUL character: the file is damaged. Save it again as CSV.")
                yield row
        except UnicodeError as error:
            raise Refusal(f"The file is not all {encoding} ({error}). Save it again as “CSV UTF-8”.") from error


def _lines(stream: TextIO) -> Iterator[str]:
    """The lines of a text, one of which may be as long as the file: then they are no lines, and the file is refused."""
    while line := stream.readline(MAX_RECORD):
        if len(line) == MAX_RECORD:
            raise Refusal(
                f"A line of the file is longer than {MAX_RECORD:,} characters: this is no table, or its lines have run together."
            )
        yield line


def _records(lines: Iterator[str], delimiter: str, skip: int, width: int = 0) -> Iterator[Row]:
    """Records of delimited text, cells stripped, blank records included.

    A quotation mark that opens and is not closed swallows the lines below it, silently, up to the next quotation
    mark or the end of the file. Such a record is recognised (it runs into the end, is absurdly long, or one of its
    further lines has all the delimiters of a row of its own), its first line becomes a faulty row, and reading goes
    on with the second. So one bad line costs one row. Lines that are read again and again are counted: a file made so that
    every line opens a quotation mark would be read as many times as it has lines.
    """
    number = -skip
    # lines without a quotation mark are a record each, which needs none of the care below
    while block := _some_lines(lines):
        if '"' in "".join(block):
            break
        try:
            records = list(csv.reader(block, delimiter=delimiter))
        except csv.Error:
            break
        for cells in records:
            number += 1
            if number > 0:
                yield Row(number, [cell.strip() for cell in cells])
    yield from _careful_records(chain(block, lines), delimiter, number, width)


def _some_lines(lines: Iterator[str]) -> list[str]:
    block: list[str] = []
    size = 0
    for line in islice(lines, _AT_ONCE):
        block.append(line)
        size += len(line)
        if size > MAX_RECORD:
            break
    return block


def _careful_records(lines: Iterator[str], delimiter: str, number: int, width: int) -> Iterator[Row]:
    """The records of lines of which some have quotation marks; `number` of them went before."""
    waiting: deque[str] = deque()
    taken: list[str] = []
    exhausted = False
    reread = 0

    def feed() -> Iterator[str]:
        nonlocal exhausted
        size = 0
        while not (exhausted and not waiting):
            if waiting:
                line = waiting.popleft()
            else:
                # the mark after the last line becomes a record of its own, unless a quotation mark is still open
                line = next(lines, _END)
                exhausted = line is _END
            taken.append(line)
            size = len(line) if len(taken) == 1 else size + len(line)
            if size > MAX_RECORD:
                raise csv.Error
            yield line

    reader = csv.reader(feed(), delimiter=delimiter)
    while True:
        taken.clear()
        number += 1
        try:
            cells = next(reader)
        except csv.Error:
            cells = None
        if cells == [_END]:
            return
        if cells is not None and (
            len(taken) == 1 or (taken[-1] is not _END and not _swallowed(taken, delimiter, width))
        ):
            if number > 0:
                yield Row(number, [cell.strip() for cell in cells])
        elif len(taken) == 1:
            yield Row(number, [], f"row {number} has a cell of more than {MAX_CELL:,} characters")
        else:
            yield Row(number, [], f"row {number} has a quotation mark that is never closed: close it or take it out")
            reread += sum(map(len, taken))
            if reread > MAX_REREAD:
                raise Refusal(
                    f"Up to row {number:,} so many quotation marks are never closed that the rows cannot be told apart. Save the "
                    "file again as “CSV UTF-8”."
                )
            waiting.extendleft(reversed(taken[1:]))
            reader = csv.reader(feed(), delimiter=delimiter)


def _swallowed(taken: Sequence[str], delimiter: str, width: int) -> bool:
    return width >= SWALLOWS_FROM and any(line.count(delimiter) >= width - 1 for line in taken[1:])
