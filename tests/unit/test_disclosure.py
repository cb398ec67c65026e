"""Suppression and its attack: golden numbers of others, and the property that nothing held back can be worked out."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from methods import disclosure
from methods.disclosure import Tables, bounds, exposed, suppress


def two_way(table: list[list[int]]) -> tuple[Tables, dict[tuple[int, int], int]]:
    """A table with its margins and total as linked cells, and the place of each inner cell."""
    rows, columns = len(table), len(table[0])
    place = {(r, c): r * columns + c for r in range(rows) for c in range(columns)}
    inner = rows * columns
    values = [count for row in table for count in row]
    values += (
        [sum(row) for row in table] + [sum(column) for column in zip(*table, strict=True)] + [sum(map(sum, table))]
    )
    equations: list[dict[int, int]] = []
    for r in range(rows):
        equations.append({**{place[r, c]: 1 for c in range(columns)}, inner + r: -1})
    for c in range(columns):
        equations.append({**{place[r, c]: 1 for r in range(rows)}, inner + rows + c: -1})
    total = inner + rows + columns
    equations.append({**{inner + r: 1 for r in range(rows)}, total: -1})
    equations.append({**{inner + rows + c: 1 for c in range(columns)}, total: -1})
    return Tables.of([float(value) for value in values], equations), place


def flags(tables: Tables, *cells: int) -> np.ndarray:
    return np.isin(np.arange(len(tables.values)), cells)


def test_the_attack_finds_what_the_golden_table_gives_away() -> None:
    """Golden numbers P: suppressed alone, with its row mate, and in the rectangle."""
    tables, at = two_way([[12, 3, 20], [15, 8, 9], [30, 14, 11]])
    three, twelve = at[0, 1], at[0, 0]
    assert bounds(tables, flags(tables, three)).tolist() == [[3, 3]]
    assert bounds(tables, flags(tables, twelve, three), [twelve, three]).tolist() == [[12, 12], [3, 3]]
    rectangle = flags(tables, at[0, 0], at[0, 1], at[1, 0], at[1, 1])
    assert bounds(tables, rectangle, [three, twelve]).tolist() == [[0, 11], [4, 15]]
    assert exposed(tables, rectangle, flags(tables, three), 5) == []
    assert exposed(tables, flags(tables, three), flags(tables, three), 5) == [three]


def test_the_cheapest_rectangle_is_found(capsys: pytest.CaptureFixture[str]) -> None:
    """Golden numbers P: of the four rectangles that cost 38, 40, 59 and 48."""
    tables, at = two_way([[12, 3, 20], [15, 8, 9], [30, 14, 11]])
    hidden = suppress(tables, flags(tables, at[0, 1]), 5)
    cost = tables.values[hidden].sum()
    with capsys.disabled():
        print(f"\ngolden table P: cost of suppression {cost:g}, cheapest 38")
    assert cost == 38
    assert set(np.flatnonzero(hidden)) == {at[0, 0], at[0, 1], at[1, 0], at[1, 1]}


def test_one_after_the_other_costs_at_most_twice_the_cheapest(monkeypatch: pytest.MonkeyPatch) -> None:
    tables, at = two_way([[12, 3, 20], [15, 8, 9], [30, 14, 2]])
    protect = flags(tables, at[0, 1], at[2, 2])
    cheapest = tables.values[suppress(tables, protect, 5)].sum()
    monkeypatch.setattr(disclosure, "_EXACT", 0)
    hidden = suppress(tables, protect, 5)
    assert exposed(tables, hidden, protect, 5) == []
    assert cheapest <= tables.values[hidden].sum() <= 2 * cheapest


#: Golden numbers Q: eight regions in two counties, and again as big and small.
_REGIONS = {"A": 2, "B": 2, "I": 8, "J": 8, "K": 3, "L": 3, "M": 3, "N": 7}
_TOTALS = {"county-1": "ABIJ", "county-2": "KLMN", "BIG": "LM", "small": "ABIJKN"}


def counties(*totals: str) -> tuple[Tables, list[str]]:
    names = [*_REGIONS, *_TOTALS, "all"]
    values = {**_REGIONS, **{name: sum(_REGIONS[r] for r in parts) for name, parts in _TOTALS.items()}, "all": 36}
    equations = [{**{names.index(r): 1 for r in _TOTALS[name]}, names.index(name): -1} for name in totals]
    for pair in (("county-1", "county-2"), ("BIG", "small")):
        if set(pair) <= set(totals):
            equations.append({**{names.index(name): 1 for name in pair}, names.index("all"): -1})
    return Tables.of([float(values[name]) for name in names], equations), names


def test_linked_tables_are_solved_together() -> None:
    """Golden numbers Q: each hierarchy alone is unsafe."""
    first, names = counties("county-1", "county-2")
    second, _ = counties("BIG", "small")
    both, _ = counties(*_TOTALS)
    protect = flags(both, *(names.index(name) for name, count in _REGIONS.items() if count <= 3))
    apart = suppress(first, protect, 4) | suppress(second, protect, 4)
    assert exposed(first, suppress(first, protect, 4), protect, 4) == []
    assert exposed(second, suppress(second, protect, 4), protect, 4) == []
    alone = flags(both, *(names.index(name) for name in "ABKLM"))
    assert names.index("K") in exposed(both, alone, protect, 4), "K is what is left of county-2 without N and BIG"
    together = suppress(both, protect, 4)
    assert exposed(both, together, protect, 4) == []
    assert both.values[together].sum() <= both.values[apart | alone].sum() + both.values.max()


def test_the_next_smallest_is_held_back_where_the_small_ones_add_up_to_few() -> None:
    """Golden numbers O."""
    assert disclosure.next_smallest([2, 9, 9, 14], 5) == [None, None, None, 14]
    assert disclosure.next_smallest([4, 3, 9, 14], 5) == [None, None, 9, 14]
    assert disclosure.next_smallest([0, 5, 12, 30], 5) == [0, None, None, 30]
    assert disclosure.next_smallest([1, 2, 2, 6], 5) == [None] * 4


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.lists(st.integers(0, 30), min_size=3, max_size=3), min_size=3, max_size=4),
    st.integers(2, 5),
)
def test_nothing_that_is_small_can_be_worked_out(table: list[list[int]], least: int) -> None:
    tables, at = two_way(table)
    protect = flags(tables, *(cell for (r, c), cell in at.items() if 0 < table[r][c] < least))
    try:
        hidden = suppress(tables, protect, least)
    except disclosure.NoProtection:
        return
    assert exposed(tables, hidden, protect, least) == []
    # whatever is taken out of the pattern again, and is no total, is either worked out or was not needed
    assert not (protect & ~hidden).any()


def test_redact_then_round() -> None:
    """Golden numbers M: heart disease and population by age, and the total of what is shown."""
    assert disclosure.redacted_then_rounded([3, 8, 16, 23]) == ([None, 10, 15, 25], 50)
    assert disclosure.redacted_then_rounded([18, 23, 31, 44]) == ([20, 25, 30, 45], 120)
    # and what rounding is for: the differences of these two give one woman away, the rounded ones do not
    everyone, men = [8, 10, 15, 25], [7, 5, 8, 13]
    assert min(all_ - some for all_, some in zip(everyone, men, strict=True)) == 1
    assert disclosure.redacted_then_rounded(men)[0][0] is None


def test_midpoint_rounding() -> None:
    """Golden numbers N."""
    counts = {0: 0, 1: 3, 6: 3, 7: 9, 12: 9, 13: 15, 18: 15, 25: 27}
    assert {count: disclosure.midpoint6(count) for count in counts} == counts


RULES = disclosure.Rules(people=5, people_own=3, schools=3, most=5.0)


def answers_of(*sizes: tuple[str, str, int], mean: float = 2.5) -> list[disclosure.Answers]:
    return [disclosure.Answers(s, p, "999", n, mean * n * 3, n * 3) for s, p, n in sizes]


def shown_of(found: dict[disclosure.Cell, str | None]) -> set[str]:
    return {name for (_kind, name), why in found.items() if why is None}


def test_a_total_is_held_back_where_it_would_give_away_the_one_that_is_missing() -> None:
    """Six of seven schools by name and the partnership's mean: the seventh is the rest."""
    many = [(f"S{n}", "P1", 5) for n in range(6)]
    found = disclosure.shown_cells(
        answers_of(*many, ("S6", "P1", 2)), frozenset(f"S{n}" for n in range(7)), None, RULES
    )
    assert found["school", "S6"] == disclosure.FEW_PEOPLE
    # the total is worth more people than the schools it costs: two of them go with the seventh, and the rest is three schools
    kept = shown_of(found)
    assert {"P1", "999"} & kept and len(kept & {f"S{n}" for n in range(6)}) == 4
    assert sum(why == disclosure.BETRAYS for why in found.values()) == 2


