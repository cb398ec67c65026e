"""The register of schools: whole snapshots of establishments, links and groups, as of one date."""

from __future__ import annotations

from orchestration.contracts import Dataset
from orchestration.readers import years
from orchestration.readers.decode import Table
from orchestration.readers.shape import Reading, Source, fitted


def read(table: Table, dataset: Dataset, source: Source) -> Reading:
    """One reading with the date in its name, or none: dbt then goes by the time the file was last changed."""
    reading = fitted(table, dataset)
    reading.snapshot_date = years.snapshot_date(source.path)
    return reading
