"""What lasts of a school's figures, how it changed and what comes next: one model of gaps to a benchmark.

Belongs here: the model, its parameters by moments, its posterior and its forecasts, as functions of plain arrays. Does not
belong here: which figures are of one kind (the dbt models), or words for a probability.

Of school i in year t, with d the gap of its figure to England's of the same year:

    d_it  = mu_it + e_it             e_it ~ N(0, v_it): sampling error, known, and a nugget: what years differ by beyond it
    mu_it = a_i + b_is + u_it + j_it a_i lasting (tau2); b_is a shift of each segment between breaks of the measure (beta2);
                                     u_it an AR(1) (sigma2, and phi to the power of the years apart);
                                     j_it at most one jump that stays (jump2), in a year not known

All variances of a school are multiplied by a scale of its own, integrated out (inverse gamma with `degrees`), which makes its
process a Student one. Which year a jump came in is summed over; a jump adds a matrix of rank one, so every case comes out of one
factor. Plain Gaussian arithmetic is left with no jump and infinite degrees. References: Kane and Staiger 2001 (NBER w8156);
Shah, Wilson and Ghahramani 2014 on Student processes; Sherman and Morrison 1950.

Everything is one array operation for thousands of schools: matrices have the schools as their last axis, since a factor of ten
rows made for each school by itself costs ten times as much.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import optimize, special

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

CHUNK = 4096
"""Schools that are computed at once: their matrices stay in the processor's cache."""
SEED_PAIRS = 100
"""As many pairs of years national history counts for, beside a kind's own. See docs/methods/levels.md for how it was found."""


@dataclass(frozen=True)
class Spread:
    """How schools of one kind differ and move, in squared units of the gaps; see the head of the module for each.

    `jump_chance` is of one year. `per_pupil` times the number of pupils' inverse is noise beyond the known error.
    """

    tau2: float
    sigma2: float
    phi: float
    beta2: float = 0.0
    nugget: float = 0.0
    per_pupil: float = 0.0
    jump2: float = 0.0
    jump_chance: float = 0.0
    degrees: float = np.inf

    @property
    def total(self) -> float:
        """Variance of a level, jumps left out."""
        return self.tau2 + self.sigma2 + self.beta2


@dataclass(frozen=True)
class Histories:
    """Gaps of many schools (rows) over the same years (columns); NaN where there is no figure.

    `variances` is the known sampling variance of each gap, `inverse_pupils` one over its pupils (0 where not known), `segments`
    the number of the stretch between breaks of the measure.
    """

    gaps: Floats
    variances: Floats
    years: Ints
    segments: Ints
    inverse_pupils: Floats

    def rows(self, rows: slice | Ints | Bools) -> Histories:
        """The histories of some schools."""
        return self._part(rows, slice(None))

    def until(self, column: int) -> Histories:
        """What was known up to a year: the columns before `column`."""
        return self._part(slice(None), slice(0, column))

    def _part(self, rows: slice | Ints | Bools, columns: slice) -> Histories:
        return Histories(
            self.gaps[rows][:, columns],
            self.variances[rows][:, columns],
            self.years[columns],
            self.segments[rows][:, columns],
            self.inverse_pupils[rows][:, columns],
        )

    def noise(self, spread: Spread) -> Floats:
        """Variance of each gap about its level."""
        noise: Floats = self.variances + spread.nugget + spread.per_pupil * self.inverse_pupils
        return noise


def _covariance(spread: Spread, years: Ints, segments: Ints, others: Ints, other_segments: Ints) -> Floats:
    """Covariances of levels without jumps: years x other years x schools. Segments are years x schools."""
    apart = np.abs(years[:, None] - others[None, :])
    shared = spread.tau2 + spread.sigma2 * spread.phi**apart
    together = segments[:, None, :] == other_segments[None, :, :]
    covariance: Floats = shared[:, :, None] + spread.beta2 * together
    return covariance


