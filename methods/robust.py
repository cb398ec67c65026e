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
    # of each cluster g with the rows X of the design: X'X, and X' times the residuals
    gram, with_residuals = np.zeros((number, 2, 2)), np.zeros((number, 2))
    np.add.at(gram, clusters, design[:, :, None] * design[:, None, :])
    np.add.at(with_residuals, clusters, design * residuals[:, None])
    # (I - X B X')^-1/2 X b is X times a vector of two, since X B X' has the eigenvalues of R' X'X R with B = R R'
    root = np.linalg.cholesky(bread)
    values, vectors = np.linalg.eigh(root.T @ gram @ root)
    left = 1.0 - values
    adjusted = np.where(left > 1e-9, 1.0 / np.sqrt(np.maximum(left, 1e-12)), 0.0)
    along = np.einsum("gik,i->gk", vectors, np.linalg.solve(root, bread[:, 1]))
    pull = np.einsum("gik,gk->gi", vectors, adjusted * along) @ root.T
    # the part of cluster g is a vector over all schools: X times `pull` on its own, less what the fit takes of it everywhere
    overlap = np.einsum("gij,gj->gi", gram, pull)
    scores, lengths = (pull * with_residuals).sum(axis=1), (pull * overlap).sum(axis=1)
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
