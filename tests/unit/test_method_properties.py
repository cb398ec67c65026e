"""What holds for every input of the methods: order and units do not matter, intervals hold their point, chance is never negative.

Here: properties, on inputs drawn by Hypothesis. Golden figures of the references stand in the tests of each method.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bench import simulated_impact
from methods import effect_sizes, funnel, impact, placing, robust, shared_shocks, similar, standing

few = settings(max_examples=40, deadline=None)
seeds = st.integers(0, 2**32 - 1)
sizes = st.integers(2, 40)


def _schools(seed: int, count: int) -> tuple[np.ndarray, np.ndarray, np.random.Generator]:
    """Rounded values with ties, and cohorts down to one pupil."""
    rng = np.random.default_rng(seed)
    return np.round(rng.normal(0, 2, count), int(rng.integers(0, 3))), rng.integers(1, 200, count).astype(float), rng


# Standing ------------------------------------------------------------------------------------------------------------


@few
@given(seeds, sizes)
def test_ranks_hold_their_place_and_follow_the_schools(seed: int, count: int) -> None:
    values, _, rng = _schools(seed, count)
    low, high = values - rng.exponential(1, count), values + rng.exponential(1, count)
    found = standing.ranks(values, low, high)
    assert (found.lowest <= found.percentile).all() and (found.percentile <= found.highest).all()
    assert found.lowest.min() >= 1 and found.highest.max() <= 100
    order = np.argsort(values, kind="stable")
    assert (np.diff(found.percentile[order]) >= 0).all()
    mixed = rng.permutation(count)
    again = standing.ranks(7 + 3 * values[mixed], 7 + 3 * low[mixed], 7 + 3 * high[mixed])
    assert (again.percentile == found.percentile[mixed]).all() and (again.lowest == found.lowest[mixed]).all()


@few
@given(seeds, sizes, st.sampled_from(["scores", "shares"]))
def test_shrunk_values_lie_between_themselves_and_the_mean(seed: int, count: int, kind: str) -> None:
    values, n, rng = _schools(seed, count)
    if kind == "scores":
        variances = rng.exponential(1, count) + 1e-6
        found = standing.shrink(values, variances=variances)
        moved = standing.shrink(5 - 2 * values, variances=4 * variances)
        assert moved.values == pytest.approx(5 - 2 * found.values)
        assert moved.reliability == pytest.approx(found.reliability, abs=1e-9)
    else:
        values = rng.binomial(n.astype(int), 0.6) / n
        found = standing.shrink(values, n=n)
        assert standing.shrink(1 - values, n=n).values == pytest.approx(1 - found.values)
    assert found.tau2 >= 0 and ((found.reliability >= 0) & (found.reliability <= 1)).all()
    ends = np.minimum(values, found.mean), np.maximum(values, found.mean)
    assert (found.values >= ends[0] - 1e-9).all() and (found.values <= ends[1] + 1e-9).all()


# Funnel --------------------------------------------------------------------------------------------------------------


@few
@given(st.floats(0.02, 0.98), st.integers(1, 2000), st.floats(0, 0.2))
def test_funnel_limits_hold_the_comparator_and_narrow_with_pupils(target: float, n: int, tau2: float) -> None:
    cohort = np.array([float(n), float(n + 1)])
    for middle, limits in (
        (target, lambda z: funnel.proportion_limits(target, cohort, z)),
        (target, lambda z: funnel.arcsine_limits(target, cohort, tau2, z)),
        (1.0, lambda z: funnel.log_limits(cohort, tau2, z)),
        (1.0, lambda z: funnel.poisson_limits(cohort, z)),
    ):
        inner, outer = limits(funnel.Z95), limits(funnel.Z998)
        assert (outer[0] <= inner[0]).all() and (inner[1] <= outer[1]).all()
        assert (inner[0] <= middle + 1e-9).all() and (inner[1] >= middle - 1e-9).all()
        assert inner[0][1] >= inner[0][0] - 1e-9 and inner[1][1] <= inner[1][0] + 1e-9


@few
@given(seeds, sizes)
def test_spread_is_never_negative_and_nothing_is_none(seed: int, count: int) -> None:
    values, n, _ = _schools(seed, count)
    phi, tau2 = funnel.overdispersion(values, 1 / np.sqrt(n))
    assert phi >= 0 and tau2 >= 0
    assert funnel.overdispersion(np.zeros(count), 1 / np.sqrt(n)) == (0, 0)


@few
@given(seeds, st.sampled_from(["proportion", "events", "score"]))
@example(49594410, "events")
def test_what_lies_outside_a_limit_has_the_p_value_of_it(seed: int, form: str) -> None:
    """Limits and p-values of a funnel are two ways to say one thing: they never contradict each other by much."""
    rng, count = np.random.default_rng(seed), 40
    n = rng.integers(11, 200, count).astype(float)
    events = rng.poisson(0.3 * n).astype(float)
    value = {"proportion": 100 * rng.binomial(n.astype(int), 0.6) / n, "events": 100 * events / n}.get(
        form, rng.normal(0, 2, count)
    )
    half = 12 / np.sqrt(n)
    figures: dict[str, Any] = {
        "peer_group": np.ones(count, dtype=np.int64),
        "form": np.full(count, form, dtype=object),
        "high_is_good": np.ones(count, dtype=bool),
        "large_enough": np.ones(count, dtype=bool),
        "value": value,
        "n_pupils": n,
        "numerator": events,
        "denominator": n,
        "ci_low": value - half,
        "ci_high": value + half,
        "benchmark_value": np.full(count, {"proportion": 60.0, "events": 30.0}.get(form, 0.0)),
    }
    given_settings = {
        "funnel_exact_below": 30.0,
        "funnel_least_schools": 10.0,
        "funnel_winsorised_share": 0.1,
        "funnel_whole_counts_below": 10.0,
        "standing_least_schools": 10.0,
    }
    placed = placing.place(figures, given_settings)
    outside = (value > placed["upper_95"]) | (value < placed["lower_95"])
    # limits of counts lie between whole counts, p takes half of the count itself; the smooth exact limits of FunnelPlotR are
    # those of a count like the expected one, a little wider than its p-value
    # a count just inside has a tail of more than 0.025, and with half of its own probability, which may be all of that tail,
    # a p of more than 0.025: none of 3.6 events is inside at p = 0.029
    clear = (placed["p_value"] < 0.025) | (placed["p_value"] > 0.07)
    clear &= (placed["limits"] != "poisson") | (placed["tau2"] > 0)
    assert (outside == (placed["p_value"] < 0.05))[clear].all()
    mixed = rng.permutation(count)
    again = placing.place({name: column[mixed] for name, column in figures.items()}, given_settings)
    assert again["p_value"] == pytest.approx(placed["p_value"][mixed], abs=1e-9)


# Similar schools -----------------------------------------------------------------------------------------------------


@few
@given(seeds, st.integers(2, 30))
def test_similar_schools_do_not_depend_on_units_or_order(seed: int, count: int) -> None:
    rng = np.random.default_rng(seed)
    traits = rng.normal(0, 1, (count, 3))
    traits[rng.random((count, 3)) < 0.2] = np.nan
    found = similar.groups(traits, np.ones(3), 4, 1.0, 2)
    other = similar.groups(traits * [10, 0.1, 3] + [5, -2, 0], np.ones(3), 4, 1.0, 2)
    assert other.distances == pytest.approx(found.distances, abs=1e-6, nan_ok=True)
    mixed = rng.permutation(count)
    again = similar.groups(traits[mixed], np.ones(3), 4, 1.0, 2)
    assert again.distances == pytest.approx(found.distances[mixed], abs=1e-6, nan_ok=True)
    assert not (found.neighbours == np.arange(count)[:, None]).any()


# Inference -----------------------------------------------------------------------------------------------------------


def _two_sides(seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.random.Generator]:
    rng = np.random.default_rng(seed)
    clusters = np.repeat(np.arange(8), rng.integers(1, 5, 8))
    treated = clusters < rng.integers(2, 7)
    return rng.normal(0, 1, len(clusters)), treated, rng.uniform(0.5, 2, len(clusters)), clusters, rng


@few
@given(seeds, st.floats(-50, 50), st.floats(0.1, 20))
def test_a_shift_of_everybody_is_no_effect(seed: int, shift: float, unit: float) -> None:
    change, treated, weights, clusters, rng = _two_sides(seed)
    found = robust.cr2(change, treated, weights, clusters)
    moved = robust.cr2(shift + unit * change, treated, weights, clusters)
    assert (moved.estimate, moved.se) == pytest.approx((unit * found.estimate, unit * found.se), abs=1e-6)
    assert moved.df == pytest.approx(found.df, rel=1e-6)
    renamed = rng.permutation(8)[clusters]
    assert robust.cr2(change, treated, weights, renamed).se == pytest.approx(found.se)
    p = robust.randomisation_p(change, treated, weights, clusters)
    assert 0 < p <= 1
    assert robust.randomisation_p(shift - unit * change, treated, weights, clusters) == pytest.approx(p)


@few
@given(seeds, st.floats(0.1, 20))
def test_the_interval_of_shared_shocks_is_its_own_p_value(seed: int, unit: float) -> None:
    change, treated, spread, clusters, rng = _two_sides(seed)
    weights = np.where(treated, 1 / treated.sum(), -1 / (~treated).sum())

    def error(scale: float, order: np.ndarray) -> shared_shocks.Error:
        left = scale * (change - change.mean())
        learned = shared_shocks.evidence(left[order], spread[order], clusters[order])
        return shared_shocks.error(learned, weights[order], spread[order], clusters[order])

    straight = np.arange(len(change))
    found, half = error(1.0, straight), error(1.0, straight).half_width()
    assert found.p_value(half) == pytest.approx(0.05, abs=1e-8)
    assert found.p_value(0.0) == pytest.approx(1.0)
    assert found.half_width(0.99) > half > found.half_width(0.9) > 0
    assert error(unit, straight).half_width() == pytest.approx(unit * half, rel=1e-6)
    assert error(1.0, rng.permutation(straight)).half_width() == pytest.approx(half, rel=1e-9)


@few
@given(st.lists(st.one_of(st.just(float("nan")), st.floats(0, 1)), max_size=30))
def test_adjusted_p_values_keep_their_order_and_are_never_smaller(p: list[float]) -> None:
    given_p = np.array(p, dtype=float)
    adjusted = impact.claims(given_p)
    known = np.isfinite(given_p)
    assert (np.isfinite(adjusted) == known).all()
    assert (adjusted[known] >= given_p[known] - 1e-12).all() and (adjusted[known] <= 1).all()
    assert (np.diff(adjusted[known][np.argsort(given_p[known])]) >= -1e-12).all()


@few
@given(st.floats(-20, 20), st.floats(0.5, 20), st.floats(0.5, 20), st.integers(3, 500), st.integers(3, 500))
def test_hedges_g_turns_with_the_groups(gap: float, sd_1: float, sd_2: float, n_1: int, n_2: int) -> None:
    found = effect_sizes.hedges(100 + gap, 100, sd_1, sd_2, n_1, n_2)
    turned = effect_sizes.hedges(100, 100 + gap, sd_2, sd_1, n_2, n_1)
    assert (turned.g, turned.low, turned.high) == pytest.approx((-found.g, -found.high, -found.low), abs=1e-9)
    assert abs(found.g) <= abs(found.d) + 1e-12 and found.low <= found.g <= found.high


# Impact as a whole ---------------------------------------------------------------------------------------------------


def _estimate(study: impact.Study, values: np.ndarray) -> impact.Estimate:
    return impact.Study(replace(study.series, values=values), study.schools, study.events).estimate()


@settings(max_examples=5, deadline=None)
@given(seeds)
def test_impact_does_not_depend_on_national_shifts_units_or_order(seed: int) -> None:
    rng = np.random.default_rng(seed)
    study = simulated_impact.world(simulated_impact.Design(12, 2, 0.1, other_groups=12), 6.0, rng)
    found = study.estimate()
    values = study.series.values
    shifted = _estimate(study, values + rng.normal(0, 20, values.shape[1]))
    assert (shifted.estimate, shifted.low, shifted.high) == pytest.approx(
        (found.estimate, found.low, found.high), abs=1e-6
    )
    assert shifted.pre_trend_p == pytest.approx(found.pre_trend_p, abs=1e-6)
    larger = _estimate(study, 10 * values)
    assert (larger.estimate, larger.low) == pytest.approx((10 * found.estimate, 10 * found.low), abs=1e-5)
    assert larger.p == pytest.approx(found.p, abs=1e-9)
    turned = _estimate(study, 100 - values)
    assert (turned.estimate, turned.low) == pytest.approx((-found.estimate, -found.high), abs=1e-6)
    assert found.low <= found.estimate <= found.high and found.smallest_visible > 0


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10_000), st.integers(2, 90), st.integers(2, 9))
def test_the_nearest_are_those_of_all_distances(seed: int, schools: int, values: int) -> None:
    """Few values make many schools equally far away: those that come first are in the group, however many tie at its edge."""
    traits = np.random.default_rng(seed).integers(0, values, (schools, 3)).astype(float)
    points = similar.standardised(traits, np.ones(3), 1.0)
    apart = np.round(np.sqrt(((points[:, None] - points[None]) ** 2).sum(axis=2)), 9)
    found = similar.groups(traits, np.ones(3), 6, 1.0, 1)
    np.fill_diagonal(apart, np.inf)
    expected = np.argsort(apart, axis=1, kind="stable")[:, : min(6, schools - 1)]
    assert (found.neighbours[:, : expected.shape[1]] == expected).all()
    assert (found.neighbours[:, expected.shape[1] :] == -1).all()
