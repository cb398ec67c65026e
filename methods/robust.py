"""Standard errors that let each cluster have its own way of varying, with degrees of freedom for few clusters.

Here: the CR2 variance of Bell and McCaffrey (2002) with their degrees of freedom (as in Imbens and Kolesár 2016; Pustejovsky
and Tipton 2018), and randomisation over clusters. Does not belong here: which method is used when (`methods.impact`). The
regression is always the same: changes on a constant and on having taken part, with weights.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from math import comb

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Difference:
    """Difference of weighted mean changes, its standard error and degrees of freedom, in the unit of the changes."""

    estimate: float
    se: float
    df: float


def _fit(changes: Floats, treated: Bools, weights: Floats) -> tuple[Floats, Floats, Floats, Floats]:
    root = np.sqrt(weights)
    design = np.column_stack([np.ones(len(changes)), treated]) * root[:, None]
    bread = np.linalg.inv(design.T @ design)
    target = changes * root
    coefficients = bread @ (design.T @ target)
    return design, bread, target - design @ coefficients, coefficients


def cr2(changes: Floats, treated: Bools, weights: Floats, clusters: Ints) -> Difference:
    """CR2 standard error with Bell and McCaffrey's degrees of freedom.

    One entry per school; `clusters` numbers clusters from 0. Working model: variance inverse to the weights, no
    correlation. Raises ValueError when a side has a single cluster, because then nothing says how clusters vary.
    """
    inside = {int(c) for c in clusters[treated]}
    if len(inside) < 2 or len({int(c) for c in clusters[~treated]} - inside) < 2:
        raise ValueError("CR2 needs two clusters on each side.")
    design, bread, residuals, coefficients = _fit(changes, treated, weights)
    number = int(clusters.max()) + 1
    order = np.argsort(clusters, kind="stable")
    bounds = np.searchsorted(clusters[order], np.arange(number + 1))
    contrast = bread[:, 1]
    scores, lengths = np.empty(number), np.empty(number)
    # the part of cluster g is a vector over all schools: `pull` on its own, less what the fit takes of it everywhere
    overlap = np.empty((number, 2))
    for g in range(number):
        rows = order[bounds[g] : bounds[g + 1]]
        base, triangle = np.linalg.qr(design[rows])
        values, vectors = np.linalg.eigh(np.eye(len(triangle)) - triangle @ bread @ triangle.T)
        adjusted = np.where(values > 1e-9, 1.0 / np.sqrt(np.maximum(values, 1e-12)), 0.0)
        pull = base @ ((vectors * adjusted) @ (vectors.T @ (triangle @ contrast)))
        scores[g], lengths[g] = pull @ residuals[rows], pull @ pull
        overlap[g] = pull @ design[rows]
    # inner products of all parts: the lengths on the diagonal, less a matrix of rank two
    inner = -bread
    diagonal = lengths + np.einsum("gi,ij,gj->g", overlap, inner, overlap)
    low_rank = inner @ (overlap.T @ overlap)
    square = float((lengths**2).sum() + 2 * (lengths * (diagonal - lengths)).sum() + np.trace(low_rank @ low_rank))
    df = float(diagonal.sum() ** 2 / square)
    return Difference(float(coefficients[1]), float(np.sqrt((scores**2).sum())), df)


MOST_ASSIGNMENTS = 5000
DRAWS = 999


def randomisation_p(changes: Floats, treated: Bools, weights: Floats, clusters: Ints, seed: int = 1) -> float:
    """How often another choice of as many clusters would have shown a difference at least as large: two-sided.

    Every choice is tried where there are at most `MOST_ASSIGNMENTS`, else `DRAWS` seeded ones and the real one. A cluster with
    any school that took part counts as one that took part.
    """
    number = int(clusters.max()) + 1
    mass = np.bincount(clusters, weights, number)
    first = np.bincount(clusters, weights * changes, number)
    inside = np.bincount(clusters, treated, number) > 0
    size = int(inside.sum())
    if comb(number, size) <= MOST_ASSIGNMENTS:
        chosen = np.array(list(combinations(range(number), size)), dtype=np.int64)
        extra = 0
    else:
        rng = np.random.default_rng(seed)
        chosen = np.argpartition(rng.random((DRAWS, number)), size - 1, axis=1)[:, :size]
        extra = 1

    def gap(mass_in: Floats, first_in: Floats) -> Floats:
        return np.asarray(first_in / mass_in - (first.sum() - first_in) / (mass.sum() - mass_in))

    found = np.abs(gap(mass[chosen].sum(axis=1), first[chosen].sum(axis=1)))
    real = abs(float(gap(mass[inside].sum(keepdims=True), first[inside].sum(keepdims=True))[0]))
    reached = int((found >= real - 1e-9 * max(1.0, real)).sum())
    return (reached + extra) / (len(found) + extra)
