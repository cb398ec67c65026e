"""Funnels, shrinkage, ranks and neighbours against the golden figures of their references, and on cases made by hand."""

from __future__ import annotations

import csv
from typing import Any

import duckdb
import numpy as np
import pytest

from methods import funnel, placing, similar, standing
from orchestration.contracts import seed_file
from tests.macro_sql import render

COMPARATOR = 0.80642448
#: n, and limits in per cent at 95 and 99.8 per cent, of PHE's funnel of proportions.
PROPORTIONS = [
    (1, 3.204264, 100, 0, 100),
    (10, 56.154344, 100, 42.03259, 100),
    (20, 63.326743, 97.958152, 53.341156, 100),
    (50, 69.691035, 91.593861, 63.375595, 97.909301),
    (102, 72.974925, 88.309971, 68.553233, 92.731663),
    (1008, 78.203374, 83.081521, 76.796814, 84.488082),
    (9998, 79.867989, 81.416907, 79.421375, 81.863521),
]
#: events foreseen, and limits of the ratio at 95 and 99.8 per cent, as FunnelPlotR has them.
RATIOS = [
    (15, 0.5596924, 1.649348, 0.3862650, 2.082907),
    (20, 0.6108260, 1.544419, 0.4479107, 1.902094),
    (30, 0.6746958, 1.427562, 0.5289724, 1.702771),
]
SETTINGS = {
    row["setting"]: float(row["value"])
    for row in csv.DictReader(seed_file("comparison_settings.csv").open(encoding="utf-8"))
}


def significance(value: float, low95: float, high95: float, low998: float, high998: float) -> str:
    """PHE's label of a value between its limits."""
    if not low998 <= value <= high998:
        return "High (0.001)" if value > high998 else "Low (0.001)"
    if not low95 <= value <= high95:
        return "High (0.025)" if value > high95 else "Low (0.025)"
    return "Not significant"


@pytest.mark.parametrize(("n", "low95", "high95", "low998", "high998"), PROPORTIONS)
def test_funnel_of_proportions(n: int, low95: float, high95: float, low998: float, high998: float) -> None:
    cohort = np.array([float(n)])
    limits = [
        100 * float(end[0])
        for z in (funnel.Z95, funnel.Z998)
        for end in funnel.proportion_limits(COMPARATOR, cohort, z)
    ]
    assert limits == pytest.approx([low95, high95, low998, high998], abs=1e-6)


@pytest.mark.parametrize(("expected", "low95", "high95", "low998", "high998"), RATIOS)
def test_funnel_of_ratios(expected: int, low95: float, high95: float, low998: float, high998: float) -> None:
    limits = [
        float(end[0])
        for z in (funnel.Z95, funnel.Z998)
        for end in funnel.poisson_limits(np.array([float(expected)]), z)
    ]
    assert limits == pytest.approx([low95, high95, low998, high998], abs=1e-6)


@pytest.mark.parametrize(
    ("count", "of", "label"),
    [
        (35078.488, 41980, "High (0.001)"),
        (24803.6256, 31824, "Low (0.001)"),
        (50050.7443, 61921, "Not significant"),
        (26789.238, 33012, "High (0.025)"),
    ],
)
def test_significance_of_proportions(count: float, of: float, label: str) -> None:
    ends = [
        float(end[0])
        for z in (funnel.Z95, funnel.Z998)
        for end in funnel.proportion_limits(COMPARATOR, np.array([of]), z)
    ]
    assert significance(count / of, *ends) == label


@pytest.mark.parametrize(
    ("observed", "expected", "label"),
    [
        (8, 6.239860, "Not significant"),
        (151, 106.443, "High (0.001)"),
        (150, 119.5695, "High (0.025)"),
        (101, 126.297, "Low (0.025)"),
        (0, 240.627, "Low (0.001)"),
    ],
)
def test_significance_of_ratios(observed: float, expected: float, label: str) -> None:
    ends = [float(end[0]) for z in (funnel.Z95, funnel.Z998) for end in funnel.poisson_limits(np.array([expected]), z)]
    assert significance(observed / expected, *ends) == label


def test_overdispersion_of_ratios() -> None:
    observed = np.array([100, 150, 180, 80, 120, 225.0])
    expected = np.array([108, 112, 165, 95, 100, 220.0])
    z = funnel.shmi_z(observed, expected)
    assert z == pytest.approx([-0.799803, 3.091681, 1.117681, -1.674989, 1.823216, 0.333326], abs=1e-6)
    phi, tau2 = funnel.overdispersion(z, 1 / np.sqrt(expected))
    assert (phi, tau2) == pytest.approx((2.149053, 0.01211849), abs=1e-6)


def test_overdispersion_of_proportions() -> None:
    count, of = np.array([18, 25, 30, 12, 40, 22.0]), np.array([30, 30, 60, 30, 50, 40.0])
    mean = float(count.sum() / of.sum())
    assert mean == pytest.approx(0.6125)
    phi, tau2 = funnel.overdispersion(funnel.arcsine_z(count / of, mean, of), 1 / (2 * np.sqrt(of)))
    assert (phi, tau2) == pytest.approx((3.944580, 0.02372985), abs=1e-6)


