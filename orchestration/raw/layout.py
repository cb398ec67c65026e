"""Where the tables of raw lie, and the columns of those that are no landed file.

Belongs here: names and types. Does not belong here: reading or writing any of it (`writer`). Nothing slow is imported here:
who only asks whether a table is there must not wait for DuckDB.
"""

from __future__ import annotations

from pathlib import Path

#: What the empty table of a dataset is called.
COLUMNS = "_columns.parquet"
FILE_LOG_COLUMNS = {
    "file_id": "VARCHAR",
    "path": "VARCHAR",
    "dataset_id": "VARCHAR",
    "academic_year": "VARCHAR",
    "release": "VARCHAR",
    "snapshot_date": "VARCHAR",
    "published_on": "VARCHAR",
    "edition": "VARCHAR",
    "status": "VARCHAR",
    "reason": "VARCHAR",
    "rows_landed": "BIGINT",
    "rows_unreadable": "BIGINT",
    "first_seen_at": "VARCHAR",
    "modified_at": "VARCHAR",
    "sequence": "BIGINT",
    "encoding": "VARCHAR",
}
REJECT_COLUMNS = {
    "_file_id": "VARCHAR",
    "_row_number": "BIGINT",
    "column_name": "VARCHAR",
    "value": "VARCHAR",
    "reason": "VARCHAR",
    "scope": "VARCHAR",
}
HISTORY_COLUMNS = {
    "path": "VARCHAR",
    "file_id": "VARCHAR",
    "dataset_id": "VARCHAR",
    "status": "VARCHAR",
    "reason": "VARCHAR",
    "rows_landed": "BIGINT",
    "happened_at": "VARCHAR",
}
QUESTION_COLUMNS = {"_file_id": "VARCHAR", "answer_column": "VARCHAR", "question": "VARCHAR"}


def table_path(raw: Path, dataset_id: str, file_id: str) -> Path:
    """Where the raw rows of one landed file lie."""
    return raw / dataset_id / f"{file_id}.parquet"


def rejects_path(raw: Path, file_id: str) -> Path:
    """Where the reader's rejects of one landed file lie, if it has any."""
    return raw / "landing" / "rejects" / f"{file_id}.parquet"


#: Families of kinds of file, told by what their ids begin with; the last is of files of no kind that is known.
FAMILIES = ("dfe", "ees", "forms", "ofsted", "register", "template", "unknown")


def family_of(dataset_id: str) -> str:
    """The family of a kind of file."""
    family, _, _ = dataset_id.partition("_")
    return family if family in FAMILIES else FAMILIES[-1]


def file_log_path(raw: Path, family: str) -> Path:
    """Where the file log of one family lies."""
    return raw / "landing" / "files" / f"{family}.parquet"


def columns_path(raw: Path, dataset_id: str) -> Path:
    """Where the empty table of a dataset lies, which has every column dbt may ask for."""
    return raw / dataset_id / COLUMNS
