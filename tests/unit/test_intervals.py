"""Interval macros against the golden figures of PHE Technical Guide 3."""

from __future__ import annotations

import statistics

import duckdb
import pytest
from scipy import stats

from tests.macro_sql import model, render

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


WIDE = [(65, 100, 0.4954947, 0.7783541), (1, 100, 0.00087307, 0.10455445)]


@pytest.mark.parametrize(("count", "of", "low", "high"), WILSON)
def test_wilson(count: int, of: int, low: float, high: float) -> None:
    low_sql, high_sql = (f"{{{{ wilson('100.0 * x / n', 'n', {side}) }}}}" for side in (-1, 1))
    values = f"(select cast({count} as double) as x, cast({of} as double) as n)"
    (row,) = duckdb.sql(render(f"select {low_sql}, {high_sql} from {values}")).fetchall()
    assert [limit / 100 for limit in row] == pytest.approx([low, high], abs=1e-7)


def _both(low_sql: str, high_sql: str, values: str) -> tuple[float, float]:
    (row,) = duckdb.sql(render(f"select {low_sql}, {high_sql} from ({values})")).fetchall()
    return row[0], row[1]


@pytest.mark.parametrize(("count", "of", "low", "high"), WIDE)
def test_wilson_of_another_confidence(count: int, of: int, low: float, high: float) -> None:
    sides = (f"{{{{ wilson('100.0 * {count} / {of}', '{of}.0', {side}, confidence=0.998) }}}}" for side in (-1, 1))
    assert [limit / 100 for limit in _both(*sides, "select 1")] == pytest.approx([low, high], abs=1e-7)


def test_who_wants_to_be_sure_is_told_nothing() -> None:
    sides = (f"{{{{ wilson('65.0', '100.0', {side}, confidence=1) }}}}" for side in (-1, 1))
    assert _both(*sides, "select 1") == (0.0, 100.0)
    assert duckdb.sql(render("select {{ wilson('65.0', '0.0', 1, confidence=1) }}")).fetchall() == [(None,)]


@pytest.mark.parametrize("macro", ["wilson('65.0', '100.0', 1, confidence={})", "byar('65', 1, confidence={})"])
@pytest.mark.parametrize("confidence", [0.5, 0.899, 1.01, 95])
def test_a_confidence_under_nine_in_ten_is_an_error(macro: str, confidence: float) -> None:
    with pytest.raises(ValueError, match=r"from 0\.9 to 1"):
        render("select {{ " + macro.format(confidence) + " }}")


@pytest.mark.parametrize(
    ("events", "confidence", "low", "high"),
    [
        (65, 0.95, 50.16319, 82.84914),
        (1045, 0.95, 982.59320, 1110.33121),
        (1, 0.95, 0.0130721, 5.5637556),
        (10, 0.998, 2.916318, 24.193725),
        (0, 0.95, 0.0, 3.668012),
    ],
)
def test_byar(events: int, confidence: float, low: float, high: float) -> None:
    sides = (f"{{{{ byar('x', {side}, confidence={confidence}) }}}}" for side in (-1, 1))
    found = _both(*sides, f"select cast({events} as double) as x")
    assert found == pytest.approx((low, high), abs=6e-6)


def test_byar_has_no_lower_limit_where_its_approximation_falls_below_nothing() -> None:
    assert duckdb.sql(render("select {{ byar('1', -1, confidence=0.998) }}")).fetchall() == [(None,)]


EIGHT = (33.09375, 48.38596, 64.83495, 67.98475, 22.93556, 71.23587, 38.78465, 82.37927)


@pytest.mark.parametrize(("per_cent", "low", "high"), [(95, 36.168325, 71.240365), (99.8, 18.216705, 89.191985)])
def test_mean(per_cent: float, low: float, high: float) -> None:
    half = f"{{{{ mean_half_width('n', 'm', 'n', 'n', 'x', 'xx', per_cent={per_cent}) }}}}"
    values = ", ".join(f"({value})" for value in EIGHT)
    sums = f"select count(*) as n, avg(x) as m, sum(x) as x, sum(x * x) as xx from (values {values}) as t (x)"
    (row,) = duckdb.sql(render(f"select m - {half}, m + {half} from ({sums})")).fetchall()
    assert row == pytest.approx((low, high), abs=1e-6)


