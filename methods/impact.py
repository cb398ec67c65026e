"""Schools before and after an event, against schools that looked alike before and did not have it.

Difference in differences on schools' changes, with matched comparison schools, an event study, a check of the years before,
and inference for few clusters. Clusters are partnerships. Assumes that what decided who took part is visible before (level,
trend, size, pupils in need), and that nothing else happened to one side only. Here: the way from schools and figures to one
estimate and its verdict. Does not belong here: reading figures, and the sentences about a verdict.

The rule of the method is by design, never by result:
- from `MANY_CLUSTERS` clusters on each side, CR2 with Bell and McCaffrey's degrees of freedom (`methods.robust`);
- with fewer, shared shocks learned from groups of schools that did not take part (`methods.shared_shocks`);
- where there are not `FEWEST_GROUPS` such groups, the share of shared shocks is assumed instead of learned, the interval is
  shown, and the verdict is that we cannot tell.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from scipy.special import stdtr, stdtrit

from methods import impact_cells, robust, shared_shocks
from methods.effect_sizes import smallest_visible
from methods.impact_cells import Bools, Cell, Floats, Ints, Response, Schools, Series

__all__ = ["Estimate", "Events", "Schools", "Series", "Study", "YearEffect", "claims", "verdict"]

MANY_CLUSTERS: Final = 16
FEWEST_GROUPS: Final = 5
FEWEST_SCHOOLS: Final = 3
NEVER: Final = 9999
SURE: Final = 0.05


@dataclass(frozen=True)
class Events:
    """Who took part and since when: `first_year` is the first year whose results count as after. One entry per event.

    `exposed` has one entry per school: the first year in which it, or its partnership, had the event; `NEVER` where none.
    `blurred` marks schools that already had such an event elsewhere.
    """

    school: Ints
    partnership: Ints
    first_year: Ints
    blurred: Bools
    exposed: Ints


@dataclass(frozen=True)
class YearEffect:
    """Difference in one year relative to the event (0 is its first year), against the mean of the years before."""

    relative_year: int
    estimate: float
    low: float
    high: float
    schools: int


@dataclass(frozen=True)
class Estimate:
    """What was found for one group of schools and one indicator, in the indicator's unit; NaN where nothing can be said."""

    considered: int
    schools: int
    clusters: int
    dropped: dict[str, int]
    """Schools left out by reason: no_figure_before, no_figure_after, no_pool, took_part_before, none_alike."""
    years: tuple[int, ...] = ()
    years_before: int = 0
    comparison_schools: int = 0
    comparison_clusters: int = 0
    pupils: float = float("nan")
    """Pupils behind the figures of one year after, in the schools that took part."""
    level_before: float = float("nan")
    method: str = "none"
    estimate: float = float("nan")
    se: float = float("nan")
    df: float = float("nan")
    low: float = float("nan")
    high: float = float("nan")
    p: float = float("nan")
    p_randomisation: float = float("nan")
    smallest_visible: float = float("nan")
    shared: float = float("nan")
    """Share of a school's variance that its group has in common, as learned."""
    pre_trend_p: float = float("nan")
    by_year: tuple[YearEffect, ...] = field(default_factory=tuple)


@dataclass(frozen=True)
class _Side:
    """A school that took part, where its figures are, and its partnership."""

    cell: Cell
    school: int
    partnership: int


class _Sample:
    """Schools that took part and their comparison schools as one list of weights that gives the estimate."""

    def __init__(self, schools: Schools, sides: Sequence[_Side]) -> None:
        cells = {id(side.cell): side.cell for side in sides}
        share = np.array([1.0 / side.cell.spread[side.school] for side in sides])
        share = share / share.sum()
        weights: dict[tuple[int, int], float] = {}
        for side, own in zip(sides, share, strict=True):
            for school, part in zip(*side.cell.matched(side.school), strict=True):
                key = (id(side.cell), int(school))
                weights[key] = weights.get(key, 0.0) - own * float(part)
        places = [(id(side.cell), side.school) for side in sides] + list(weights)
        self.schools = np.array([school for _, school in places], dtype=np.int64)
        # rows by cell, so that a figure of all rows is taken cell by cell and not row by row
        self.rows = {key: np.flatnonzero([cell == key for cell, _ in places]) for key in cells}
        self.cells = cells
        self.weight = np.concatenate([share, np.array(list(weights.values()))])
        self.treated = np.arange(len(self.weight)) < len(sides)
        groups = schools.groups(self.schools, np.unique(schools.authority[self.schools[self.treated]]))
        groups[self.treated] = [side.partnership for side in sides]
        self.clusters: Ints = np.unique(groups, return_inverse=True)[1]
        self.levels = self._taken(lambda cell: cell.level)
        self.spread = self._taken(lambda cell: cell.spread)

    def _taken(self, of: Callable[[Cell], Floats]) -> Floats:
        found = np.empty(len(self.schools))
        for key, rows in self.rows.items():
            found[rows] = of(self.cells[key])[self.schools[rows]]
        return found

    def changes(self, response: str | int) -> tuple[Floats, Floats]:
        """Change of each school in the indicator's unit, and the spread of such changes in its cell."""

        def of(cell: Cell) -> Response:
            return cell.main if isinstance(response, str) else cell.by_year[response]

        scale = self._taken(lambda cell: np.full(len(cell.spread), of(cell).scale))
        return self._taken(lambda cell: of(cell).change) * scale, scale

    def error(self, response: str | int, learned: shared_shocks.Evidence) -> shared_shocks.Error:
        """How far the estimate may lie from the truth, learned shocks and own-evidence of those who took part together."""
        change, scale = self.changes(response)
        if int(self.treated.sum()) > 2:
            own = (change / scale)[self.treated]
            spread = self.spread[self.treated]
            middle = float((own / spread).sum() / (1.0 / spread).sum())
            groups = np.unique(self.clusters[self.treated], return_inverse=True)[1]
            learned = learned + shared_shocks.evidence(own - middle, spread, groups)
        return shared_shocks.error(learned, self.weight * scale, self.spread, self.clusters)

    def count(self, treated: bool) -> int:
        """Clusters on one side."""
        return len(np.unique(self.clusters[self.treated == treated]))


