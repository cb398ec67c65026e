"""Figures as the model of levels takes them, what is learnt of a kind of school, and how right its forecasts were.

Belongs here: the scale a figure is compared on, its sampling variance, the moments and the calibration of one kind of school,
indicator and group of pupils. Does not belong here: the model itself (`methods.levels`), or which schools are of a kind.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import optimize, special

from methods import levels
from methods.levels import Histories, Posterior, Spread

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

FEWEST_EVENTS = 300
"""With fewer earlier forecasts nothing is learnt of how right they were."""
CENTRE_SCHOOLS = 20
"""As many schools at the benchmark count beside a kind's own for where it lies."""
COUNTRY_SCHOOLS = 500
"""With many more schools of a kind in a year their mean is a country's, and no school's doing (see `Figures.centres`)."""
MOST_LEARNT_FROM = 3000
"""Schools whose earlier forecasts are made to learn how right they were: more change nothing that is printed."""


@dataclass(frozen=True)
class Calibration:
    """How a stated chance is put right: on the scale of normal deviates shifted and stretched, and mixed with what is usual.

    `lapse` is the share of schools of which the model knows nothing, for which the chance is `usual`.
    """

    shift: float = 0.0
    slope: float = 1.0
    lapse: float = 0.0
    usual: float = 0.5

    def __call__(self, chance: Floats) -> Floats:
        """The chance as it came true for earlier forecasts like this."""
        z = special.ndtri(np.clip(chance, 1e-9, 1 - 1e-9))
        right: Floats = (1 - self.lapse) * special.ndtr(self.shift + self.slope * z) + self.lapse * self.usual
        return right


def calibrate(chance: Floats, happened: Floats) -> Calibration:
    """Learn from earlier forecasts, by likelihood, with a pull towards leaving chances as they are that matters for few of them.

    `happened` is 1 or 0, or a half where it can be counted either way.
    """
    use = np.isfinite(chance)
    chance, happened = chance[use], happened[use]
    if len(chance) < FEWEST_EVENTS or not 0 < happened.mean() < 1:
        return Calibration()
    # forecasts in a hundred steps of their chance: no slower for a country
    z = special.ndtri(np.clip(chance, 1e-6, 1 - 1e-6))
    usual = float(happened.mean())
    parts = np.array_split(np.argsort(z), min(100, len(z)))
    middle = np.array([z[part].mean() for part in parts])
    yes, count = np.array([happened[part].sum() for part in parts]), np.array([len(part) for part in parts])

    def loss(given: Floats) -> float:
        stated = np.clip(_stated(given, usual)(special.ndtr(middle)), 1e-9, 1 - 1e-9)
        pull = 0.5 * ((given[0] / 0.2) ** 2 + ((given[1] - 1) / 0.3) ** 2 + ((given[2] + 3) / 2) ** 2)
        return float(pull - (yes * np.log(stated) + (count - yes) * np.log(1 - stated)).sum())

    found = optimize.minimize(loss, np.array([0.0, 1.0, -3.0]), method="Nelder-Mead", options={"maxiter": 400}).x
    return _stated(found, usual)


def _stated(given: Floats, usual: float) -> Calibration:
    return Calibration(float(given[0]), max(float(given[1]), 0.05), float(0.3 * special.expit(given[2])), usual)


def calibrate_if_better(chance: Floats, happened: Floats, year: Ints) -> Calibration:
    """`calibrate`, where what the years before taught would have put right most of the years after; else nothing is changed.

    What goes wrong in one year need not in the next, and a correction that does not carry over makes forecasts worse.
    """
    use = np.isfinite(chance)
    chance, happened, year = chance[use], happened[use], year[use]
    gains = []
    for last in np.unique(year)[1:]:
        learnt, now = calibrate(chance[year < last], happened[year < last]), year == last
        if learnt != Calibration():
            gains.append(_log_score(learnt(chance[now]), happened[now]) - _log_score(chance[now], happened[now]))
    if not gains or np.mean(gains) <= 0 or 2 * np.sum(np.array(gains) > 0) <= len(gains):
        return Calibration()
    return calibrate(chance, happened)


def _log_score(chance: Floats, happened: Floats) -> float:
    chance = np.clip(chance, 1e-6, 1 - 1e-6)
    return float((happened * np.log(chance) + (1 - happened) * np.log(1 - chance)).mean())


