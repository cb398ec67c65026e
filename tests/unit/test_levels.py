"""The model of levels: golden numbers, and the same figures by plain arithmetic of normal distributions."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from scipy import special, stats

from methods import levels
from methods.levels import Histories, Posterior, Spread

PLAIN = Spread(tau2=64.0, sigma2=36.0, phi=0.6)
VARIANCES = 2400 / np.array([45.0, 42.0, 50.0, 47.0])
YEARS = np.arange(2022, 2026)


def history(gaps: list[float], segments: list[int] | None = None, variances: np.ndarray = VARIANCES) -> Histories:
    one = np.array([gaps])
    return Histories(one, np.array([variances]), YEARS, np.array([segments or [1] * len(gaps)]), np.zeros_like(one))


def change(posterior: Posterior, first: int = 0, last: int = 3) -> levels.Outcome:
    contrast = np.zeros((1, 4))
    contrast[0, last], contrast[0, first] = 1.0, -1.0
    return posterior.of(contrast)


def test_golden_numbers_of_four_years() -> None:
    posterior = Posterior(history([2, -1, -6, -9]), PLAIN)
    level = posterior.of(np.eye(4))
    assert level.mean[:, 0] == pytest.approx([-0.969811, -2.190267, -4.168913, -5.168659], abs=1e-6)
    assert np.sqrt(level.variance[:, 0]) == pytest.approx([4.825036, 4.544645, 4.420458, 4.755900], abs=1e-6)
    assert level.below(0.0)[3, 0] == pytest.approx(0.861435, abs=1e-6)
    moved = change(posterior)
    assert moved.mean[0, 0] == pytest.approx(-4.198847, abs=1e-6)
    assert np.sqrt(moved.variance[0, 0]) == pytest.approx(5.973602, abs=1e-6)
    assert moved.below(0.0)[0, 0] == pytest.approx(0.758941, abs=1e-6)
    assert moved.below(-5.0)[0, 0] == pytest.approx(0.446656, abs=1e-6)


def test_golden_numbers_of_the_next_year() -> None:
    coming = Posterior(history([2, -1, -6, -9]), PLAIN).of(np.eye(1), np.array([2026]), np.array([[1]]))
    assert coming.mean[0, 0] == pytest.approx(-4.039805, abs=1e-6)
    assert np.sqrt(coming.variance[0, 0]) == pytest.approx(6.259768, abs=1e-6)
    figure = coming.plus(np.array([[2400 / 46]]))
    assert np.sqrt(figure.variance[0, 0]) == pytest.approx(9.558170, abs=1e-6)


def test_golden_numbers_without_a_year() -> None:
    level = Posterior(history([2, np.nan, -6, -9]), PLAIN).of(np.eye(4))
    with_figure = [0, 2, 3]
    assert level.mean[with_figure, 0] == pytest.approx([-1.323209, -4.474874, -5.365329], abs=1e-6)
    assert np.sqrt(level.variance[with_figure, 0]) == pytest.approx([5.147582, 4.685243, 4.859506], abs=1e-6)


def test_golden_numbers_across_a_break() -> None:
    moved = change(Posterior(history([2, -1, -6, -9], [1, 1, 2, 2]), Spread(64, 36, 0.6, beta2=9)))
    assert moved.mean[0, 0] == pytest.approx(-4.999651, abs=1e-6)
    assert np.sqrt(moved.variance[0, 0]) == pytest.approx(6.366225, abs=1e-6)
    assert moved.below(0.0)[0, 0] == pytest.approx(0.783873, abs=1e-6)


def test_golden_moments() -> None:
    rng = np.random.default_rng(5)
    schools, years = 20_000, np.arange(8)
    pupils = rng.integers(15, 90, (schools, 8))
    level = np.linalg.cholesky(64 + 36 * 0.6 ** np.abs(years[:, None] - years)) @ rng.standard_normal((8, schools))
    variances = 2400 / pupils
    gaps = level.T + np.sqrt(variances) * rng.standard_normal((schools, 8))
    found = levels.moments(
        Histories(gaps, variances, years, np.ones((schools, 8), dtype=np.int64), np.zeros_like(gaps))
    )
    assert found.within[:5] == pytest.approx([100, 85.6, 76.96, 71.78, 68.67], rel=0.02)
    spread = levels.fit(found, Spread(50, 50, 0.5))
    lags = np.arange(1, 6)
    covariances = spread.tau2 + spread.beta2 + spread.sigma2 * spread.phi**lags
    assert covariances == pytest.approx(64 + 36 * 0.6**lags, rel=0.03)


SPREADS = st.builds(
    Spread,
    tau2=st.floats(0.0, 100.0),
    sigma2=st.floats(0.01, 100.0),
    phi=st.floats(0.0, 0.95),
    beta2=st.floats(0.0, 30.0),
    nugget=st.floats(0.0, 30.0),
    per_pupil=st.floats(0.0, 200.0),
    jump2=st.floats(0.0, 200.0),
    jump_chance=st.sampled_from([0.0, 0.05, 0.1]),
    degrees=st.sampled_from([3.0, 4.0, 10.0, np.inf]),
)


@st.composite
def some_histories(draw: st.DrawFn) -> Histories:
    """One to four schools with gaps in their years, missing values and breaks of their own."""
    schools, count = draw(st.integers(1, 4)), draw(st.integers(2, 6))
    years = np.cumsum(draw(arrays.arrays(np.int64, count, elements=st.integers(1, 3)))) + 2000
    numbers = st.floats(-30, 30).map(lambda x: round(x, 3))
    gaps = draw(arrays.arrays(float, (schools, count), elements=st.one_of(numbers, numbers, st.just(np.nan))))
    gaps[np.isnan(gaps).all(axis=1), 0] = 1.0
    variances = draw(arrays.arrays(float, (schools, count), elements=st.floats(0.5, 90.0)))
    breaks = draw(arrays.arrays(np.int64, (schools, count), elements=st.integers(0, 1)))
    inverse = draw(arrays.arrays(float, (schools, count), elements=st.floats(0.005, 0.1)))
    return Histories(gaps, variances, years, np.cumsum(breaks, axis=1), inverse)


def directly(
    histories: Histories, school: int, spread: Spread, contrast: np.ndarray, below: float
) -> tuple[float, float, float]:
    """Log density of one school's gaps, mean of a sum of levels, its chance below a limit: whole matrices for every jump."""
    gaps = histories.gaps[school]
    known = np.flatnonzero(np.isfinite(gaps))
    years, segments = histories.years, histories.segments[school]
    own = spread.tau2 + spread.sigma2 * spread.phi ** np.abs(years[:, None] - years)
    own = own + spread.beta2 * (segments[:, None] == segments)
    noise = histories.variances[school] + spread.nugget + spread.per_pupil * histories.inverse_pupils[school]
    cases, chances = [np.zeros(len(years))], [1.0]
    no_jump = 1.0
    for before, after in pairwise(known):
        cases.append((years >= years[after]).astype(float))
        still_none = no_jump * (1 - spread.jump_chance) ** (years[after] - years[before])
        chances.append(no_jump - still_none)
        no_jump = still_none
    chances[0] = no_jump
    weights, means, chance_below = [], [], []
    for step, chance in zip(cases, chances, strict=True):
        levels_of_case = own + spread.jump2 * np.outer(step, step)
        figures = (levels_of_case + np.diag(noise))[np.ix_(known, known)]
        inverse, n = np.linalg.inv(figures), len(known)
        q = gaps[known] @ inverse @ gaps[known]
        with_figures = contrast @ levels_of_case[:, known]
        mean = with_figures @ inverse @ gaps[known]
        variance = max(contrast @ levels_of_case @ contrast - with_figures @ inverse @ with_figures, 0.0)
        if np.isfinite(spread.degrees):
            nu = spread.degrees
            shape = figures * (nu - 2) / nu
            density = stats.multivariate_t.logpdf(gaps[known], np.zeros(n), shape, nu)
            variance *= (nu - 2 + q) / (nu - 2 + n)
            unit = stats.t(nu + n)
            ratio = np.sqrt((nu + n) / (nu + n - 2))
        else:
            density = stats.multivariate_normal.logpdf(gaps[known], np.zeros(n), figures)
            unit, ratio = stats.norm(), 1.0
        weights.append(chance * np.exp(density) if chance > 0 else 0.0)
        means.append(mean)
        sd = np.sqrt(variance)
        chance_below.append(unit.cdf((below - mean) / sd * ratio) if sd > 1e-6 else np.nan)
    share = np.array(weights) / sum(weights)
    return float(np.log(sum(weights))), float(share @ means), float(share @ chance_below)


