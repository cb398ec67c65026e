"""Rows made by hand for tests keep to the contracts of the marts, and say which column does not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.mart_contracts import BrokenContract, Rows, fill, marts

WHOLE = {"source_path": "a.csv", "step": 1, "happened_at": None, "event": "taken", "file_id": "f"}


@pytest.mark.parametrize(
    ("mart", "values", "complaint"),
    [
        ("dim_sly", {}, "no mart dim_sly"),
        (
            "dim_authority",
            {"la_code": "999", "la_name": "Saltmarsh", "colour": "red"},
            "dim_authority has no column colour",
        ),
        ("dim_authority", {"la_code": "999"}, r"dim_authority\.la_name may not be null"),
        ("dim_authority", {"la_code": 999, "la_name": "Saltmarsh"}, r"dim_authority\.la_code is a varchar, not 999"),
        ("file_history", {**WHOLE, "happened_at": "2026-11-20 09:00:00"}, r"file_history\.happened_at is a timestamp"),
        ("file_history", {**WHOLE, "step": 1.0}, r"file_history\.step is a bigint"),
        ("dim_school", {"is_current": 1}, r"dim_school\.\w+"),
    ],
)
def test_a_row_that_breaks_a_contract_names_table_and_column(mart: str, values: dict[str, Any], complaint: str) -> None:
    rows = Rows()
    with pytest.raises(BrokenContract, match=complaint):
        rows.add(mart, **values)
    assert not any(rows.values())


def test_what_a_row_does_not_name_has_the_default_or_is_null() -> None:
    row = Rows({"rejected_rows": {"scope": "row"}}).add("rejected_rows", file_id="f", row_number=2, reason="No.")
    assert list(row) == list(marts()["rejected_rows"].columns)
    assert (row["scope"], row["value"]) == ("row", None)


def test_a_value_that_is_not_accepted_is_seen_as_it_is_written(tmp_path: Path) -> None:
    rows = Rows()
    rows.add("rejected_rows", file_id="f", row_number=2, reason="No.", scope="column")
    with duckdb.connect() as connection:
        connection.execute(marts()["rejected_rows"].definition())
        with pytest.raises(BrokenContract, match=r"rejected_rows.*scope"):
            fill(connection, "rejected_rows", rows["rejected_rows"], tmp_path / "rows")


def test_every_type_of_a_contract_is_known() -> None:
    """A type that contracts use and the rows of tests do not know would be an error in whichever row is first to have one."""
    with duckdb.connect() as connection:
        for mart in marts().values():
            connection.execute(mart.definition())
            made = connection.execute(
                f"select column_name, lower(data_type) from duckdb_columns() where table_name = '{mart.name}'"
            )
            assert dict(made.fetchall()) == dict(mart.columns)
