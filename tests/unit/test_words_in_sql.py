"""Figures, days and terms in words: the SQL of sentences, and that pages write them alike."""

from __future__ import annotations

from datetime import date
from typing import Any

import duckdb
import pytest

from dashboards.shared.readings import term_words
from dashboards.shared.wording import count_words, day_words
from tests.macro_sql import render


def said(expression: str, **values: Any) -> Any:
    """What a macro makes of those values, given as columns."""
    columns = ", ".join(f"? as {name}" for name in values)
    (row,) = duckdb.execute(f"select {render(expression)} from (select {columns})", list(values.values())).fetchall()
    return row[0]


@pytest.mark.parametrize("day", [date(2026, 11, 20), date(2018, 3, 1), date(2017, 9, 30)])
def test_a_day_is_written_as_pages_write_it(day: date) -> None:
    assert said("{{ day_words('day') }}", day=day) == day_words(day)


@pytest.mark.parametrize("term", ["2018/19 summer", "2006/07 autumn"])
def test_a_term_is_written_as_pages_write_it(term: str) -> None:
    assert said("{{ term_words('term') }}", term=term) == term_words(term)


@pytest.mark.parametrize("count", [0, 1, 2, 999, 1000, 2721, 1_234_567])
def test_a_count_is_written_as_pages_write_it(count: int) -> None:
    made = said("{{ count_words('count', 'pupil', 'pupils') }}", count=float(count))
    assert made == count_words(count, "pupil", "pupils").replace("\N{NO-BREAK SPACE}", " ")


def test_an_unknown_count_is_said() -> None:
    made = said("{{ count_words('cast(count as double)', 'pupil', 'pupils') }}", count=None)
    assert made == "number of pupils not published"


@pytest.mark.parametrize(
    ("value", "unit", "decimals", "words"),
    [
        (62.4, "%", 0, "62%"),
        (-0.48, "score", 2, "−0.48"),
        (-10.04, "score", 1, "−10.0"),
        (3.2, "per 100 pupils", 2, "3.20 per 100 pupils"),
    ],
)
def test_a_figure_has_its_unit_and_a_minus(value: float, unit: str, decimals: int, words: str) -> None:
    assert said("{{ figure_words('value', 'unit', 'decimals') }}", value=value, unit=unit, decimals=decimals) == words


@pytest.mark.parametrize(
    ("gap", "unit", "decimals", "words", "beside"),
    [
        (12.0, "%", 0, "12 points behind", "12 points behind"),
        (1.0, "%", 0, "1 point behind", "1 point behind"),
        (-1.0, "%", 0, "1 point ahead", "1 point ahead of"),
        (-1.6, "score", 1, "1.6 ahead", "1.6 ahead of"),
        (0.04, "score", 1, "level", "level with"),
        (-0.4, "%", 0, "level", "level with"),
    ],
)
def test_a_gap_is_ahead_or_behind(gap: float, unit: str, decimals: int, words: str, beside: str) -> None:
    values = {"gap": gap, "unit": unit, "decimals": decimals}
    assert said("{{ gap_words('gap', 'unit', 'decimals') }}", **values) == words
    assert said("{{ gap_words('gap', 'unit', 'decimals', beside=true) }}", **values) == beside


@pytest.mark.parametrize(("span", "words"), [(1, "term"), (3, "three terms"), (12, "twelve terms"), (14, "14 terms")])
def test_a_span_in_words(span: int, words: str) -> None:
    assert said("{{ span_words('span', 'term', 'terms') }}", span=span) == words


def test_a_sentence_is_filled_and_what_is_not_known_left_out() -> None:
    made = said(
        "{{ filled('sentence', {'what': 'what', 'n': 'cast(n as varchar)'}) }}",
        sentence="{what} ({n})",
        what="A",
        n=None,
    )
    assert made == "A ()"
