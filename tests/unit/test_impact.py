"""Impact: golden numbers, the verdict's rules, and a rough guard on coverage (the full measure is `bench/validity.py`)."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import statsmodels.api as sm

from bench import simulated_impact
from methods import effect_sizes, impact, matching, robust, shared_shocks
from orchestration.contracts import seed_file

# Golden J: four schools that took part, four comparison schools, before and after
BEFORE = np.array([101.2, 103.5, 99.8, 102.9, 104.0, 100.6, 103.1, 101.7])
AFTER = np.array([103.6, 104.4, 102.1, 104.3, 104.9, 100.9, 104.6, 102.0])
CHANGE = AFTER - BEFORE
TOOK_PART = np.arange(8) < 4
ALONE = np.arange(8)
ONES = np.ones(8)


def test_golden_j_the_naive_answer_is_significant() -> None:
    """What this product must not report: a normal interval on cluster-robust errors of eight schools."""
    treated, after = np.tile(TOOK_PART, 2), np.repeat([0, 1], 8)
    design = sm.add_constant(np.column_stack([treated, after, treated * after]).astype(float))
    fit = sm.OLS(np.r_[BEFORE, AFTER], design).fit(
        cov_type="cluster", cov_kwds={"groups": np.tile(ALONE, 2)}, use_t=False
    )
    assert fit.params[3] == pytest.approx(1.0, abs=1e-6)
    assert fit.conf_int()[3] == pytest.approx([0.063, 1.937], abs=5e-4)


def test_golden_j_by_cr2() -> None:
    found = robust.cr2(CHANGE, TOOK_PART, ONES, ALONE)
    assert found.estimate == pytest.approx(1.0, abs=1e-9)
    assert found.df == pytest.approx(6.0, abs=1e-9)
    assert found.se == pytest.approx(0.46188022, abs=1e-6)


def test_golden_j_by_shared_shocks() -> None:
    """Where every school is its own group, shared luck changes nothing, and the t test of changes follows exactly."""
    learned = shared_shocks.evidence(
        CHANGE[:4] - CHANGE[:4].mean(), ONES[:4], ALONE[:4]
    ) + shared_shocks.evidence(CHANGE[4:] - CHANGE[4:].mean(), ONES[:4], ALONE[:4])  # fmt: skip
    error = shared_shocks.error(learned, np.where(TOOK_PART, 0.25, -0.25), ONES, ALONE)
    half = error.half_width()
    assert error.p_value(1.0) == pytest.approx(0.0736, abs=5e-5)
    assert (1 - half, 1 + half) == pytest.approx((-0.130, 2.130), abs=5e-4)
    assert error.effective_df(half) == pytest.approx(6.0, abs=1e-6)


def test_golden_j_by_randomisation() -> None:
    assert robust.randomisation_p(CHANGE, TOOK_PART, ONES, ALONE) == pytest.approx(10 / 70, abs=1e-9)


def test_cr2_with_unequal_clusters_agrees_with_the_definition() -> None:
    """Bell and McCaffrey's formulas written out with whole matrices, on clusters of several sizes with weights."""
    rng = np.random.default_rng(5)
    clusters = np.repeat(np.arange(7), [1, 4, 2, 3, 5, 2, 3])
    treated, weights = clusters < 3, rng.uniform(0.5, 2.0, len(clusters))
    change = rng.normal(size=len(clusters))
    root = np.sqrt(weights)
    design = np.column_stack([np.ones(len(clusters)), treated]) * root[:, None]
    bread = np.linalg.inv(design.T @ design)
    rest = np.eye(len(clusters)) - design @ bread @ design.T
    residuals = rest @ (change * root)
    columns = []
    for g in range(7):
        own = clusters == g
        values, vectors = np.linalg.eigh(rest[np.ix_(own, own)])
        half = vectors @ np.diag([v**-0.5 if v > 1e-9 else 0.0 for v in values]) @ vectors.T
        columns.append(rest[:, own] @ half @ design[own] @ bread[:, 1])
    inner = np.column_stack(columns).T @ np.column_stack(columns)
    variance = sum(float(column @ (change * root)) ** 2 for column in columns)
    found = robust.cr2(change, treated, weights, clusters)
    assert residuals @ design == pytest.approx([0, 0], abs=1e-9)
    assert found.se == pytest.approx(variance**0.5, rel=1e-9)
    assert found.df == pytest.approx(np.trace(inner) ** 2 / (inner**2).sum(), rel=1e-9)


