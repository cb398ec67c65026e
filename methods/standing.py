"""A school's place among schools: percentiles with what intervals leave open, and values drawn towards the mean.

Belongs here: ranks and shrinkage as functions of plain arrays. Does not belong here: which schools are ranked
together (the dbt models), or words.

References: Goldstein and Spiegelhalter 1996 (JRSS A 159:385) on ranks and their intervals; DerSimonian and Laird 1986
and Kane and Staiger 2001 (NBER w8156) on shrinkage. A shrunk value is never put into another
method: it would be less variable than the school is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Ranks:
    """Percentiles from 1 to 100, low values low: of the value, and the lowest and highest its interval leaves open."""

    percentile: Floats
    lowest: Floats
    highest: Floats


def ranks(values: Floats, low: Floats, high: Floats) -> Ranks:
    """Percentile of each value among all, and its limits.

    A school is certainly above another where its whole interval is. At its lowest a school stands above only those it is
    certainly above, at its highest below only those certainly above it. Schools of the same value share the middle place.
    """
    count = len(values)
    ordered = np.sort(values)
    before = np.searchsorted(ordered, values, side="left")
    upto = np.searchsorted(ordered, values, side="right")
    place = (before + upto + 1) / 2
    surely_below = np.searchsorted(np.sort(high), low, side="left")
    surely_above = count - np.searchsorted(np.sort(low), high, side="right")
    return Ranks(
        _percentile(place, count), _percentile(surely_below + 1.0, count), _percentile(count - surely_above, count)
    )


def _percentile(place: NDArray[Any], count: int) -> Floats:
    percentile: Floats = np.clip(np.ceil(100 * (place - 0.5) / count), 1, 100)
    return percentile


@dataclass(frozen=True)
class Shrunk:
    """The mean of all, the spread between schools (tau2) with Cochran's Q, how reliable each school's value is, the values."""

    mean: float
    q: float
    tau2: float
    reliability: Floats
    values: Floats


def shrink(values: Floats, variances: Floats | None = None, n: Floats | None = None) -> Shrunk:
    """Values drawn towards their mean, the more the less they are known.

    Proportions (0 to 1) give `n`: the mean is weighted by it, and a school's variance is that of the mean's proportion.
    Scores give `variances` of their own, and the mean is weighted by their inverse. The spread is estimated by
    DerSimonian and Laird.
    """
    if n is not None:
        mean = float((values * n).sum() / n.sum())
        variances = mean * (1 - mean) / n
    if variances is None:
        raise ValueError("shrink needs the cohorts of proportions or the variances of scores")
    if not (variances > 0).all():
        # nothing varies, so there is nothing to draw in
        return Shrunk(float(values.mean()), 0.0, 0.0, np.ones_like(values), values)
    w = 1 / variances
    if n is None:
        mean = float((w * values).sum() / w.sum())
    q = float((w * (values - mean) ** 2).sum())
    room = float(w.sum() - (w**2).sum() / w.sum())
    tau2 = max(0.0, (q - (len(values) - 1)) / room) if room > 0 else 0.0
    reliability = tau2 / (tau2 + variances)
    return Shrunk(mean, q, tau2, reliability, mean + reliability * (values - mean))
