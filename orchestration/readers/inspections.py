"""Ofsted's management information on inspection outcomes: one row per school as of one date.

Belongs here: which columns pass. The publisher renames columns and adds dozens about the school itself; only those of the
contract pass, under the contract's names. Does not belong here: what a grade means (dbt, by the seeds).
"""

from __future__ import annotations

from collections.abc import Iterator

from orchestration.contracts import Dataset
from orchestration.readers import years
from orchestration.readers.decode import Table
from orchestration.readers.shape import Reading, Source, fitted


def read(table: Table, dataset: Dataset, source: Source) -> Reading:
    """One reading with the date in its name, its columns those of the contract."""
    reading = fitted(table, dataset)
    reading.snapshot_date = years.snapshot_date(source.path)
    wanted = {column.name for column in dataset.columns}
    kept = [place for place, name in enumerate(reading.columns) if name in wanted]
    reading.columns = [reading.columns[place] for place in kept]
    reading.rows = _narrowed(reading.rows, kept)
    return reading


def _narrowed(rows: Iterator[tuple[int, str, list[str]]], kept: list[int]) -> Iterator[tuple[int, str, list[str]]]:
    for number, _, cells in rows:
        yield number, "", [cells[place] for place in kept]
