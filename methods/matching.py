"""Comparison schools that looked alike before: nearest neighbours within limits.

Here: the nearest schools on scaled traits (Rubin 1973; Stuart 2010), and the linear correction for what matching leaves over
(Abadie and Imbens 2011). Does not belong here: which traits are used, and what is done with the matched schools.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


def nearest(
    wanted: Floats, pool: Floats, most: int, limits: Floats, own_group: Ints, pool_group: Ints
) -> tuple[Ints, Bools]:
    """Places in `pool` of up to `most` nearest schools for each wanted one, and which of these places are filled.

    Rows are schools, columns traits scaled so that a step of 1 matters equally; `limits` is the largest difference allowed on
    each. Schools of the same group (0 or more) are never set beside each other: they take part together.
    """
    if not len(pool) or not len(wanted):
        return np.zeros((len(wanted), most), dtype=np.int64), np.zeros((len(wanted), most), dtype=bool)
    # some neighbours fall out by a limit or a group, so more are asked for than are kept
    asked = min(len(pool), 4 * most)
    places = np.asarray(cKDTree(pool).query(wanted, k=asked)[1], dtype=np.int64).reshape(len(wanted), asked)
    near = (np.abs(pool[places] - wanted[:, None, :]) <= limits).all(axis=2)
    near &= (own_group[:, None] < 0) | (own_group[:, None] != pool_group[places])
    # the first ones that are allowed come to the front, in their order
    order = np.argsort(~near, axis=1, kind="stable")[:, :most]
    rows = np.arange(len(wanted))[:, None]
    return places[rows, order], near[rows, order]


def leftovers(outcome: Floats, traits: Floats, weights: Floats, of: Bools) -> Floats:
    """`outcome` minus what a weighted linear regression on `traits`, fitted to the schools `of`, expects of each school."""
    design = np.column_stack([np.ones(len(traits)), traits])
    root = np.sqrt(weights[of])[:, None]
    coefficients = np.linalg.lstsq(design[of] * root, outcome[of] * root[:, 0], rcond=None)[0]
    return np.asarray(outcome - design @ coefficients)
