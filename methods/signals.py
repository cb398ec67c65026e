"""What series say at each of their points: the five-point trend test, Mann-Kendall and Sen, and the XmR chart with its rules.

Belongs here: the tests and rules, and the words of their answers, over many series at once as flat arrays. Does not belong here:
which points may be spoken of (the dbt models), where a series starts anew, targets, or sentences.

References: Fingertips technical guidance, trend markers (five points, the leave-one-out rule); Mann 1945, Kendall 1975, Sen 1968;
NHS England, Making Data Count, as NHSRplotthedots draws it (XmR). Assumes that years are independent given the level: what that
costs is measured by simulation and stands in seed `measured`. A country has millions of points: arrays and shifts take a fifth
of the time of window functions in SQL.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import erfc

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Answers = dict[str, Any]

_DIRECTIONS: Final = ("none", "increasing", "decreasing", "cannot_say")
_REASONS: Final = ("few_points", "new_segment", "no_interval", "no_variation", "rare_events")
_RULES: Final = ("none", "outside_limits", "seven_trend", "two_of_three", "one_side", "cannot_say")
WORDS: Final[Mapping[str, tuple[str, ...]]] = {
    "trend_direction": _DIRECTIONS,
    "trend_reason_id": _REASONS,
    "trend_verdict": ("no_change", "better", "worse", "increasing", "decreasing", "cannot_say"),
    "spc_reason_id": _REASONS,
    "spc_rule": _RULES,
    "spc_variation": ("common", "improvement", "concern", "neutral_high", "neutral_low", "cannot_say"),
    "sentence_rule": (*_RULES, "five_point_trend"),
}
"""The answers that are words, and the words each may be."""
_PAIRED: Final = 10
"""Points at most that Mann-Kendall and Sen look back over."""
_RUN: Final = 7
_NOTHING: Final = 9
"""No way of a run."""
_PAIRS_AT_ONCE: Final = 1_000_000
_ROUNDING: Final = 1e-12
"""Of the terms of a sum that cancel, the share that rounding may leave."""
_CERTAIN: Final = 1e-12
"""A share of all or nobody varies by no chance at all."""
_CRUMB: Final = 1e-9
"""Sums that cancel in theory leave crumbs in practice: a point on the mean is on neither side."""


class _Series:
    """Rows of several series, one after another, each in the order of its points."""

    def __init__(self, number: NDArray[Any]) -> None:
        count = len(number)
        starts = np.ones(count, dtype=bool)
        starts[1:] = number[1:] != number[:-1]
        self._starts = np.flatnonzero(starts)
        self._sizes = np.diff(self._starts, append=count)
        self.row: Ints = np.arange(count)
        self.first: Ints = np.repeat(self._starts, self._sizes)
        self.place: Ints = self.row - self.first
        self.size: Ints = np.repeat(self._sizes, self._sizes)

    def back(self, entries: NDArray[Any], steps: int, missing: float = np.nan) -> NDArray[Any]:
        """The entry so many points before, `missing` where the series does not reach that far."""
        found = np.full(len(entries), missing, dtype=entries.dtype)
        found[steps:] = entries[: max(0, len(entries) - steps)]
        found[self.place < steps] = missing
        return found

    def ahead(self, entries: NDArray[Any], steps: int, missing: float = np.nan) -> NDArray[Any]:
        """The entry so many points after, `missing` where the series has ended."""
        found = np.full(len(entries), missing, dtype=entries.dtype)
        found[: max(0, len(entries) - steps)] = entries[steps:]
        found[self.place + steps >= self.size] = missing
        return found

    def mean(self, entries: Floats) -> Floats:
        """Mean of each series' known entries, beside each of its points; NaN where none is known."""
        known = ~np.isnan(entries)
        total = np.add.reduceat(np.where(known, entries, 0.0), self._starts)
        return np.asarray(np.repeat(total / np.add.reduceat(known.astype(np.float64), self._starts), self._sizes))

    def latest(self, marked: Bools) -> Ints:
        """Row of the latest marked point of the series up to and including each point, -1 where there is none."""
        row = np.maximum.accumulate(np.where(marked, self.row, -1))
        return np.where(row < self.first, -1, row)