@settings(deadline=None, max_examples=150)
@given(some_histories(), SPREADS, st.floats(-10, 10), st.data())
def test_posterior_is_that_of_plain_normal_arithmetic(
    histories: Histories, spread: Spread, limit: float, data: st.DataObject
) -> None:
    school = data.draw(st.integers(0, len(histories.gaps) - 1))
    contrast = data.draw(arrays.arrays(float, len(histories.years), elements=st.sampled_from([-1.0, 0.0, 0.5, 1.0])))
    _, mean, below = directly(histories, school, spread, contrast, limit)
    outcome = Posterior(histories, spread).of(contrast[None])
    assert outcome.mean[0, school] == pytest.approx(mean, abs=1e-6)
    if np.isfinite(below) and outcome.variances[0, :, school].min() > 1e-6:
        assert outcome.below(limit)[0, school] == pytest.approx(below, abs=1e-6)


@settings(deadline=None, max_examples=100)
@given(some_histories(), SPREADS)
def test_forecasts_of_all_years_come_out_of_one_factor(histories: Histories, spread: Spread) -> None:
    """The chance of a whole history is the product of the chances of each year after the years before it."""
    posterior = Posterior(histories, spread)
    for school in range(len(histories.gaps)):
        known = np.flatnonzero(np.isfinite(histories.gaps[school]))
        for place in known[1:]:
            alone = histories.rows(np.array([school]))
            both = directly(alone.until(place + 1), 0, spread, np.zeros(place + 1), 0.0)[0]
            before = directly(alone.until(place), 0, spread, np.zeros(place), 0.0)[0]
            forecast = levels.next_figures(posterior, int(place))
            got = forecast.log_density(histories.gaps[:, place][None])[0, school]
            assert got == pytest.approx(both - before, abs=1e-6)


