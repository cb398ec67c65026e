"""Funnel limits, overdispersion and the p-value of a school among schools.

Belongs here: limits and z-scores of proportions, rates with counts and scores with a standard error, as functions of
plain arrays. Does not belong here: which figures are compared with what (the dbt models), or words.

References: Spiegelhalter 2005 (Statistics in Medicine 24:1185) for funnels, winsorised z and additive overdispersion;
PHE Technical Guide 3 for limits of proportions; FunnelPlotR for exact limits of rates. Proportions are 0 to 1 here.
Assumes that the benchmark is known without error, and that most schools differ from it only by chance and by a spread
all schools share.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
#: z of the two-sided 95 and 99.8 per cent limits.
Z95, Z998 = 1.959963984540054, 3.090232306167813


def proportion_limits(target: Floats | float, n: Floats, z: Floats | float) -> tuple[Floats, Floats]:
    """Limits of a proportion around `target` for cohorts `n`: where a school's own Wilson interval just touches it."""
    half = z * np.sqrt(np.asarray(target) * (1 - np.asarray(target)) / n)
    return np.clip(target - half, 0, 1), np.clip(target + half, 0, 1)


def arcsine_limits(target: Floats | float, n: Floats, tau2: Floats | float, z: float) -> tuple[Floats, Floats]:
    """Limits of a proportion on the scale asin(sqrt(p)), widened by the spread `tau2` between schools (same scale)."""
    centre = np.arcsin(np.sqrt(target))
    half = z * np.sqrt(1 / (4 * n) + tau2)
    ends = np.clip(np.stack(np.broadcast_arrays(centre - half, centre + half)), 0, np.pi / 2)
    low, high = np.sin(ends) ** 2
    return low, high


def poisson_limits(expected: Floats, z: Floats | float) -> tuple[Floats, Floats]:
    """Exact limits of the ratio of observed to expected events, `expected` events being foreseen."""
    from scipy.stats import chi2, norm

    outside = norm.sf(z)
    safe = np.where(expected > 0, expected, np.nan)
    return chi2.ppf(outside, 2 * safe) / 2 / safe, chi2.isf(outside, 2 * (safe + 1)) / 2 / safe


def count_limits(expected: Floats, tau2: float, z: float) -> tuple[Floats, Floats]:
    """Limits of the ratio of observed to expected events from the whole counts that are still likely.

    Poisson, or negative binomial where schools' own rates differ with relative variance `tau2` (gamma distributed). The
    limits lie halfway between the last count inside and the next, so that rounded rates fall on their side.
    """
    from scipy.stats import norm

    safe = np.where(expected > 0, expected, np.nan)
    counts = _counts(safe, tau2)
    low, high = counts.ppf(norm.sf(z)), counts.isf(norm.sf(z))
    return np.maximum(low - 0.5, 0) / safe, (high + 0.5) / safe


def _counts(mean: Floats, tau2: float) -> Any:
    """The distribution of counts with these means."""
    from scipy.stats import nbinom, poisson

    return nbinom(1 / tau2, 1 / (1 + tau2 * mean)) if tau2 > 0 else poisson(mean)


def log_limits(expected: Floats, tau2: float, z: float) -> tuple[Floats, Floats]:
    """Limits of the ratio of observed to expected events on the log scale, widened by the spread between schools."""
    half = z * np.sqrt(1 / expected + tau2)
    return np.exp(-half), np.exp(half)


def count_z(observed: Floats, expected: Floats, tau2: float = 0.0) -> Floats:
    """Normal score of an observed count: of its exact probability, half of that of the count itself (mid-p).

    Poisson, or negative binomial where schools' own rates differ with relative variance `tau2` (see `count_limits`).
    """
    from scipy.stats import norm

    usable = (expected > 0) & (observed >= 0)
    count, mean = np.where(usable, np.round(observed), 0.0), np.where(usable, expected, 1.0)
    of = _counts(mean, tau2)
    at = of.pmf(count)
    # each tail is computed by itself, since one less the other loses its digits
    lower, upper = of.cdf(count - 1) + at / 2, of.sf(count) + at / 2
    score = np.where(upper < lower, norm.isf(np.maximum(upper, 1e-300)), norm.ppf(np.maximum(lower, 1e-300)))
    scored: Floats = np.where(usable, score, np.nan)
    return scored


def shmi_z(observed: Floats, expected: Floats) -> Floats:
    """z of a ratio on the log scale, whose standard error is 1/sqrt(expected); no event counts as half a one."""
    z: Floats = np.log(np.maximum(observed, 0.5) / expected) * np.sqrt(expected)
    return z


def arcsine_z(p: Floats, target: Floats | float, n: Floats) -> Floats:
    """z of a proportion on the scale asin(sqrt(p)), whose standard error is 1/(2 sqrt(n))."""
    z: Floats = (np.arcsin(np.sqrt(p)) - np.arcsin(np.sqrt(target))) * 2 * np.sqrt(n)
    return z


def score_z(p: Floats, target: Floats | float, n: Floats) -> Floats:
    """z of a proportion by the score test: outside its limits exactly where `proportion_limits` are left."""
    with np.errstate(invalid="ignore", divide="ignore"):
        z: Floats = (p - target) / np.sqrt(np.asarray(target) * (1 - np.asarray(target)) / n)
    return z


def winsorised(z: Floats, share: float = 0.1) -> Floats:
    """z with its lowest and highest `share` drawn in to the quantiles there (type 7, as R and numpy have it)."""
    low, high = np.quantile(z, [share, 1 - share])
    return np.clip(z, low, high)


@cache
def winsorised_variance(share: float) -> float:
    """Mean square of winsorised z where chance alone is at work: 0.679 where a tenth is drawn in at either end."""
    from scipy.stats import norm

    edge = float(norm.isf(share))
    return float(1 - 2 * share - 2 * edge * norm.pdf(edge) + 2 * share * edge**2)


def overdispersion(z: Floats, s: Floats, share: float = 0.1, corrected: bool = False) -> tuple[float, float]:
    """phi and tau2 of schools' z-scores with standard errors `s`: how much more they vary than by chance.

    phi is the mean of squared winsorised z; tau2, on the squared scale of `s`, is the spread between schools that
    accounts for it, 0 where chance does (Spiegelhalter 2005; DerSimonian and Laird 1986). Drawing in the ends takes
    spread away from well-behaved schools too: `corrected` divides phi by what it is where chance alone is at work, without
    which one school in ten, not one in twenty, lies outside the 95 per cent limits though none is unusual.
    """
    count = len(z)
    phi = float((winsorised(z, share) ** 2).sum() / count) / (winsorised_variance(share) if corrected else 1.0)
    if count * phi < count - 1:
        return phi, 0.0
    w = 1 / s**2
    room = w.sum() - (w**2).sum() / w.sum()
    return phi, max(0.0, float((count * phi - (count - 1)) / room)) if room > 0 else 0.0


def p_value(z: Floats) -> Floats:
    """Two-sided p-value of a z-score."""
    from scipy.stats import norm

    p: Floats = 2 * norm.sf(np.abs(z))
    return p