def test_drawing_in_the_ends_is_made_good() -> None:
    z = np.random.default_rng(5).standard_normal(200_000)
    assert float((funnel.winsorised(z) ** 2).mean()) == pytest.approx(funnel.winsorised_variance(0.1), abs=0.005)
    assert funnel.overdispersion(z, np.ones_like(z), corrected=True)[0] == pytest.approx(1, abs=0.01)


def test_no_spread_where_chance_explains_it() -> None:
    phi, tau2 = funnel.overdispersion(np.array([-0.5, 0.1, 0.4, -0.2, 0.3]), np.full(5, 0.2))
    assert phi < 1
    assert tau2 == 0


@pytest.mark.parametrize(
    ("n", "tau2", "limits"),
    [
        (10, 0, (0.296834, 0.865966, 0.149835, 0.962031)),
        (30, 0, (0.422078, 0.765253, 0.322535, 0.846468)),
        (100, 0, (0.502681, 0.693490, 0.446271, 0.744255)),
        (30, 0.01, (0.338261, 0.834223, 0.203218, 0.930745)),
    ],
)
def test_arcsine_limits(n: int, tau2: float, limits: tuple[float, ...]) -> None:
    found = [
        float(end[0]) for z in (1.959964, 3.090232) for end in funnel.arcsine_limits(0.6, np.array([float(n)]), tau2, z)
    ]
    assert found == pytest.approx(list(limits), abs=1e-6)


def test_count_scores_are_those_of_exact_probabilities() -> None:
    """Poisson with three foreseen: none has probability 0.0497871, so its mid-p score is that of half of it."""
    from scipy.stats import norm

    assert funnel.count_z(np.array([0.0]), np.array([3.0])) == pytest.approx([norm.ppf(np.exp(-3) / 2)])
    # negative binomial with the same mean and relative variance one is geometric: none has probability 1/4
    assert funnel.count_z(np.array([0.0]), np.array([3.0]), 1.0) == pytest.approx([norm.ppf(1 / 8)])
    assert np.isnan(funnel.count_z(np.array([1.0]), np.array([0.0])))


def test_count_limits_enclose_what_is_likely() -> None:
    low, high = funnel.count_limits(np.array([3.0]), 0.0, funnel.Z95)
    # Poisson with mean 3: 7 and fewer have probability 0.988, 6 and fewer 0.966; none has 0.0498
    assert (low * 3, high * 3) == (pytest.approx([0.0]), pytest.approx([7.5]))


def test_shrinkage() -> None:
    found = standing.shrink(np.array([0.30, 0.55, 0.70, 0.85]), n=np.array([10, 20, 40, 60.0]))
    assert (found.mean, found.q, found.tau2) == pytest.approx((0.7153846, 16.547515, 0.03201717), abs=1e-6)
    assert found.reliability == pytest.approx([0.611270, 0.758743, 0.862824, 0.904168], abs=1e-6)
    assert found.values == pytest.approx([0.461472, 0.589900, 0.702110, 0.837099], abs=1e-6)


def test_shrinkage_of_scores_that_differ_by_chance_alone_is_complete() -> None:
    found = standing.shrink(np.array([1.0, 1.1, 0.9]), variances=np.array([1.0, 1.0, 1.0]))
    assert found.tau2 == 0
    assert found.values == pytest.approx([1.0, 1.0, 1.0])


def test_three_years() -> None:
    (row,) = duckdb.sql(render("select {{ weighted_321('0.4', '0.1', '-0.2') }}")).fetchall()
    assert row[0] == pytest.approx(0.20)


@pytest.mark.parametrize(
    ("value", "low_is_good"),
    [
        *[("10", "A"), ("30", "B"), ("60", "C"), ("80", "D"), ("25", "A"), ("50", "B"), ("75", "C"), ("100", "D")],
        *[("cast(null as integer)", None), ("101", None), ("-1", None)],
    ],
)
def test_quartile_bands(value: str, low_is_good: str | None) -> None:
    bands = ", ".join(f"{{{{ quartile_band('{value}', {high}) }}}}" for high in ("false", "true"))
    (row,) = duckdb.sql(render(f"select {bands}")).fetchall()
    reverse = {"A": "D", "B": "C", "C": "B", "D": "A", None: None}
    assert row == (low_is_good, reverse[low_is_good])


def test_ranks_leave_open_what_intervals_leave_open() -> None:
    values = np.array([10.0, 20.0, 30.0, 40.0])
    sure = standing.ranks(values, values - 1, values + 1)
    assert list(sure.percentile) == list(sure.lowest) == list(sure.highest) == [13, 38, 63, 88]
    unsure = standing.ranks(values, values - 50, values + 50)
    assert set(unsure.lowest) == {13}
    assert set(unsure.highest) == {88}


