"""Schools of one phase around one first year: their changes, made comparable, and what those that waited say of chance.

Here: the figures before and after, the traits schools are matched on, the correction for what matching leaves over, how
noisy each school's change is, and the groups shared shocks are learned from. Does not belong here: which schools took part
(`methods.impact`), and reading figures.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import nnls

from methods import matching, shared_shocks

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

WINDOW: Final = 3
"""Years used before the event, and from its first year on."""
NEIGHBOURS: Final = 5
_LEVEL_LIMIT, _TRAIT_LIMIT = 0.75, 1.25
"""Largest difference from a comparison school, in standard deviations between schools: level before; every other trait."""
FEWEST_IN_POOL: Final = 10
_MOST_TO_LEARN_FROM: Final = 4000
_ENOUGH_THAT_WORK_TOGETHER: Final = 10
TRUSTS, AUTHORITIES, ALONE = 1_000_000, 2_000_000, 3_000_000
"""Where the numbers of groups begin: below are partnerships."""


@dataclass(frozen=True)
class Schools:
    """Schools as they stand in every series; one entry each. Codes are whole numbers from 0, -1 where there is none."""

    phase: Ints
    authority: Ints
    trust: Ints
    partnership: Ints
    need: Floats
    """Share of pupils ever eligible for free school meals, per cent; NaN where not known."""
    may_compare: Bools
    """False for schools of another kind, such as independent ones."""

    def take(self, places: Ints) -> Schools:
        """Only these schools, in this order."""
        return Schools(**{name: entries[places] for name, entries in vars(self).items()})

    def groups(self, places: Ints, own_authorities: Ints) -> Ints:
        """The group each school of `places` shares luck with: its partnership, else its trust, its authority, or itself.

        Schools of `own_authorities`, where the event took place, share their authority's luck with those that took part,
        so that it cancels out: they stand for themselves.
        """
        authority, trust, partnership = self.authority[places], self.trust[places], self.partnership[places]
        abroad = (authority >= 0) & ~np.isin(authority, own_authorities)
        found = np.where(abroad, AUTHORITIES + authority, ALONE + places)
        found = np.where(trust >= 0, TRUSTS + trust, found)
        return np.asarray(np.where(partnership >= 0, partnership, found))


@dataclass(frozen=True)
class Series:
    """One indicator: `years` (the calendar year an academic year begins in), rows are schools, columns years.

    `values` in the indicator's unit, NaN where there is no figure; `pupils` behind them, NaN where not known.
    """

    years: Ints
    values: Floats
    pupils: Floats


@dataclass(frozen=True)
class Response:
    """A change of every school in units of the pool's spread, and what the pool says of its shared shocks."""

    change: Floats
    scale: float
    learned: shared_shocks.Evidence


@dataclass
class Cell:
    """All schools of one phase around one first year. Arrays have one entry per school of the series."""

    no_before: Bools
    no_after: Bools
    before: tuple[int, ...]
    after: tuple[int, ...]
    main: Response
    by_year: dict[int, Response]
    """By year relative to the event, against the mean of the years before."""
    spread: Floats
    groups_learned_from: int
    level: Floats
    """Mean of the years before, in the indicator's unit."""
    pupils: Floats
    """Mean number of pupils behind a figure of the years after."""
    covariance: Floats
    """Of the years before, one row and column each, between schools of the pool, in units of their spreads."""
    _pool: Ints
    _traits: Floats
    _limits: Floats
    _partnership: Ints
    _matched: dict[int, tuple[Ints, Floats]] = field(default_factory=dict)

    def match(self, schools: Ints) -> None:
        """Find the comparison schools of all `schools` at once."""
        wanted = np.array([s for s in schools if int(s) not in self._matched], dtype=np.int64)
        if not len(wanted):
            return
        places, found = matching.nearest(
            self._traits[wanted], self._traits[self._pool], NEIGHBOURS, self._limits, self._partnership[wanted],
            self._partnership[self._pool],
        )  # fmt: skip
        for row, school in enumerate(wanted):
            near = self._pool[places[row][found[row]]]
            share = 1.0 / self.spread[near]
            self._matched[int(school)] = near, share / share.sum() if len(near) else share

    def matched(self, school: int) -> tuple[Ints, Floats]:
        """Comparison schools of a school and their weights, which sum to 1; empty where none is near enough."""
        if school not in self._matched:
            self.match(np.array([school]))
        return self._matched[school]