@dataclass(frozen=True)
class Scale:
    """The scale on which figures of a form are compared: `events` per 100 pupils and `root` rates as square roots, else plain.

    Counts take three eighths more (Anscombe 1948), so that their spread hardly depends on how many were expected.
    """

    form: str

    def of(self, value: Floats, n_pupils: Floats) -> Floats:
        """Figures on the scale."""
        if self.form == "events":
            rooted: Floats = np.sqrt(np.maximum(value, 0.0) + 37.5 / n_pupils)
            return rooted
        return np.sqrt(np.maximum(value, 0.0)) if self.form == "root" else np.asarray(value, dtype=float)

    def back(self, scaled: Floats, n_pupils: Floats) -> Floats:
        """Figures in the indicator's unit."""
        if self.form == "events":
            value: Floats = np.maximum(np.maximum(scaled, 0.0) ** 2 - 37.5 / n_pupils, 0.0)
            return value
        return np.maximum(scaled, 0.0) ** 2 if self.form == "root" else scaled

    def under(self, value: Floats, n_pupils: Floats) -> Floats:
        """The limit on the scale below which a figure lies that is under a value: half an event under the next whole one."""
        if self.form != "events":
            return self.of(value, n_pupils)
        most = np.ceil(value * n_pupils / 100 - 1e-9) - 1
        limit = np.sqrt(np.maximum(most + 0.875, 0.0) * 100 / n_pupils)
        return np.where(most >= 0, limit, -np.inf)

    def variance(self, benchmark: Floats, n_pupils: Floats, published: Floats) -> Floats:
        """Sampling variance on the scale: of shares and counts from the benchmark's, else the published interval's, else 0."""
        if self.form == "proportion":
            p = np.clip(benchmark, 1.0, 99.0)
            share: Floats = p * (100 - p) / n_pupils
            return share
        if self.form == "events":
            expected = np.clip(benchmark * n_pupils / 100, _EXPECTED[0], _EXPECTED[-1])
            spread: Floats = 100 / n_pupils * np.interp(np.log(expected), np.log(_EXPECTED), _ROOT_VARIANCE)
            return spread
        known = np.where(np.isfinite(published), published, 0.0)
        return known / np.maximum(4 * benchmark, 1e-9) if self.form == "root" else known


def _root_variances() -> tuple[Floats, Floats]:
    """Variance of the root of a Poisson count and three eighths, for many expected counts: a quarter from about four on."""
    expected = np.geomspace(0.005, 60.0, 200)
    counts = np.arange(150)
    chance = np.exp(special.xlogy(counts, expected[:, None]) - expected[:, None] - special.gammaln(counts + 1))
    roots = np.sqrt(counts + 0.375)
    return expected, (chance * roots**2).sum(axis=1) - (chance * roots).sum(axis=1) ** 2


_EXPECTED, _ROOT_VARIANCE = _root_variances()


@dataclass(frozen=True)
class Figures:
    """Figures of one kind of school, indicator and group: schools x years, NaN where there is none.

    `benchmark` is England's figure of the kind in each year, else the mean of the schools loaded; `published` the variance
    an interval printed with the figure stands for.
    """

    scale: Scale
    value: Floats
    n_pupils: Floats
    benchmark: Floats
    published: Floats
    years: Ints
    segments: Ints

    def centres(self, centre: float) -> Floats:
        """Where the kind lies beside the benchmark in each year: its own place, or the year's mean where a country is loaded.

        The figure of all pupils and the mean of schools on a scale of roots part company when a few schools change. An
        authority's mean stays signal: if all its schools fall behind England, so does each.
        """
        gaps = self.histories(0.0).gaps
        count = np.isfinite(gaps).sum(axis=0)
        mean = np.nansum(gaps, axis=0) / np.maximum(count, 1)
        centres: Floats = centre + count / (count + COUNTRY_SCHOOLS) * (mean - centre)
        return centres

    def histories(self, centre: Floats | float = 0.0) -> Histories:
        """Gaps to the benchmark on the scale, less the kind's own centre in each year."""
        known = np.isfinite(self.value)
        pupils = np.where(known & (self.n_pupils > 0), self.n_pupils, np.nan)
        gaps = self.scale.of(self.value, pupils) - self.scale.of(self.benchmark, pupils) - centre
        variances = self.scale.variance(self.benchmark, pupils, self.published)
        return Histories(
            gaps,
            np.where(np.isfinite(variances), variances, 0.0),
            self.years,
            self.segments,
            np.where(np.isfinite(pupils), 1 / pupils, 0.0),
        )

    def rows(self, rows: slice | Ints | Bools) -> Figures:
        """Some of the schools."""
        parts = ("value", "n_pupils", "benchmark", "published", "segments")
        return replace(self, **{name: getattr(self, name)[rows] for name in parts})

    def until(self, column: int) -> Figures:
        """The years before `column`."""
        parts = ("value", "n_pupils", "benchmark", "published", "segments")
        return replace(self, years=self.years[:column], **{name: getattr(self, name)[:, :column] for name in parts})


@dataclass(frozen=True)
class Learnt:
    """What is known of a kind: where its schools lie beside the benchmark, how they move, and how right forecasts were."""

    centre: float
    spread: Spread
    movement: Calibration = Calibration()
    standing: Calibration = Calibration()


