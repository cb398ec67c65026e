"""Figures as the model of levels takes them, what is learnt of a kind of school, and how right its forecasts were.

Belongs here: the scale a figure is compared on, its sampling variance, the moments and the calibration of one kind of school,
indicator and group of pupils. Does not belong here: the model itself (`methods.levels`), or which schools are of a kind.
"""

from __future__ import annotations

from collections.abc import Mapping
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
TRIED_YEARS = 4
"""Latest years on which it is tried whether a correction carries over."""
LEAST_LAPSE = 0.06
"""A place in the worst fifth is never almost certain: in real history one school in six to nine of those was not there."""


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

    found = optimize.minimize(loss, np.array([0.0, 1.0, -3.0]), method="BFGS", options={"gtol": 1e-3, "maxiter": 60}).x
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
    for last in np.unique(year)[1:][-TRIED_YEARS:]:
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


def seed_spread(row: Mapping[str, float], settings: Mapping[str, float]) -> Spread:
    """A kind's spread in national history, from its line of seed level_seeds and from seed level_settings."""
    plain = Spread(*(float(row[name]) for name in ("tau2", "sigma2", "phi", "beta2", "nugget", "per_pupil")))
    return replace(
        plain,
        jump2=settings["jump_share"] * plain.total,
        jump_chance=settings["jump_chance"],
        degrees=settings["degrees"],
    )


@dataclass(frozen=True)
class Learnt:
    """What is known of a kind: where its schools lie beside the benchmark, how they move, and how right forecasts were.

    `drift` is the variance of the benchmark's own change in a year, on the scale.
    """

    centre: float
    spread: Spread
    drift: float = 0.0
    movement: Calibration = Calibration()
    standing: Calibration = Calibration(lapse=LEAST_LAPSE, usual=0.2)


def learn(figures: Figures, seed: Spread, own_tails: bool = True) -> Learnt:
    """Centre, spread and drift of a kind from all of its years; see `calibrated` for how right its forecasts were.

    Tails and jumps are the seed's without `own_tails`.
    """
    plain = figures.histories()
    known = np.isfinite(plain.gaps)
    schools = float(known.any(axis=1).sum())
    centre = float(plain.gaps[known].mean()) * schools / (schools + CENTRE_SCHOOLS) if schools else 0.0
    centred = figures.histories(figures.centres(centre))
    spread = levels.fit_noise(centred, levels.fit(levels.moments(centred), seed))
    return Learnt(centre, levels.fit_tails(centred, spread) if own_tails else spread, _drift(figures))


def _drift(figures: Figures) -> float:
    """Mean square of the benchmark's steps from year to year on the scale, breaks left out."""
    usual = np.nanmedian(figures.n_pupils) if np.isfinite(figures.n_pupils).any() else 1.0
    scaled = figures.scale.of(figures.benchmark, np.full(figures.benchmark.shape, usual))
    steps = np.diff(scaled, axis=1)
    same = (np.diff(figures.segments, axis=1) == 0) & np.isfinite(steps)
    return float((steps[same] ** 2).mean()) if same.any() else 0.0


def calibrated(
    learnt: Learnt, column: Ints, below: Floats, was_below: Floats, fifth: Floats, was_fifth: Floats
) -> Learnt:
    """With what earlier forecasts, whose year has come, teach about the next; the arrays are those of `Outlooks`."""
    standing = calibrate_if_better(fifth, was_fifth, column)
    if standing == Calibration():
        standing = Calibration(usual=0.2)
    return replace(
        learnt,
        movement=calibrate_if_better(below, was_below, column),
        standing=replace(standing, lapse=max(standing.lapse, LEAST_LAPSE)),
    )


@dataclass(frozen=True)
class Outlooks:
    """The next year's figure as it is to be expected in a year with a figure; one entry a forecast, chances not calibrated.

    `column` and `school` say when and of whom it is made. `below` is the chance that the gap will be lower than in that year, NaN
    where it cannot; `fifth` that of the worst fifth of its kind. What came is NaN while it is not known. `outcome` is on the
    scale, beside `base`.
    """

    column: Ints
    school: Ints
    outcome: levels.Outcome
    base: Floats
    n_pupils: Floats
    below: Floats
    was_below: Floats
    fifth: Floats
    was_fifth: Floats


