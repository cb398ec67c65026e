"""A measured figure with its limits, as every simulation returns it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """A measured value, the least and the most it may be (None where it is only printed), and the worlds behind it."""

    method_id: str
    name: str
    value: float
    low: float | None
    high: float | None
    worlds: int
    note: str = ""
    error: float | None = None
    """Standard error of a value whose worlds are not independent of each other; without it that of a share of `worlds`."""

    @property
    def passed(self) -> bool:
        """Whether the value keeps its limits."""
        return (self.low is None or self.value >= self.low) and (self.high is None or self.value <= self.high)
