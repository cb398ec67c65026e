"""Our own templates, CSV or XLSX. People fill them in, so spelling of headers is forgiven (see `Dataset.fold`)."""

from __future__ import annotations

from orchestration.contracts import Dataset
from orchestration.readers.decode import Refusal, Table
from orchestration.readers.shape import Reading, Source, fitted


def read(table: Table, dataset: Dataset, source: Source) -> Reading:
    """One reading; nothing about the file is read from its name. Raises `Refusal` where a required column is missing."""
    reading = fitted(table, dataset)
    missing = [column.name for column in dataset.columns if column.required and column.name not in reading.columns]
    if missing:
        raise Refusal(f"The form has no column {', '.join(missing)}. Add it, with the name in the first row.")
    return reading
