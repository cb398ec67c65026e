"""Worlds in which the level of every school is known: does the model of levels say what is so, as often as it says?

Each world is one kind of school over some years. Belongs here: worlds with and without change, with what the model does not
assume (freak years, more noise than pupils make, real jumps, two kinds taken for one, a part that is zero), and counting.
Does not belong here: any part of the method, or real history (see `bench.history_levels`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from bench.figures import Figure
from bench.levels_seeds import seed_of
from methods import levels
from methods.level_figures import Figures, Scale, learn
from methods.levels import Histories, Posterior, Spread

Floats = NDArray[np.float64]
SCHOOLS, YEARS, BACK = 120, 6, 3
"""Schools of one world, a large authority's; years; and over how many of them a change is asked for."""
TRUE = Spread(tau2=64.0, sigma2=36.0, phi=0.6)
STRONG = 0.775
"""From here on a chance is nearer to "highly likely" than to "likely"."""


@dataclass(frozen=True)
class World:
    """Levels as they are, gaps as they are seen, pupils, and the variance that is known."""

    levels: Floats
    gaps: Floats
    pupils: Floats

    @property
    def variances(self) -> Floats:
        """Of shares of about 60 per cent."""
        variances: Floats = 2400 / self.pupils
        return variances


def world(rng: np.random.Generator, spread: Spread = TRUE, schools: int = SCHOOLS, noise: float = 1.0) -> World:
    """One kind of school whose levels move as the model has it; `noise` times the variance that is known."""
    years = np.arange(YEARS)
    covariance = spread.tau2 + spread.sigma2 * spread.phi ** np.abs(years[:, None] - years)
    true = rng.multivariate_normal(np.zeros(YEARS), covariance, schools)
    pupils = rng.integers(15, 90, (schools, YEARS)).astype(float)
    gaps = true + np.sqrt(noise * 2400 / pupils) * rng.standard_normal(true.shape)
    return World(true, gaps, pupils)


def freak_years(rng: np.random.Generator) -> World:
    """A tenth of schools have one year in which all went wrong, 25 points off."""
    made = world(rng)
    struck = rng.random(SCHOOLS) < 0.1
    made.gaps[struck, rng.integers(0, YEARS, struck.sum())] -= 25
    return made


def clustered(rng: np.random.Generator) -> World:
    """Twice the noise that pupils alone would make."""
    return world(rng, noise=2.0)


def jumps(rng: np.random.Generator) -> World:
    """A tenth of schools jump in one of the years, by 15 points up or down, and stay there."""
    made = world(rng)
    struck = np.flatnonzero(rng.random(SCHOOLS) < 0.1)
    for school in struck:
        moved = rng.choice([-15.0, 15.0]) * (np.arange(YEARS) >= rng.integers(1, YEARS))
        made.levels[school] += moved
        made.gaps[school] += moved
    return made