def learn(figures: Figures, seed: Spread, high_is_good: bool) -> Learnt:
    """Centre, spread and calibration of a kind from all of its years."""
    plain = figures.histories()
    known = np.isfinite(plain.gaps)
    schools = float(known.any(axis=1).sum())
    centre = float(plain.gaps[known].mean()) * schools / (schools + CENTRE_SCHOOLS) if schools else 0.0
    centred = figures.histories(figures.centres(centre))
    learnt = Learnt(centre, levels.fit_noise(centred, levels.fit(levels.moments(centred), seed)))
    if len(figures.value) > MOST_LEARNT_FROM:
        chosen = np.random.default_rng(1).permutation(len(figures.value))[:MOST_LEARNT_FROM]
        figures = figures.rows(np.sort(chosen))
    seen = hindsight(figures, learnt, high_is_good)
    return replace(
        learnt,
        movement=calibrate_if_better(seen.below_last, seen.was_below_last, seen.column),
        standing=calibrate_if_better(seen.fifth, seen.was_fifth.astype(float), seen.column),
    )


@dataclass(frozen=True)
class Hindsight:
    """Every figure as it was to be expected from the years before it, beside what it was; one entry a forecast.

    `below_last` is the chance that it lies under the figure before; NaN where none can. `fifth` is that of the worst fifth of
    its kind in its year. `low` and `high` are the chances of a smaller figure, and of one no larger.
    """

    column: Ints
    school: Ints
    below_last: Floats
    was_below_last: Floats
    fifth: Floats
    was_fifth: Bools
    low: Floats
    high: Floats
    log_density: Floats
    gap: Floats
    outcome_mean: Floats
    outcome_sd: Floats


def fifth_limit(values: Floats, high_is_good: bool) -> float:
    """The figure beyond which the worst fifth lies; NaN for fewer than ten."""
    values = values[np.isfinite(values)]
    return float(np.quantile(values, 0.2 if high_is_good else 0.8)) if len(values) >= 10 else np.nan


def hindsight(figures: Figures, learnt: Learnt, high_is_good: bool, first: int = 1) -> Hindsight:
    """Forecasts of each year from column `first` on, by parameters that are given: nothing else of later years is used."""
    parts: list[list[Floats]] = []
    centres = figures.centres(learnt.centre)
    limits = [fifth_limit(figures.value[:, column], high_is_good) for column in range(len(figures.years))]
    for start in range(0, len(figures.value), levels.CHUNK):
        some = figures.rows(slice(start, start + levels.CHUNK))
        histories = some.histories(centres)
        known, posterior = np.isfinite(histories.gaps), Posterior(histories, learnt.spread)
        for column in range(first, len(figures.years)):
            place = np.where(known[:, :column], np.arange(column), -1).max(axis=1)
            use = np.flatnonzero(known[:, column] & (place >= 0))
            if not len(use):
                continue
            outcome = levels.next_figures(posterior, column)
            value, pupils = some.value[:, column], some.n_pupils[:, column]
            last = some.value[np.arange(len(place)), np.maximum(place, 0)]
            base = some.scale.of(some.benchmark[:, column], pupils) + centres[column]

            def under(
                limit: Floats, outcome: levels.Outcome = outcome, pupils: Floats = pupils, base: Floats = base
            ) -> Floats:
                """Chance of a figure under a limit; half of an equal one's where figures are no whole counts."""
                below: Floats = outcome.below((figures.scale.under(limit, pupils) - base)[None])[0]
                return below

            step = 100 / pupils if some.scale.form == "events" else np.zeros_like(pupils)
            below_last = np.where((last > 0) | (some.scale.form != "events"), under(last), np.nan)
            was = (value < last - 1e-9) + (0.0 if some.scale.form == "events" else 0.5) * (np.abs(value - last) < 1e-9)
            limit = np.full(len(value), limits[column])
            fifth = under(limit) if high_is_good else 1 - under(limit + step * 1e-6)
            in_fifth = value < limit if high_is_good else value > limit
            low, high = under(value), under(value + step)
            answer = [
                *(np.full(len(value), column), np.arange(start, start + len(value)), below_last, was, fifth, in_fifth),
                *(low, high, outcome.log_density(histories.gaps[:, column][None])[0], histories.gaps[:, column]),
                *(outcome.mean[0], np.sqrt(outcome.variance[0])),
            ]
            parts.append([np.asarray(column_of, dtype=float)[use] for column_of in answer])
    joined = [np.concatenate(column_of) for column_of in zip(*parts, strict=True)] if parts else [np.zeros(0)] * 12
    return Hindsight(
        *(joined[0].astype(int), joined[1].astype(int), *joined[2:5], joined[5] > 0, *joined[6:]),
    )
