"""Worlds in which the effect is known: does the interval of impact cover it as often as it says?

Here: worlds of schools with pupils drawn one by one, luck shared within groups, a shift of the whole country, schools that
drift, and schools that were chosen because their last results were poor; and the counts over many such worlds. The product's
own `methods.impact` answers. Does not belong here: any part of the method.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import product

import numpy as np
from numpy.typing import NDArray

from bench.figures import Figure
from methods import impact

Floats = NDArray[np.float64]

EFFECT = 6.0
"""Planted effect in percentage points, in every second world; none in the others."""
FIRST_YEAR = 2017


@dataclass(frozen=True)
class Design:
    """What a world is like: who took part, how much luck groups share, how many years there are and how many others."""

    treated: int
    partnerships: int
    shared: float
    before: int = 3
    after: int = 2
    other_groups: int = 40
    alone: int = 60
    chosen_by_results: bool = True

    @property
    def name(self) -> str:
        """Words for the printed line."""
        return f"{self.treated} schools in {self.partnerships}"


SIZES = ((6, 1), (6, 2), (12, 1), (12, 2), (30, 4), (30, 8), (60, 3), (60, 10))
SHARED = (0.0, 0.05, 0.1, 0.2)
YEARS = ((3, 2), (1, 1), (2, 3))


def world(design: Design, effect: float, rng: np.random.Generator) -> impact.Study:
    """One world as the warehouse would see it: percentages rounded as published, no word of what is true."""
    years = design.before + design.after
    sizes = rng.integers(3, 10, design.other_groups)
    group = np.concatenate([np.repeat(np.arange(design.other_groups), sizes), np.full(design.alone, -1)])
    others = len(group)
    candidates = 4 * design.treated + 40
    schools = candidates + others
    need = np.clip(rng.normal(22, 11, schools), 1, 70)
    lasting = 63 + rng.normal(0, 8, schools) - 0.35 * (need - 22)
    pupils = np.clip(np.round(np.exp(rng.normal(3.6, 0.5, schools))), 11, 120)
    drift = np.cumsum(rng.normal(0, 1.2, (schools, years)), axis=1)
    country = np.cumsum(rng.normal(0.5, 2.5, years))
    true = lasting[:, None] + drift - drift[:, [design.before - 1]] + country + rng.normal(0, 3, (schools, years))
    reached = rng.binomial(pupils[:, None].astype(np.int64), np.clip(true, 2, 98) / 100)
    seen = 100 * reached / pupils[:, None]
    # who takes part: those with the poorest last results among the candidates, as far as anyone looked at them
    poor = seen[:candidates, design.before - 1] + rng.normal(0, 8, candidates)
    order = np.argsort(poor) if design.chosen_by_results else rng.permutation(candidates)
    took_part = order[: design.treated]
    waits = np.concatenate([order[design.treated :], np.arange(candidates, schools)])
    # shared luck comes with the first year and stays; its size follows from how much a school's own change varies
    own_change = 9.0 + 3.0 + 2400 * np.mean(1 / pupils) * (1 / design.before + 1 / design.after)
    luck = np.sqrt(own_change * design.shared / (1 - design.shared))
    membership = np.arange(design.treated) % design.partnerships
    shift = np.zeros(schools)
    shift[took_part] = rng.normal(0, luck, design.partnerships)[membership] + effect
    theirs = rng.normal(0, luck, design.other_groups)
    shift[candidates:] = np.where(group >= 0, theirs[group], rng.normal(0, luck, others))
    shift[order[design.treated :]] = rng.normal(0, luck, candidates - design.treated)
    after = np.clip(true + shift[:, None], 2, 98)[:, design.before :] / 100
    seen[:, design.before :] = 100 * rng.binomial(pupils[:, None].astype(np.int64), after) / pupils[:, None]
    keep = np.concatenate([took_part, waits])
    exposed = np.full(schools, impact.NEVER, dtype=np.int64)
    exposed[: design.treated] = FIRST_YEAR
    trust = np.full(schools, -1, dtype=np.int64)
    trust[candidates:] = group
    partnership = np.full(schools, -1, dtype=np.int64)
    partnership[: design.treated] = 10_000 + membership
    return impact.Study(
        impact.Series(
            np.arange(FIRST_YEAR - design.before, FIRST_YEAR + design.after),
            np.round(seen)[keep],
            np.repeat(pupils[keep][:, None], years, axis=1),
        ),
        impact.Schools(
            phase=np.zeros(schools, dtype=np.int64),
            authority=np.zeros(schools, dtype=np.int64),
            trust=trust[keep],
            partnership=partnership,
            need=need[keep],
            may_compare=np.ones(schools, dtype=bool),
        ),
        impact.Events(
            school=np.arange(design.treated),
            partnership=10_000 + membership,
            first_year=np.full(design.treated, FIRST_YEAR),
            blurred=np.zeros(design.treated, dtype=bool),
            exposed=exposed,
        ),
    )


@dataclass
class Count:
    """What happened in the worlds of one kind."""

    worlds: int = 0
    given: int = 0
    covered: int = 0
    nothing_there: int = 0
    claimed: int = 0
    found: int = 0
    width: float = 0.0
    bias: float = 0.0

    def add(self, answer: impact.Estimate, effect: float) -> None:
        """Count one world."""
        self.worlds += 1
        self.nothing_there += effect == 0
        said, _ = impact.verdict(answer, answer.p, "higher", 5.0)
        claim = said in ("improved", "worsened")
        self.claimed += claim and effect == 0
        self.found += said == "improved" and effect > 0
        if answer.method in ("none", "assumed_shocks"):
            return
        self.given += 1
        self.covered += answer.low <= effect <= answer.high
        self.width += answer.high - answer.low
        self.bias += answer.estimate - effect


def designs(**changes: object) -> Iterator[Design]:
    """Every size with every share of luck and every span of years."""
    for (treated, partnerships), shared, (before, after) in product(SIZES, SHARED, YEARS):
        yield replace(Design(treated, partnerships, shared, before, after), **changes)  # type: ignore[arg-type]


def count(chosen: list[Design], worlds: int, seed: int) -> dict[Design, Count]:
    """`worlds` worlds spread evenly over the designs, every second one without an effect."""
    found = {design: Count() for design in chosen}
    for number in range(worlds):
        design = chosen[number % len(chosen)]
        effect = EFFECT * ((number // len(chosen)) % 2)
        answer = world(design, effect, np.random.default_rng([seed, number])).estimate()
        found[design].add(answer, effect)
    return found


def total(parts: list[Count]) -> Count:
    """Several kinds of worlds as one."""
    whole = Count()
    for part in parts:
        for name in vars(whole):
            setattr(whole, name, getattr(whole, name) + getattr(part, name))
    return whole