def _factor(matrix: Floats) -> Floats:
    """Cholesky factors of matrices that share their last axis, column by column."""
    size = len(matrix)
    lower = np.zeros_like(matrix)
    for column in range(size):
        rest = matrix[column:, column] - np.einsum("rkn,kn->rn", lower[column:, :column], lower[column, :column])
        root = np.sqrt(rest[0])
        lower[column, column] = root
        lower[column + 1 :, column] = rest[1:] / root
    return lower


def _solve(lower: Floats, right: Floats) -> Floats:
    """Forward substitution: rows x right-hand sides x schools."""
    answer = np.empty(np.broadcast_shapes(right.shape, (1, 1, lower.shape[2])))
    for row in range(len(lower)):
        answer[row] = right[row] - np.einsum("kn,kmn->mn", lower[row, :row], answer[:row])
        answer[row] /= lower[row, row]
    return answer


def _steps(years: int, known: Bools) -> tuple[Floats, Bools]:
    """Jumps that stay: years x cases x schools, one case for each year a jump may have come in, the first left out.

    A jump between two years without a figure is the same as one in the next with a figure: only those are cases.
    """
    after = np.tri(years, years)[:, 1:]
    possible = known[1:] & (np.cumsum(known, axis=0)[:-1] > 0)
    return after[:, :, None] * known[:, None, :], possible


class Posterior:
    """What histories say of their schools: the chance of each case (no jump, or one in a year) and all levels in it."""

    def __init__(self, histories: Histories, spread: Spread) -> None:
        """Factor the histories of at most `CHUNK` schools or so; see `in_parts`."""
        gaps, self.years = histories.gaps.T, histories.years
        self.spread, self._segments = spread, histories.segments.T
        self.known = np.isfinite(gaps)
        count = len(self.years)
        noise = np.where(self.known, histories.noise(spread).T, 0.0)
        pair = self.known[:, None, :] & self.known[None, :, :]
        matrix = _covariance(spread, self.years, self._segments, self.years, self._segments) * pair
        where = np.arange(count)
        matrix[where, where] = np.where(self.known, matrix[where, where] + noise, 1.0)
        steps, possible = _steps(count, self.known)
        self.lower = _factor(matrix)
        right = np.concatenate([np.where(self.known, gaps, 0.0)[:, None, :], steps], axis=1)
        solved = _solve(self.lower, right)
        self.z, self.jumps = solved[:, 0], solved[:, 1:]
        # years in which the jump of each case may have come: more than one after years without a figure
        latest = np.maximum.accumulate(np.where(self.known, self.years[:, None], self.years[0] - 1), axis=0)
        self.latest = latest[-1]
        self.open_years = np.where(possible, self.years[1:, None] - latest[:-1], 0)
        self.n_known = self.known.sum(axis=0)
        self._weigh()

    def _weigh(self) -> None:
        """Chance of each case, expected jump and its variance, and the scale of each school, given all years."""
        self.weights, self.size, self.size_variance, self.scale, self.degrees = _cases(
            self.spread,
            (self.z**2).sum(axis=0),
            np.einsum("tsn,tn->sn", self.jumps, self.z),
            (self.jumps**2).sum(axis=0),
            self.open_years,
            self.n_known,
        )

    def of(self, contrasts: Floats, years: Ints | None = None, segments: Ints | None = None) -> Outcome:
        """Sums of levels: `contrasts` is sums x years (the known ones unless others are given).

        Years after the last may bring a jump too: `next_figure` sees to that. `segments` is schools x years.
        """
        others = self.years if years is None else years
        own = self._segments if segments is None else segments.T
        shared = _covariance(self.spread, self.years, self._segments, others, own) * self.known[:, None, :]
        among = _covariance(self.spread, others, own, others, own)
        if len(contrasts) == len(others) and (contrasts == np.eye(len(others))).all():
            # every level by itself: nothing is to be summed
            right, prior = shared, among[np.arange(len(others)), np.arange(len(others))]
        else:
            right = np.einsum("tun,mu->tmn", shared, contrasts)
            prior = (np.einsum("tun,mu->mtn", among, contrasts) * contrasts[:, :, None]).sum(axis=1)
        x = _solve(self.lower, right)
        # what a jump in each year adds to each sum
        loads = contrasts @ (others[:, None] >= self.years[None, 1:]).astype(float)
        free = loads[:, :, None] - np.einsum("tmn,tsn->msn", x, self.jumps)
        plain = np.einsum("tmn,tn->mn", x, self.z)
        variance = np.maximum(prior - (x**2).sum(axis=0), 0.0)
        mean = np.concatenate([plain[:, None], plain[:, None] + free * self.size], axis=1)
        spread = np.concatenate([variance[:, None], variance[:, None] + free**2 * self.size_variance], axis=1)
        return Outcome(self.weights, mean, spread * self.scale, self.degrees)


