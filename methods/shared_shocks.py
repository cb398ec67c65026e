"""How much groups of schools move together, and an interval that allows for it.

Schools that work together share luck and trouble: a change of examination board, a new estate, a head teachers' network. One
partnership's shared luck cannot be told from the effect of what it does by looking at that partnership. It can be learned
from other groups of schools that did not do it. Here: what such groups say about the share of shared luck (`evidence`), and
the distribution of an estimate's error given that (`Error`). The model is that of random group effects (Donald and Lang
2007; Conley and Taber 2011): a school's change = its group's shock + its own. Instead of one best guess of the shared part,
which is too often zero when groups are few, every share is weighed by its restricted likelihood, all shares being equally
likely beforehand, and the error is the mixture of t distributions that follows.

Does not belong here: who is compared with whom (`methods.matching`), and what is said about a result (`methods.impact`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import fdtrc, gammaln, stdtr, stdtrit

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_ROOTS: Final = np.linspace(0.0, 0.95, 39)
SHARES: Final[Floats] = _ROOTS**2
"""Shares of a school's variance that its group has in common, from none to nine tenths; even steps of the square root."""
_PRIOR: Final[Floats] = np.gradient(SHARES)
"""Every share as likely as any other beforehand: each stands for the stretch up to its neighbours."""


@dataclass(frozen=True)
class Evidence:
    """What one set of schools says about the shares: `log_det` and `squares` by share, and degrees of freedom."""

    log_det: Floats
    squares: Floats
    df: int

    def __add__(self, other: Evidence) -> Evidence:
        """Two sets of schools that share neither mean nor groups."""
        return Evidence(self.log_det + other.log_det, self.squares + other.squares, self.df + other.df)


def evidence(residuals: Floats, spread: Floats, groups: Ints, fitted: int = 1) -> Evidence:
    """What residual changes of schools say about shared shocks.

    `residuals` in any unit; `spread` each school's own variance up to a common factor (mean about 1); `groups` numbers the
    groups from 0; `fitted` is how many coefficients were fitted to the residuals, the mean being one of them.
    """
    inverse = 1.0 / spread
    count = int(groups.max()) + 1
    total = np.bincount(groups, inverse, count)
    first = np.bincount(groups, residuals * inverse, count)
    second = float((residuals**2 * inverse).sum())
    own = 1.0 - SHARES
    ratio = (SHARES / own)[:, None]
    shrink = 1.0 + ratio * total
    ones = (total / shrink).sum(axis=1) / own
    cross = (first / shrink).sum(axis=1) / own
    squares = (second - (ratio * first**2 / shrink).sum(axis=1)) / own - cross**2 / ones
    log_det = len(residuals) * np.log(own) + np.log(shrink).sum(axis=1) + np.log(ones)
    return Evidence(log_det, np.maximum(squares, 1e-12), len(residuals) - fitted)


@dataclass(frozen=True)
class Error:
    """The distribution of an estimate around the truth: t distributions with `df`, each of a scale and a weight."""

    weights: Floats
    scales: Floats
    df: float

    def p_value(self, estimate: float) -> float:
        """Two-sided: how often an error at least as large as `estimate` would come by chance."""
        return float(min(1.0, 2.0 * (self.weights * stdtr(self.df, -abs(estimate) / self.scales)).sum()))

    def half_width(self, confidence: float = 0.95) -> float:
        """Half the width of the interval that covers the truth with the given confidence, in the estimate's unit."""
        tail = (1.0 - confidence) / 2.0
        log_constant = gammaln((self.df + 1) / 2) - gammaln(self.df / 2) - 0.5 * np.log(np.pi * self.df)
        # the chance of a larger error falls ever more slowly, so Newton's steps from below never pass the root
        width = float(-stdtrit(self.df, tail) * self.scales.min())
        for _ in range(100):
            at = width / self.scales
            above = float((self.weights * stdtr(self.df, -at)).sum()) - tail
            density = np.exp(log_constant - (self.df + 1) / 2 * np.log1p(at**2 / self.df)) / self.scales
            step = above / float((self.weights * density).sum())
            width += step
            if step < 1e-10 * width:
                break
        return width

    @property
    def se(self) -> float:
        """Root of the mean squared scale: the standard error."""
        return float(np.sqrt((self.weights * self.scales**2).sum()))

    def effective_df(self, half_width: float) -> float:
        """Degrees of freedom of the t distribution with this standard error and a 95 per cent interval of that width."""
        ratio = half_width / self.se
        low, high = 1.0, float(self.df)
        if ratio <= -stdtrit(high, 0.025):
            return high
        for _ in range(40):
            middle = (low * high) ** 0.5
            low, high = (middle, high) if -stdtrit(middle, 0.025) > ratio else (low, middle)
        return high


def posterior(learned: Evidence) -> tuple[Floats, Floats]:
    """Weight of each share, and the variance of one school's change under it."""
    log = -0.5 * learned.log_det - 0.5 * learned.df * np.log(learned.squares) + np.log(_PRIOR)
    weights = np.exp(log - log.max())
    return weights / weights.sum(), learned.squares / learned.df


def error(learned: Evidence, shares_of: Floats, spread: Floats, groups: Ints) -> Error:
    """The error of a weighted sum of changes.

    `shares_of` is the weight of each school in the estimate (positive for schools that took part, negative for those they are
    compared with), already in units of the learned variance; `groups` as in `evidence`.
    """
    weights, variance = posterior(learned)
    together = float((np.bincount(groups, shares_of) ** 2).sum())
    alone = float((spread * shares_of**2).sum())
    return Error(weights, np.sqrt(variance * (SHARES * together + (1.0 - SHARES) * alone)), float(learned.df))


def joint_p(learned: Evidence, estimates: Floats, covariance: Floats, of_weights: Error) -> float:
    """Whether several estimates of the same schools are all zero but for chance: an F test, weighed over the shares.

    `covariance` is that of one school's changes (units of the estimates), `of_weights` the error of a change of variance 1.
    """
    sizes, directions = np.linalg.eigh(covariance)
    # directions in which schools were matched say nothing: they agree by construction
    free = sizes > 1e-6 * sizes.max()
    number = int(free.sum())
    statistic = float(((directions.T @ estimates)[free] ** 2 / sizes[free]).sum()) / number
    weights, variance = posterior(learned)
    # `of_weights` carries the learned variance, the covariance carries the size: only the factor of the design is wanted
    factor = of_weights.scales**2 / variance
    df = max(1.0, learned.df - number + 1.0)
    return float((weights * fdtrc(number, df, statistic / factor)).sum())
