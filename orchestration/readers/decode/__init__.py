"""From the bytes of a file to tables of text: encodings, delimiters, compression, archives, spreadsheets.

Belongs here: everything about *how* a file is written; `read_table` and the doors are in this file, the rest by
subject: `unpacking` (archives, compression), `probing` (the first pass over the bytes), `text` and `spreadsheet` (the
second; workbooks are opened in a process of their own, `apart` and `workbook`), `table` (what comes out), `limits` (how
much of a file is read). Does not belong here: what its columns mean, which dataset it is, or how rows that do not
fit the header are treated (`readers.shape`).

A file has one or more parts (the members of an archive; else the file itself). A part is read twice as a stream:
once for its hash and its encoding, once for its rows, so memory does not grow with the file.
"""

from collections.abc import Sequence
from dataclasses import replace

from orchestration.readers.decode.limits import MAX_COLUMNS
from orchestration.readers.decode.probing import Probe, probe
from orchestration.readers.decode.spreadsheet import spreadsheet_table
from orchestration.readers.decode.table import Refusal, Row, Table, Wanted
from orchestration.readers.decode.text import SWALLOWS_FROM, text_table
from orchestration.readers.decode.unpacking import Part, parts

__all__ = ["SWALLOWS_FROM", "Part", "Probe", "Refusal", "Row", "Table", "Wanted", "parts", "probe", "read_table"]

_MIXED = (
    "Some letters of the file are UTF-8 and others Windows-1252. It was read as Windows-1252, so a name may have Ã© for é: open"
    " it where it was made and save it as “CSV UTF-8”."
)


def read_table(part: Part, known: Probe, wanted: Wanted) -> Table:
    """The table of a part: the one whose header `wanted` accepts, else the first there is.

    Raises `Refusal` with the reason where there is no table at all.
    """
    if known.kind == "empty":
        raise Refusal("The file is empty.")
    if known.kind == "archive":
        raise Refusal("An archive inside an archive is not opened. Unpack it and send the files.")
    if known.fault:
        raise Refusal(known.fault)

    def may_be_wanted(cells: Sequence[str]) -> bool:
        return len(cells) <= MAX_COLUMNS and wanted(cells)

    table = (
        spreadsheet_table(part, known.size, may_be_wanted)
        if known.kind == "spreadsheet"
        else text_table(part, known.encoding, may_be_wanted)
    )
    if known.is_mixed:
        table = replace(table, remark=_MIXED)
    if len(table.header) > MAX_COLUMNS:
        raise Refusal(
            f"The first row has more than {MAX_COLUMNS:,} fields: this is no table, or its lines have run together."
        )
    return table
