"""How often the signals of series speak where nothing changes: worlds without change, through the product's own tests and rules.

Every world is one series around a level that stays, with the chance of its kind: pupils who reach a standard or not, events
that come alone or in clusters, figures with a published interval, readings of a stable process. All worlds of a figure
are read at once. Belongs here: worlds and counting. Does not belong here: any method.
"""

from __future__ import annotations

import csv
from collections.abc import Callable
from functools import cache
from typing import NamedTuple

import duckdb
import numpy as np
from numpy.typing import NDArray

from bench.figures import Figure
from methods import signals
from orchestration.contracts import seed_file
from tests.macro_sql import render

_RULES = ("outside_limits", "seven_trend", "two_of_three", "one_side")
Values = NDArray[np.float64]


class Worlds(NamedTuple):
    """Series of equal length, one row each: figures, what the test weighs them by, and whether these are people."""

    values: Values
    weights: Values | None
    is_share: bool


def pupils(rng: np.random.Generator, worlds: int, cohort: int) -> Worlds:
    """Five years of a school or area with about `cohort` pupils a year, of whom 65 per cent reach the standard."""
    people = rng.integers(round(cohort * 0.85), round(cohort * 1.15) + 1, (worlds, 5)).astype(np.float64)
    return Worlds(rng.binomial(people.astype(np.int64), 0.65) / people, people, True)


def events(rng: np.random.Generator, worlds: int, usual: float, dispersion: float, widened: bool = True) -> Worlds:
    """Five years of about `usual` events, whose variance is on average `dispersion` times the mean.

    Clusters are larger in some worlds than in others, as in real schools. `widened`: by the spread learnt from all worlds.
    """
    counts = rng.poisson(usual, (worlds, 5)).astype(np.float64)
    if dispersion > 1:
        own = 1 + rng.gamma(2.0, (dispersion - 1) / 2, (worlds, 1)) + 1e-6
        counts = rng.negative_binomial(usual / (own - 1), 1 / own, (worlds, 5)).astype(np.float64)
    with duckdb.connect() as connection:
        connection.register("drawn", _columns(counts, None))
        connection.execute(
            """
            create table points as
            select *, value as events, 'made' as indicator_id, 1 as segment from drawn
            """
        )
        bounds = "{{ byar('events', 1) }} - {{ byar('events', -1) }}"
        connection.execute(
            render(f"create table given as select *, ({bounds}) * ({bounds}) / (3.92 * 3.92) as variance from points")
        )
        spread = (
            render("({{ event_spread('given', ['world']) }})") if widened else "(select *, 1.0 as spread from given)"
        )
        found = connection.sql(
            f"""
            select 1 / (given.variance * spreads.spread) as weight from given
            inner join {spread} as spreads on given.world = spreads.world and given.position = spreads.position
            order by given.world, given.position
            """
        ).fetchnumpy()
    return Worlds(counts, np.asarray(found["weight"], dtype=np.float64).reshape(counts.shape), False)


def scores(rng: np.random.Generator, worlds: int) -> Worlds:
    """Five years of a progress score with its published interval, cohorts between 20 and 60 pupils."""
    error = 6.0 / np.sqrt(rng.integers(20, 61, (worlds, 5)))
    return Worlds(rng.normal(0.0, error), error**-2.0, False)


def readings(rng: np.random.Generator, worlds: int, length: int) -> Worlds:
    """`length` readings of a stable process, independent and normal: what the limits of an XmR chart assume."""
    return Worlds(rng.normal(0.0, 1.0, (worlds, length)), None, False)


def _columns(values: Values, weights: Values | None) -> dict[str, NDArray[np.float64] | NDArray[np.int64]]:
    worlds, length = values.shape
    return {
        "world": np.repeat(np.arange(worlds), length),
        "position": np.tile(np.arange(length), worlds),
        "value": values.ravel(),
        "weight": np.full(values.size, np.nan) if weights is None else weights.ravel(),
    }


