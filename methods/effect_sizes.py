"""How large an effect is in units that compare across measures: standard deviations of pupils, and months of progress.

Here: Hedges' g from pupils' spread, its conversion into months by the Toolkit's table, the smallest effect that could have
been seen. Does not belong here: where the spread of pupils comes from (a seed), and whether months are shown at all (off
unless a person turns them on: a local comparison is no randomised trial).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

from scipy.special import stdtrit


def correction(pupils: float) -> float:
    """Hedges' correction J of a standardised difference for `pupils`, the number in both groups together."""
    return 1.0 - 3.0 / (4.0 * pupils - 9.0)


@dataclass(frozen=True)
class EffectSize:
    """Cohen's d, Hedges' g, the standard error of d between two groups of pupils, and the 95 per cent interval of g."""

    d: float
    g: float
    se: float
    low: float
    high: float


def hedges(mean_1: float, mean_2: float, sd_1: float, sd_2: float, n_1: int, n_2: int) -> EffectSize:
    """Hedges' g of two groups of pupils with their own spreads (pooled), as if pupils were drawn one by one."""
    pooled = sqrt(((n_1 - 1) * sd_1**2 + (n_2 - 1) * sd_2**2) / (n_1 + n_2 - 2))
    d = (mean_1 - mean_2) / pooled
    g = correction(n_1 + n_2) * d
    se = sqrt((n_1 + n_2) / (n_1 * n_2) + d**2 / (2 * (n_1 + n_2)))
    return EffectSize(d, g, se, g - 1.959964 * se, g + 1.959964 * se)


def standardised(value: float, pupil_sd: float, pupils: float) -> float:
    """An estimate (or an end of its interval) in pupils' standard deviations, with Hedges' correction."""
    return correction(pupils) * value / pupil_sd


def months(effect: float, table: Sequence[tuple[int, float, float]]) -> int | None:
    """Months of progress of an effect size by a table of (months, from, to); None beyond the table.

    The effect is rounded to two places first, as the table's publisher does; losses mirror gains.
    """
    size = round(abs(effect) + 1e-12, 2)
    for number, low, high in table:
        if low <= size <= high:
            return number if effect > 0 else -number
    return None


def smallest_visible(se: float, df: float, power: float = 0.8) -> float:
    """The smallest true effect that a two-sided test at five per cent would have found with the given power."""
    return float(se * (stdtrit(df, 0.975) + stdtrit(df, power)))
