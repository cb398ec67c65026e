"""Keeping figures of few people from being worked out: which cells of linked tables are held back, and what is left to find out.

Belongs here: suppression and its attack on tables as arrays: cells with values, and equations that a reader knows to hold between
them. Does not belong here: which tables there are, whose figures they hold, or any threshold (`seeds/rules/shared_datasets.csv`).

An equation is a row of a matrix with a coefficient for each cell: 1 for the parts and -1 for their total. All tables that a
reader sees together are one set of equations; solved one by one they betray each other.

References: Fischetti and Salazar-González, Management Science 47 (2001) 1008-1027, for suppression as an integer programme whose
constraints are the attack itself; OpenSAFELY's rules of output checking for midpoint-6 rounding and for "redact, then round";
cohort-extractor for the next smallest.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, linprog, milp
from scipy.sparse import block_diag, coo_array, csr_array, hstack, vstack

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

#: What a solver may be off by: intervals narrower by no more are as wide as asked for.
_TOLERANCE = 1e-6


class NoProtection(ValueError):
    """No pattern protects the cells: even with everything held back they could be worked out."""


@dataclass(frozen=True)
class Tables:
    """Linked tables: the true values of all cells, the equations that hold between them, and what a reader knows beforehand.

    `lower` and `upper` bound each cell whatever is published; `weights` say what holding a cell back costs.
    """

    values: Floats
    equations: csr_array
    lower: Floats
    upper: Floats
    weights: Floats

    @classmethod
    def of(cls, values: list[float], equations: list[dict[int, int]], upper: float | None = None) -> Tables:
        """Tables of counts that are nought or more, each costing what it counts; `upper` bounds each."""
        true = np.asarray(values, dtype=float)
        most = true.sum() if upper is None else upper
        rows = [row for row, equation in enumerate(equations) for _ in equation]
        columns = [cell for equation in equations for cell in equation]
        signs = [float(sign) for equation in equations for sign in equation.values()]
        matrix = csr_array(coo_array((signs, (rows, columns)), shape=(len(equations), len(true))))
        return cls(true, matrix, np.zeros_like(true), np.full_like(true, most), np.maximum(true, 1.0))


def bounds(tables: Tables, hidden: Flags, cells: list[int] | None = None) -> Floats:
    """What a reader can work out of hidden cells: the least and the most each may be, given all that is shown; a row a cell.

    Each end is a linear programme of its own over the hidden cells; many are solved as one, side by side, since calling the
    solver costs more than solving.
    """
    wanted = np.flatnonzero(hidden).tolist() if cells is None else cells
    open_ = np.flatnonzero(hidden)
    place = {cell: number for number, cell in enumerate(open_.tolist())}
    left = csr_array(tables.equations[:, open_])
    right = -(tables.equations @ np.where(hidden, 0.0, tables.values))
    limits = np.column_stack((tables.lower[open_], tables.upper[open_]))
    ends = [(place[cell], sign) for cell in wanted for sign in (1.0, -1.0)]
    found: list[float] = []
    at_once = max(1, _SIDE_BY_SIDE // max(1, len(open_)))
    for start in range(0, len(ends), at_once):
        some = ends[start : start + at_once]
        aim = np.zeros((len(some), len(open_)))
        for number, (cell, sign) in enumerate(some):
            aim[number, cell] = sign
        solved = linprog(
            aim.ravel(),
            A_eq=block_diag([left] * len(some), format="csr"),
            b_eq=np.tile(right, len(some)),
            bounds=np.tile(limits, (len(some), 1)),
            method="highs",
        )
        if not solved.success:
            raise ValueError(f"the equations do not hold of the values: {solved.message}")
        found += [float(one[cell]) for one, (cell, _) in zip(solved.x.reshape(aim.shape), some, strict=True)]
    return np.array(found).reshape(len(wanted), 2)


#: Variables of programmes that are solved as one.
_SIDE_BY_SIDE = 4000


def exposed(tables: Tables, hidden: Flags, protect: Flags, width: float) -> list[int]:
    """The cells to protect whose interval is narrower than `width` to a reader; that of a shown one has no width."""
    found = [cell for cell in np.flatnonzero(protect).tolist() if not hidden[cell]]
    asked = [cell for cell in np.flatnonzero(protect).tolist() if hidden[cell]]
    if asked:
        low, high = bounds(tables, hidden, asked).T
        found += [cell for cell, wide in zip(asked, high - low, strict=True) if wide < width - _TOLERANCE]
    return sorted(found)


def suppress(tables: Tables, protect: Flags, width: float) -> Flags:
    """The cheapest set of cells to hold back so that each cell to protect lies in an interval of at least `width`.

    Exact where the tables are small; else cells are protected one after the other, each at the least extra cost. Raises
    NoProtection where no set protects them.
    """
    wanted = np.flatnonzero(protect).tolist()
    if not wanted:
        return np.zeros(len(tables.values), dtype=bool)
    if len(wanted) * len(tables.values) <= _EXACT:
        return _solved(tables, wanted, width, protect)
    hidden = protect.copy()
    for cell in wanted:
        if exposed(tables, hidden, _only(cell, len(hidden)), width):
            hidden |= _solved(tables, [cell], width, hidden)
    return hidden


#: Branches that an integer programme may try. Never a time: a busy machine would hold back other cells than a quiet one, and two
#: releases of the same answers could be subtracted.
_NODES = 20_000
#: Cells to protect times cells up to which one programme finds the cheapest set.
_EXACT = 4000


def _only(cell: int, cells: int) -> Flags:
    flags = np.zeros(cells, dtype=bool)
    flags[cell] = True
    return flags


def _solved(tables: Tables, wanted: list[int], width: float, already: Flags) -> Flags:
    """Fischetti and Salazar's programme: for each cell to protect two tables that a reader could not tell from the true one.

    Variables: whether each cell is hidden; then, for each cell to protect, how far every cell moves up in one such table and
    down in the other. What is shown does not move.
    """
    cells, rows = len(tables.values), tables.equations.shape[0]
    down, up = tables.values - tables.lower, tables.upper - tables.values
    moves = 2 * len(wanted)
    identity = csr_array(np.eye(cells))
    hidden_up, hidden_down = csr_array(np.diag(up)), csr_array(np.diag(down))
    balance = hstack([csr_array((moves * rows, cells)), block_diag([tables.equations] * moves)])
    limits = vstack(
        [
            hstack([vstack([hidden_up] * moves), block_diag([-identity] * moves)]),
            hstack([vstack([hidden_down] * moves), block_diag([identity] * moves)]),
        ]
    )
    apart = coo_array(
        (
            [sign for _ in wanted for sign in (1.0, -1.0)],
            (
                [place for place in range(len(wanted)) for _ in range(2)],
                [cells * (1 + 2 * place + side) + cell for place, cell in enumerate(wanted) for side in range(2)],
            ),
        ),
        shape=(len(wanted), cells * (1 + moves)),
    )
    must = np.where(already, 1.0, 0.0)
    must[wanted] = 1.0
    solved = milp(
        np.concatenate([np.where(already, 0.0, tables.weights), np.zeros(moves * cells)]),
        constraints=[
            LinearConstraint(csr_array(balance), 0.0, 0.0),
            LinearConstraint(csr_array(limits), 0.0, np.inf),
            LinearConstraint(csr_array(apart), width, np.inf),
        ],
        integrality=np.concatenate([np.ones(cells), np.zeros(moves * cells)]),
        bounds=Bounds(
            np.concatenate([must, np.tile(-down, moves)]), np.concatenate([np.ones(cells), np.tile(up, moves)])
        ),
        options={"node_limit": _NODES},
    )
    if solved.x is None:
        raise NoProtection(f"no set of cells protects them: {solved.message}")
    return np.asarray(solved.x[:cells] > 0.5)


def next_smallest(counts: list[int], least: int) -> list[int | None]:
    """Counts of `least` or fewer held back, and, where those add up to no more than `least`, the next smallest ones too."""
    held = [0 < count <= least for count in counts]
    together = sum(count for count, is_held in zip(counts, held, strict=True) if is_held)
    if any(held) and together <= least:
        rest = [count for count, is_held in zip(counts, held, strict=True) if not is_held and count > 0]
        held = [is_held or (bool(rest) and count == min(rest)) for count, is_held in zip(counts, held, strict=True)]
    return [None if is_held else count for count, is_held in zip(counts, held, strict=True)]


def midpoint6(count: int) -> int:
    """A count rounded to the middle of its six: 1 to 6 are 3, 7 to 12 are 9, and nought stays nought."""
    return -(-count // 6) * 6 - (3 if count else 0)


def redacted_then_rounded(counts: list[int], least: int = 7, base: int = 5) -> tuple[list[int | None], int]:
    """Counts of `least` or fewer redacted, the rest rounded to `base`; and their total, made of what is shown alone."""
    shown = [None if 0 < count <= least else base * ((2 * count + base) // (2 * base)) for count in counts]
    return shown, sum(count for count in shown if count is not None)


@dataclass(frozen=True)
class Answers:
    """Answers of a school (in one partnership) to one part of an instrument: how many people, their sum, their number."""

    school: str
    partnership: str | None
    authority: str | None
    people: int
    total: float
    number: int


@dataclass(frozen=True)
class Rules:
    """When a mean of answers may be shown: people and schools behind it at least, inside their own school too, the most an answer
    may be, and by how many points of the scale each single answer has to stay unknown."""

    people: int
    people_own: int
    schools: int
    most: float
    apart: float = 1.0


#: A cell: school, partnership or authority, and which.
Cell = tuple[str, str]
#: Why a cell is not shown.
FEW_PEOPLE, FEW_SCHOOLS, BETRAYS, SAME = "few_people", "few_schools", "betrays", "same"


def shown_cells(
    answers: list[Answers], may_name: frozenset[str], own: str | None, rules: Rules
) -> dict[Cell, str | None]:
    """Which cells of one part of an instrument a viewer is shown: None where it is, else the reason.

    `answers` are those the viewer may see in totals; `may_name` are the schools whose own mean may be shown, and `own` is the
    viewer's school. Of all cells that may be shown by themselves as many people's as can be are shown such that the difference of
    any two shown cells is again a group that may be shown. What the viewer's own school answered counts as known to it.
    """
    cells: dict[Cell, list[int]] = {}
    for place, one in enumerate(answers):
        if one.school in may_name or one.school == own:
            cells.setdefault(("school", one.school), []).append(place)
        if one.partnership:
            cells.setdefault(("partnership", one.partnership), []).append(place)
        if one.authority:
            cells.setdefault(("authority", one.authority), []).append(place)
    if len({one.partnership for one in answers}) < 2:
        # of one partnership alone it would be that partnership's mean under another name
        cells = {cell: places for cell, places in cells.items() if cell[0] != "authority"}
    known = frozenset(place for place, one in enumerate(answers) if one.school == own)
    # what a reader who takes the own school off has of each cell: two cells may be nested in that which were not before
    open_ = {cell: frozenset(places) - known for cell, places in cells.items()}
    said: dict[Cell, str | None] = {cell: _alone(cell, places, answers, own, rules) for cell, places in cells.items()}
    allowed = [cell for cell, why in said.items() if why is None]
    for cell in _across(allowed, open_, answers):
        said[cell] = BETRAYS
        allowed.remove(cell)
    while True:
        kept = _largest(allowed, cells, open_, answers, rules)
        bad = [cell for cell in kept if not _group(_rest(cell, kept, cells, open_), answers, rules)]
        if not bad:
            break
        # what its answers give away by lying all at one end is in no programme: the cell goes, and the rest is solved again
        allowed = [cell for cell in allowed if cell not in bad]
    for cell, why in said.items():
        if why is None and cell not in kept:
            said[cell] = BETRAYS
    return said


def _across(allowed: list[Cell], open_: dict[Cell, frozenset[int]], answers: list[Answers]) -> list[Cell]:
    """Cells that lie only in part in a larger one, such as a partnership of two authorities: the cut would tell either side."""
    left, found = set(allowed), []
    for kind, above in (("partnership", "authority"), ("school", "authority"), ("school", "partnership")):
        for cell in allowed:
            if cell[0] != kind or cell not in left:
                continue
            larger = {getattr(answers[place], above) for place in open_[cell]}
            if len(larger) > 1 and any((above, name) in left for name in larger):
                left.remove(cell)
                found.append(cell)
    return found


def _alone(cell: Cell, places: list[int], answers: list[Answers], own: str | None, rules: Rules) -> str | None:
    people = sum(answers[place].people for place in places)
    if people < (rules.people_own if cell == ("school", own) else rules.people):
        return FEW_PEOPLE
    if cell[0] != "school" and len({answers[place].school for place in places}) < rules.schools:
        return FEW_SCHOOLS
    return None if _apart(places, answers, rules) else SAME


def _rest(cell: Cell, kept: list[Cell], cells: dict[Cell, list[int]], open_: dict[Cell, frozenset[int]]) -> list[int]:
    """What is left of a cell when every shown cell inside it, and what the viewer knows, is taken off."""
    whole = open_[cell]
    rest = whole.difference(*(open_[other] for other in kept if open_[other] < whole))
    # nothing was taken off: the cell itself was found fit already
    return [] if len(rest) == len(cells[cell]) else sorted(rest)


def _group(rest: list[int], answers: list[Answers], rules: Rules) -> bool:
    """Whether a difference is nothing, or a group that might be shown itself."""
    if not rest:
        return True
    people = sum(answers[place].people for place in rest)
    schools = len({answers[place].school for place in rest})
    return people >= rules.people and schools >= rules.schools and _apart(rest, answers, rules)


def _apart(places: list[int], answers: list[Answers], rules: Rules) -> bool:
    """Whether the sum of a group leaves each school's and each person's answers unknown: all at one end, it tells all."""
    total = sum(answers[place].total for place in places)
    number = sum(answers[place].number for place in places)
    parts = [answers[place].number for place in places] if len({answers[p].school for p in places}) > 1 else []
    parts += [max(1, round(answers[place].number / answers[place].people)) for place in places]
    return all(
        min(rules.most * part, total) - max(0.0, total - rules.most * (number - part)) >= rules.apart * part
        for part in parts
    )


def _largest(
    allowed: list[Cell],
    cells: dict[Cell, list[int]],
    open_: dict[Cell, frozenset[int]],
    answers: list[Answers],
    rules: Rules,
) -> list[Cell]:
    """The cells with most people behind them of which no difference is a group too small, by integer programming."""
    left_over = [_rest(cell, allowed, cells, open_) for cell in allowed]
    if all(not rest or _large(rest, answers, rules) for rest in left_over):
        return allowed
    place = {cell: number for number, cell in enumerate(allowed)}
    inside = {cell: [other for other in allowed if open_[other] < open_[cell]] for cell in allowed}
    columns = len(allowed)
    covered: dict[tuple[Cell, int], int] = {}
    rests: dict[Cell, int] = {}
    for cell in allowed:
        if (not inside[cell] and len(open_[cell]) == len(cells[cell])) or not open_[cell]:
            continue
        rests[cell], columns = columns, columns + 1
        for leaf in sorted(open_[cell]):
            covered[cell, leaf], columns = columns, columns + 1
    rows: list[tuple[dict[int, float], float]] = []  # each: coefficients, and the least their sum may be
    for cell, left in rests.items():
        leaves = sorted(open_[cell])
        for leaf in leaves:
            within = [place[other] for other in inside[cell] if leaf in open_[other]]
            rows.append(({covered[cell, leaf]: -1.0, **dict.fromkeys(within, 1.0)}, 0.0))
            rows.extend(({covered[cell, leaf]: 1.0, other: -1.0}, 0.0) for other in within)
            # whatever is not covered makes a rest
            rows.append(({left: 1.0, covered[cell, leaf]: 1.0}, 1.0))
        for size, least in (
            ({leaf: float(answers[leaf].people) for leaf in leaves}, float(rules.people)),
            (dict.fromkeys(leaves, 1.0), float(rules.schools)),
        ):
            # where the cell is shown and there is a rest, the rest is large enough
            rows.append(
                (
                    {place[cell]: -least, left: -least, **{covered[cell, leaf]: -size[leaf] for leaf in leaves}},
                    -least - sum(size.values()),
                )
            )
    matrix = coo_array(
        (
            [value for coefficients, _ in rows for value in coefficients.values()],
            (
                [row for row, (coefficients, _) in enumerate(rows) for _ in coefficients],
                [column for coefficients, _ in rows for column in coefficients],
            ),
        ),
        shape=(len(rows), columns),
    )
    worth = np.zeros(columns)
    for cell, column in place.items():
        worth[column] = -sum(answers[leaf].people for leaf in cells[cell])
    solved = milp(
        worth,
        constraints=[LinearConstraint(csr_array(matrix), np.array([least for _, least in rows]), np.inf)],
        integrality=np.ones(columns),
        bounds=Bounds(0, 1),
        options={"node_limit": _NODES},
    )
    if solved.x is None:
        return []
    return [cell for cell, column in place.items() if solved.x[column] > 0.5]


def _large(rest: list[int], answers: list[Answers], rules: Rules) -> bool:
    people = sum(answers[leaf].people for leaf in rest)
    return people >= rules.people and len({answers[leaf].school for leaf in rest}) >= rules.schools
