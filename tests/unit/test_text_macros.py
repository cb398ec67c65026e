"""Text to value in SQL: what stands in a cell of a published file, and what is read from it."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestration.readers import values
from tests.macro_sql import render


@pytest.fixture(scope="module")
def urn_of() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute("create macro urn_of(cell) as " + render("{{ to_urn('cell') }}"))
        yield connection


def _read(connection: duckdb.DuckDBPyConnection, cell: str) -> str | None:
    ((found,),) = connection.execute("select urn_of(?::varchar)", [cell]).fetchall()
    return None if found is None else str(found)


@pytest.mark.parametrize(
    ("cell", "urn"),
    [
        ("123456", "123456"),
        (" 123456 ", "123456"),
        ("1.2e+5", None),
        ("12345", None),
        ("023456", None),
        ("-12345", None),
        ("+12345", None),
        ("1_2345", None),
        ("1234567", None),
        ("", None),
    ],
)
def test_a_urn_is_six_digits(urn_of: duckdb.DuckDBPyConnection, cell: str, urn: str | None) -> None:
    assert _read(urn_of, cell) == urn


@given(st.text(st.sampled_from("0123456789eE+-._ "), max_size=8))
def test_a_urn_is_one_that_our_own_forms_take(urn_of: duckdb.DuckDBPyConnection, cell: str) -> None:
    complaint = values.urn(cell.strip(" "))
    assert _read(urn_of, cell) == (cell.strip(" ") if complaint is None else None)
