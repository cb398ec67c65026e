"""Spreadsheets: the sheet that holds the data, and the table in it.

Belongs here: which sheet, which row is the header. Does not belong here: recognising a spreadsheet among archives (`unpacking`,
`probing`), opening one (`apart`), its cells (`workbook`, and `formats` for what they are besides).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from orchestration.readers.decode.apart import Opened
from orchestration.readers.decode.limits import MAX_SPREADSHEET
from orchestration.readers.decode.table import HEADER_WITHIN, Refusal, Row, Table, Wanted
from orchestration.readers.decode.unpacking import Part


@dataclass(frozen=True)
class _Sheet:
    """A sheet with its header: the one that was wanted, or the first row that is not blank."""

    place: int
    name: str
    header: Row


def spreadsheet_table(part: Part, size: int, wanted: Wanted) -> Table:
    """The table of a workbook of `size` bytes; further sheets with a wanted header are its `others`."""
    if size > MAX_SPREADSHEET:
        raise Refusal("The spreadsheet is too large. Save its data as CSV.")
    book = Opened(part.open, size, part.clock)
    first, found = _headers(book, wanted)
    if first is None:
        raise Refusal("The spreadsheet is empty.")
    # our own templates keep the data in a sheet of that name, Google Forms in another; the others are notes
    found.sort(
        key=lambda sheet: (sheet.name.casefold() != "data", not sheet.name.casefold().startswith("form responses"))
    )
    chosen = found[0] if found else first
    others = tuple(_sheet_table(book, sheet, part, recognised=True) for sheet in found[1:])
    remark = ""
    if others and chosen.name.casefold() != "data":
        # sheets are named after the person who kept them: their places will do
        place, *unread = (str(sheet.place + 1) for sheet in found)
        left = f"sheet {unread[0]}" if len(unread) == 1 else f"sheets {', '.join(unread[:-1])} and {unread[-1]}"
        remark = f"Only sheet {place} of the workbook was read, not {left}: save each as a file of its own."
    return replace(_sheet_table(book, chosen, part, recognised=bool(found)), remark=remark, others=others)


def _sheet_table(book: Opened, sheet: _Sheet, part: Part, recognised: bool) -> Table:
    def rows() -> Iterator[Row]:
        below = (row for row in book.rows(sheet.place) if row.number > sheet.header.number and any(row.cells))
        return part.clock.over(below)

    header = sheet.header
    return Table(header.cells, header.number, "spreadsheet", rows(), recognised, sheet.name, again=rows)


def _headers(book: Opened, wanted: Wanted) -> tuple[_Sheet | None, list[_Sheet]]:
    """The first sheet with anything in it, and every sheet with a wanted header."""
    first: _Sheet | None = None
    found = []
    for place, name in enumerate(book.sheets):
        for row in book.rows(place, HEADER_WITHIN):
            if not any(row.cells):
                continue
            first = first or _Sheet(place, name, row)
            if wanted(row.cells):
                found.append(_Sheet(place, name, row))
                break
    return first, found