def _cases(
    spread: Spread, q: Floats, along: Floats, length: Floats, open_years: Ints, n_known: Ints
) -> tuple[Floats, Floats, Floats, Floats, Floats]:
    """Chance of every case, the jump's expected size and variance, the school's scale in each, its degrees of freedom.

    `q` is the squared Mahalanobis length of a history, `along` and `length` the product of each jump with it and with itself.
    """
    gain = spread.jump2 / (1 + spread.jump2 * length)
    shorter = np.concatenate([q[None], q - gain * along**2])
    likelihood = np.concatenate([np.zeros_like(q)[None], -0.5 * np.log1p(spread.jump2 * length)])
    if np.isfinite(spread.degrees):
        room = spread.degrees - 2
        likelihood = likelihood - 0.5 * (spread.degrees + n_known) * np.log1p(shorter / room)
        scale = (room + shorter) / (room + n_known)
        degrees = spread.degrees + n_known.astype(float)
    else:
        likelihood = likelihood - 0.5 * shorter
        scale, degrees = np.ones_like(shorter), np.full(len(n_known), np.inf)
    # the first jump: none in the years before it, one in those between two figures
    none_by = (1 - spread.jump_chance) ** np.concatenate([np.zeros_like(q)[None], np.cumsum(open_years, axis=0)])
    prior = np.concatenate([none_by[-1:], none_by[:-1] - none_by[1:]])
    weights = prior * np.exp(likelihood - likelihood.max(axis=0))
    return weights / weights.sum(axis=0), gain * along, gain, scale, degrees


def log_likelihood(posterior: Posterior, degrees: float, jump_chance: float) -> float:
    """How likely all histories are with other tails or another chance of jumps, but for what these do not change."""
    spread = replace(posterior.spread, degrees=degrees, jump_chance=jump_chance)
    q, n = (posterior.z**2).sum(axis=0), posterior.n_known.astype(float)
    along = np.einsum("tsn,tn->sn", posterior.jumps, posterior.z)
    length = (posterior.jumps**2).sum(axis=0)
    gain = spread.jump2 / (1 + spread.jump2 * length)
    shorter = np.concatenate([q[None], q - gain * along**2])
    narrower = np.concatenate([np.zeros_like(q)[None], -0.5 * np.log1p(spread.jump2 * length)])
    none_by = (1 - jump_chance) ** np.concatenate([np.zeros_like(q)[None], np.cumsum(posterior.open_years, axis=0)])
    prior = np.concatenate([none_by[-1:], none_by[:-1] - none_by[1:]])
    room = degrees - 2
    density = special.gammaln((degrees + n) / 2) - special.gammaln(degrees / 2) - 0.5 * n * np.log(room * np.pi)
    each = narrower + density - 0.5 * (degrees + n) * np.log1p(shorter / room)
    most = each.max(axis=0)
    return float((most + np.log((prior * np.exp(each - most)).sum(axis=0))).sum())


