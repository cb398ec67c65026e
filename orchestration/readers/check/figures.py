"""Columns of figures that are right cell by cell and look wrong all the same: something to look at, not a problem.

Belongs here: what one file alone can show, by the rules the warehouse has (`int_figures__doubted`). Does not belong here: cells
(`cells`), and what only other files show, which a refresh says.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from orchestration.contracts import Dataset
from orchestration.contracts.seeds import SEEDS, rows_once
from orchestration.readers import values

#: Figures above zero below which a column of small ones may be chance.
_AT_LEAST = 3
#: Points by which a rounded percentage may differ from its own count.
_POINTS = 1.5
#: Where more of a column are not their own count, the publisher counts among other pupils than those beside it.
_FEW = 0.1


class Figures:
    """The percentages of a table as its rows pass."""

    def __init__(self, dataset: Dataset, columns: Sequence[str]) -> None:
        self._percentages: dict[int, _Column] = {}
        units = {row["indicator_id"]: (row["unit"], row["kind"]) for row in rows_once(SEEDS, "indicators.csv")}
        roles: dict[tuple[str, str, str], dict[str, int]] = {}
        places = {name.casefold(): place for place, name in enumerate(columns)}
        for row in rows_once(SEEDS, "outcome_columns.csv"):
            name, _, part = row["column_name"].partition("@")
            place = places.get(name.casefold())
            if row["dataset_id"] == dataset.id and place is not None and units[row["indicator_id"]][0] == "%":
                roles.setdefault((row["indicator_id"], row["breakdown_id"], part), {}).setdefault(row["role"], place)
        for (indicator, _, part), found in roles.items():
            if "value" not in found or part:
                continue
            is_share = units[indicator][1] == "proportion"
            pupils = found.get("exact_denominator", found.get("denominator")) if is_share else None
            count = found.get("numerator") if pupils is not None else None
            self._percentages.setdefault(found["value"], _Column(columns[found["value"]], count, pupils))

    def take(self, numbers: Sequence[int], by_column: Sequence[Sequence[str]]) -> None:
        """Look at some rows, column by column."""
        read: dict[int, list[float | None]] = {}

        def figures(place: int) -> list[float | None]:
            if place not in read:
                known = {cell: values.figure_of(cell) for cell in set(by_column[place])}
                read[place] = [known[cell] for cell in by_column[place]]
            return read[place]

        for place, column in self._percentages.items():
            column.take(numbers, figures(place), figures)

    def doubts(self) -> Iterator[str]:
        """A sentence for each column that looks wrong."""
        for column in self._percentages.values():
            yield from column.doubts()


class _Column:
    def __init__(self, name: str, count: int | None, pupils: int | None) -> None:
        self.name, self._count, self._pupils = name, count, pupils
        self._most, self._above_zero = 0.0, 0
        self._rows: tuple[int, int] | None = None
        self._off: list[int] = []
        self._counted = 0

    def take(
        self, numbers: Sequence[int], found: Sequence[float | None], figures: Callable[[int], Sequence[float | None]]
    ) -> None:
        if self._most <= 1:
            above = [number for number in found if number]
            if above:
                self._most = max(self._most, *above)
                self._above_zero += len(above)
                self._rows = (self._rows[0] if self._rows else numbers[0], numbers[-1])
        if self._count is None or self._pupils is None:
            return
        for row, number, count, pupils in zip(numbers, found, figures(self._count), figures(self._pupils), strict=True):
            if number is None or count is None or not pupils or not 0 <= number <= 100:
                continue
            self._counted += 1
            if abs(number * pupils - 100 * count) > _POINTS * pupils:
                self._off.append(row)

    def doubts(self) -> Iterator[str]:
        if self._rows and self._most <= 1 and self._above_zero >= _AT_LEAST:
            first, last = self._rows
            yield (
                f"{self.name}: percentages that are all at most 1 (rows {first} to {last}). They may be shares of one, such as"
                " 0.61 for 61%."
            )
        if 0 < len(self._off) <= _FEW * self._counted:
            rows = ", ".join(map(str, self._off[:10])) + (" and more" if len(self._off) > 10 else "")
            yield (
                f"{self.name}: {len(self._off):,} percentage{'s'[: len(self._off) != 1]} not the count out of the pupils in"
                f" the same row (rows {rows})."
            )