def windows(series: Series, first_year: int) -> tuple[list[int], list[int]]:
    """Columns of the years before and of those after that have figures at all."""
    have: Bools = np.asarray(np.isfinite(series.values).any(axis=0))
    before = [i for i, y in enumerate(series.years) if have[i] and first_year - WINDOW <= y < first_year]
    after = [i for i, y in enumerate(series.years) if have[i] and first_year <= y < first_year + WINDOW]
    return before, after


def build(series: Series, schools: Schools, exposed: Ints, phase: int, first_year: int) -> Cell | None:
    """The cell of one phase and first year; None where there are too few schools to compare with.

    `exposed` is the first year in which each school had the event; those that had it by the last year used are in no pool.
    Schools are matched on their level before, their size and need, and their change before where there are as many years as
    `WINDOW`: two years are one step, which is mostly luck, and are kept to check the match with.
    """
    before, after = windows(series, first_year)
    if not before or not after:
        return None
    own_phase = schools.phase == phase
    figures = np.where(own_phase[:, None], series.values, np.nan)
    known = np.isfinite(figures)
    no_before = known[:, before].sum(axis=1) * 2 < len(before)
    no_after = known[:, after].sum(axis=1) * 2 < len(after)
    usable = own_phase & ~no_before & ~no_after
    waiting = usable & schools.may_compare & (exposed > int(series.years[after[-1]]))
    if int(waiting.sum()) < FEWEST_IN_POOL:
        return None
    used = [*before, *after]
    # what moved everywhere is taken out first, so that a school without one of the years is not taken for a change
    figures = figures - _mean(figures[waiting], 0)
    level, later = _mean(figures[:, before], 1), _mean(figures[:, after], 1)
    noise = _noise(series.pupils, known, before) + _noise(series.pupils, known, after)
    noise = np.where(
        np.isfinite(noise), noise, np.nanmedian(noise[waiting]) if np.isfinite(noise[waiting]).any() else 1
    )
    size = np.log(np.maximum(_mean(series.pupils[:, before], 1), 1.0))
    columns, limits = [level], [_LEVEL_LIMIT]
    for trait in (size, schools.need):
        if np.isfinite(trait[waiting]).mean() > 0.5:
            columns.append(trait)
            limits.append(_TRAIT_LIMIT)
    if len(before) >= WINDOW:
        # the step into the last year: it carries a trend, and a poor year that made a school take part
        columns.append(figures[:, before[-1]] - _mean(figures[:, before[:-1]], 1))
        limits.append(_TRAIT_LIMIT)
    traits = np.column_stack([_scaled(column, waiting) for column in columns])
    # a coefficient for each trait needs schools enough to be more than noise itself
    fitted = traits[:, : max(0, min(traits.shape[1], (int(waiting.sum()) - 10) // 10))]
    groups, count = _groups_to_learn_from(schools, waiting)
    learning = np.flatnonzero(waiting)
    if len(learning) > _MOST_TO_LEARN_FROM:
        # whole groups, in an order that does not depend on figures
        rank = np.random.default_rng(1).permutation(int(groups.max()) + 1)[groups[learning]]
        learning = learning[np.argsort(rank, kind="stable")[:_MOST_TO_LEARN_FROM]]
    spread = np.ones(len(level))

    def response(raw: Floats) -> Response:
        sound = usable & np.isfinite(raw)
        of = waiting & sound
        adjusted = np.full(len(raw), np.nan)
        adjusted[sound] = matching.leftovers(raw[sound], fitted[sound], 1.0 / spread[sound], of[sound])
        inside = learning[of[learning]]
        scale = float(np.sqrt((adjusted[inside] ** 2 / spread[inside]).mean())) or 1.0
        learned = shared_shocks.evidence(
            adjusted[inside] / scale, spread[inside], np.unique(groups[inside], return_inverse=True)[1],
            fitted.shape[1] + 1,
        )  # fmt: skip
        return Response(adjusted / scale, scale, learned)

    change = later - level
    first = response(change)
    spread = _spread(first.change, noise, waiting)
    main = response(change)
    by_year = {
        int(series.years[i]) - first_year: response(figures[:, i] - level)
        for i in used
        if np.isfinite(figures[waiting, i]).sum() >= FEWEST_IN_POOL
    }
    past = [
        by_year[int(series.years[i]) - first_year].change
        for i in before
        if int(series.years[i]) - first_year in by_year
    ]
    rows = np.stack(past)[:, learning] / np.sqrt(spread[learning])
    rows = rows[:, np.isfinite(rows).all(axis=0)]
    return Cell(
        no_before, no_after, tuple(int(series.years[i]) for i in before), tuple(int(series.years[i]) for i in after),
        main, by_year, spread, count, _mean(series.values[:, before], 1), _mean(series.pupils[:, after], 1),
        rows @ rows.T / max(1, rows.shape[1] - 1), np.flatnonzero(waiting), traits, np.array(limits), schools.partnership,
    )  # fmt: skip


def _mean(figures: Floats, axis: int) -> Floats:
    known = np.isfinite(figures)
    count = known.sum(axis=axis)
    total = np.where(known, figures, 0.0).sum(axis=axis)
    return np.asarray(np.where(count > 0, total / np.maximum(count, 1), np.nan))


def _noise(pupils: Floats, known: Bools, years: list[int]) -> Floats:
    """Variance of a mean over years for one pupil's variance: from the number of pupils behind each figure."""
    counted = known[:, years]
    usual = _mean(np.where(counted, pupils[:, years], np.nan), 1)[:, None]
    number = np.where(np.isfinite(pupils[:, years]), pupils[:, years], usual)
    one = np.where(counted, 1.0 / np.maximum(number, 1.0), 0.0)
    return np.asarray(one.sum(axis=1) / np.maximum(counted.sum(axis=1), 1) ** 2)


def _scaled(trait: Floats, pool: Bools) -> Floats:
    """In standard deviations of the pool; a school whose trait is not known counts as average in it."""
    middle, width = np.nanmean(trait[pool]), np.nanstd(trait[pool])
    return np.nan_to_num((trait - middle) / (width or 1.0), nan=0.0)


def _spread(change: Floats, noise: Floats, pool: Bools) -> Floats:
    """Each school's own variance, mean about 1: one part for all schools alike, one that falls with pupils."""
    level = noise / noise[pool].mean()
    alike, by_pupils = 0.5, 0.5
    if int(pool.sum()) >= 100:
        root = 1.0 / (1.0 + level[pool])
        design = np.column_stack([np.ones(int(pool.sum())), level[pool]]) * root[:, None]
        (alike, by_pupils), _ = nnls(design, change[pool] ** 2 * root)
    total = alike + by_pupils
    return np.asarray(np.clip((alike + by_pupils * level) / total, 0.1, 10.0)) if total > 0 else np.ones(len(change))


def _groups_to_learn_from(schools: Schools, pool: Bools) -> tuple[Ints, int]:
    """Group of each school, numbered for learning shared shocks, and how many groups have two schools or more.

    Groups that work together (partnerships, trusts) teach most about partnerships. Authorities stand in where there are few.
    """
    nobody = np.empty(0, dtype=np.int64)
    groups = schools.groups(np.arange(len(pool)), nobody)
    together = groups < AUTHORITIES
    sizes = np.unique(groups[pool & together], return_counts=True)[1]
    if int((sizes > 1).sum()) >= _ENOUGH_THAT_WORK_TOGETHER:
        groups = np.where(together, groups, ALONE + np.arange(len(groups)))
    elif len(np.unique(schools.authority[pool])) < 2:
        groups = np.where((groups >= AUTHORITIES) & (groups < ALONE), ALONE + np.arange(len(groups)), groups)
    count = int((np.unique(groups[pool], return_counts=True)[1] > 1).sum())
    return np.asarray(np.unique(groups, return_inverse=True)[1]), count
