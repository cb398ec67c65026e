"""Worlds of schools in which nobody is amiss: how often comparison and funnel say otherwise.

Belongs here: simulated schools whose truth is known, and what the methods make of them. Does not belong here: the methods.
Each world is eighty schools with cohorts as schools have them; every school's truth is England's figure, alone or with
the usual spread between schools about it.
"""

from __future__ import annotations

import csv
from typing import Any

import numpy as np

from bench.figures import Figure
from methods import placing, similar
from methods.funnel import Z95, Floats
from orchestration.contracts import seed_file

SCHOOLS = 80
_SETTINGS = seed_file("comparison_settings.csv")


def settings() -> dict[str, float]:
    """The numbers of seed comparison_settings."""
    with _SETTINGS.open(encoding="utf-8", newline="") as lines:
        return {row["setting"]: float(row["value"]) for row in csv.DictReader(lines)}


def run(worlds: int, seed: int = 1) -> list[Figure]:
    """False alarms of the interval against a fixed benchmark and of the funnel, by form of figure."""
    given, rng = settings(), np.random.default_rng(seed)
    figures = [_interval_alarms(worlds, rng)]
    for form, spread, words in (
        ("proportion", 0.0, "proportions, chance alone"),
        ("proportion", 0.08, "proportions, schools differ"),
        ("events", 0.0, "rates with counts, chance alone"),
        ("events", 0.5, "rates with counts, schools differ"),
        ("score", 0.0, "scores, chance alone"),
        ("score", 1.5, "scores, schools differ"),
    ):
        z = [placing.place(_world(form, spread, rng), given) for _ in range(worlds)]
        p = np.concatenate([placed["p_value"] for placed in z])
        p = p[np.isfinite(p)]
        # a spread must not make alarms of ordinary schools; estimated from eighty schools, it is a little too small or large
        for level, least, most in ((0.05, 0.03, 0.065), (0.5, 0.4, 0.6)):
            figures.append(
                Figure(
                    "funnel",
                    f"share of p below {level} {words}",
                    float((p < level).mean()),
                    least,
                    most,
                    worlds,
                    f"{SCHOOLS} schools that differ from England by chance or usual spread only",
                )
            )
    figures.append(_similar_alarms(worlds, rng))
    return figures


def _cohorts(rng: np.random.Generator) -> Floats:
    return np.clip(np.round(rng.lognormal(3.7, 0.55, SCHOOLS)), 11, 250)


def _world(form: str, spread: float, rng: np.random.Generator) -> dict[str, Any]:
    """Figures of one group of peers, as placing takes them; spread on the scale of the form's tau."""
    n = _cohorts(rng)
    numerator, low, high = np.full(SCHOOLS, np.nan), np.full(SCHOOLS, np.nan), np.full(SCHOOLS, np.nan)
    if form == "proportion":
        truth = np.sin(np.clip(np.arcsin(np.sqrt(0.62)) + spread * rng.standard_normal(SCHOOLS), 0, np.pi / 2)) ** 2
        value, target = 100 * rng.binomial(n.astype(int), truth) / n, 62.0
    elif form == "events":
        n = 5 * n
        truth = 4.0 * np.exp(spread * rng.standard_normal(SCHOOLS) - spread**2 / 2)
        numerator = rng.poisson(truth / 100 * n).astype(float)
        value, target = 100 * numerator / n, 4.0
    else:
        s = 6.3 / np.sqrt(n)
        value, target = spread * rng.standard_normal(SCHOOLS) + s * rng.standard_normal(SCHOOLS), 0.0
        low, high = value - Z95 * s, value + Z95 * s
    return {
        "peer_group": np.ones(SCHOOLS, dtype=np.int64),
        "form": np.full(SCHOOLS, form, dtype=object),
        "high_is_good": np.ones(SCHOOLS, dtype=bool),
        "large_enough": np.ones(SCHOOLS, dtype=bool),
        "value": value,
        "n_pupils": n,
        "numerator": numerator,
        "denominator": n,
        "ci_low": low,
        "ci_high": high,
        "benchmark_value": np.full(SCHOOLS, target),
    }


def _wilson(p: Floats, n: Floats) -> tuple[Floats, Floats]:
    centre = p + Z95**2 / (2 * n)
    half = Z95 * np.sqrt(p * (1 - p) / n + Z95**2 / (4 * n**2))
    return (centre - half) / (1 + Z95**2 / n), (centre + half) / (1 + Z95**2 / n)


def _interval_alarms(worlds: int, rng: np.random.Generator) -> Figure:
    """Share of schools called better or worse whose truth is the benchmark."""
    n = np.concatenate([_cohorts(rng) for _ in range(worlds)])
    low, high = _wilson(rng.binomial(n.astype(int), 0.62) / n, n)
    return Figure(
        "comparison",
        "share called better or worse beside a benchmark they equal",
        float(((low > 0.62) | (high < 0.62)).mean()),
        0.03,
        0.07,
        worlds,
        "proportions of 62 per cent, Wilson's interval, cohorts from 11 pupils",
    )


def _similar_alarms(worlds: int, rng: np.random.Generator) -> Figure:
    """The same against similar schools, whose own mean is uncertain: all schools share one truth."""
    alarms = []
    for _ in range(worlds):
        n = _cohorts(rng)
        p = rng.binomial(n.astype(int), 0.62) / n
        found = similar.groups(rng.standard_normal((SCHOOLS, 5)), np.ones(5), 20, 1.0, 3)
        mean, _schools, _pupils = similar.averages(found.neighbours, p, n)
        low, high = _wilson(p, n)
        alarms.append(float(((low > mean) | (high < mean)).mean()))
    return Figure(
        "comparison",
        "share called better or worse beside similar schools they equal",
        float(np.mean(alarms)),
        0.03,
        0.08,
        worlds,
        "the benchmark is a mean of 20 schools and treated as known",
    )