class Study:
    """One indicator and one kind of event: estimates for any selection of the schools that had it."""

    def __init__(self, series: Series, schools: Schools, events: Events) -> None:
        self.series, self.schools, self.events = series, schools, events
        self._cells: dict[tuple[int, int], Cell | None] = {}
        self._windows = {int(y): impact_cells.windows(series, int(y)) for y in np.unique(events.first_year)}
        for phase, year in sorted(set(zip(schools.phase[events.school], events.first_year, strict=True))):
            cell = impact_cells.build(series, schools, events.exposed, int(phase), int(year))
            self._cells[(int(phase), int(year))] = cell
            if cell is not None:
                own = events.school[(schools.phase[events.school] == phase) & (events.first_year == year)]
                cell.match(own[~cell.no_before[own] & ~cell.no_after[own]])

    def estimate(self, of: Bools | None = None) -> Estimate:
        """The estimate over the events chosen by `of` (all of them without it)."""
        chosen = np.flatnonzero(np.ones(len(self.events.school), dtype=bool) if of is None else of)
        dropped = dict.fromkeys(("took_part_before", "no_figure_before", "no_figure_after", "no_pool", "none_alike"), 0)
        sides = [side for place in chosen if (side := self._side(int(place), dropped)) is not None]
        nothing = Estimate(
            len(chosen),
            len(sides),
            len({side.partnership for side in sides}),
            dropped,
            tuple(sorted({year for side in sides for year in (*side.cell.before, *side.cell.after)})),
            max((len(side.cell.before) for side in sides), default=0),
        )
        if len(sides) < FEWEST_SCHOOLS:
            return nothing
        sample = _Sample(self.schools, sides)
        change, _ = sample.changes("main")
        # where no figure moved (no exclusion in any primary school) nothing tells how far chance moves one
        if float(np.ptp(change)) <= 1e-9:
            return nothing
        return self._estimated(nothing, sides, sample)

    def _side(self, place: int, dropped: dict[str, int]) -> _Side | None:
        events, reason = self.events, None
        school, first_year = int(events.school[place]), int(events.first_year[place])
        before, after = self._windows[first_year]
        cell = self._cells[(int(self.schools.phase[school]), first_year)]
        if events.blurred[place]:
            reason = "took_part_before"
        elif not before or (cell is not None and cell.no_before[school]):
            reason = "no_figure_before"
        elif not after or (cell is not None and cell.no_after[school]):
            reason = "no_figure_after"
        elif cell is None:
            reason = "no_pool"
        elif not len(cell.matched(school)[0]):
            reason = "none_alike"
        if reason is not None or cell is None:
            dropped[reason or "no_pool"] += 1
            return None
        return _Side(cell, school, int(events.partnership[place]))

    def _estimated(self, nothing: Estimate, sides: Sequence[_Side], sample: _Sample) -> Estimate:
        usual = _usual(sides)
        change, _ = sample.changes("main")
        estimate = float((sample.weight * change).sum())
        error = sample.error("main", usual.main.learned)
        clusters, others = sample.count(True), sample.count(False)
        if clusters >= MANY_CLUSTERS and others >= MANY_CLUSTERS:
            found = robust.cr2(change, sample.treated, np.abs(sample.weight), sample.clusters)
            method, se, df = "cr2", found.se, found.df
            half, p = float(-stdtrit(df, 0.025)) * se, float(2 * stdtr(df, -abs(estimate) / se))
        else:
            learnable = usual.groups_learned_from >= FEWEST_GROUPS or clusters == len(sides)
            method = "shared_shocks" if learnable else "assumed_shocks"
            half = error.half_width()
            se, df, p = error.se, error.effective_df(half), error.p_value(estimate)
        weights, _ = shared_shocks.posterior(usual.main.learned)
        by_year = self._by_year(sides, sample)
        return Estimate(
            considered=nothing.considered,
            schools=nothing.schools,
            clusters=clusters,
            dropped=nothing.dropped,
            years=nothing.years,
            years_before=nothing.years_before,
            comparison_schools=len(np.unique(sample.schools[~sample.treated])),
            comparison_clusters=others,
            pupils=float(np.nansum([side.cell.pupils[side.school] for side in sides])),
            level_before=float((sample.weight * sample.levels)[sample.treated].sum()),
            method=method,
            estimate=estimate,
            se=se,
            df=df,
            low=estimate - half,
            high=estimate + half,
            p=p,
            p_randomisation=robust.randomisation_p(change, sample.treated, 1.0 / sample.spread, sample.clusters),
            smallest_visible=smallest_visible(se, df),
            shared=float((weights * shared_shocks.SHARES).sum()),
            pre_trend_p=self._pre_trend(sides, sample, by_year),
            by_year=by_year,
        )

    def _by_year(self, sides: Sequence[_Side], whole: _Sample) -> tuple[YearEffect, ...]:
        """Effects by year relative to the event."""
        effects = []
        for relative in range(-impact_cells.WINDOW, impact_cells.WINDOW):
            have = [
                side
                for side in sides
                # one year before is its own mean: it differs from nothing
                if (relative >= 0 or len(side.cell.before) > 1)
                and relative in side.cell.by_year
                and np.isfinite(side.cell.by_year[relative].change[side.school])
            ]
            if len(have) < FEWEST_SCHOOLS:
                continue
            sample = whole if len(have) == len(sides) else _Sample(self.schools, have)
            change, _ = sample.changes(relative)
            # a comparison school without this year's figure says nothing about it
            value = float(np.nansum(sample.weight * change))
            half = sample.error(relative, _usual(have).by_year[relative].learned).half_width()
            effects.append(YearEffect(relative, value, value - half, value + half, len(have)))
        return tuple(effects)

    def _pre_trend(self, sides: Sequence[_Side], sample: _Sample, by_year: Sequence[YearEffect]) -> float:
        """p value of no difference in any year before; NaN where there is only one."""
        before = [effect for effect in by_year if effect.relative_year < 0]
        if len(before) < 2:
            return float("nan")
        usual = _usual(sides)
        known = sorted(year for year in usual.by_year if year < 0)
        # the years before are measured from their own mean, so one of them follows from the others
        tested = [effect for effect in before[:-1] if effect.relative_year in known]
        if not tested:
            return float("nan")
        learned = usual.by_year[tested[0].relative_year].learned
        error = shared_shocks.error(learned, sample.weight, sample.spread, sample.clusters)
        values = np.array([effect.estimate / usual.by_year[effect.relative_year].scale for effect in tested])
        picked = [known.index(effect.relative_year) for effect in tested]
        return shared_shocks.joint_p(learned, values, usual.covariance[np.ix_(picked, picked)], error)


