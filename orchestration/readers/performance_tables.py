"""Performance tables of the Department for Education: one file per stage and academic year, hundreds of columns.

Rows may be shorter than the header; aggregate rows lie among the schools; the year is in no column.
"""

from __future__ import annotations

from orchestration.contracts import Dataset
from orchestration.readers import years
from orchestration.readers.decode import Table
from orchestration.readers.shape import Reading, Source, fitted


def read(table: Table, dataset: Dataset, source: Source) -> Reading:
    """One reading with its academic year and release. Raises `Refusal` where the year is not known."""
    reading = fitted(table, dataset)
    reading.academic_year, reading.year_told_by = years.academic_year(
        dataset.id, source.path, reading.columns, source.year
    )
    reading.release = years.release(source.path)
    return reading
