"""The model of levels on real history: every next figure foretold from the years before it, and what came.

Belongs here: calibration in every band of the yardstick, sharpness beside three rivals, and silence. Parameters and corrections
are learnt from the years before those that are tried. Does not belong here: reading the files (see `bench.real_history`), or any
part of the method.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special

from bench.figures import Figure
from bench.levels_seeds import seed_of, yardstick
from bench.real_history import History, histories
from methods import level_figures, levels
from methods.level_figures import Figures, Learnt

Floats = NDArray[np.float64]
FEWEST = 100
"""Cases a band must have before it is judged."""
_CRPS_CASES, _CRPS_STEPS = 1500, 161


@dataclass(frozen=True)
class Tried:
    """Forecasts of one history: when, their chances, what came, and the chance of a smaller figure and of one no larger."""

    column: NDArray[np.int64]
    below: Floats
    was_below: Floats
    fifth: Floats
    was_fifth: Floats
    low: Floats
    high: Floats
    log_score: Floats
    crps: Floats
    gap: Floats
    last: Floats
    mean_3: Floats
    cell_low: Floats
    cell_high: Floats


def forecasts(figures: Figures, learnt: Learnt, high_is_good: bool, columns: range, seed: int = 0) -> Tried:
    """What the model says in each year of `columns` of the year after, beside what came then."""
    limits = np.array([level_figures.fifth_limit(column, high_is_good) for column in figures.value.T])
    centres = figures.centres(learnt.centre)
    counted, rng = figures.scale.form == "events", np.random.default_rng(seed)
    parts: list[list[Floats]] = []
    for start in range(0, len(figures.value), levels.CHUNK):
        some = figures.rows(slice(start, start + levels.CHUNK))
        gaps = some.histories(centres).gaps
        posterior = levels.Posterior(some.histories(centres), learnt.spread)
        for column in columns:
            made = level_figures.outlooks(some, learnt, posterior, column, limits, high_is_good, centres)
            came = some.value[made.school, column + 1]
            step = 100 / made.n_pupils if counted else np.zeros(len(came))
            low = made.outcome.below((some.scale.under(came, made.n_pupils) - made.base)[None])[0]
            high = made.outcome.below((some.scale.under(came + step, made.n_pupils) - made.base)[None])[0]
            gap = gaps[made.school, column + 1]
            # a count is judged by the chance of its whole number, all else by the density on the scale
            cell = [some.scale.under(came + extra, made.n_pupils) - made.base for extra in (0.0 * step, step)]
            log_score = -np.log(np.maximum(high - low, 1e-12)) if counted else -made.outcome.log_density(gap[None])[0]
            past = gaps[made.school, : column + 1]
            last = past[:, -1]
            with np.errstate(invalid="ignore"):
                mean_3 = np.nanmean(past[:, -3:], axis=1)
            crps = np.full(len(came), np.nan)
            chosen = np.flatnonzero(rng.random(len(came)) < _CRPS_CASES / max(len(figures.value), 1))
            if len(chosen):
                use = np.zeros(len(came), dtype=bool)
                use[chosen] = True
                crps[use] = _crps(made.outcome.rows(use), gap[use])
            parts.append(
                [
                    *(np.full(len(came), column), made.below, made.was_below, made.fifth, made.was_fifth),
                    *(low, high, log_score, crps, gap, last, mean_3, *cell),
                ]
            )
    joined = [np.concatenate(column_of) for column_of in zip(*parts, strict=True)]
    return Tried(joined[0].astype(np.int64), *joined[1:])


def _crps(outcome: levels.Outcome, came: Floats) -> Floats:
    """Continuous ranked probability score, by steps of a twentieth of a standard deviation around the mean."""
    mean, sd = outcome.mean[0], np.sqrt(outcome.variance[0])
    total = np.zeros(len(came))
    places = np.linspace(-8, 8, _CRPS_STEPS)
    for place in places:
        at = mean + place * sd
        total += (outcome.below(at[None])[0] - (came <= at)) ** 2
    crps: Floats = total * (places[1] - places[0]) * sd
    return crps


def _normal_crps(came: Floats, mean: Floats, sd: float) -> Floats:
    z = (came - mean) / sd
    density = np.exp(-0.5 * z**2) / np.sqrt(2 * np.pi)
    crps: Floats = sd * (z * (2 * special.ndtr(z) - 1) + 2 * density - 1 / np.sqrt(np.pi))
    return crps


def bands(chance: Floats, came: Floats) -> list[tuple[str, float, float, float, int]]:
    """Of each word of the yardstick: the mean chance stated, the share that came, two standard errors of it, and the cases."""
    known = np.isfinite(chance) & np.isfinite(came)
    chance, came = chance[known], came[known]
    words = yardstick()
    place = np.searchsorted([start for *_, start in words], chance, side="right") - 1
    answer = []
    for number, (word, *_) in enumerate(words):
        here = place == number
        if here.sum() >= FEWEST:
            share = float(came[here].mean())
            # of a share of none or of all, as if a quarter of one had been seen
            error = 2 * float(np.sqrt(max(share * (1 - share), 0.25 / here.sum()) / here.sum()))
            answer.append((word, float(chance[here].mean()), share, error, int(here.sum())))
    return answer


def judge(history: History) -> list[Figure]:
    """All that is measured of one history."""
    figures, start, good = history.figures, history.tried_from, history.high_is_good
    _, seed = seed_of(history.indicator_id, history.phase)
    earlier = figures.until(start + 1)
    learnt = level_figures.learn(earlier, seed)
    past = forecasts(earlier, learnt, good, range(start)) if start else None
    if past is not None:
        learnt = level_figures.calibrated(learnt, past.column, past.below, past.was_below, past.fifth, past.was_fifth)
    tried = forecasts(figures, learnt, good, range(start, len(figures.years) - 1))
    name = f"{history.indicator_id}, {history.phase}"
    ends = {word: (least, most) for word, least, most, _ in yardstick()}
    answer = []
    for event, chance, came in (
        ("lower next year", learnt.movement(tried.below), tried.was_below),
        ("in the worst fifth next year", learnt.standing(tried.fifth), tried.was_fifth),
    ):
        for word, stated, share, error, cases in bands(chance, came):
            least, most = ends[word]
            note = f"said with {100 * stated:.0f} per cent on average; real history, forecast from the years before"
            answer.append(
                Figure(
                    "levels",
                    f"{name}: {event}, {word}",
                    share,
                    max(least - error, 0.0),
                    min(most + error, 1.0),
                    cases,
                    note,
                )
            )
    inside = float(((tried.high > 0.025) & (tried.low < 0.975)).mean())
    answer.append(Figure("levels", f"{name}: figures inside the 95% interval", inside, None, None, len(tried.low)))
    place = tried.low + np.random.default_rng(0).random(len(tried.low)) * (tried.high - tried.low)
    heights = np.histogram(place, 10, (0, 1))[0] / len(place) * 10
    answer.append(
        Figure("levels", f"{name}: highest of ten bars of places", float(heights.max()), None, None, len(place))
    )
    answer.append(
        Figure("levels", f"{name}: lowest of ten bars of places", float(heights.min()), None, None, len(place))
    )
    answer.append(Figure("levels", f"{name}: log score", float(tried.log_score.mean()), None, None, len(place)))
    for rival, (score, crps) in _rivals(figures, tried, past).items():
        note = "above 0 the model is sharper; mean difference per forecast"
        won = float((score - tried.log_score).mean())
        answer.append(Figure("levels", f"{name}: log score gained on {rival}", won, None, None, len(place), note))
        sampled = np.isfinite(tried.crps)
        gained = float(1 - tried.crps[sampled].mean() / crps[sampled].mean())
        answer.append(
            Figure(
                "levels", f"{name}: ranked probability score gained on {rival}", gained, None, None, int(sampled.sum())
            )
        )
    return answer


def _rivals(figures: Figures, tried: Tried, past: Tried | None) -> dict[str, tuple[Floats, Floats]]:
    """Log score and ranked probability score of three simpler ways, with the spread of their errors in the years before.

    Last year's figure; the mean of three years; and last year's drawn to the middle by what two years have in common. Where no
    year before can tell their spread, that of the years tried stands in, which favours them.
    """
    from_years = tried if past is None or len(past.gap) < FEWEST else past
    common = float((from_years.gap * from_years.last).sum() / (from_years.last**2).sum())
    ways = {
        "last year's figure": (from_years.last, tried.last),
        "the mean of three years": (from_years.mean_3, tried.mean_3),
        "shrinkage of one year": (common * from_years.last, common * tried.last),
    }
    answer = {}
    for name, (then, now) in ways.items():
        sd = float(np.sqrt(((from_years.gap - then) ** 2).mean()))
        if figures.scale.form == "events":
            # the chance of the whole number, as of the model
            below, above = (special.ndtr((end - now) / sd) for end in (tried.cell_low, tried.cell_high))
            score = -np.log(np.maximum(above - below, 1e-12))
        else:
            score = 0.5 * np.log(2 * np.pi * sd**2) + 0.5 * ((tried.gap - now) / sd) ** 2
        answer[name] = (score, _normal_crps(tried.gap, now, sd))
    return answer


def run(worlds: int, seed: int) -> list[Figure]:
    """Every real history there is; `worlds` and `seed` are for simulations. None where the files are absent."""
    return [figure for history in histories() for figure in judge(history)]