@dataclass(frozen=True)
class Outcome:
    """A mixture for each sum and school: weights are cases x schools, mean and variance sums x cases x schools."""

    weights: Floats
    means: Floats
    variances: Floats
    degrees: Floats

    def rows(self, use: Bools) -> Outcome:
        """Those of some schools."""
        return Outcome(self.weights[:, use], self.means[:, :, use], self.variances[:, :, use], self.degrees[use])

    def sums(self, place: int) -> Outcome:
        """One of several sums, by its place."""
        part = slice(place, place + 1)
        return Outcome(self.weights, self.means[part], self.variances[part], self.degrees)

    @property
    def mean(self) -> Floats:
        """Expected value: sums x schools."""
        mean: Floats = (self.weights * self.means).sum(axis=1)
        return mean

    @property
    def variance(self) -> Floats:
        """Variance: sums x schools."""
        within = (self.weights * self.variances).sum(axis=1)
        between: Floats = (self.weights * (self.means - self.mean[:, None]) ** 2).sum(axis=1)
        total: Floats = within + between
        return total

    def below(self, limit: Floats | float) -> Floats:
        """Chance of lying below a limit: sums x schools."""
        distance = np.asarray(limit, dtype=float)
        distance = distance[..., None, :] if distance.ndim > 1 else distance
        # a sum that cannot vary lies on its limit by half
        away = distance - self.means
        z = np.where(np.abs(away) < 1e-9, 0.0, away) / np.sqrt(np.maximum(self.variances, 1e-18))
        # weights add up to one but for the last digit
        chance: Floats = np.clip((self.weights * student_below(z, self.degrees)).sum(axis=1), 0.0, 1.0)
        return chance

    def log_density(self, value: Floats) -> Floats:
        """Log density at a value: sums x schools."""
        sd = np.sqrt(self.variances)
        z = (value[:, None] - self.means) / sd
        density: Floats = np.log((self.weights * np.exp(_log_density(z, self.degrees) - np.log(sd))).sum(axis=1))
        return density

    def plus(self, variance: Floats) -> Outcome:
        """With noise of a variance added: sums x schools."""
        return replace(self, variances=self.variances + variance[:, None])


def student_below(z: Floats, degrees: Floats) -> Floats:
    """Chance below z of a Student variable with unit variance, whose last axis has the degrees of freedom."""
    if not np.isfinite(degrees).all():
        normal: Floats = special.ndtr(z)
        return normal
    chance = np.empty_like(z)
    for own in np.unique(degrees):
        part = degrees == own
        chance[..., part] = _from_table(z[..., part], float(own))
    return chance


_TABLE_REACH, _TABLE_STEP = 30.0, 0.002


@cache
def _table(degrees: float) -> Floats:
    grid = np.arange(-_TABLE_REACH, _TABLE_REACH + 2 * _TABLE_STEP, _TABLE_STEP)
    table: Floats = special.stdtr(degrees, grid * np.sqrt(degrees / (degrees - 2)))
    return table


def _from_table(z: Floats, degrees: float) -> Floats:
    """By a line between two of 30,000 tabled chances: off by less than a millionth, and five times as fast as the function."""
    table = _table(degrees)
    place = (np.clip(z, -_TABLE_REACH, _TABLE_REACH) + _TABLE_REACH) / _TABLE_STEP
    # nothing is known of what is not a number; the line from its left end says so
    whole = np.where(np.isnan(place), 0.0, place).astype(np.int64)
    low = table[whole]
    chance: Floats = low + (place - whole) * (table[whole + 1] - low)
    return chance


def _log_density(z: Floats, degrees: Floats) -> Floats:
    if not np.isfinite(degrees).all():
        normal: Floats = -0.5 * (np.log(2 * np.pi) + z**2)
        return normal
    constant = special.gammaln((degrees + 1) / 2) - special.gammaln(degrees / 2) - 0.5 * np.log(np.pi * (degrees - 2))
    density: Floats = constant - (degrees + 1) / 2 * np.log1p(z**2 / (degrees - 2))
    return density