def signals(points: Mapping[str, NDArray[Any]], settings: Mapping[str, float]) -> Answers:
    """All signals of the points of many series, by name; each as long as the points.

    `points` are sorted by series_number and position, a position standing once in a series, and hold
      series_number  any number; a series that starts anew is another one
      position       whole number of the year or term; one more is the next one
      value          the figure
      segment_from   position at which the measure started anew; NaN for the first segment of a series
      is_share       true: `estimate` (0 to 1) is a share of `weight` people, and formula (a) of the five-point test holds;
                     false: `weight` is 1 / se squared of `estimate`, and formula (b) does
      estimate, weight   weight is NaN where there is no interval
      events         people or events counted in the figure (for a share, those counted or those not, whichever are fewer); NaN
                     where nothing is counted. A chart of rare events would call every single one a signal: there is none
      wanted         which way is better: 1 up, -1 down, 0 neither
    `settings` are those of seed signal_settings. Numbers are NaN where nothing is said; words are categories.
    """
    if not len(points["value"]):
        points = {name: np.zeros(1, dtype=column.dtype) for name, column in points.items()}
        return {name: column[:0] for name, column in signals(points, settings).items()}
    series = _Series(points["series_number"])
    with np.errstate(invalid="ignore", divide="ignore"):
        broken = series.place == 0
        broken[1:] |= points["position"][1:] != points["position"][:-1] + 1
        unbroken = series.row - series.latest(broken) + 1
        found = {"n_points": unbroken}
        found |= _five_points(series, points, unbroken, settings)
        found |= _mann_kendall(points["value"], unbroken, settings)
        found |= _chart(series, points, settings)
        return found | _told(found, np.sign(points["wanted"]))


def _five_points(
    series: _Series, points: Mapping[str, NDArray[Any]], unbroken: Ints, settings: Mapping[str, float]
) -> Answers:
    """The trend over this point and the four before: weighted least squares, chi squared, and the same without each point."""
    estimate = points["estimate"]
    w = [points["weight"], *(series.back(points["weight"], k) for k in range(1, 5))]
    # differences from the newest of the five, so that large levels cost no digits
    d = [np.zeros(len(estimate)), *(series.back(estimate, k) - estimate for k in range(1, 5))]
    sw = w[0] + w[1] + w[2] + w[3] + w[4]
    swt = 2 * w[0] + w[1] - w[3] - 2 * w[4]
    swtt = 4 * w[0] + w[1] + w[3] + 4 * w[4]
    swv = w[1] * d[1] + w[2] * d[2] + w[3] * d[3] + w[4] * d[4]
    swvt = w[1] * d[1] - w[3] * d[3] - 2 * w[4] * d[4]
    determinant, share = sw * swtt - swt * swt, swv / sw + estimate
    slope = sw * swvt - swt * swv
    without = [
        (sw - w[k]) * (swvt - (2 - k) * w[k] * d[k]) - (swt - (2 - k) * w[k]) * (swv - w[k] * d[k]) for k in range(5)
    ]
    scale = determinant * sw * np.where(points["is_share"], share * (1 - share), 1.0)
    chi2 = np.where(scale == 0, np.nan, slope * slope / scale)
    certain = points["is_share"] & ((share <= _CERTAIN) | (share >= 1 - _CERTAIN))
    anew = points["segment_from"] > points["position"] - 4
    reason = _first((unbroken < 5) & anew, unbroken < 5, np.isnan(sw), certain)
    said, least, most = (reason == 0) & (chi2 > settings["trend_critical"]), slope, slope
    # what is left of a slope of nothing when its terms cancel: without it, rounding decides whether a trend is said
    terms = w[1] * abs(d[1]), w[2] * abs(d[2]), w[3] * abs(d[3]), w[4] * abs(d[4])
    nothing = _ROUNDING * (sw * (terms[0] + terms[2] + 2 * terms[3]) + (2 * w[0] + w[1] + w[3] + 2 * w[4]) * sum(terms))
    for other in (np.where(abs(slope) <= nothing, 0.0, slope) for slope in without):
        least, most = np.minimum(least, other), np.maximum(most, other)
    direction = np.where(reason > 0, 3, np.where(said & (least > 0), 1, np.where(said & (most < 0), 2, 0)))
    chi2[reason > 0] = np.nan
    return {
        "trend_chi2": chi2,
        "trend_p_value": erfc(np.sqrt(chi2 / 2)),
        "trend_slope": np.where(determinant == 0, np.nan, slope / determinant),
        "trend_reason_id": _words("trend_reason_id", np.array([-1, 1, 0, 2, 3])[reason]),
        "trend_direction": _words("trend_direction", direction),
    }


