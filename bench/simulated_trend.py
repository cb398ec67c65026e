"""How often the signals of series speak where nothing changes: worlds without change, through the product's own SQL.

`python -m bench.simulated_trend [WORLDS]` prints each figure beside what `seeds/measured.csv` says, which pages print.
Every world is one series around a level that stays, with the chance of its kind: pupils who reach a standard or not, events
that come alone or in clusters, figures with a published interval, readings of a stable process. All worlds of a figure
are one table, and one query.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import NamedTuple

import duckdb
import numpy as np
from numpy.typing import NDArray

from tests.macro_sql import render

_SEED = Path(__file__).resolve().parent.parent / "seeds" / "measured.csv"
# What the product prints must hold within a fifth.
_FIFTH = 0.2
_RULES = ("outside_limits", "seven_trend", "two_of_three", "one_side")
Values = NDArray[np.float64]


class Figure(NamedTuple):
    """A measured share of worlds, and the limits it must keep."""

    name: str
    value: float
    low: float
    high: float


class Worlds(NamedTuple):
    """Series of equal length, one row each: figures, what the test reads, its weights, and whether these are people."""

    values: Values
    weights: Values | None
    is_share: bool


def pupils(rng: np.random.Generator, worlds: int, cohort: int) -> Worlds:
    """Five years of a school or area with about `cohort` pupils a year, of whom 65 per cent reach the standard."""
    people = rng.integers(round(cohort * 0.85), round(cohort * 1.15) + 1, (worlds, 5)).astype(np.float64)
    return Worlds(rng.binomial(people.astype(np.int64), 0.65) / people, people, True)


def events(rng: np.random.Generator, worlds: int, usual: float, dispersion: float) -> Worlds:
    """Five years of about `usual` events, of variance `dispersion` times the mean, with Byar's interval of each year."""
    if dispersion > 1:
        counts = rng.negative_binomial(usual / (dispersion - 1), 1 / dispersion, (worlds, 5)).astype(np.float64)
    else:
        counts = rng.poisson(usual, (worlds, 5)).astype(np.float64)
    with duckdb.connect() as connection:
        connection.register("counts", {"x": np.unique(counts)})
        known = connection.sql(
            render("select x, {{ byar('x', -1) }} as low, {{ byar('x', 1) }} as high from counts order by x")
        ).fetchnumpy()
    place = np.searchsorted(known["x"], counts)
    width = known["high"][place] - known["low"][place]
    return Worlds(counts, (3.92 / width) ** 2, False)


def scores(rng: np.random.Generator, worlds: int) -> Worlds:
    """Five years of a progress score with its published interval, cohorts between 20 and 60 pupils."""
    error = 6.0 / np.sqrt(rng.integers(20, 61, (worlds, 5)))
    return Worlds(rng.normal(0.0, error), error**-2.0, False)


def readings(rng: np.random.Generator, worlds: int, length: int) -> Worlds:
    """`length` readings of a stable process, independent and normal: what limits of an XmR chart assume."""
    return Worlds(rng.normal(0.0, 1.0, (worlds, length)), None, False)


@cache
def _sql() -> str:
    last = ", ".join(
        f"avg(case when position = length - 1 then case when {test} then 1.0 else 0.0 end end)"
        for test in ("trend_direction in ('increasing', 'decreasing')", *(f"spc_rule = '{rule}'" for rule in _RULES))
    )
    anywhere = ", ".join(
        f"count(distinct case when {test} then world end) / cast(count(distinct world) as double)"
        for test in (*(f"spc_rule = '{rule}'" for rule in _RULES), "spc_rule not in ('none', 'cannot_say')")
    )
    return render(f"select {last}, {anywhere} from ({{{{ series_signals('points', ['world']) }}}}) as signals")