def test_cr2_refuses_one_cluster_on_a_side() -> None:
    with pytest.raises(ValueError, match="two clusters on each side"):
        robust.cr2(CHANGE, TOOK_PART, ONES, np.r_[np.zeros(4, dtype=int), np.arange(1, 5)])


def test_randomisation_by_draws_is_near_the_whole_list(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(robust, "MOST_ASSIGNMENTS", 10)
    assert robust.randomisation_p(CHANGE, TOOK_PART, ONES, ALONE) == pytest.approx(10 / 70, abs=0.04)


def test_golden_effect_size() -> None:
    found = effect_sizes.hedges(105.2, 104.1, 8.0, 8.4, 120, 360)
    assert (found.d, found.g, found.se) == pytest.approx((0.1324947, 0.1322867, 0.1054957), abs=1e-6)
    assert (found.low, found.high) == pytest.approx((-0.0745, 0.3391), abs=5e-5)
    assert effect_sizes.standardised(1.1, 1.1 / found.d, 480) == pytest.approx(found.g, abs=1e-9)


def test_months_at_every_edge_of_the_table() -> None:
    with seed_file("toolkit_months.csv").open(encoding="utf-8", newline="") as lines:
        table = [(int(r["months"]), float(r["effect_from"]), float(r["effect_to"])) for r in csv.DictReader(lines)]
    edges = {0: (0, 0.01), 1: (0.02, 0.09), 2: (0.10, 0.18), 3: (0.19, 0.26), 4: (0.27, 0.35), 5: (0.36, 0.44),
             6: (0.45, 0.52), 7: (0.53, 0.61), 8: (0.62, 0.69), 9: (0.70, 0.78), 10: (0.79, 0.87), 11: (0.88, 0.95),
             12: (0.96, 1.00)}  # fmt: skip
    for months, (low, high) in edges.items():
        assert {effect_sizes.months(low, table), effect_sizes.months(high, table)} == {months}
        assert {effect_sizes.months(-low, table), effect_sizes.months(-high, table)} == {-months}
    assert effect_sizes.months(0.0949, table) == 1
    assert effect_sizes.months(0.0951, table) == 2
    assert effect_sizes.months(1.01, table) is None


def test_the_smallest_visible_effect_is_seen_four_times_in_five() -> None:
    """By simulation of the t test it stands for."""
    smallest = effect_sizes.smallest_visible(2.0, 12.0)
    rng = np.random.default_rng(3)
    se = 2.0 * np.sqrt(rng.chisquare(12, 40_000) / 12)
    seen = np.abs(smallest + 2.0 * rng.standard_normal(40_000)) / se > 2.178813
    assert seen.mean() == pytest.approx(0.8, abs=0.01)


def test_golden_l_adjusted_p_values() -> None:
    given = np.array([0.001, 0.008, 0.039, 0.041, 0.042, 0.06, 0.074, 0.205, 0.212, np.nan, 0.216])
    expected = [0.01, 0.04, 0.084, 0.084, 0.084, 0.10, 0.105714, 0.216, 0.216, np.nan, 0.216]
    assert impact.claims(given) == pytest.approx(expected, abs=1e-6, nan_ok=True)


def test_matching_keeps_limits_and_groups_apart() -> None:
    pool = np.array([[0.0, 0.0], [0.1, 0.0], [0.2, 0.0], [2.0, 0.0]])
    places, found = matching.nearest(
        np.array([[0.0, 0.0], [5.0, 5.0]]), pool, 2, np.array([0.5, 0.5]), np.array([7, -1]), np.array([7, -1, -1, -1])
    )
    assert places[0][found[0]].tolist() == [1, 2]
    assert not found[1].any()


FOUND = impact.Estimate(10, 8, 1, {"none_alike": 2}, method="shared_shocks", estimate=4.0, low=1.0, high=7.0, p=0.01)


@pytest.mark.parametrize(
    ("changes", "p_adjusted", "polarity", "expected"),
    [
        ({}, 0.03, "higher", ("improved", "interval_excludes_zero")),
        ({}, 0.03, "lower", ("worsened", "interval_excludes_zero")),
        ({}, 0.06, "higher", ("cannot_tell", "one_of_many")),
        ({"pre_trend_p": 0.01}, 0.03, "higher", ("cannot_tell", "differed_before")),
        ({"method": "assumed_shocks"}, 0.03, "higher", ("cannot_tell", "no_groups_to_learn_from")),
        ({"low": -2.0, "high": 3.0, "estimate": 0.5}, 0.7, "higher", ("no_clear_difference", "interval_excludes_meaningful")),
        ({"low": -2.0}, 0.3, "higher", ("cannot_tell", "interval_too_wide")),
        ({"method": "none", "schools": 2}, 0.3, "higher", ("cannot_tell", "few_schools")),
        ({"method": "none"}, 0.3, "higher", ("cannot_tell", "no_variation")),
        (
            {"method": "none", "schools": 1, "dropped": {"no_figure_before": 9}},
            0.3, "higher", ("cannot_tell", "no_figure_before"),
        ),
    ],
)  # fmt: skip
def test_the_verdicts_rules(
    changes: dict[str, object], p_adjusted: float, polarity: str, expected: tuple[str, str]
) -> None:
    assert impact.verdict(replace(FOUND, **changes), p_adjusted, polarity, 5.0) == expected  # type: ignore[arg-type]


def test_every_reason_has_its_sentence() -> None:
    with seed_file("impact_reasons.csv").open(encoding="utf-8", newline="") as lines:
        written = {row["reason_id"] for row in csv.DictReader(lines)}
    source = Path(impact.__file__).read_text(encoding="utf-8")
    assert all(f'"{reason}"' in source for reason in written)
    assert {"few_schools", "no_variation", "one_of_many", "differed_before", *FOUND.dropped} <= written


def _study(**changes: object) -> impact.Study:
    design = replace(simulated_impact.Design(6, 1, 0.1), **changes)  # type: ignore[arg-type]
    return simulated_impact.world(design, 6.0, np.random.default_rng(8))


def test_dropped_schools_are_counted_with_their_reasons() -> None:
    study = _study()
    study.series.values[0, :3] = np.nan
    study.series.values[1, 3:] = np.nan
    study.series.values[2, :3] = 1000.0
    events = replace(study.events, blurred=np.arange(6) == 5)
    found = impact.Study(study.series, study.schools, events).estimate()
    assert (found.considered, found.schools, found.clusters) == (6, 2, 1)
    assert found.dropped == {
        "took_part_before": 1, "no_figure_before": 1, "no_figure_after": 1, "no_pool": 0, "none_alike": 1,
    }  # fmt: skip
    assert found.method == "none"
    assert np.isnan(found.estimate)


def test_without_other_groups_the_share_is_assumed() -> None:
    found = _study(other_groups=3).estimate()
    assert found.method == "assumed_shocks"
    assert found.low < found.estimate < found.high


def test_one_year_before_cannot_be_checked() -> None:
    assert np.isnan(_study(before=1).estimate().pre_trend_p)
    assert 0 < _study(before=2).estimate().pre_trend_p <= 1


def test_schools_that_took_part_by_then_are_in_no_comparison() -> None:
    """Two schools that took part later, within the years used, change nothing however they do."""
    study = _study()
    study.events.exposed[6:8] = simulated_impact.FIRST_YEAR + 1
    before = impact.Study(study.series, study.schools, study.events).estimate()
    study.series.values[6:8, 3:] += 30.0
    after = impact.Study(study.series, study.schools, study.events).estimate()
    assert after.estimate == pytest.approx(before.estimate, abs=1e-9)


def test_the_years_after_average_to_the_estimate() -> None:
    found = _study().estimate()
    after = [year.estimate for year in found.by_year if year.relative_year >= 0]
    assert np.mean(after) == pytest.approx(found.estimate, abs=0.5)
    assert [year.relative_year for year in found.by_year] == [-3, -2, -1, 0, 1]


@pytest.mark.parametrize("partnerships", [2, 20])
def test_figures_that_never_move_say_nothing(partnerships: int) -> None:
    """Exclusions of primary schools: none before, none after, none anywhere. That is no proof of no difference."""
    study = _study(treated=60, partnerships=partnerships)
    study.series.values[:] = 0.0
    found = impact.Study(study.series, study.schools, study.events).estimate()
    assert (found.method, found.schools) == ("none", 60)
    assert np.isnan(found.estimate)
    assert impact.verdict(found, float("nan"), "lower", 0.1) == ("cannot_tell", "no_variation")


def test_many_clusters_are_answered_by_cr2() -> None:
    assert _study(treated=60, partnerships=20).estimate().method == "cr2"
    assert _study(treated=30, partnerships=8).estimate().method == "shared_shocks"


def test_coverage_and_false_claims_roughly() -> None:
    """A guard, not the measure: worlds enough to see an interval that is much too short or too long."""
    counted = simulated_impact.total(simulated_impact.count(simulated_impact.designs(), 192, seed=4).values())
    assert counted.given == counted.worlds
    assert 0.90 <= counted.covered / counted.given <= 0.99
    assert counted.claimed / counted.nothing_there <= 0.10
    assert abs(counted.bias / counted.given) < 1.0
