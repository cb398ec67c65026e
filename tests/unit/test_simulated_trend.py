"""What pages print beside the rules of trends and charts holds: worlds without change are drawn anew, with a fixed seed."""

from __future__ import annotations

import itertools

import duckdb
import numpy as np
import pytest

from bench import simulated_trend, validity
from bench.figures import Figure
from tests.conftest import ROOT
from tests.macro_sql import render


def _kept(figure: Figure) -> bool:
    return validity.kept(figure, validity.printed()[(figure.method_id, figure.name)])


def test_the_trend_test_speaks_as_seldom_as_printed() -> None:
    assert _kept(simulated_trend.trend_figure("events_100", 20_000, seed=5))


def test_charts_speak_as_seldom_as_printed() -> None:
    figures = simulated_trend.chart_figures(9, 20_000, seed=5)
    assert [figure.name for figure in figures if not _kept(figure)] == []


def test_every_figure_is_printed() -> None:
    wanted = {("five_point_trend", f"false_alarm_{name}") for name in simulated_trend.TREND}
    for length in simulated_trend.CHARTS:
        wanted |= {
            (method, f"false_alarm_{place}_of_{length}") for method, place in simulated_trend.chart_answers(length)
        }
    methods = {method for method, _name in wanted}
    assert {key for key in validity.printed() if key[0] in methods} == wanted


def test_the_methods_page_tells_the_printed_figures() -> None:
    text = (ROOT / "docs" / "methods" / "trend.md").read_text(encoding="utf-8")
    printed = validity.printed()
    for words, name in (
        ("shares of about 30 pupils", "shares_of_30"),
        ("shares of about 300 pupils", "shares_of_300"),
        ("progress scores", "scores"),
        ("about 20 events a year, in clusters", "events_20"),
        ("about 100 events a year, in clusters", "events_100"),
    ):
        assert f"| {words} | {100 * printed['five_point_trend', f'false_alarm_{name}']:.1f}% |" in text, words
    for length in (5, 6, 7, 9, 12, 16, 20, 40):
        rates = [printed["xmr", f"false_alarm_any_of_{length}"]]
        rates += [
            printed[rule, f"false_alarm_last_of_{length}"]
            if (rule, "last") in simulated_trend.chart_answers(length)
            else 0
            for rule in ("outside_limits", "seven_trend", "two_of_three", "one_side")
        ]
        told = [
            f"{100 * rate:.1f}%" if rate >= validity.PRINTED_FROM else "under 0.1%" if rate else "none"
            for rate in rates
        ]
        assert f"| {length} | {' | '.join(told)} |" in text, length


def test_neighbouring_lengths_are_near_enough_to_stand_in() -> None:
    """Between two measured lengths the nearest is told: the rates of both lie within two fifths of each other."""
    printed = validity.printed()
    for shorter, longer in itertools.pairwise(length for length in simulated_trend.CHARTS if length >= 20):
        for method, place in simulated_trend.chart_answers(shorter):
            one, other = (printed[method, f"false_alarm_{place}_of_{length}"] for length in (shorter, longer))
            one, other = max(one, validity.PRINTED_FROM), max(other, validity.PRINTED_FROM)
            assert 1 / 1.4 < one / other < 1.4, (method, shorter, longer)


def _spread(counts: list[list[float]]) -> dict[tuple[int, int], float | None]:
    """The spread of each world and year; every year is told as so many events, of Poisson variance."""
    given = {
        "world": np.repeat(np.arange(len(counts)), [len(years) for years in counts]),
        "position": np.concatenate([np.arange(len(years)) for years in counts]),
        "value": np.concatenate([np.asarray(years, dtype=np.float64) for years in counts]),
    }
    with duckdb.connect() as connection:
        connection.register("drawn", given)
        connection.execute(
            "create table given as select *, value as events, value as variance, 1 as segment, 'i' as indicator_id from drawn"
        )
        found = connection.sql(render("{{ event_spread('given', ['world']) }}")).fetchall()
    return {(world, year): spread for world, year, spread in found}


_QUIET = [[float(40 + world + 2 * year) for year in range(8)] for world in range(20)]


def test_straight_lines_have_no_spread() -> None:
    assert {spread for (_world, year), spread in _spread(_QUIET).items() if year > 2} == {1.0}


def test_clusters_of_four_are_seen() -> None:
    rng = np.random.default_rng(3)
    clustered = rng.negative_binomial(50 / 3, 0.25, (400, 9)).clip(1).tolist()
    assert _spread(clustered)[0, 8] == pytest.approx(4.0, rel=0.12)
    assert _spread(rng.poisson(50, (400, 9)).tolist())[0, 8] == pytest.approx(1.0, abs=0.1)


def test_too_few_years_teach_nothing() -> None:
    assert set(_spread([[40.0, 50.0, 45.0, 60.0]]).values()) == {None}


def test_a_band_with_few_years_learns_from_all() -> None:
    """One large school among many middling ones: what is known of them is used for it."""
    rng = np.random.default_rng(4)
    large = [4000.0, 4100.0, 3950.0, 4000.0, 4020.0, 3990.0]
    found = _spread([*rng.negative_binomial(50 / 3, 0.25, (60, 6)).tolist(), large])[60, 5]
    assert found is not None and 2.5 < found < 6


def test_a_year_knows_no_later_one() -> None:
    before, after = _spread(_QUIET), _spread([[*years, 400.0] for years in _QUIET])
    assert {key: spread for key, spread in after.items() if key[1] < 8} == before
    assert all(spread is not None and spread > 1 for (_world, year), spread in after.items() if year == 8)