def spoken(found: Worlds) -> dict[str, float]:
    """Shares of worlds in which a rule speaks at the last point (`last`) or at some point (`any`; xmr: any of its rules)."""
    worlds, length = found.values.shape
    columns = {
        "world": np.repeat(np.arange(worlds), length),
        "position": np.tile(np.arange(length), worlds),
        "value": found.values.ravel(),
        "weight": np.full(worlds * length, np.nan) if found.weights is None else found.weights.ravel(),
    }
    with duckdb.connect() as connection:
        connection.register("drawn", columns)
        connection.execute(
            f"""
            create table points as
            select world, position, value, value as estimate, true as usable, cast(null as varchar) as unusable, 1 as segment,
                cast(null as integer) as segment_from, {found.is_share} as is_share, 'none' as polarity,
                cast(null as double) as events, case when isnan(weight) then null else weight end as weight,
                {length} as length
            from drawn
            """
        )
        (row,) = connection.sql(_sql()).fetchall()
    names = ("five_point_trend", *(f"{rule} last" for rule in _RULES), *(f"{rule} any" for rule in _RULES), "xmr any")
    return dict(zip(names, (float(share) for share in row), strict=True))


Draw = Callable[[np.random.Generator, int], Worlds]
#: figure of seeds/measured.csv: how a world is drawn, how many times the asked number of worlds (rare things need more)
TREND: dict[str, tuple[Draw, int]] = {
    "shares_of_30": (lambda rng, n: pupils(rng, n, 30), 300),
    "shares_of_300": (lambda rng, n: pupils(rng, n, 300), 300),
    "events_20": (lambda rng, n: events(rng, n, 20, 1), 300),
    "events_20_in_clusters": (lambda rng, n: events(rng, n, 20, 4), 20),
    "events_1000_in_clusters": (lambda rng, n: events(rng, n, 1000, 14), 20),
    "scores": (scores, 300),
}
#: what is said of charts of so many points; rarer answers would need more worlds than they are worth
CHARTS: dict[int, tuple[str, ...]] = {
    5: ("xmr any", "outside_limits any", "outside_limits last"),
    9: (
        *("xmr any", "outside_limits any", "outside_limits last", "two_of_three any", "two_of_three last"),
        *("one_side any", "seven_trend any"),
    ),
    12: (
        *("xmr any", "outside_limits any", "outside_limits last", "two_of_three any", "two_of_three last"),
        *("one_side any", "one_side last", "seven_trend any"),
    ),
    20: (
        *("xmr any", "outside_limits any", "outside_limits last", "two_of_three any", "two_of_three last"),
        *("one_side any", "one_side last", "seven_trend any"),
    ),
}
_CHART_WORLDS = 200


def measure(method: str, figure: str, worlds: int, seed: int) -> float:
    """One figure of `seeds/measured.csv`, measured anew on that many worlds."""
    if method == "five_point_trend":
        return spoken(TREND[figure][0](np.random.default_rng([seed, *figure.encode()]), worlds))[method]
    where, length = figure.split("_of_")
    return _chart(worlds, seed, int(length))[f"{method} {where}"]


# the same worlds serve all rules of one length
@cache
def _chart(worlds: int, seed: int, length: int) -> dict[str, float]:
    return spoken(readings(np.random.default_rng([seed, length]), worlds, length))


def wanted(worlds: int) -> list[tuple[str, str, int]]:
    """All figures: method, figure, and the number of worlds it is measured on (rare things need more than asked for)."""
    found = [("five_point_trend", figure, worlds * times) for figure, (_draw, times) in TREND.items()]
    for length, answers in CHARTS.items():
        for method, where in (answer.split(" ") for answer in answers):
            found.append((method, f"{where}_of_{length}", worlds * _CHART_WORLDS))
    return found


def printed() -> dict[tuple[str, str], float]:
    """What the product prints: the figures of seeds/measured.csv."""
    with _SEED.open(encoding="utf-8", newline="") as lines:
        return {(row["method_id"], row["figure"]): float(row["value"]) for row in csv.DictReader(lines)}


def run(worlds: int = 1000, seed: int = 1) -> list[Figure]:
    """Every figure, with limits a fifth around what the product prints."""
    known = printed()
    return [
        Figure(
            f"{method}, {figure}",
            measure(method, figure, number, seed),
            known[(method, figure)] * (1 - _FIFTH),
            known[(method, figure)] * (1 + _FIFTH),
        )
        for method, figure, number in wanted(worlds)
    ]


if __name__ == "__main__":
    for line in run(int(sys.argv[1]) if len(sys.argv) > 1 else 1000):
        kept = "kept" if line.low <= line.value <= line.high else "BROKEN"
        print(f"{line.name}: {line.value:.5f} ({line.low:.5f} to {line.high:.5f}) {kept}")
