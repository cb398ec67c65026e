"""The rows of levels, changes and outlooks of one kind of area, from its figures as a table has them.

Belongs here: from rows to schools x years and back, what is asked of the model, and its answers in the indicator's unit. Does not
belong here: the model (`methods.levels`), what is learnt of a kind (`methods.level_figures`), or words.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import special

from methods import level_figures, levels
from methods.level_figures import Figures, Learnt, Scale, seed_spread
from methods.levels import Posterior, Spread

__all__ = ["KINDS", "KIND_SQL", "of_many", "rows", "seed_spread"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

KINDS = ("level", "change", "outlook")
KIND_SQL = "case kind " + " ".join(f"when {place} then '{kind}'" for place, kind in enumerate(KINDS)) + " end"
"""How a query names the kinds that `rows` numbers."""
OF_MANY_DEGREES = 30.0
"""Degrees of freedom of areas of many schools: nearly those of one scale for all."""
_COLUMNS = (
    *("kind", "area_number", "year_number", "since_year", "estimate", "sd", "low", "high", "reliability", "n_pupils"),
    *("benchmark_value", "amount", "probability_below", "probability_much_below", "probability_much_above"),
    *("probability_lowest_fifth", "was_worse", "was_lowest_fifth"),
)
_NORMAL = float(special.ndtri(0.975))
_WHOLE = ("kind", "area_number", "year_number", "since_year")


def rows(
    figures: Mapping[str, Floats],
    form: str,
    high_is_good: bool,
    seed: Spread,
    amount: float,
    spans: tuple[int, ...],
    with_past: bool,
) -> tuple[dict[str, NDArray[np.generic]], Spread]:
    """All rows of one kind of area, indicator and group of pupils, as columns, and what was learnt; NaN where nothing is said.

    `figures` is sorted by area_number and year_number, with segment, value, n_pupils, benchmark_value (NaN where England has
    none) and published_variance. `amount` is the change that matters, in the unit. `with_past` also makes the outlooks of
    earlier years, from which it is learnt how right they were.

    `estimate` is the level, the change or the next figure, in the unit; `probability_below` the chance of a level below the
    benchmark, of a fall, or of a smaller gap next year; `since_year` 0 where there is none.
    """
    wide, schools = _wide(figures, Scale(form))
    learnt = level_figures.learn(wide, seed, own_tails=seed.degrees < OF_MANY_DEGREES)
    limits = np.array([level_figures.fifth_limit(column, high_is_good) for column in wide.value.T])
    asked = _Asked(wide, schools, learnt, limits, high_is_good, amount, spans, with_past)
    parts = [asked.chunk(slice(start, start + levels.CHUNK)) for start in range(0, len(schools), levels.CHUNK)]
    joined = {name: np.concatenate([part[name] for part in parts]) for name in _COLUMNS}
    return _calibrated(joined, learnt, high_is_good, with_past), learnt.spread


def of_many(schools: Spread, settings: Mapping[str, float], area_type: str) -> Spread:
    """How areas of many schools differ and move, from how their schools do: less, but together more than by themselves.

    Schools of one area move more and less than usual; what they do together has no scale of its own to be found out.
    """
    share = settings[f"share_{area_type}"]
    return replace(
        schools,
        tau2=share * schools.tau2,
        sigma2=share * schools.sigma2,
        beta2=share * schools.beta2,
        nugget=share * schools.nugget,
        jump2=settings[f"jump_{area_type}"] * schools.jump2,
        jump_chance=settings["jump_chance"],
        degrees=OF_MANY_DEGREES,
    )


def _calibrated(
    joined: dict[str, Floats], learnt: Learnt, high_is_good: bool, with_past: bool
) -> dict[str, NDArray[np.generic]]:
    """With the chances of outlooks put right by what came of earlier ones."""
    ahead = joined["kind"] == KINDS.index("outlook")
    if with_past:
        past = np.flatnonzero(ahead & np.isfinite(joined["was_worse"]))
        below = joined["was_worse"][past] if high_is_good else 1 - joined["was_worse"][past]
        learnt = level_figures.calibrated(
            learnt,
            joined["year_number"][past].astype(np.int64),
            joined["probability_below"][past],
            below,
            joined["probability_lowest_fifth"][past],
            joined["was_lowest_fifth"][past],
        )
    joined["probability_below"][ahead] = learnt.movement(joined["probability_below"][ahead])
    joined["probability_lowest_fifth"][ahead] = learnt.standing(joined["probability_lowest_fifth"][ahead])
    return {name: column.astype(np.int64) if name in _WHOLE else column for name, column in joined.items()}


def _wide(figures: Mapping[str, Floats], scale: Scale) -> tuple[Figures, Ints]:
    """Schools x years, all years from the first to the last, and the number of each school."""
    schools, school = np.unique(figures["area_number"].astype(np.int64), return_inverse=True)
    year = figures["year_number"].astype(np.int64)
    years = np.arange(year.min(), year.max() + 1)
    place = school, year - years[0]

    def spread_out(name: str) -> Floats:
        wide = np.full((len(schools), len(years)), np.nan)
        wide[place] = figures[name]
        return wide

    value, pupils = spread_out("value"), spread_out("n_pupils")
    segment = spread_out("segment")
    # a year without a figure is of the segment before it
    segments = np.maximum.accumulate(np.where(np.isfinite(segment), segment, 0.0), axis=1).astype(np.int64)
    return (
        Figures(
            scale,
            value,
            pupils,
            _benchmark(spread_out("benchmark_value"), value, pupils),
            spread_out("published_variance"),
            years,
            segments,
        ),
        schools,
    )


def _benchmark(of_england: Floats, value: Floats, pupils: Floats) -> Floats:
    """England's figure in every year, as schools have it beside theirs; else the mean of the schools loaded.

    Where England has some of the years, the mean of schools stands in for the rest, moved by how far it usually lies from it.
    """
    weight = np.where(np.isfinite(value), pupils, 0.0)
    total = weight.sum(axis=0)
    mean = np.divide(
        (weight * np.nan_to_num(value)).sum(axis=0), total, out=np.full(len(total), np.nan), where=total > 0
    )
    known = np.isfinite(of_england)
    count = known.sum(axis=0)
    england = np.divide(np.nan_to_num(of_england).sum(axis=0), count, out=np.full(len(count), np.nan), where=count > 0)
    both = np.isfinite(england) & np.isfinite(mean)
    apart = float((england[both] - mean[both]).mean()) if both.any() else 0.0
    line = np.where(np.isfinite(england), england, mean + apart)
    # a year in which nobody has a figure
    places = np.arange(len(line))
    there = np.isfinite(line)
    line = np.interp(places, places[there], line[there])
    everywhere: Floats = np.broadcast_to(line, value.shape)
    return everywhere


@dataclass(frozen=True)
class _Asked:
    """What is asked of one kind of school."""

    figures: Figures
    schools: Ints
    learnt: Learnt
    limits: Floats
    high_is_good: bool
    amount: float
    spans: tuple[int, ...]
    with_past: bool

    def chunk(self, part: slice) -> dict[str, Floats]:
        """Rows of some of the schools."""
        figures, learnt = self.figures.rows(part), self.learnt
        centres = self.figures.centres(learnt.centre)
        histories = figures.histories(centres)
        posterior = Posterior(histories, learnt.spread)
        known = np.isfinite(histories.gaps)
        pupils = _filled(figures.n_pupils)
        base = figures.scale.of(figures.benchmark, pupils) + centres
        years = known.shape[1]
        latest = years - 1 - np.argmax(known[:, ::-1], axis=1)
        level = posterior.of(np.eye(years))
        mean, sd = level.mean.T, np.sqrt(level.variance).T
        reach = _reach(posterior.degrees)
        school = self.schools[part]
        answer = _Rows()
        at = np.nonzero(known)
        scale, n = figures.scale, pupils[at]
        middle, width = mean[at] + base[at], reach[at[0]] * sd[at]
        newest = at[1] == latest[at[0]]
        below = np.full(len(n), np.nan)
        for column in np.unique(latest):
            of_column = latest == column
            below[newest & of_column[at[0]]] = level.sums(column).rows(of_column).below(-centres[column])[0]
        # what is known of a level beside what would be without any figure
        prior = learnt.spread.total + learnt.spread.jump2 * learnt.spread.jump_chance * years / 2
        estimate = scale.back(middle, n)
        low, high = scale.back(middle - width, n), scale.back(middle + width, n)
        answer.add(
            "level",
            area_number=school[at[0]],
            year_number=figures.years[at[1]],
            estimate=estimate,
            sd=(high - low) / (2 * reach[at[0]]),
            low=low,
            high=high,
            reliability=np.clip(1 - level.variance.T[at] / np.maximum(prior * posterior.scale[0][at[0]], 1e-12), 0, 1),
            n_pupils=figures.n_pupils[at],
            benchmark_value=figures.benchmark[at],
            probability_below=below,
        )
        for span in self.spans:
            self._change(answer, posterior, figures, base, mean, latest, known, school, span)
        for column in range(years):
            is_last = column == years - 1
            if is_last or self.with_past:
                self._outlook(answer, posterior, figures, column, centres, school)
        return answer.columns()

    def _change(
        self,
        answer: _Rows,
        posterior: Posterior,
        figures: Figures,
        base: Floats,
        mean: Floats,
        latest: Ints,
        known: NDArray[np.bool_],
        school: Ints,
        span: int,
    ) -> None:
        """How the gap of each school moved in the years up to its latest figure."""
        first = np.argmax(known, axis=1)
        for column in np.unique(latest):
            use = np.flatnonzero((latest == column) & (first <= column - span))
            if not len(use):
                continue
            ends = np.array([column - span, column])
            moved = posterior.of(np.array([[-1.0, 1.0]]), figures.years[ends], figures.segments[:, ends])
            chosen = np.zeros(len(latest), dtype=bool)
            chosen[use] = True
            moved = moved.rows(chosen)
            n = figures.n_pupils[use, column]
            end = mean[use, column] + base[use, column]
            reach = _reach(moved.degrees)
            change, sd = moved.mean[0], np.sqrt(moved.variance[0])
            # in the unit, as if England had stood still: what it would have been at the start beside what it is
            now = figures.scale.back(end, n)
            steps = [now - figures.scale.back(end - by, n) for by in (change - reach * sd, change, change + reach * sd)]
            less = figures.scale.of(
                np.maximum(now - self.amount, 0.0) if figures.scale.form != "score" else now - self.amount, n
            )
            more = figures.scale.of(now + self.amount, n)
            here = figures.scale.of(now, n)
            answer.add(
                "change",
                area_number=school[use],
                year_number=np.full(len(use), figures.years[column]),
                since_year=np.full(len(use), figures.years[column - span]),
                estimate=steps[1],
                sd=(steps[2] - steps[0]) / (2 * reach),
                low=steps[0],
                high=steps[2],
                n_pupils=n,
                benchmark_value=figures.benchmark[use, column],
                amount=np.full(len(use), self.amount),
                probability_below=moved.below(0.0)[0],
                probability_much_below=moved.below((less - here)[None])[0],
                probability_much_above=1 - moved.below((more - here)[None])[0],
            )

    def _outlook(
        self,
        answer: _Rows,
        posterior: Posterior,
        figures: Figures,
        column: int,
        centres: Floats,
        school: Ints,
    ) -> None:
        """The figure of the year after a column."""
        made = level_figures.outlooks(figures, self.learnt, posterior, column, self.limits, self.high_is_good, centres)
        if not len(made.school):
            return
        # England's own step is not foreseen: its usual size widens the interval
        mean, sd = made.outcome.mean[0], np.sqrt(made.outcome.variance[0] + self.learnt.drift)
        reach = _reach(made.outcome.degrees)
        middle = mean + made.base
        low, high = (figures.scale.back(middle + side * reach * sd, made.n_pupils) for side in (-1, 1))
        below = made.was_below if self.high_is_good else 1 - made.was_below
        answer.add(
            "outlook",
            area_number=school[made.school],
            year_number=np.full(len(made.school), figures.years[column]),
            estimate=figures.scale.back(middle, made.n_pupils),
            sd=(high - low) / (2 * reach),
            low=low,
            high=high,
            n_pupils=figures.n_pupils[made.school, column],
            benchmark_value=figures.benchmark[made.school, column],
            probability_below=made.below,
            probability_lowest_fifth=made.fifth,
            was_worse=below,
            was_lowest_fifth=made.was_fifth,
        )


class _Rows:
    """Rows that are added in parts, all with the same columns."""

    def __init__(self) -> None:
        self._parts: list[dict[str, Floats]] = []

    def add(self, kind: str, **columns: NDArray[np.generic]) -> None:
        """Rows of a kind; columns that are not given are NaN."""
        size = len(columns["area_number"])
        part = {name: np.asarray(columns.get(name, np.full(size, np.nan)), dtype=float) for name in _COLUMNS}
        part["kind"] = np.full(size, float(KINDS.index(kind)))
        part["since_year"] = np.nan_to_num(part["since_year"])
        self._parts.append(part)

    def columns(self) -> dict[str, Floats]:
        """All rows."""
        return {name: np.concatenate([part[name] for part in self._parts]) for name in _COLUMNS}


def _filled(pupils: Floats) -> Floats:
    """Numbers of pupils, a year without one as the school's others: it has no figure to be placed by it."""
    usual = np.nanmean(pupils, axis=1, keepdims=True)
    return np.where(np.isfinite(pupils), pupils, usual)


def _reach(degrees: Floats) -> Floats:
    """Standard deviations to either end of a 95 per cent interval."""
    each, place = np.unique(degrees, return_inverse=True)
    student = [special.stdtrit(own, 0.975) * np.sqrt((own - 2) / own) if np.isfinite(own) else _NORMAL for own in each]
    reach: Floats = np.array(student)[place]
    return reach