def next_figures(posterior: Posterior, column: int) -> Outcome:
    """The figure of a year as it was to be expected from the years before it, its own noise included: one sum x schools.

    Says something only of schools with a figure in the year and in one before. All of it comes out of the one factor of the
    whole history, whose first rows are the factor of the years before.
    """
    before = slice(0, column)
    z, jumps, row = posterior.z[before], posterior.jumps[before, :column], posterior.lower[column, before]
    weights, size, size_variance, scale, degrees = _cases(
        posterior.spread,
        (z**2).sum(axis=0),
        np.einsum("tsn,tn->sn", jumps, z),
        (jumps**2).sum(axis=0),
        posterior.open_years[:column],
        posterior.known[before].sum(axis=0),
    )
    plain = np.einsum("tn,tn->n", row, z)
    free = 1 - np.einsum("tn,tsn->sn", row, jumps)
    variance = posterior.lower[column, column] ** 2
    means = np.concatenate([plain[None], plain + free * size])
    variances = np.concatenate([variance[None], variance + free**2 * size_variance]) * scale
    return Outcome(weights, means[None], variances[None], degrees)


def next_year(posterior: Posterior, segments: Ints) -> Outcome:
    """The level of the year after the last, in which a jump may come too. `segments` has one number for each school."""
    coming = posterior.of(np.eye(1), posterior.years[-1:] + 1, segments[:, None])
    spread, (latest, years) = posterior.spread, (posterior.latest, posterior.years)
    chance = 1 - (1 - spread.jump_chance) ** (years[-1] + 1 - latest)
    still_none = coming.weights[:1]
    weights = np.concatenate([still_none * (1 - chance), coming.weights[1:], still_none * chance])
    leap = coming.variances[:, :1] + spread.jump2 * posterior.scale[:1]
    return Outcome(
        weights,
        np.concatenate([coming.means, coming.means[:, :1]], axis=1),
        np.concatenate([coming.variances, leap], axis=1),
        coming.degrees,
    )


@dataclass(frozen=True)
class Moments:
    """Mean products of gaps so many years apart, within a segment and across a break, with the number of pairs of each.

    Place 0 of `within` is the mean square less the known variance; `inverse_pupils` the mean of one over the pupils.
    """

    within: Floats
    n_within: Ints
    across: Floats
    n_across: Ints
    inverse_pupils: float = 0.0


def moments(histories: Histories) -> Moments:
    """Autocovariances of the gaps over all schools, by years apart (the place in each array)."""
    years, known = histories.years, np.isfinite(histories.gaps)
    gaps = np.where(known, histories.gaps, 0.0)
    most = int(years.max() - years.min()) + 1 if len(years) else 1
    sums, counts = np.zeros((2, most)), np.zeros((2, most), dtype=np.int64)
    for first in range(len(years)):
        for second in range(first, len(years)):
            lag = years[second] - years[first]
            both = known[:, first] & known[:, second]
            products = gaps[:, first] * gaps[:, second]
            if first == second:
                products = products - np.where(known[:, first], histories.variances[:, first], 0.0)
            same = histories.segments[:, first] == histories.segments[:, second]
            for place, part in ((0, both & same), (1, both & ~same)):
                sums[place, lag] += products[part].sum()
                counts[place, lag] += part.sum()
    means = np.divide(sums, counts, out=np.zeros_like(sums), where=counts > 0)
    usual = float(histories.inverse_pupils[known].mean()) if known.any() else 0.0
    return Moments(means[0], counts[0], means[1], counts[1], usual)


_LONGEST = 10
_LEAST_MOVING = 0.1
"""Schools are never taken to stand still: at least so much of what tells them apart fades, though a short history shows none."""
_PERSISTENCES = np.linspace(0.0, 0.95, 39)


def _parts(phi: float, lags: Ints) -> Floats:
    """What lasting, fading, shifting spread and noise each add to covariances at each lag: within a segment, then across."""
    fading, one, none = phi**lags, np.ones(len(lags)), np.zeros(len(lags))
    within = np.column_stack([one, fading, one, lags == 0])
    across = np.column_stack([one, fading, none, none])
    return np.concatenate([within, across[1:]])


