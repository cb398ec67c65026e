"""The plain CSV through which rows pass on their way to Parquet, and the words of SQL that read it.

Belongs here: writing it and the expression that reads it back. Does not belong here: what is written (`writer`).

DuckDB reads a CSV in one stream: memory stays flat however large the file is, and no data-frame library is needed.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, TextIO

_LONGEST_LINE = 32_000_000


def read_passing(names: Sequence[str]) -> str:
    """The passing CSV `$source` as a table of text."""
    columns = ", ".join(f"{literal(name)}: 'VARCHAR'" for name in names)
    return (
        f"read_csv($source, columns = {{{columns}}}, auto_detect = false, header = false,"
        " delim = ',', quote = '\"', escape = '\"', new_line = '\\n', nullstr = '\\N',"
        f" allow_quoted_nulls = false, parallel = false, max_line_size = {_LONGEST_LINE})"
    )


def write_quoted(file: Any, rows: Iterable[Sequence[Any]]) -> int:
    """Write rows of any values; the number of them. Every field is quoted, so that no text can be taken for a null."""
    writer = csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="\n")
    count = 0
    for row in _without_null(rows):
        writer.writerow(row)
        count += 1
    return count


def write_text(file: TextIO, rows: Iterable[list[str]]) -> int:
    """As `write_quoted`, for rows of text alone: whole rows are quoted at once, which takes a third of the time."""
    count = 0
    for row in rows:
        line = "\0".join(row)
        if line.count("\0") != len(row) - 1:  # cells of old spreadsheets may hold anything
            line = "\0".join(cell.replace("\0", "") for cell in row)
        line = line.replace('"', '""').replace("\0", '","')
        file.write(f'"{line}"\n')
        count += 1
    return count


def _without_null(rows: Iterable[Sequence[Any]]) -> Iterator[Sequence[Any]]:
    for row in rows:
        yield ["" if value is None else value for value in row] if None in row else row


def literal(text: str) -> str:
    """A text as SQL writes it."""
    return "'" + text.replace("'", "''") + "'"


def identifier(name: str) -> str:
    """The name of a column as SQL writes it."""
    return '"' + name.replace('"', '""') + '"'


def expression(name: str, kind: str, null_where_blank: bool) -> str:
    """A column of the CSV as a column of a table, of the type `kind`."""
    quoted = identifier(name)
    value = f"nullif({quoted}, '')" if null_where_blank else quoted
    return f"CAST({value} AS {kind}) AS {quoted}"
