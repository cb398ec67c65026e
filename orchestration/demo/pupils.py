"""Invented pupils: every published figure of the demonstration is counted from these arrays.

Here: one cohort of pupils per school and summer, with the planted effects; because authority figures are counted from
the same pupils, they agree with the schools' figures by construction. Not here: rounding, suppression and codes
(`published`), and who the schools are (`schools`).
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from orchestration.demo.schools import PARTNERSHIPS, PLANTED, SCHOOLS, YEARS, School, founders

BoolArray = NDArray[np.bool_]
FloatArray = NDArray[np.float64]

SIMULATED_YEARS = (YEARS[0] - 1, *YEARS)
"""One summer more than is published: the first files carry it as their back-series."""

# Shift of the whole authority's attainment by summer, in standard deviations; follows the nation's rise.
_TREND = {2016: -0.22, 2017: 0.0, 2018: 0.07, 2019: 0.10}
_POINT = 0.031
"""Standard deviations that move about one percentage point near 62% reaching the standard."""

PROGRESS_SPREAD = {"READ": 6.0, "WRIT": 5.6, "MAT": 5.3}
"""Spread of pupils' progress scores in the nation, used for published intervals."""
PROGRESS8_SPREAD = 1.24


@dataclass(frozen=True)
class Cohort:
    """Pupils of one school (or several) at the end of a key stage; all arrays have one entry per pupil.

    `prior`: 0 unknown, 1 low, 2 middle, 3 high. `scores` hold NaN where a pupil has none.
    """

    flags: dict[str, BoolArray]
    scores: dict[str, FloatArray]
    prior: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.prior)


def pool(cohorts: list[Cohort]) -> Cohort:
    """All pupils of the given cohorts as one; raises ValueError on an empty list."""
    if not cohorts:
        raise ValueError("No cohorts to pool.")
    return Cohort(
        {name: np.concatenate([c.flags[name] for c in cohorts]) for name in cohorts[0].flags},
        {name: np.concatenate([c.scores[name] for c in cohorts]) for name in cohorts[0].scores},
        np.concatenate([c.prior for c in cohorts]),
    )


def _spread(rng: np.random.Generator, count: int) -> FloatArray:
    """Standard normal values, one from each of `count` equal slices, in random order.

    Slices keep a school's own sampling noise small, so that noise is added once, knowingly, by `_noise`.
    """
    places = (np.arange(count) + rng.random(count)) / max(count, 1)
    inverse = NormalDist().inv_cdf
    values = np.array([inverse(min(max(p, 1e-6), 1 - 1e-6)) for p in places], dtype=np.float64)
    return rng.permutation(values)


def _chosen(rng: np.random.Generator, count: int, share: float) -> BoolArray:
    """A flag set for about `share` of `count` pupils (nearest whole number, fraction decided by chance)."""
    number = int(share * count + rng.random())
    return rng.permutation(np.arange(count) < number)


def _results_schools(year: int, key_stage: int) -> list[School]:
    phases = {"primary", "junior"} if key_stage == 2 else {"secondary", "independent"}
    return [
        s
        for s in SCHOOLS
        if (s.phase in phases or (s.phase == "special" and (key_stage == 4 or s.ages[0] < 11)))
        and s.open_in(year)
        and year >= s.first_results
    ]


_CLUSTERS = tuple(p.partnership_id for p in PARTNERSHIPS if p.kind in ("cluster", "triad"))


def _noise(seed: int, year: int, schools: list[School]) -> dict[int, float]:
    """Chance of the year per school, as large as the sampling error of its cohort.

    Centred within each partnership, so that a planted effect (or its absence) shows in any seed.
    """
    rng = np.random.default_rng([seed, year, 77])
    drawn = {s.estab: float(rng.standard_normal()) / max(s.size, 4) ** 0.5 for s in schools}
    group = {estab: pid for pid in _CLUSTERS for estab in founders(pid)}
    centred = {}
    for pid in {group.get(estab, "") for estab in drawn}:
        members = [s for s in schools if group.get(s.estab, "") == pid]
        pupils = sum(s.size for s in members)
        mean = sum(drawn[s.estab] * s.size for s in members) / pupils
        centred.update({s.estab: drawn[s.estab] - mean for s in members})
    return centred


def _background(rng: np.random.Generator, school: School) -> tuple[int, dict[str, BoolArray]]:
    size = max(2, round(school.size * (0.92 + 0.16 * rng.random())))
    if school.size <= 5:
        size = school.size - int(rng.integers(0, 2))
    special = school.phase == "special"
    ehcp = np.ones(size, dtype=bool) if special else _chosen(rng, size, 0.025)
    return size, {
        "girl": _chosen(rng, size, 0.28 if special else 0.49),
        "disadvantaged": _chosen(rng, size, school.disadvantaged),
        "eal": _chosen(rng, size, school.eal),
        "non_mobile": _chosen(rng, size, 0.93),
        "ehcp": ehcp,
        "sen_support": _chosen(rng, size, 0.14) & ~ehcp,
    }


def _ability(
    rng: np.random.Generator, school: School, flags: dict[str, BoolArray], shift: float, gap: float
) -> FloatArray:
    poor = flags["disadvantaged"]
    own = np.empty(len(poor))
    own[poor], own[~poor] = _spread(rng, int(poor.sum())), _spread(rng, int((~poor).sum()))
    # Who is in the cohort moves pupils apart but not the school's mean, which is `level + shift` by design.
    between = 0.12 * flags["girl"] - gap * poor - 0.7 * flags["sen_support"] - 1.2 * flags["ehcp"]
    return np.asarray(school.level + shift + own + between - between.mean())