def fifth_limit(values: Floats, high_is_good: bool) -> float:
    """The figure beyond which the worst fifth lies; NaN for fewer than ten, or where hardly one school is beyond it."""
    values = values[np.isfinite(values)]
    if len(values) < 10:
        return np.nan
    limit = float(np.quantile(values, 0.2 if high_is_good else 0.8))
    beyond = (values < limit if high_is_good else values > limit).mean()
    return limit if beyond >= 0.1 else np.nan


def outlooks(
    figures: Figures,
    learnt: Learnt,
    posterior: Posterior,
    column: int,
    limits: Floats,
    high_is_good: bool,
    centres: Floats,
) -> Outlooks:
    """Forecasts made in the year of a column, from it and the years before. Years must follow each other without a gap.

    What came is filled in where the next column has it. Chances are about the gap: beside the benchmark of the year that came, or
    beside the same one as now. `limits` are those of the worst fifth of each year, `centres` the kind's place in each.
    """
    value, pupils = figures.value[:, column], figures.n_pupils[:, column]
    base = figures.scale.of(figures.benchmark[:, column], pupils) + centres[column]
    gap = figures.scale.of(value, pupils) - base
    limit_gap = figures.scale.of(limits[column], pupils) - base
    if column + 1 == len(figures.years):
        use = np.isfinite(value)
        coming = levels.next_year(posterior, figures.segments[:, -1])
        known = figures.scale.variance(figures.benchmark[:, column], pupils, figures.published[:, column])
        noise = np.where(np.isfinite(known), known, 0.0) + learnt.spread.nugget
        noise = noise + np.where(np.isfinite(pupils), learnt.spread.per_pupil / pupils, 0.0)
        # noise has the school's own scale, as its past has
        scale = np.concatenate([posterior.scale, posterior.scale[:1]])
        coming = replace(coming, variances=coming.variances + noise * scale)
        next_value, next_limit = np.full(len(value), np.nan), np.nan
    else:
        use = np.isfinite(value) & np.isfinite(figures.value[:, column + 1])
        coming = levels.next_figures(posterior, column + 1)
        pupils, next_value, next_limit = (
            figures.n_pupils[:, column + 1],
            figures.value[:, column + 1],
            limits[column + 1],
        )
        base = figures.scale.of(figures.benchmark[:, column + 1], pupils) + centres[column + 1]
    coming, rows = coming.rows(use), np.flatnonzero(use)
    base, pupils, value, next_value, gap = base[use], pupils[use], value[use], next_value[use], gap[use]
    counted = figures.scale.form == "events"
    # the figures that would keep the gap, and the place of the worst fifth, beside the benchmark of the next year
    same = figures.scale.back(gap + base, pupils)
    limit = figures.scale.back(limit_gap[use] + base, pupils)
    below = np.where((value > 0) | (not counted), _under(figures.scale, coming, base, same, pupils), np.nan)
    tie = 0.0 if counted else 0.5
    was_below = np.where(next_value < same - 1e-9, 1.0, np.where(next_value > same + 1e-9, 0.0, tie))
    step = 1e-6 * 100 / pupils if counted else 0.0
    fifth = _under(figures.scale, coming, base, limit if high_is_good else limit + step, pupils)
    # among few schools there is no lowest fifth
    fifth = np.where(np.isfinite(limit), fifth if high_is_good else 1 - fifth, np.nan)
    was_fifth = (next_value < next_limit if high_is_good else next_value > next_limit).astype(float)
    missing = ~np.isfinite(next_value)
    return Outlooks(
        np.full(len(rows), column),
        rows,
        coming,
        base,
        pupils,
        below,
        np.where(missing, np.nan, was_below),
        fifth,
        np.where(missing | ~np.isfinite(next_limit), np.nan, was_fifth),
    )


def _under(scale: Scale, coming: levels.Outcome, base: Floats, limit: Floats, pupils: Floats) -> Floats:
    """Chance of a figure under a limit in the indicator's unit."""
    below: Floats = coming.below((scale.under(limit, pupils) - base)[None])[0]
    return below