def _mann_kendall(value: Floats, unbroken: Ints, settings: Mapping[str, float]) -> Answers:
    """Mann-Kendall's S and z with Kendall's variance for ties, and Sen's slope, over the unbroken points up to this one."""
    s, variance, slope = (np.full(len(value), np.nan) for _ in range(3))
    back = np.minimum(unbroken, _PAIRED)
    for count in range(max(2, int(settings["mann_kendall_least_points"])), _PAIRED + 1):
        newer, older = np.triu_indices(count, 1)
        # how often each point of the window stands in each pair
        stands = np.zeros((len(newer), count))
        stands[np.arange(len(newer)), newer] = stands[np.arange(len(newer)), older] = 1.0
        every = np.flatnonzero(back == count)
        for rows in np.array_split(every, 1 + len(every) * len(newer) // _PAIRS_AT_ONCE):
            window = value[rows[:, None] - np.arange(count)]
            steps = window[:, newer] - window[:, older]
            s[rows] = np.sign(steps).sum(axis=1)
            ties = (steps == 0) @ stands
            variance[rows] = (count * (count - 1) * (2 * count + 5) - (ties * (2 * ties + 7)).sum(axis=1)) / 18
            steps /= older - newer
            steps.sort(axis=1)
            middle = len(newer) // 2
            slope[rows] = steps[:, middle] if len(newer) % 2 else (steps[:, middle - 1] + steps[:, middle]) / 2
    z = np.where(variance == 0, 0.0, (s - np.sign(s)) / np.sqrt(variance))
    return {
        "mk_s": s,
        "mk_variance": variance,
        "mk_z": z,
        "mk_p_value": erfc(np.abs(z) / np.sqrt(2)),
        "sen_slope": slope,
    }


def _chart(series: _Series, points: Mapping[str, NDArray[Any]], settings: Mapping[str, float]) -> Answers:
    """The XmR chart of each series as a whole: limits without the widest ranges, and the first rule that flags a point."""
    value, centre = points["value"], series.mean(points["value"])
    crumb = _CRUMB * (1 + np.abs(centre))
    few, rare = (
        series.size < settings["spc_least_points"],
        series.mean(points["events"]) < settings["spc_least_events"] - _CRUMB,
    )
    reason = _first(few & ~np.isnan(points["segment_from"]), few, rare)
    step = value - series.back(value, 1)
    moving_range = np.abs(step)
    range_mean = series.mean(moving_range)
    # ranges too wide for chance are left out of the limits, once
    kept = (moving_range < settings["spc_screen"] * range_mean) | (range_mean == 0)
    reach = settings["spc_limit"] * series.mean(np.where(kept, moving_range, np.nan))
    apart = value - centre
    side = _way(apart, crumb)
    outside = _way(apart, reach + crumb)
    near = np.where(np.abs(apart) > reach + crumb, 0, _way(apart, reach * 2 / 3 + crumb))
    trend_end = _run_of(series, np.nan_to_num(np.sign(step)).astype(np.int64), _RUN - 1)
    side_end = _run_of(series, side, _RUN)
    in_trend, on_side = _run_through(series, trend_end), _run_through(series, side_end)
    # two of three: all three on one side of the mean, two of them near the limit; the point may be any of the three
    in_three = np.zeros(len(value), dtype=bool)
    for others in ((-2, -1), (-1, 1), (1, 2)):
        sides, nears = side.copy(), near.copy()
        for steps in others:
            shifted = series.back if steps < 0 else series.ahead
            sides += shifted(side, abs(steps), 0)
            nears += shifted(near, abs(steps), 0)
        in_three |= (np.abs(sides) == 3) & (np.abs(nears) >= 2)
    told = reason == 0
    rules: Sequence[tuple[Bools, Ints]] = (
        (outside != 0, outside),
        (in_trend != 0, in_trend),
        ((near != 0) & in_three, near),
        (on_side != 0, on_side),
    )
    way = np.where(told, np.select([holds for holds, _ in rules], [points_to for _, points_to in rules], 0), 0)
    rule = np.where(told, _first(*(holds for holds, _ in rules)), 5)
    # the first point of the stretch that goes the same way, whatever rule flagged each of its points
    since = np.where(way > 0, series.latest(way <= 0), series.latest(way >= 0))
    since = np.where(since < 0, series.first, since + 1)
    return {
        "range_mean": range_mean,
        "trend_end": trend_end,
        "side_end": side_end,
        "in_trend": in_trend,
        "on_side": on_side,
        "near": near,
        "in_three": in_three,
        "n_spc_points": series.size,
        "spc_mean": np.where(told, centre, np.nan),
        "spc_lower": np.where(told, centre - reach, np.nan),
        "spc_upper": np.where(told, centre + reach, np.nan),
        "is_spc_trial": np.where(told, (series.size < settings["spc_trial_points"]).astype(np.float64), np.nan),
        "spc_reason_id": _words("spc_reason_id", np.array([-1, 1, 0, 4])[reason]),
        "spc_rule": _words("spc_rule", rule),
        "spc_way": way,
        "spc_since_position": np.where(way == 0, np.nan, points["position"][np.minimum(since, len(value) - 1)]),
    }


def _told(found: Answers, wanted: Ints) -> Answers:
    """Which way is better decides what a direction means."""
    direction, rule = found["trend_direction"].codes, found["spc_rule"].codes
    moved = np.array([0, 1, -1, 0])[direction] * np.where(wanted == 0, 1, wanted)
    worded = np.where(wanted == 0, np.where(moved > 0, 3, 4), np.where(moved > 0, 1, 2))
    verdict = np.where(direction == 3, 5, np.where(direction == 0, 0, worded))
    flagged = found["spc_way"] * np.where(wanted == 0, 1, wanted)
    worded = np.where(wanted == 0, np.where(flagged > 0, 3, 4), np.where(flagged > 0, 1, 2))
    variation = np.where(rule == 5, 5, np.where(rule == 0, 0, worded))
    return {
        "trend_verdict": _words("trend_verdict", verdict),
        "spc_variation": _words("spc_variation", variation),
        "sentence_rule": _words("sentence_rule", np.where((direction == 1) | (direction == 2), len(_RULES), rule)),
    }


def _words(answer: str, codes: NDArray[Any]) -> pd.Categorical:
    return pd.Categorical.from_codes(codes.astype(np.int8), pd.Index(WORDS[answer], dtype="str"))


def _first(*conditions: NDArray[Any]) -> Ints:
    """Number from 1 of the first condition that holds, 0 where none does."""
    return np.asarray(np.select(conditions, range(1, len(conditions) + 1), 0))


def _way(apart: Floats, reach: Floats) -> Ints:
    """1 beyond `reach` above, -1 beyond it below, else 0."""
    return (apart > reach).astype(np.int64) - (apart < -reach)


def _run_of(series: _Series, ways: Ints, length: int) -> Ints:
    """The way of the last `length` points where all of them go the same way, else 0."""
    total = np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(ways)])
    run = np.zeros(len(ways), dtype=np.int64)
    run[length - 1 :] = total[length:] - total[: max(0, len(total) - length)]
    return np.where((np.abs(run) == length) & (series.place >= length - 1), np.sign(run), 0)


def _run_through(series: _Series, ends: Ints) -> Ints:
    """The way of the run a point belongs to: all seven are flagged, and one of two runs is of the older."""
    most, least = ends.copy(), ends.copy()
    for steps in range(1, _RUN):
        # a series that has ended says nothing new: the point's own answer stands in
        later = series.ahead(ends, steps, _NOTHING)
        later = np.where(later == _NOTHING, ends, later)
        most, least = np.maximum(most, later), np.minimum(least, later)
    return np.where(ends != 0, ends, most + least)
