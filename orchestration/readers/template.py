"""Our own templates, CSV or XLSX. People fill them in, so spelling of headers is forgiven (see `Dataset.fold`)."""

from __future__ import annotations

from orchestration.contracts import Dataset
from orchestration.readers.decode import Table
from orchestration.readers.shape import Reading, Source, fitted


def read(table: Table, dataset: Dataset, source: Source) -> Reading:
    """One reading; nothing about the file is told from its name."""
    return fitted(table, dataset)