def _usual(sides: Sequence[_Side]) -> Cell:
    """The cell most schools belong to; of several the first."""
    counted = Counter(id(side.cell) for side in sides)
    return max((side.cell for side in sides), key=lambda cell: counted[id(cell)])


def claims(p_values: Floats) -> Floats:
    """p values adjusted for how many estimates were made together (Benjamini and Hochberg); NaN stays NaN."""
    adjusted = np.full(len(p_values), np.nan)
    known = np.isfinite(p_values)
    if known.any():
        # half a second to load, and most warehouses have nothing to adjust
        from scipy.stats import false_discovery_control

        adjusted[known] = false_discovery_control(p_values[known], method="bh")
    return adjusted


def verdict(found: Estimate, p_adjusted: float, polarity: str, meaningful: float) -> tuple[str, str]:
    """(verdict, reason) by rule, first that fits: improved, worsened, no_clear_difference or cannot_tell.

    `polarity` is higher or lower; `meaningful` the smallest effect worth acting on, in the indicator's unit.
    """
    sure = found.low > 0 or found.high < 0
    rules = (
        (found.method == "none", "cannot_tell", _why_nothing(found)),
        (found.method == "assumed_shocks", "cannot_tell", "no_groups_to_learn_from"),
        (found.pre_trend_p < SURE, "cannot_tell", "differed_before"),
        (sure and p_adjusted > SURE, "cannot_tell", "one_of_many"),
        (sure and (found.estimate > 0) == (polarity == "higher"), "improved", "interval_excludes_zero"),
        (sure, "worsened", "interval_excludes_zero"),
        (found.low > -meaningful and found.high < meaningful, "no_clear_difference", "interval_excludes_meaningful"),
        (True, "cannot_tell", "interval_too_wide"),
    )
    return next((word, reason) for applies, word, reason in rules if applies)


def _why_nothing(found: Estimate) -> str:
    """What most schools were left out for, that there were few, or that there were enough and their figures stood still."""
    if found.schools >= FEWEST_SCHOOLS:
        return "no_variation"
    lost = max(found.dropped, key=lambda reason: found.dropped[reason])
    return lost if found.dropped[lost] > found.schools else "few_schools"