def test_difference_of_two_proportions() -> None:
    """22 of 30 beside 14 of 28: Newcombe's interval, from the same macros that pupil_gap is made of."""
    sql = render(
        """
        with groups as (
            select 100.0 * 22 / 30 as p1, 30.0 as n1, 100.0 * 14 / 28 as p2, 28.0 as n2
        ),
        ends as (
            select p1, p2,
                p1 - {{ wilson('p1', 'n1', -1) }} as below1, {{ wilson('p1', 'n1', 1) }} - p1 as above1,
                p2 - {{ wilson('p2', 'n2', -1) }} as below2, {{ wilson('p2', 'n2', 1) }} - p2 as above2
            from groups
        )
        select {{ difference_limit('p1 - p2', 'below1', 'above2', -1) }},
            {{ difference_limit('p1 - p2', 'above1', 'below2', 1) }}
        from ends
        """
    )
    (row,) = duckdb.sql(sql).fetchall()
    assert [end / 100 for end in row] == pytest.approx([-0.0152190, 0.4472162], abs=1e-6)


def test_nearest_schools() -> None:
    traits = np.array([[0.0, 0.0], [1.0, 0.0], [2.0, 0.0], [10.0, 0.0]])
    found = similar.groups(traits, np.ones(2), size=2, penalty=1.0, least_known=1)
    assert found.neighbours.tolist() == [[1, 2], [0, 2], [1, 0], [2, 1]]
    assert np.all(np.diff(found.distances, axis=1) >= -1e-12)


def test_a_school_is_never_its_own_neighbour_even_among_twins() -> None:
    found = similar.groups(np.zeros((40, 3)), np.ones(3), size=5, penalty=1.0, least_known=1)
    assert all(place not in row for place, row in enumerate(found.neighbours.tolist()))
    assert (
        found.neighbours[39].tolist()
        == similar.groups(np.zeros((40, 3)), np.ones(3), 5, 1.0, 1).neighbours[39].tolist()
    )


def test_missing_traits_keep_apart_and_too_few_give_no_group() -> None:
    none = np.nan
    traits = np.array([[0.0, 0.0], [0.1, 0.0], [none, 0.0], [none, 0.1], [none, none], [3.0, 5.0]])
    found = similar.groups(traits, np.ones(2), size=2, penalty=1.0, least_known=1)
    # the two schools with the same gap are nearest to each other, though one is nearer in the trait both have
    assert found.neighbours[2][0] == 3
    assert found.neighbours[3][0] == 2
    assert found.neighbours[4].tolist() == [-1, -1]
    assert 4 not in found.neighbours
    assert found.known.tolist() == [2, 2, 1, 1, 0, 2]


def test_a_group_averages_what_its_schools_have() -> None:
    neighbours = np.array([[1, 2], [0, 2], [-1, -1]])
    mean, schools, pupils = similar.averages(neighbours, np.array([50.0, 70.0, np.nan]), np.array([10.0, 30.0, 20.0]))
    assert mean[:2] == pytest.approx([70.0, 50.0])
    assert np.isnan(mean[2])
    assert schools.tolist() == [1, 1, 0]
    assert pupils.tolist() == [30.0, 10.0, 0.0]


def figures(**columns: Any) -> dict[str, Any]:
    """One group of forty schools, 60 per cent each, of the given columns."""
    count = 40
    given = {
        "peer_group": np.ones(count, dtype=np.int64),
        "form": np.full(count, "proportion", dtype=object),
        "high_is_good": np.ones(count, dtype=bool),
        "large_enough": np.ones(count, dtype=bool),
        "value": np.full(count, 60.0),
        "n_pupils": np.full(count, 50.0),
        "numerator": np.full(count, 30.0),
        "denominator": np.full(count, 50.0),
        "ci_low": np.full(count, 46.0),
        "ci_high": np.full(count, 72.0),
        "benchmark_value": np.full(count, 60.0),
    }
    return given | columns


def test_small_cohorts_are_not_placed_and_do_not_count() -> None:
    large_enough = np.arange(40) > 0
    placed = placing.place(figures(large_enough=large_enough), SETTINGS)
    assert np.isnan(placed["z"][0])
    assert placed["limits"][0] == "none"
    assert set(placed["n_peer_figures"][1:]) == {39}


@pytest.mark.parametrize("form", ["proportion", "events", "score"])
def test_a_school_far_off_is_outside_and_its_peers_are_not(form: str) -> None:
    value = np.where(np.arange(40) == 7, 95.0, 60.0)
    placed = placing.place(
        figures(
            form=np.full(40, form, dtype=object),
            value=value,
            numerator=value / 2,
            ci_low=value - 14,
            ci_high=value + 14,
        ),
        SETTINGS,
    )
    outside = value > placed["upper_95"]
    assert np.flatnonzero(outside).tolist() == [7]
    assert np.flatnonzero(placed["p_value"] < 0.05).tolist() == [7]
    assert (placed["tau2"] == 0).all()


def test_nothing_comes_of_nothing() -> None:
    empty = {name: column[:0] for name, column in figures().items()}
    assert {len(column) for column in placing.place(empty, SETTINGS).values()} == {0}
