"""Interval macros against the golden figures of PHE Technical Guide 3."""

from __future__ import annotations

import duckdb
import pytest

from tests.macro_sql import render

WILSON = [
    (65, 100, 0.5525444, 0.7363575),
    (1, 100, 0.00176743, 0.05448620),
    (5, 100, 0.02154368, 0.11175047),
    (20, 100, 0.13336693, 0.28882917),
    (222, 3215, 0.06079169, 0.07833957),
    (999, 3456, 0.27418951, 0.30440390),
    (1045, 5000, 0.19795550, 0.22049130),
    (0, 10, 0.0, 0.2775328),
    (10, 10, 0.7224672, 1.0),
    (4, 6, 0.2999933, 0.9032286),
    (11, 15, 0.4804957, 0.8910255),
]


@pytest.mark.parametrize(("count", "of", "low", "high"), WILSON)
def test_wilson(count: int, of: int, low: float, high: float) -> None:
    low_sql, high_sql = (f"{{{{ wilson('100.0 * x / n', 'n', {side}) }}}}" for side in (-1, 1))
    values = f"(select cast({count} as double) as x, cast({of} as double) as n)"
    (row,) = duckdb.sql(render(f"select {low_sql}, {high_sql} from {values}")).fetchall()
    assert [limit / 100 for limit in row] == pytest.approx([low, high], abs=1e-7)
