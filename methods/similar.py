"""Schools most like a school: nearest on stated traits, and what their figures average to.

Belongs here: distances between schools, groups of neighbours, and averages over groups, as functions of plain arrays.
Does not belong here: which traits count (seed `similar_traits`), which schools are candidates (the dbt model), or words.

Reference: nearest neighbours by standardised Euclidean distance, as in CIPFA's nearest-neighbour model and the EEF's
families of schools. Assumes that the traits named are those that matter, equally unless the seed weighs them otherwise.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]
#: More neighbours are asked for than are kept, and again more where all of these are as far away as the last one kept, so that
#: ties at the edge of a group are settled by the schools' order.
_SPARE = 3
_LEAF = 64
_SAME = 9
"""Decimals to which distances are told apart: a distance has noise in its last digits."""


@dataclass(frozen=True)
class Groups:
    """For each of n schools: its neighbours' places (n x size, -1 where there are fewer), their distances, traits known."""

    neighbours: Whole
    distances: Floats
    known: Whole


def standardised(traits: Floats, weights: Floats, penalty: float) -> Floats:
    """Traits (n x k, NaN where missing) as coordinates whose Euclidean distance says how unlike two schools are.

    Each trait is counted in standard deviations from its median. A missing trait is put at the median, and stands
    `penalty` standard deviations apart, in a direction of its own, from schools that have it: so a school with a gap is
    near others with the same gap, and is never taken for a typical one. Unlike a distance over the traits two schools
    share, this keeps the triangle inequality, so the neighbours found are exact. The distance is divided by the root of
    the weights' sum: 1 means one standard deviation apart in every trait.
    """
    missing = np.isnan(traits)
    columns = []
    for place in range(traits.shape[1]):
        column, gap = traits[:, place], missing[:, place]
        if gap.all():
            continue
        middle, spread = np.median(column[~gap]), column[~gap].std()
        root = np.sqrt(weights[place])
        columns.append(np.where(gap, 0.0, (column - middle) / (spread if spread > 0 else 1.0)) * root)
        if gap.any():
            columns.append(np.where(gap, penalty, 0.0) * root)
    if not columns:
        return np.zeros((traits.shape[0], 0))
    present = float(weights[~missing.all(axis=0)].sum())
    scaled: Floats = np.stack(columns, axis=1) / np.sqrt(present)
    return scaled


def groups(traits: Floats, weights: Floats, size: int, penalty: float, least_known: int) -> Groups:
    """The `size` nearest schools of each school, nearest first; ties go to the school that comes first.

    A school with fewer than `least_known` traits gets no group and stands in nobody's.
    """
    from scipy.spatial import cKDTree

    count = traits.shape[0]
    known = (~np.isnan(traits)).sum(axis=1)
    neighbours = np.full((count, size), -1, dtype=np.int64)
    distances = np.full((count, size), np.nan)
    eligible = np.flatnonzero(known >= max(least_known, 1))
    if len(eligible) < 2:
        return Groups(neighbours, distances, known.astype(np.int64))
    points = standardised(traits[eligible], weights, penalty)
    # large leaves, and schools laid and asked for in a tree's own order, so that what one looks at is at hand for the next
    laid = cKDTree(points, leafsize=_LEAF).indices
    points, eligible = points[laid], eligible[laid]
    tree = cKDTree(points, leafsize=_LEAF)
    wanted, asked = np.asarray(tree.indices), size + 1 + _SPARE
    while len(wanted):
        asked = min(asked, len(points))
        distance, found = tree.query(points[wanted], k=asked)
        # the school itself goes last, ties in order of the schools
        rounded, own, school = np.round(distance, _SAME), found == wanted[:, None], eligible[found]
        order = np.lexsort((school, rounded, own), axis=1)[:, : min(size, asked - 1)]
        kept = order.shape[1]
        neighbours[eligible[wanted], :kept] = np.take_along_axis(school, order, axis=1)
        distances[eligible[wanted], :kept] = np.take_along_axis(distance, order, axis=1)
        edge = np.take_along_axis(rounded, order[:, -1:], axis=1)[:, 0]
        wanted = wanted[(rounded[:, -1] <= edge) & (asked < len(points))]
        asked *= 2
    return Groups(neighbours, distances, known.astype(np.int64))


def averages(neighbours: Whole, values: Floats, cohorts: Floats) -> tuple[Floats, Whole, Floats]:
    """Cohort-weighted mean of each group's values, the schools in it with a value, and their pupils.

    `neighbours` n x size with -1 for nobody; `values` and `cohorts` of all n schools, NaN where there is none.
    """
    counted = ~np.isnan(values) & (cohorts > 0)
    weight = np.append(np.where(counted, cohorts, 0.0), 0.0)
    weighted = np.append(np.where(counted, values * np.where(counted, cohorts, 0.0), 0.0), 0.0)
    present = np.append(counted, False)
    pupils = weight[neighbours].sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = weighted[neighbours].sum(axis=1) / pupils
    return mean, present[neighbours].sum(axis=1).astype(np.int64), pupils