def _prior(rng: np.random.Generator, ability: FloatArray, shift: float, low: float, high: float) -> NDArray[np.int64]:
    starting = 0.8 * (ability - shift) + 0.6 * rng.standard_normal(len(ability))
    groups = np.where(starting < low, 1, np.where(starting > high, 3, 2))
    return np.where(rng.random(len(ability)) < 0.045, 0, groups).astype(np.int64)


def ks2_cohort(seed: int, year: int, school: School, noise: float) -> Cohort:
    """The pupils of one school at the end of key stage 2; `noise` is the school's luck of the year, in their spread."""
    rng = np.random.default_rng([seed, year, school.estab])
    size, flags = _background(rng, school)

    effect = 0.0
    if school.estab in founders(PLANTED["rising_rwm"]["partnership_id"]):
        effect = PLANTED["rising_rwm"]["points_a_year"] * _POINT * max(0, year - 2017)
    gap = 0.5
    label = f"{year - 1}/{year % 100}"
    if school.urn == PLANTED["widening_gap"]["urn"]:
        gap = _POINT * PLANTED["widening_gap"]["gap_points"].get(label, 10)
    shift = _TREND[year] + effect + noise
    ability = _ability(rng, school, flags, shift, gap)
    prior = _prior(rng, ability, shift, -1.28, 0.45)

    # The weakest of three subjects decides the combined measure: two subjects lie at or above it.
    above = np.abs(rng.standard_normal((3, size))) * 0.8
    above -= above.min(axis=0)
    subject = {name: ability + above[i] for i, name in enumerate(("READ", "MAT", "WRIT"))}
    scores: dict[str, FloatArray] = {
        name: np.clip(np.round(102.3 + 6.2 * subject[name]), 80, 120) for name in ("READ", "MAT")
    }
    scores["GPS"] = np.clip(np.round(104.4 + 6.8 * (ability + 0.4 * rng.standard_normal(size))), 80, 120)
    covered = prior > 0
    if school.urn == PLANTED["low_coverage"]["urn"] and label == PLANTED["low_coverage"]["academic_year"]:
        covered &= _chosen(rng, size, 0.35)
    own = 1.6 * (school.level + effect + noise) if school.phase != "special" else -4.5
    lean = {"READ": 0.5, "WRIT": 0.8, "MAT": -0.7}
    for name, spread in PROGRESS_SPREAD.items():
        progress = own + spread * 0.9 * _spread(rng, size) + lean[name] * (flags["girl"] - 0.5)
        progress = progress - 0.9 * flags["disadvantaged"] + 0.25 + 1.2 * flags["eal"] - 1.5 * flags["sen_support"]
        scores[f"{name}PROG"] = np.where(covered, progress, np.nan)

    passes = {name: subject[name] >= -0.36 for name in subject}
    high = {name: subject[name] >= cut for name, cut in (("READ", 1.25), ("MAT", 1.25), ("WRIT", 1.45))}
    flags |= {f"{name}_EXP": value for name, value in passes.items()}
    flags |= {f"{name}_HIGH": value for name, value in high.items()}
    flags["RWM_EXP"] = passes["READ"] & passes["MAT"] & passes["WRIT"]
    flags["RWM_HIGH"] = high["READ"] & high["MAT"] & high["WRIT"]
    flags["GPS_EXP"] = scores["GPS"] >= 100
    flags["GPS_HIGH"] = scores["GPS"] >= 110
    flags["WRIT_WTS"] = ~passes["WRIT"] & (subject["WRIT"] >= -1.5)
    flags["SCI_EXP"] = ability + 0.3 * rng.standard_normal(size) >= -0.95
    scores["KS1"] = np.where(prior > 0, np.clip(16.2 + 2.9 * (ability - shift), 2, 24), np.nan)
    return Cohort(flags, scores, prior)


def _ks4_cohort(seed: int, year: int, school: School, noise: float) -> Cohort:
    rng = np.random.default_rng([seed, year, school.estab, 4])
    size, flags = _background(rng, school)
    shift = noise + 0.4 * _TREND[year]
    ability = _ability(rng, school, flags, shift, 0.6)
    prior = _prior(rng, ability, shift, -1.05, 0.25)
    attainment = np.clip(48.5 + 15.5 * ability, 0, 90)
    if school.phase == "special":
        attainment = np.clip(7 + 5 * rng.standard_normal(size), 0, 30)
    own = 0.75 * (school.level + noise) if school.phase != "special" else -1.35
    progress = own + PROGRESS8_SPREAD * 0.93 * _spread(rng, size) + 0.22 * (flags["girl"] - 0.5)
    progress = progress - 0.45 * flags["disadvantaged"] + 0.08 + 0.45 * flags["eal"] - 0.4 * flags["sen_support"]
    flags["BASICS_94"] = attainment >= 42.0
    flags["BASICS_95"] = attainment >= 51.0
    return Cohort(
        flags,
        {
            "ATT8": np.round(attainment, 1),
            "P8": np.where(prior > 0, progress, np.nan),
            "EBACC": np.asarray(np.round(np.clip(attainment * 0.104 - 0.75, 0, 9), 2), dtype=np.float64),
            "KS2": np.where(prior > 0, np.clip(28.5 + 3.4 * (ability - shift), 10, 38), np.nan),
        },
        prior,
    )


def cohorts(seed: int, key_stage: int) -> dict[tuple[int, int], Cohort]:
    """Cohorts at the end of key stage 2 or 4 by (summer, URN), for the three published summers and the one before."""
    build = ks2_cohort if key_stage == 2 else _ks4_cohort
    found = {}
    for year in SIMULATED_YEARS:
        schools = _results_schools(year, key_stage)
        noise = _noise(seed * 10 + key_stage, year, schools)
        for school in schools:
            found[(year, school.urn)] = build(seed, year, school, noise[school.estab])
    return found