def test_what_the_own_school_answered_is_taken_off_by_those_who_know_it() -> None:
    found = disclosure.shown_cells(
        answers_of(("S0", "P1", 6), ("S1", "P1", 2), ("S2", "P1", 2)), frozenset(), "S0", RULES
    )
    assert found["school", "S0"] is None
    assert found["partnership", "P1"] == disclosure.BETRAYS, "two schools of two people are what is left"
    assert disclosure.shown_cells(
        answers_of(("S0", "P1", 6), ("S1", "P1", 2), ("S2", "P1", 2)), frozenset(), None, RULES
    )["partnership", "P1"] is None  # fmt: skip


def test_a_partnership_of_two_authorities_is_not_shown_beside_them() -> None:
    """Of P1 one school is elsewhere: the authority without P2 is the rest of P1, and P1 without that is the one school."""
    answers = [
        disclosure.Answers(f"S{n}", p, a, 5, 37.5, 15)
        for n, (p, a) in enumerate([("P1", "999")] * 4 + [("P1", "998")] + [("P2", "999")] * 4)
    ]
    found = disclosure.shown_cells(answers, frozenset(), None, RULES)
    assert shown_of(found) == {"P2", "999"} and found["partnership", "P1"] == disclosure.BETRAYS
    # with nothing of the authorities shown, there is nothing to take it apart with
    few = [one for one in answers if one.partnership == "P1"]
    assert shown_of(disclosure.shown_cells(few, frozenset(), None, RULES)) == {"P1"}