def fit(found: Moments, seed: Spread, seed_pairs: float = SEED_PAIRS) -> Spread:
    """Lasting, fading and shifting spread from moments and from national history, which counts for `seed_pairs` pairs at lag 1.

    Non-negative least squares for each of many persistences, weighed by pairs. Lags a history is too short for come from
    the seed, scaled to the lags it has: two years cannot tell what lasts from what fades. Noise and tails are the seed's.
    """
    size = max(len(found.within), _LONGEST)
    lags = np.arange(size)

    def padded(within: NDArray[Any], across: NDArray[Any]) -> Floats:
        """One line of moments: all lags within, then those across."""
        line = np.zeros((2, size))
        line[0, : len(within)], line[1, : len(across)] = within, across
        return np.concatenate([line[0], line[1, 1:]])

    own, pairs = padded(found.within, found.across), padded(found.n_within, found.n_across)
    noise = seed.nugget + seed.per_pupil * found.inverse_pupils
    shape = _parts(seed.phi, lags) @ np.array([seed.tau2, seed.sigma2, seed.beta2, noise])
    prior = seed_pairs * shape[1] ** 2
    apart = np.concatenate([[1], lags[1:], lags[1:]])
    later = np.arange(len(own)) > 0
    scale = max((pairs * shape * own)[later].sum() + prior, 0.0) / max((pairs * shape**2)[later].sum() + prior, 1e-300)
    mass = pairs + seed_pairs / apart
    target = (pairs * own + (mass - pairs) * scale * shape) / mass
    best, answer = np.inf, seed
    for phi in _PERSISTENCES:
        weight = np.sqrt(mass)
        solved, miss = optimize.nnls(_parts(phi, lags) * weight[:, None], target * weight)
        if miss < best:
            best, (tau2, sigma2, beta2, _) = miss, solved
            moving = max(float(sigma2), _LEAST_MOVING * float(tau2 + sigma2))
            answer = replace(
                seed, tau2=float(tau2 + sigma2) - moving, sigma2=moving, phi=float(phi), beta2=float(beta2)
            )
    # where schools are alike a jump is no smaller than elsewhere
    return replace(answer, jump2=seed.jump2 * max(answer.total / seed.total, 1.0) if seed.total > 0 else seed.jump2)


_DEGREES = (4.0, 6.0, 10.0, 30.0)
_JUMP_CHANCES = (0.01, 0.05)
_TAILS_FROM = 1000
"""Schools from which tails are learnt: more change nothing."""
_TAILS_PRIOR = 3.0
"""How much likelier, as a logarithm, histories must be with other tails than national history has."""


def fit_tails(histories: Histories, spread: Spread) -> Spread:
    """How differently schools move and how often they jump: the likeliest of a few, or the seed's where nearly as likely."""
    step = max(len(histories.gaps) // _TAILS_FROM, 1)
    posterior = Posterior(histories.rows(slice(None, None, step)), spread)
    best, answer = log_likelihood(posterior, spread.degrees, spread.jump_chance) + _TAILS_PRIOR, spread
    for degrees in _DEGREES:
        for chance in _JUMP_CHANCES:
            likely = log_likelihood(posterior, degrees, chance)
            if likely > best:
                best, answer = likely, replace(spread, degrees=degrees, jump_chance=chance)
    return answer


def fit_noise(histories: Histories, spread: Spread, seed_points: float = SEED_PAIRS) -> Spread:
    """The spread with its noise: what squares of gaps have beyond the levels and the known error, a part of it per pupil."""
    known = np.isfinite(histories.gaps)
    excess = histories.gaps[known] ** 2 - histories.variances[known] - spread.total
    inverse = histories.inverse_pupils[known]
    usual = inverse.mean() if len(inverse) else 0.0
    rows = np.column_stack([np.ones_like(inverse), inverse])
    # the normal equations are enough: two rows instead of one for each figure
    ours = rows.T @ rows / max(len(rows), 1) * len(rows)
    right = rows.T @ excess
    theirs = np.array([1.0, usual])
    ours = ours + seed_points * np.outer(theirs, theirs)
    right = right + seed_points * theirs * (spread.nugget + spread.per_pupil * usual)
    root = np.linalg.cholesky(ours + 1e-12 * np.diag(np.diag(ours) + 1e-300))
    solved, _ = optimize.nnls(root.T, np.linalg.solve(root, right))
    return replace(spread, nugget=float(solved[0]), per_pupil=float(solved[1]))
