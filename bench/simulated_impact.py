"""Worlds in which the effect is known: does the interval of impact cover it as often as it says?

Here: worlds of schools with pupils drawn one by one, luck shared within groups, a shift of the whole country, schools that
drift, and schools that were chosen because their last results were poor; and the counts over many such worlds. The product's
own `methods.impact` answers. Does not belong here: any part of the method.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
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


SIZES = ((6, 1), (6, 2), (12, 1), (12, 2), (30, 4), (30, 8), (60, 3), (60, 10), (60, 20))
SHARED = (0.0, 0.05, 0.1, 0.2)
YEARS = ((3, 2), (1, 1), (2, 3))
OTHERS = ((40, 60), (12, 60))
"""Groups of other schools luck is learned from, and schools that belong to none."""


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
    # who takes part: those with the poorest last results among the candidates, as far as anyone had read them
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
        verdict, _ = impact.verdict(answer, answer.p, "higher", 5.0)
        claim = verdict in ("improved", "worsened")
        self.claimed += claim and effect == 0
        self.found += verdict == "improved" and effect > 0
        if answer.method in ("none", "assumed_shocks"):
            return
        self.given += 1
        self.covered += answer.low <= effect <= answer.high
        self.width += answer.high - answer.low
        self.bias += answer.estimate - effect


def designs() -> list[Design]:
    """Every size with every share of luck and span of years, chosen by results or not, among many other groups or few."""
    return [
        Design(treated, partnerships, shared, before, after, groups, alone, chosen)
        for (treated, partnerships), shared, (before, after), (groups, alone), chosen in product(
            SIZES, SHARED, YEARS, OTHERS, (True, False)
        )
    ]


def count(chosen: list[Design], worlds: int, seed: int) -> dict[Design, Count]:
    """`worlds` worlds spread evenly over the designs in an order of chance, every second one without an effect."""
    found = {design: Count() for design in chosen}
    order = np.random.default_rng(seed).permutation(worlds)
    for number in range(worlds):
        design = chosen[int(order[number]) % len(chosen)]
        effect = EFFECT * (number % 2)
        answer = world(design, effect, np.random.default_rng([seed, number])).estimate()
        found[design].add(answer, effect)
    return found


def total(parts: Iterable[Count]) -> Count:
    """Several kinds of worlds as one."""
    whole = Count()
    for part in parts:
        for name in vars(whole):
            setattr(whole, name, getattr(whole, name) + getattr(part, name))
    return whole


def run(worlds: int = 8000, seed: int = 2026) -> list[Figure]:
    """Coverage, claims without an effect, effects found and intervals given, together and by size."""
    found = count(designs(), worlds, seed)

    def figures(name: str, of: Callable[[Design], bool], limited: bool = True) -> list[Figure]:
        c = total(counted for design, counted in found.items() if of(design))
        low, high = (0.93, 0.97) if limited else (None, None)
        return [
            Figure("impact", f"coverage{name}", c.covered / max(1, c.given), low, high, c.given,
                   "Worlds with an interval whose interval holds the true effect"),
            Figure("impact", f"claims_without_effect{name}", c.claimed / max(1, c.nothing_there), None,
                   0.05 if limited else None, c.nothing_there, "Worlds without an effect in which one is claimed"),
        ]  # fmt: skip

    every = total(found.values())
    answer = figures("", lambda design: True)
    for treated in sorted({size for size, _ in SIZES}):
        answer += figures(f"_{treated}_schools", lambda design, n=treated: design.treated == n)  # type: ignore[misc]
    for shared in SHARED:
        answer += figures(f"_shared_{shared:.2f}", lambda design, s=shared: design.shared == s, False)  # type: ignore[misc]
    for groups, _ in OTHERS:
        answer += figures(f"_{groups}_groups", lambda design, g=groups: design.other_groups == g, False)  # type: ignore[misc]
    for before, after in YEARS:
        answer += figures(
            f"_{before}_years_before_{after}_after",
            lambda design, y=(before, after): (design.before, design.after) == y,  # type: ignore[misc]
            False,
        )
    return [
        *answer,
        Figure("impact", "intervals_given", every.given / every.worlds, 0.95, None, every.worlds,
               "Worlds in which an interval is given at all"),
        Figure("impact", "effects_found", every.found / max(1, every.worlds - every.nothing_there), None, None,
               every.worlds - every.nothing_there, f"Worlds with an effect of {EFFECT:g} points in which it is claimed"),
    ]  # fmt: skip