def spoken(found: Worlds) -> dict[str, float]:
    """Shares of worlds in which a rule holds at the last point (`last`), or any rule of a chart at some point (`xmr any`)."""
    drawn, nothing = _columns(found.values, found.weights), np.full(found.values.size, np.nan)
    answers = signals.signals(
        {
            **drawn,
            "series_number": drawn["world"],
            "estimate": drawn["value"],
            "is_share": np.full(found.values.size, found.is_share),
            "segment_from": nothing,
            "events": nothing,
            "wanted": np.zeros(found.values.size, dtype=np.int64),
        },
        _settings(),
    )
    direction, rule = (
        np.asarray(answers[name]).reshape(found.values.shape) for name in ("trend_direction", "spc_rule")
    )
    return {
        "five_point_trend": float(np.isin(direction[:, -1], ("increasing", "decreasing")).mean()),
        **{f"{name} last": float((rule[:, -1] == name).mean()) for name in _RULES},
        "xmr any": float((~np.isin(rule, ("none", "cannot_say"))).any(axis=1).mean()),
    }


@cache
def _settings() -> dict[str, float]:
    with seed_file("signal_settings.csv").open(encoding="utf-8") as file:
        return {row["setting"]: float(row["value"]) for row in csv.DictReader(file)}


class Drawn(NamedTuple):
    """How worlds of a figure are drawn, how many at least (rare answers need more), and what is printed about them."""

    draw: Callable[[np.random.Generator, int], Worlds]
    fewest: int
    note: str


TREND = {
    "shares_of_30": Drawn(lambda rng, n: pupils(rng, n, 30), 200_000, "five years of about 30 pupils, 65 per cent"),
    "shares_of_300": Drawn(lambda rng, n: pupils(rng, n, 300), 200_000, "five years of about 300 pupils, 65 per cent"),
    "scores": Drawn(scores, 200_000, "five years of a score with its published interval, 20 to 60 pupils"),
    "events_20": Drawn(lambda rng, n: events(rng, n, 20, 4), 100_000, "five years of about 20 events in clusters"),
    "events_100": Drawn(lambda rng, n: events(rng, n, 100, 8), 100_000, "five years of about 100 events in clusters"),
    "events_100_not_widened": Drawn(
        lambda rng, n: events(rng, n, 100, 8, widened=False),
        20_000,
        "the same, had their intervals not been widened: not what the product does",
    ),
}
#: lengths of charts that are measured: each of those annual series have, and some that terms reach
CHARTS = (*range(5, 21), 24, 28, 32, 36, 40)
_CHART_WORLDS = 200_000
_RUN_OF = 7


def chart_answers(length: int) -> list[tuple[str, str]]:
    """What is counted of charts of so many points: any rule at some point, and each rule that can hold at the last point."""
    runs = ("seven_trend", "one_side") if length >= _RUN_OF else ()
    return [("xmr", "any"), *((rule, "last") for rule in _RULES if rule in ("outside_limits", "two_of_three", *runs))]


def trend_figure(name: str, worlds: int, seed: int) -> Figure:
    """One figure of the five-point trend, measured on that many worlds."""
    drawn = TREND[name]
    value = spoken(drawn.draw(np.random.default_rng([seed, *name.encode()]), worlds))["five_point_trend"]
    return Figure("five_point_trend", f"false_alarm_{name}", value, None, None, worlds, drawn.note)


def chart_figures(length: int, worlds: int, seed: int) -> list[Figure]:
    """All figures of charts of one length, on the same worlds."""
    shares = spoken(readings(np.random.default_rng([seed, length]), worlds, length))
    where = {"any": "at some point of a chart of", "last": "at the last point of a chart of"}
    return [
        Figure(
            method,
            f"false_alarm_{place}_of_{length}",
            shares[f"{method} {place}"],
            None,
            None,
            worlds,
            f"{where[place]} {length} points of a stable process",
        )
        for method, place in chart_answers(length)
    ]


def run(worlds: int, seed: int) -> list[Figure]:
    """Every figure pages print with the rules of trends and charts."""
    found = [trend_figure(name, max(worlds, drawn.fewest), seed) for name, drawn in TREND.items()]
    return found + [f for length in CHARTS for f in chart_figures(length, max(worlds, _CHART_WORLDS), seed)]
