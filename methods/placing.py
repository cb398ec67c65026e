"""Figures of schools placed in their funnels and among their peers, group by group.

Belongs here: which limit, z-score and variance belongs to which form of figure, and walking through groups of peers. Does
not belong here: the formulas (see `funnel` and `standing`), or which schools are peers (the dbt model).

Forms: `proportion` (per cent of a cohort), `events` (a count over a cohort, as a rate per 100), `score` (a value with a
95 per cent interval), `none` (no figure, or neither count nor interval).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from methods import funnel, standing
from methods.funnel import Z95, Z998

Floats = NDArray[np.float64]
_NUMBERS = [
    *("z_chance", "z", "p_value", "phi", "tau2", "expected", "lower_95", "upper_95", "lower_998", "upper_998"),
    *("percentile", "percentile_low", "percentile_high", "shrunk_value", "reliability", "peers_mean"),
]


def place(figures: Mapping[str, NDArray[Any]], settings: Mapping[str, float]) -> dict[str, NDArray[Any]]:
    """Numbers for each figure, NaN where nothing can be said.

    `figures` is sorted by `peer_group` and holds form, high_is_good, large_enough, value, n_pupils, numerator, denominator,
    ci_low, ci_high and benchmark_value, all of one length; `settings` is seed comparison_settings. Values are in the
    indicator's own unit. Returns the numbers, `limits` (the kind of limits, or none) and `n_peer_figures` (those the spread
    between schools rests on).
    """
    count = len(figures["value"])
    answer: dict[str, NDArray[Any]] = {name: np.full(count, np.nan) for name in _NUMBERS}
    answer["limits"] = np.full(count, "none", dtype=object)
    answer["n_peer_figures"] = np.zeros(count, dtype=np.int64)
    group = figures["peer_group"]
    edges = np.flatnonzero(np.diff(group)) + 1 if count else np.array([], dtype=np.int64)
    for start, stop in zip(np.append(0, edges), np.append(edges, count), strict=True):
        for form in ("proportion", "events", "score"):
            rows = start + np.flatnonzero((figures["form"][start:stop] == form) & figures["large_enough"][start:stop])
            if len(rows):
                part = {name: column[rows] for name, column in figures.items()}
                for name, column in {**_funnel(form, part, settings), **_standing(form, part, settings)}.items():
                    answer[name][rows] = column
    return answer


def _standard_errors(part: Mapping[str, Floats]) -> Floats:
    return (part["ci_high"] - part["ci_low"]) / (2 * Z95)


def _funnel(form: str, part: Mapping[str, Any], settings: Mapping[str, float]) -> dict[str, Any]:
    """Limits and z of figures of one form, NaN for those without a benchmark."""
    target, n = part["benchmark_value"], part["n_pupils"]
    small = n < settings["funnel_exact_below"]
    limits = np.full(len(n), "interval", dtype=object)
    expected = np.full(len(n), np.nan)
    if form == "proportion":
        p, t = part["value"] / 100, target / 100
        usable = (t > 0) & (t < 1)
        t = np.where(usable, t, np.nan)
        z = np.where(small, funnel.score_z(p, t, n), funnel.arcsine_z(p, t, n))
        s = 1 / (2 * np.sqrt(n))
        expected = t * n
        limits[:] = np.where(small, "wilson", "arcsine")
    elif form == "events":
        expected = target / 100 * part["denominator"]
        expected = np.where(expected > 0, expected, np.nan)
        observed = part["numerator"]
        small = ~(expected >= settings["funnel_exact_below"])
        z = funnel.shmi_z(observed, expected)
        z[small] = _count_z(observed[small], expected[small])
        s = 1 / np.sqrt(expected)
        limits[:] = np.where(small, "poisson", "log")
    else:
        s = _standard_errors(part)
        z = (part["value"] - target) / s
    known = np.isfinite(z)
    # where less than one event is foreseen nearly every school has none, and the schools' spread cannot show
    telling = known & (expected >= 1) if form == "events" else known
    phi, tau2 = np.nan, 0.0
    if telling.sum() >= settings["funnel_least_schools"]:
        phi, tau2 = funnel.overdispersion(z[telling], s[telling], settings["funnel_winsorised_share"], corrected=True)
    # how much wider than by chance alone a school of this cohort may lie
    widened = np.sqrt((s**2 + tau2) / s**2)
    widened_z = z / widened
    if form == "events" and tau2 > 0:
        widened_z[small] = _count_z(observed[small], expected[small], tau2)
    answer: dict[str, Any] = {
        "z_chance": z,
        "z": widened_z,
        "p_value": funnel.p_value(widened_z),
        "phi": np.where(known, phi, np.nan),
        "tau2": np.where(known, tau2, np.nan),
        "expected": expected,
        "limits": np.where(known, limits, "none"),
        "n_peer_figures": int(telling.sum()),
    }
    for name, level in (("95", Z95), ("998", Z998)):
        if form == "proportion":
            low, high = _proportion_limits(t, n, small, s, tau2, level)
        elif form == "events":
            low, high = _event_limits(target, expected, small, tau2, level, settings["funnel_whole_counts_below"])
        else:
            low, high = target - level * widened * s, target + level * widened * s
        answer[f"lower_{name}"] = np.where(known, low, np.nan)
        answer[f"upper_{name}"] = np.where(known, high, np.nan)
    return answer


def _proportion_limits(
    t: Floats, n: Floats, small: NDArray[np.bool_], s: Floats, tau2: float, level: float
) -> tuple[Floats, Floats]:
    """Limits in per cent: those of the Wilson kind for small cohorts, widened as the arcsine limits of others are."""
    exact = funnel.proportion_limits(t, n, level * np.sqrt((s**2 + tau2) / s**2))
    scaled = funnel.arcsine_limits(t, n, tau2, level)
    return 100 * np.where(small, exact[0], scaled[0]), 100 * np.where(small, exact[1], scaled[1])


def _event_limits(
    target: Floats, expected: Floats, small: NDArray[np.bool_], tau2: float, level: float, whole_counts_below: float
) -> tuple[Floats, Floats]:
    """Limits of a rate: exact where few events are foreseen, on the log scale elsewhere."""
    # thousands of schools share a few hundred numbers of pupils: each limit is found once
    expected, place = np.unique(expected, return_inverse=True)
    low, high = funnel.count_limits(expected, tau2, level)
    if tau2 == 0:
        smooth = funnel.poisson_limits(expected, level)
        few = expected < whole_counts_below
        low, high = np.where(few, low, smooth[0]), np.where(few, high, smooth[1])
    # no limit below none at all, unless none is itself too few
    none_is_few = funnel.count_z(np.zeros_like(expected), expected, tau2) < -level
    scaled = funnel.log_limits(expected, tau2, level)
    exact = np.where(none_is_few, low, 0.0)
    return (
        target * np.where(small, exact[place], scaled[0][place]),
        target * np.where(small, high[place], scaled[1][place]),
    )


def _count_z(observed: Floats, expected: Floats, tau2: float = 0.0) -> Floats:
    """`funnel.count_z`, found once for all schools with the same numbers: most have no event at all."""
    pairs, place = np.unique(observed + 1j * expected, return_inverse=True)
    scored: Floats = funnel.count_z(pairs.real, pairs.imag, tau2)[place]
    return scored


def _standing(form: str, part: Mapping[str, Any], settings: Mapping[str, float]) -> dict[str, Any]:
    """Percentiles (100 is best) and shrunk values of figures of one form; nothing among too few."""
    values, count = part["value"], len(part["value"])
    if count < settings["standing_least_schools"]:
        return {}
    answer: dict[str, Any] = {}
    low, high = part["ci_low"], part["ci_high"]
    ranked = np.isfinite(low) & np.isfinite(high)
    if ranked.sum() >= settings["standing_least_schools"]:
        sign = np.where(part["high_is_good"][ranked], 1.0, -1.0)
        first, second = low[ranked] * sign, high[ranked] * sign
        found = standing.ranks(values[ranked] * sign, np.minimum(first, second), np.maximum(first, second))
        for name, numbers in (
            ("percentile", found.percentile),
            ("percentile_low", found.lowest),
            ("percentile_high", found.highest),
        ):
            column = np.full(count, np.nan)
            column[ranked] = numbers
            answer[name] = column
    if form == "proportion":
        shrunk, scale = standing.shrink(values / 100, n=part["n_pupils"]), 100.0
    elif form == "events":
        mean = part["numerator"].sum() / part["denominator"].sum()
        shrunk, scale = standing.shrink(values / 100, variances=mean / part["denominator"]), 100.0
    else:
        shrunk, scale = standing.shrink(values, variances=_standard_errors(part) ** 2), 1.0
    answer["shrunk_value"] = shrunk.values * scale
    answer["reliability"] = shrunk.reliability
    answer["peers_mean"] = np.full(count, shrunk.mean * scale)
    return answer