def two_kinds(rng: np.random.Generator) -> World:
    """Half of the schools move three times as much as the rest."""
    quiet = replace(TRUE, sigma2=18.0)
    one, other = world(rng, quiet, SCHOOLS // 2), world(rng, replace(TRUE, sigma2=162.0), SCHOOLS // 2)
    return World(*(np.concatenate([getattr(one, part), getattr(other, part)]) for part in ("levels", "gaps", "pupils")))


def nothing_lasts(rng: np.random.Generator) -> World:
    """No school differs from the others for good."""
    return world(rng, replace(TRUE, tau2=0.0))


def nothing_moves(rng: np.random.Generator) -> World:
    """Every school stays where it is: all that moves is chance."""
    return world(rng, replace(TRUE, tau2=100.0, sigma2=0.0))


def chance_of_fall(made: World, spread: Spread | None) -> Floats:
    """What is said of each school: the chance that its level fell over the latest years; by true parameters, or learnt ones."""
    count, years = len(made.gaps), np.arange(YEARS)
    segments = np.zeros(made.gaps.shape, dtype=np.int64)
    if spread is None:
        benchmark = np.full(made.gaps.shape, 60.0)
        figures = Figures(
            Scale("proportion"),
            made.gaps + 60,
            made.pupils,
            benchmark,
            np.full_like(benchmark, np.nan),
            years,
            segments,
        )
        learnt = learn(figures, seed_of("ks2_rwm_expected_pct", "")[1])
        histories, spread = figures.histories(figures.centres(learnt.centre)), learnt.spread
    else:
        histories = Histories(made.gaps, made.variances, years, segments, 1 / made.pupils)
    contrast = np.zeros((1, YEARS))
    contrast[0, -1], contrast[0, -1 - BACK] = 1.0, -1.0
    said = np.empty(count)
    for start in range(0, count, levels.CHUNK):
        part = slice(start, start + levels.CHUNK)
        said[part] = Posterior(histories.rows(part), spread).of(contrast).below(0.0)[0]
    return said


def run(worlds: int, seed: int) -> list[Figure]:
    """Power beside true parameters, worlds without change, and what the model does not assume. A world is `SCHOOLS` schools."""
    rng = np.random.default_rng(seed)
    count = max(worlds // 100, 10)
    answer = [*_power(rng, count), *_calm(rng, count)]
    kinds: dict[str, Callable[[np.random.Generator], World]] = {
        "as the model has it": world,
        "a freak year in a tenth of schools": freak_years,
        "twice the noise of pupils": clustered,
        "a tenth of schools jump": jumps,
        "two kinds taken for one": two_kinds,
        "nothing lasts": nothing_lasts,
    }
    for name, make in kinds.items():
        answer += _right(rng, count, name, make)
    return answer


def _power(rng: np.random.Generator, count: int) -> list[Figure]:
    """Falls found by learnt parameters beside those found by true ones, at the same share of false ones."""
    seed = seed_of("ks2_rwm_expected_pct", "")[1]
    # the same model: tails and jumps as it has them, though these worlds have none
    same = replace(seed, beta2=0.0, jump2=seed.jump2 / seed.total * TRUE.total)
    same = replace(same, tau2=TRUE.tau2, sigma2=TRUE.sigma2, phi=TRUE.phi)
    said: dict[str, list[Floats]] = {"learnt": [], "same": [], "best": []}
    fell = []
    for _ in range(count):
        made = world(rng)
        for name, spread in (("learnt", None), ("same", same), ("best", TRUE)):
            said[name].append(chance_of_fall(made, spread))
        fell.append(made.levels[:, -1] < made.levels[:, -1 - BACK])
    own, happened = np.concatenate(said["learnt"]), np.concatenate(fell)
    order = np.argsort(-own)
    false = np.cumsum(~happened[order]) / np.arange(1, len(order) + 1)
    answer = []
    for name, what, least in (
        ("same", "the same model with true parameters", 0.95),
        ("best", "true parameters and tails", None),
    ):
        strong = np.concatenate(said[name]) >= STRONG
        allowed = float((~happened[strong]).mean())
        most = np.flatnonzero(false <= allowed)
        found = happened[order][: most.max() + 1].sum() if len(most) else 0
        share = float(found / happened[strong].sum())
        note = f"{count} worlds of {SCHOOLS} schools; both wrong in {100 * allowed:.1f}% of the falls found"
        answer.append(
            Figure("levels", f"power: falls found, of those of {what}", share, least, None, count, note, 0.01)
        )
    return answer


def _calm(rng: np.random.Generator, count: int) -> list[Figure]:
    """Where nothing moves: strong statements about change, beside as many as their chances allow to be wrong."""
    strong, allowed, schools = 0.0, 0.0, 0
    for _ in range(count):
        said = chance_of_fall(nothing_moves(rng), None)
        surest = np.maximum(said, 1 - said)
        strong += float((surest >= STRONG).sum())
        allowed += float((1 - surest).sum())
        schools += len(said)
    share, most = strong / schools, allowed / schools
    error = 2 * float(np.sqrt(max(share * (1 - share), 1 / schools) / schools))
    note = f"all statements may be wrong in {100 * most:.1f}% of schools by what they say themselves"
    return [Figure("levels", "no change: schools with a strong statement", share, None, most + error, schools, note)]


def _right(
    rng: np.random.Generator, count: int, name: str, make: Callable[[np.random.Generator], World]
) -> list[Figure]:
    """Of changes called highly likely and stronger, the share that happened, and how much is called so."""
    right, stated, called, schools = 0.0, 0.0, 0, 0
    for _ in range(count):
        made = make(rng)
        said = chance_of_fall(made, None)
        moved = made.levels[:, -1] - made.levels[:, -1 - BACK]
        for chance, happened in ((said, moved < 0), (1 - said, moved > 0)):
            strong = chance >= STRONG
            right, stated, called = (
                right + float(happened[strong].sum()),
                stated + float(chance[strong].sum()),
                called + int(strong.sum()),
            )
        schools += len(said)
    share, mean = right / called, stated / called
    error = 2 * float(np.sqrt(share * (1 - share) / called))
    return [
        Figure(
            *("levels", f"{name}: strong statements that are right", share, mean - error - 0.03, None, called),
            f"said with {100 * mean:.1f} per cent on average",
        ),
        Figure("levels", f"{name}: schools with a strong statement", called / schools, None, None, schools),
    ]