@settings(deadline=None, max_examples=100)
@given(some_histories(), SPREADS)
def test_the_year_to_come_is_forecast_as_one_that_has_come(histories: Histories, spread: Spread) -> None:
    count = len(histories.years) - 1
    histories = replace(histories, years=np.append(histories.years[:-1], histories.years[-2] + 1))
    known = np.isfinite(histories.gaps[:, -1]) & np.isfinite(histories.gaps[:, :-1]).any(axis=1)
    then, before = Posterior(histories, spread), Posterior(histories.until(count), spread)
    coming = levels.next_year(before, histories.segments[:, -1])
    noise = histories.noise(spread)[:, -1]
    coming = replace(coming, variances=coming.variances + noise * np.concatenate([before.scale, before.scale[:1]]))
    forecast = levels.next_figures(then, count)
    assert coming.mean[0, known] == pytest.approx(forecast.mean[0, known], abs=1e-6)
    assert coming.below(2.0)[0, known] == pytest.approx(forecast.below(2.0)[0, known], abs=1e-6)


@settings(deadline=None, max_examples=50)
@given(some_histories(), SPREADS)
def test_a_school_is_judged_as_if_alone(histories: Histories, spread: Spread) -> None:
    count = len(histories.years)
    together = Posterior(histories, spread).of(np.eye(count))
    for school in range(len(histories.gaps)):
        alone = Posterior(histories.rows(np.array([school])), spread).of(np.eye(count))
        assert together.mean[:, school] == pytest.approx(alone.mean[:, 0], abs=1e-9)
        assert together.below(0.0)[:, school] == pytest.approx(alone.below(0.0)[:, 0], abs=1e-9)


def test_a_jump_is_believed_to_stay() -> None:
    """After five quiet years and a leap the model without jumps expects much of it to go back, the one with jumps little."""
    gaps = np.array([[0.5, -0.5, 0.2, -0.3, 0.1, 25.0]])
    leap = Histories(gaps, np.full_like(gaps, 2.0), np.arange(6), np.ones((1, 6), dtype=np.int64), np.zeros_like(gaps))
    quiet = Spread(20.0, 20.0, 0.5, nugget=2.0)
    coming = np.eye(1), np.array([6]), np.array([[1]])
    without = Posterior(leap, quiet).of(*coming).mean[0, 0]
    with_jumps = (
        Posterior(leap, Spread(20.0, 20.0, 0.5, nugget=2.0, jump2=400.0, jump_chance=0.05)).of(*coming).mean[0, 0]
    )
    assert without < 20 < with_jumps


@settings(deadline=None)
@given(st.floats(-6, 6), st.sampled_from([3.0, 5.0, 30.0]))
def test_student_variables_have_unit_variance(z: float, degrees: float) -> None:
    expected = stats.t(degrees).cdf(z * np.sqrt(degrees / (degrees - 2)))
    assert levels.student_below(np.array([z]), np.array([degrees]))[0] == pytest.approx(expected, abs=1e-6)
    assert levels.student_below(np.array([z]), np.array([np.inf]))[0] == pytest.approx(special.ndtr(z), abs=1e-12)


@pytest.mark.parametrize("degrees", [5.0, np.inf])
def test_a_limit_that_is_not_known_has_no_chance(degrees: float) -> None:
    assert np.isnan(levels.student_below(np.array([np.nan, 0.0]), np.full(2, degrees))).tolist() == [True, False]


@pytest.mark.parametrize("missing", ["tau2", "sigma2", "beta2"])
def test_a_part_that_is_zero_is_found_small(missing: str) -> None:
    """A parameter at its edge is no error, and covariances come out right without it."""
    truth = {"tau2": 40.0, "sigma2": 40.0, "phi": 0.6, "beta2": 20.0, missing: 0.0}
    rng = np.random.default_rng(11)
    years, segments = np.arange(8), np.array([1, 1, 1, 1, 2, 2, 2, 2])
    covariance = truth["tau2"] + truth["sigma2"] * truth["phi"] ** np.abs(years[:, None] - years)
    covariance = covariance + truth["beta2"] * (segments[:, None] == segments)
    gaps = rng.multivariate_normal(np.zeros(8), covariance + 20 * np.eye(8), 4000)
    found = levels.fit(
        levels.moments(
            Histories(gaps, np.full_like(gaps, 20.0), years, np.tile(segments, (4000, 1)), np.zeros_like(gaps))
        ),
        Spread(30.0, 30.0, 0.7, 10.0),
    )
    lags = np.arange(1, 8)
    fitted = found.tau2 + found.sigma2 * found.phi**lags
    assert fitted == pytest.approx(covariance[0, 1:] - truth["beta2"] * (segments[1:] == 1), abs=4.0)
    assert found.beta2 == pytest.approx(truth["beta2"], abs=4.0)