@pytest.mark.parametrize("df", [1, 7, 30, 31, 60, 500])
def test_quantiles_of_t(df: int) -> None:
    ((found,),) = duckdb.sql(render(f"select {{{{ student_t('{df}') }}}}")).fetchall()
    assert found == pytest.approx(float(stats.t.ppf(0.975, df)), abs=1e-6)


def test_equal_weights_are_no_weights() -> None:
    """Three schools of one size, and of sizes that differ: the interval widens where a large school lies apart."""
    half = "{{ mean_half_width('n', 'm', 'w', 'ww', 'wwx', 'wwxx') }}"
    sums = (
        "select count(*) as n, sum(w * x) / sum(w) as m, sum(w) as w, sum(w * w) as ww, sum(w * w * x) as wwx, "
        "sum(w * w * x * x) as wwxx from (values (10.0, {0}), (20.0, {0}), (60.0, {1})) as t (x, w)"
    )
    even, large = (
        duckdb.sql(render(f"select {half} from ({sums.format(*sizes)})")).fetchall()[0][0]
        for sizes in (("1.0", "1.0"), ("1.0", "3.0"))
    )
    assert even == pytest.approx(4.302652729911275 * statistics.stdev([10, 20, 60]) / 3**0.5)
    assert large != pytest.approx(even)


def test_a_share_of_the_roll_that_is_printed_alone_is_of_the_pupils_on_roll() -> None:
    """13.3 per cent of 337 pupils on roll: an interval for persistent absence, none for sessions, none without a roll."""
    with duckdb.connect() as db:
        db.execute("create table indicators as select * from (values ('persistent', true), ('sessions', false), "
                   "('pupils_on_roll', false)) as t (indicator_id, share_of_roll)")  # fmt: skip
        db.execute(
            """create table int_outcomes__decoded as
               select 'f' as file_id, 1 as row_number, 'd' as dataset_id, area_type, area_id, '2018/19' as academic_year,
                   'final' as release, 3 as release_order, indicator_id, breakdown_id, kind, unit, value,
                   cast(null as double) as numerator, denominator, cast(null as double) as ci_low,
                   cast(null as double) as ci_high, 'ok' as status
               from (values
                   ('school', 'A', 'pupils_on_roll', 'all', 'count', 'pupils', 337.0, null),
                   ('school', 'A', 'persistent', 'all', 'rate', '%', 13.3, null),
                   ('school', 'A', 'persistent', 'boys', 'rate', '%', 13.3, null),
                   ('school', 'A', 'sessions', 'all', 'rate', '%', 5.3, null),
                   ('school', 'B', 'persistent', 'all', 'rate', '%', 13.3, null),
                   ('school', 'C', 'pupils_on_roll', 'all', 'count', 'pupils', 500.0, null),
                   ('school', 'C', 'persistent', 'all', 'proportion', '%', 13.3, 90.0),
                   ('england_primary', 'england', 'persistent', 'all', 'rate', '%', 8.2, null)
               ) as t (area_type, area_id, indicator_id, breakdown_id, kind, unit, value, denominator)"""
        )
        db.execute("create table int_outcomes__compared as select file_id, row_number, indicator_id, breakdown_id, 2 as choice"
                   " from int_outcomes__decoded limit 0")  # fmt: skip
        found = db.sql(
            f"""select area_id, indicator_id, breakdown_id, numerator, denominator, round(ci_low, 1), round(ci_high, 1)
                from ({model("int_outcomes__with_interval")}) where indicator_id <> 'pupils_on_roll' order by all"""
        ).fetchall()
    assert found == [
        ("A", "persistent", "all", 45.0, 337.0, 10.1, 17.3),
        ("A", "persistent", "boys", None, None, None, None),
        ("A", "sessions", "all", None, None, None, None),
        ("B", "persistent", "all", None, None, None, None),
        ("C", "persistent", "all", None, 90.0, 7.8, 21.8),
        ("england", "persistent", "all", None, None, None, None),
    ]
