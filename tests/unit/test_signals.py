"""The signals of series: golden figures of the references, and properties that hold for every series."""

from __future__ import annotations

import csv
import math
from collections.abc import Sequence
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import pymannkendall
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from methods import signals as method
from orchestration.contracts import seed_file
from tests.macro_sql import render

#: values, then shares of people (value, people) or values with their intervals (value, low, high)
Series = Sequence[Any]
with seed_file("signal_settings.csv").open(encoding="utf-8") as _file:
    SETTINGS = {row["setting"]: float(row["value"]) for row in csv.DictReader(_file)}


def signals(
    *series: Series, polarity: str = "higher", events: float | None = None, anew: int | None = None, **changed: float
) -> list[list[dict[str, Any]]]:
    """What the product says of each series, one dictionary per point that has a figure.

    A point is a value, a tuple of a value and the people of a share, or of a value and its interval; None is no figure.
    `anew` is the place from which the series starts anew; `changed` settings stand in for those of the seed.
    """
    rows = []
    for world, points in enumerate(series):
        for position, point in enumerate(points):
            if point is None:
                continue
            value, people, weight = point, False, math.nan
            if isinstance(point, tuple):
                value, people = point[0], len(point) == 2
                weight = float(point[1]) if people else (3.92 / (point[2] - point[1])) ** 2
            later = anew is not None and position >= anew
            rows.append((world, 2 * world + later, position, value, people, weight, anew if later else math.nan))
    names = ("world", "series_number", "position", "value", "is_share", "weight", "segment_from")
    given = pd.DataFrame(rows, columns=names).astype(
        {"value": float, "weight": float, "segment_from": float, "is_share": bool}
    )
    told = method.signals(
        {name: given[name].to_numpy() for name in names[1:]}
        | {
            "estimate": given["value"].to_numpy(),
            "events": np.full(len(given), math.nan if events is None else events),
            "wanted": np.full(len(given), {"higher": 1, "lower": -1, "none": 0}[polarity]),
        },
        SETTINGS | changed,
    )
    columns = {
        name: [None if pd.isna(one) else one for one in np.asarray(answers).tolist()] for name, answers in told.items()
    }
    answers = [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
    found: list[list[dict[str, Any]]] = [[] for _ in series]
    for world, answer in zip(given["world"], answers, strict=True):
        found[world].append(answer)
    return found


def last(points: Series, **options: Any) -> dict[str, Any]:
    """What is said of the last point."""
    return signals(points, **options)[0][-1]


#: Fingertips: diabetes counts, values with intervals, MMR in Yorkshire and the Humber, 2020 to 2024
COUNTS = [
    (994 / 40299, 40299),
    (1023 / 41527, 41527),
    (1199 / 42811, 42811),
    (1332 / 44064, 44064),
    (1367 / 44701, 44701),
]
VALUES = [(24.67, 23.16, 26.25), (24.6, 23.15, 26.19), (28, 26.44, 29.64), (30.2, 28.63, 31.9), (30.6, 28.98, 32.25)]
MMR = [
    (92.6254, 92.4168, 92.8288),
    (92.3221, 92.1072, 92.5315),
    (90.8708, 90.6358, 91.1004),
    (90.017, 89.7694, 90.2594),
    (90.1013, 89.8578, 90.3396),
]
#: the counter-example, 2014 to 2018; people aged 65 and over on the lists of practices, 2020 to 2024, without intervals
UP_AND_DOWN = [
    (20.5506, 18.1803, 23.1427),
    (19.5952, 17.3444, 22.0602),
    (19.0349, 16.8421, 21.4394),
    (21.3966, 19.0918, 23.8975),
    (18.4372, 16.2925, 20.7941),
]
OVER_65 = [
    (10588957, 60458658),
    (10547929, 60744002),
    (10851467, 61625745),
    (11034431, 62418295),
    (11246440, 63227624),
]


def test_trend_of_shares() -> None:
    found = last(COUNTS)
    assert found["trend_chi2"] == pytest.approx(47.8967, abs=5e-5)
    assert (found["trend_direction"], found["trend_verdict"]) == ("increasing", "better")
    assert last(COUNTS, polarity="lower")["trend_verdict"] == "worse"
    assert last(COUNTS, polarity="none")["trend_verdict"] == "increasing"


def test_trend_of_values_with_intervals() -> None:
    found = last(VALUES)
    assert found["trend_chi2"] == pytest.approx(46.7653, abs=5e-5)
    assert found["trend_slope"] == pytest.approx(1.7516, abs=5e-5)
    assert found["trend_direction"] == "increasing"


def test_trend_that_gets_worse() -> None:
    found = last(MMR)
    assert (found["trend_direction"], found["trend_verdict"]) == ("decreasing", "worse")
    assert found["trend_chi2"] == pytest.approx(418.5, abs=0.05)


def test_values_that_go_up_and_down_are_no_trend() -> None:
    found = last(UP_AND_DOWN)
    assert found["trend_chi2"] == pytest.approx(0.464, abs=5e-4)
    assert found["trend_verdict"] == "no_change"


def test_shares_without_a_number_of_people_are_not_calculated() -> None:
    """The reference answers "no change" here, because it drops what has no interval; the people would have told."""
    without = last([100 * count / of for count, of in OVER_65])
    assert (without["trend_direction"], without["trend_reason_id"]) == ("cannot_say", "no_interval")
    assert last([(count / of, of) for count, of in OVER_65])["trend_chi2"] == pytest.approx(3167.8, abs=0.05)


@pytest.mark.parametrize(
    ("points", "reason"),
    [
        (COUNTS[:4], "few_points"),
        ([None, *COUNTS[1:]], "few_points"),
        ([COUNTS[0], None, *COUNTS[1:]], "few_points"),
        ([(1.0, 5)] * 5, "no_variation"),
        ([(0.0, 5)] * 5, "no_variation"),
        ([p[0] for p in COUNTS], "no_interval"),
    ],
)
def test_no_trend_can_be_said(points: Series, reason: str) -> None:
    found = last(points)
    assert (found["trend_direction"], found["trend_reason_id"]) == ("cannot_say", reason)
    assert found["trend_chi2"] is None


def test_one_year_alone_makes_no_trend() -> None:
    """Beyond the critical value, but without the last year the slope turns: the leave-one-out rule holds it back."""
    found = last([(0.50, 400), (0.49, 400), (0.48, 400), (0.47, 400), (0.65, 400)])
    assert found["trend_chi2"] > 9.55
    assert found["trend_direction"] == "none"


def test_mann_kendall_and_sen() -> None:
    found = last([62, 64, 63, 67, 70, 71, 74])
    assert found["mk_s"] == 19
    assert found["mk_variance"] == pytest.approx(44.333, abs=5e-4)
    assert found["mk_z"] == pytest.approx(2.70338, abs=5e-6)
    assert found["mk_p_value"] == pytest.approx(0.006864, abs=5e-7)
    assert found["sen_slope"] == pytest.approx(2.0)


@settings(max_examples=5, deadline=None)
@given(st.lists(st.lists(st.integers(0, 12), min_size=4, max_size=10), min_size=20, max_size=40))
def test_mann_kendall_is_what_the_library_says(many: list[list[int]]) -> None:
    for values, points in zip(many, signals(*[[float(v) for v in values] for values in many]), strict=True):
        found, expected = points[-1], pymannkendall.original_test(values)
        assert found["mk_s"] == expected.s
        assert found["mk_z"] == pytest.approx(expected.z, abs=1e-9)
        assert found["mk_p_value"] == pytest.approx(expected.p, abs=1e-6)
        assert found["sen_slope"] == pytest.approx(expected.slope, abs=1e-9)


def test_only_the_latest_ten_points_are_paired() -> None:
    values = [90.0, 80.0, *(float(v) for v in range(10))]
    assert last(values)["mk_s"] == 45


# XmR: golden A is R's set.seed(123); rnorm(20), B the vignette of NHSRplotthedots
A = [
    *(-0.56047565, -0.23017749, 1.55870831, 0.07050839, 0.12928774, 1.71506499, 0.46091621, -1.26506123, -0.68685285),
    *(-0.44566197, 1.22408180, 0.35981383, 0.40077145, 0.11068272, -0.55584113, 1.78691314, 0.49785048, -1.96661716),
    *(0.70135590, -0.47279141),
]
B = [1.0, 2.0, 1.0, 2.0, 10.0, 1.0, 2.0, 1.0, 2.0, 1.0, 2.0, 1.0, 2.0, 1.0, 2.0, 1.0, 2.0, 1.0]


@pytest.mark.parametrize(
    ("values", "mean", "lower", "upper", "places"),
    [
        (A, 0.1416238, -3.01138, 3.294627, 5e-6),
        (A[:10], 0.0746, -2.60, 2.75, 5e-3),
        (A[10:], 0.209, -3.28, 3.70, 5e-3),
        ([*A[:14], 10.0, *A[15:]], 0.6694159, -2.383666, 3.722497, 1e-6),
        (B, 1.94, -0.72, 4.60, 5e-3),
    ],
)
def test_limits(values: list[float], mean: float, lower: float, upper: float, places: float) -> None:
    found = last(values)
    limits = [found[name] for name in ("spc_mean", "spc_lower", "spc_upper")]
    assert limits == pytest.approx([mean, lower, upper], abs=places)


def test_golden_series_is_common_cause_and_its_ranges_are_known() -> None:
    found = signals(A)[0]
    assert {point["spc_rule"] for point in found} == {"none"}
    assert found[0]["range_mean"] == pytest.approx(1.1853396, abs=5e-8)


@pytest.mark.parametrize(
    ("values", "mean", "lower", "upper", "places"),
    [([*A[:14], 10.0, *A[15:]], 0.6694159, -4.596625, 5.935457, 1e-6), (B, 1.94, -3.06, 6.95, 5e-3)],
)
def test_without_screening_the_limits_are_wider(
    values: list[float], mean: float, lower: float, upper: float, places: float
) -> None:
    found = last(values, spc_screen=1e9)
    limits = [found[name] for name in ("spc_mean", "spc_lower", "spc_upper")]
    assert limits == pytest.approx([mean, lower, upper], abs=places)


def test_a_series_that_starts_anew_has_limits_of_its_own() -> None:
    """The reference's facets, as two segments of one series."""
    found = signals(A, anew=10)[0]
    for point, limits in ((found[9], (0.0746, -2.60, 2.75)), (found[19], (0.209, -3.28, 3.70))):
        assert [point[n] for n in ("spc_mean", "spc_lower", "spc_upper")] == pytest.approx(limits, abs=5e-3)
    assert [point["n_points"] for point in found] == [*range(1, 11), *range(1, 11)]
    assert (found[13]["trend_reason_id"], found[13]["n_spc_points"], found[13]["is_spc_trial"]) == (
        "new_segment",
        10,
        True,
    )


def _ends(values: Sequence[float], name: str) -> list[int]:
    return [point[name] for point in signals(values)[0]]


@pytest.mark.parametrize(
    ("values", "ends"),
    [
        ([1, 2, 3, 3, 4, 5, 6], [0] * 7),
        (range(1, 8), [0] * 6 + [1]),
        ([2, *range(1, 8), 3], [0] * 7 + [1, 0]),
        (range(7, 0, -1), [0] * 6 + [-1]),
    ],
)
def test_seven_in_a_row_that_rise_or_fall(values: Sequence[int], ends: list[int]) -> None:
    assert _ends([float(v) for v in values], "trend_end") == ends


def test_seven_on_one_side_of_the_mean() -> None:
    assert _ends([*[1.0] * 8, -1.0], "side_end") == [0] * 6 + [1, 1, 0]
    assert _ends([*[1.0] * 6, -1.0], "side_end") == [0] * 7
    # on the mean is on neither side
    assert _ends([*[1.0] * 3, 0.0, *[1.0] * 3, -1.0, -1.0, -4.0], "side_end") == [0] * 10


def test_all_points_of_a_run_are_flagged() -> None:
    assert _ends([*(float(v) for v in range(1, 8)), 3.0], "in_trend") == [1] * 7 + [0]
    assert _ends([*[1.0] * 8, -1.0], "on_side") == [1] * 8 + [0]
    # the seventh ends the run: the first seven are part of it, what follows is not
    assert _ends([*[1.0] * 7, -1.0, -1.0], "on_side") == [1] * 7 + [0] * 2


#: limits as if known: `near` marks points between near limit and limit, all of them above the mean
@pytest.mark.parametrize(
    ("near", "flagged"),
    [
        ([0, 0, 1, 0, 1, 0, 0], [0, 0, 1, 0, 1, 0, 0]),
        ([1, 0, 0, 1], [0, 0, 0, 0]),
        ([1, 0, 0, 1, 1], [0, 0, 0, 1, 1]),
        ([1, 0, 1], [1, 0, 1]),
    ],
)
def test_two_of_three_near_a_limit(near: list[int], flagged: list[int]) -> None:
    """A long quiet stretch sets mean and limits; what follows lies above the mean, some of it near the upper limit."""
    quiet = [0.0, 1.0] * 40
    found = signals([*quiet, *(2.7 if n else 1.5 for n in near), -2.0])[0][len(quiet) : -1]
    assert [int(bool(point["near"])) for point in found] == near
    assert [int(point["near"] != 0 and point["in_three"]) for point in found] == flagged


def test_near_limits_on_both_sides_are_no_signal() -> None:
    found = signals([*[1.0, -1.0] * 7, 5.5, -5.5])[0]
    assert [point["spc_rule"] for point in found[-2:]] == ["none", "none"]


def test_the_first_rule_that_holds_is_named() -> None:
    values = [*[0.0, 1.0] * 20, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0]
    named = [point["spc_rule"] for point in signals(values)[0][-7:]]
    assert named[-1] == "outside_limits"
    assert "seven_trend" in named


def test_flags_say_better_or_worse_and_since_when() -> None:
    values = [*[0.0, 1.0] * 10, 9.0]
    found = last(values)
    assert (found["spc_variation"], found["spc_since_position"]) == ("improvement", 20)
    assert last(values, polarity="lower")["spc_variation"] == "concern"
    assert last(values, polarity="none")["spc_variation"] == "neutral_high"
    rising = signals([float(v) for v in range(8)])[0]
    assert {point["spc_since_position"] for point in rising[-3:]} == {rising[-3]["spc_since_position"]}


def test_limits_are_on_trial_under_twelve_points_and_absent_under_five() -> None:
    found = {n: last(A[:n]) for n in (4, 5, 11, 12)}
    assert (found[4]["spc_rule"], found[4]["spc_reason_id"]) == ("cannot_say", "few_points")
    assert found[4]["spc_upper"] is None
    assert [found[n]["is_spc_trial"] for n in (5, 11, 12)] == [True, True, False]


def test_there_is_no_chart_of_rare_events() -> None:
    found = last([0.0, 0.0, 0.0, 0.0, 0.0, 0.2, 0.0, 0.0], events=0.1)
    assert (found["spc_rule"], found["spc_reason_id"]) == ("cannot_say", "rare_events")


ASSURANCE = [
    (1, 3, 4, "up", "fail"),
    (5, 7, 4, "up", "pass"),
    (1, 5, 4, "up", "inconsistent"),
    (1, 3, 4, "down", "pass"),
    (5, 7, 4, "down", "fail"),
    (1, 5, 4, "down", "inconsistent"),
    (1, 3, 4, "none", None),
]


@pytest.mark.parametrize(("lower", "upper", "target", "wanted", "answer"), ASSURANCE)
def test_assurance(lower: int, upper: int, target: int, wanted: str, answer: str | None) -> None:
    sql = render(f"select {{{{ assurance('{lower}', '{upper}', '{target}', \"'{wanted}'\") }}}}")
    assert duckdb.sql(sql).fetchall() == [(answer,)]


@pytest.mark.parametrize("z", [0.0, 0.5, 1.96, 3.0902323, 6.0, -2.5])
def test_tail_of_the_normal_distribution(z: float) -> None:
    ((found,),) = duckdb.sql(render(f"select {{{{ two_sided_p('cast({z} as double)') }}}}")).fetchall()
    assert found == pytest.approx(math.erfc(abs(z) / math.sqrt(2)), rel=2e-7)


MIRROR = {"increasing": "decreasing", "decreasing": "increasing", "improvement": "concern", "concern": "improvement"}


@pytest.mark.parametrize("stretch", [1.0, 3.0, 0.1, 1e6])
@pytest.mark.parametrize("move", [0.0, 7.0, -100.0 / 3])
@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_a_slope_of_nothing_is_none_however_it_is_written(sign: float, move: float, stretch: float) -> None:
    """Without the last of these points the slope is exactly 0: in whatever numbers, no trend hangs on rounding."""
    values = [sign * stretch * value + move for value in (10, 15, 15, 10, 0)]
    half = 5 * stretch
    ((*_, last),) = signals([(value, value - half, value + half) for value in values])
    assert last["trend_chi2"] == pytest.approx(9.604) and last["trend_direction"] == "none"


@settings(max_examples=5, deadline=None)
@given(st.lists(st.lists(st.one_of(st.none(), st.integers(0, 100)), min_size=1, max_size=24), min_size=20, max_size=40))
def test_a_mirrored_series_mirrors_its_flags(many: list[list[int | None]]) -> None:
    """Upside down: the same rules flag the same points the other way; shifted and stretched: nothing changes."""
    plain = [[None if v is None else (float(v), v - 5.0, v + 5.0) for v in values] for values in many]
    upside = [[None if v is None else (100.0 - v, 95.0 - v, 105.0 - v) for v in values] for values in many]
    moved = [[None if v is None else (3.0 * v + 7, 3.0 * v - 8, 3.0 * v + 22) for v in values] for values in many]
    found = signals(*plain, *upside, *moved)
    for one, other, same in zip(
        found[: len(many)], found[len(many) : 2 * len(many)], found[2 * len(many) :], strict=True
    ):
        for point, mirrored, shifted in zip(one, other, same, strict=True):
            for name in ("spc_rule", "spc_since_position", "n_points"):
                assert mirrored[name] == point[name] == shifted[name]
            for name in ("spc_variation", "trend_direction"):
                assert mirrored[name] == MIRROR.get(point[name], point[name])
                assert shifted[name] == point[name]


@settings(max_examples=5, deadline=None)
@given(st.lists(st.lists(st.integers(0, 100), min_size=6, max_size=14), min_size=20, max_size=40))
def test_the_tests_of_a_year_do_not_know_later_years(many: list[list[int]]) -> None:
    """Trend, Mann-Kendall and Sen are as at their year: without the last point all earlier ones say the same."""
    known = [[(float(v), v - 5.0, v + 5.0) for v in values] for values in many]
    found = signals(*known, *(points[:-1] for points in known))
    names = ("trend_direction", "trend_chi2", "trend_reason_id", "mk_s", "mk_p_value", "sen_slope", "n_points")
    for whole, without in zip(found[: len(many)], found[len(many) :], strict=True):
        assert [[p[n] for n in names] for p in whole[:-1]] == [[p[n] for n in names] for p in without]