def test_answers_all_at_one_end_tell_everybodys() -> None:
    for mean in (0.0, 5.0, 4.95):
        found = disclosure.shown_cells(
            answers_of(*((f"S{n}", "P1", 3) for n in range(4)), mean=mean), frozenset(), None, RULES
        )
        assert found["partnership", "P1"] == disclosure.SAME


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 5), st.sampled_from(["P1", "P2"]), st.integers(1, 7), st.floats(0, 5)),
        min_size=1, max_size=9, unique_by=lambda one: one[:2],
    ),
    st.sets(st.integers(0, 5)),
    st.one_of(st.none(), st.integers(0, 5)),
    st.integers(0, 6),
)  # fmt: skip
def test_no_school_that_is_held_back_can_be_worked_out(
    given_answers: list[tuple[int, str, int, float]], named: set[int], own: int | None, elsewhere: int
) -> None:
    """Linear programming over everything that is shown: each school's sum stays unknown by a point of each of its answers.

    A school may answer in two partnerships, and a partnership have schools of two authorities.
    """
    answers = [
        disclosure.Answers(
            f"S{school}",
            partnership,
            "998" if school < elsewhere else "999",
            people,
            round(mean * people * 3),
            people * 3,
        )
        for school, partnership, people, mean in given_answers
    ]
    me = None if own is None else f"S{own}"
    found = disclosure.shown_cells(answers, frozenset(f"S{n}" for n in named), me, RULES)
    leaves = len(answers)
    cells = [cell for cell, why in found.items() if why is None]
    index = {"school": 0, "partnership": 1, "authority": 2}
    members = [
        [n for n, one in enumerate(answers) if (one.school, one.partnership, one.authority)[index[kind]] == name]
        for kind, name in cells
    ]
    values = [one.total for one in answers] + [sum(answers[n].total for n in inside) for inside in members]
    equations = [{**dict.fromkeys(inside, 1), leaves + place: -1} for place, inside in enumerate(members)]
    tables = Tables.of(values, equations)
    tables.upper[:leaves] = [5.0 * one.number for one in answers]
    shown = {("school", one.school) for one in answers} & set(cells)
    hidden = np.array(
        [("school", one.school) not in shown and one.school != me for one in answers] + [False] * len(cells)
    )
    secret = np.flatnonzero(hidden[:leaves]).tolist()
    if cells and secret:
        for leaf, (low, high) in zip(secret, bounds(tables, hidden, secret), strict=True):
            assert high - low >= answers[leaf].number - 1e-6, (answers[leaf], cells)
