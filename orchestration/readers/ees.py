"""Tidy files of Explore Education Statistics: schools, authorities, regions and the nation of many years in one file.

Belongs here: what the meta file of a data file says of its columns, and rows that are of a part of the pupils which
nothing here knows, whether a meta file says so or the name of the column does. Does not belong here: filters that are
known (`seeds/contracts/ees_filters.csv`, read by dbt), periods and geographic levels, which dbt decides row by row.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence

from orchestration import contracts
from orchestration.contracts import Dataset, clean
from orchestration.readers import years
from orchestration.readers.decode import Refusal, Table
from orchestration.readers.shape import Reading, Reject, Source, fitted

#: Words for everyone in a filter column.
_EVERYONE = frozenset({"total", "all", "all pupils", "all schools", ""})


def read(table: Table, dataset: Dataset, source: Source) -> Reading:
    """One reading with its release; the academic years are in its rows.

    Raises `Refusal` where the meta file says that the file has no indicator known here.
    """
    reading = fitted(table, dataset)
    reading.release = years.release(source.path)
    kinds = column_kinds(source.meta() if source.meta else "")
    measures = [name for name in reading.columns if name in dataset.measures]
    if kinds and not any(kinds.get(name.casefold()) == "indicator" for name in measures):
        raise Refusal("The meta file beside this file does not name the figures that are read from it as indicators.")
    known = {column.name for column in dataset.columns}
    unknown = [(place, name) for place, name in enumerate(reading.columns) if name not in known and _parts(kinds, name)]
    if unknown:
        reading.rows = _of_everyone(reading.rows, unknown, reading.rejects)
    return reading


def column_kinds(meta: str) -> Mapping[str, str]:
    """Column name -> `filter` or `indicator`, both in lower case, from the text of a meta file; empty where it is none."""
    rows = csv.DictReader(io.StringIO(meta.lstrip("\ufeff"), newline=""))
    if not {"col_name", "col_type"} <= {clean(name or "").casefold() for name in rows.fieldnames or ()}:
        return {}
    kinds = {}
    for row in rows:
        cells = {clean(key or "").casefold(): clean(value) for key, value in row.items() if isinstance(value, str)}
        kinds[cells.get("col_name", "").casefold()] = cells.get("col_type", "").casefold()
    return kinds


def _parts(kinds: Mapping[str, str], name: str) -> bool:
    """Whether a column is a filter: the meta file has the word, the name of the column where it says nothing."""
    kind = kinds.get(name.casefold())
    return kind == "filter" if kind else contracts.parts_pupils(name)


def _of_everyone(
    rows: Iterator[tuple[int, str, list[str]]], filters: Sequence[tuple[int, str]], rejects: list[Reject]
) -> Iterator[tuple[int, str, list[str]]]:
    """Rows about everyone; a row about a part that the seeds do not know would be taken for the whole."""
    for number, overflow, cells in rows:
        part = next(((place, name) for place, name in filters if cells[place].casefold() not in _EVERYONE), None)
        if part is None:
            yield number, overflow, cells
        else:
            place, name = part
            reason = f"the figures are of a part of the pupils, by column {place + 1}, that is not known here"
            rejects.append(Reject(number, name, cells[place], reason))
