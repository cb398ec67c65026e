"""What a table is, and the list of all of them.

Belongs here: the form of a table and its CSV. The table under a chart, the table on a page and the download all come from one
function of a topic, so they cannot differ. Does not belong here: any particular table (see `tables.py` of each topic), HTML.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from dashboards import topics
from dashboards.access import Answer
from dashboards.shared.finding import Verdict
from dashboards.shared.request import Ask
from dashboards.shared.wording import is_number

MOST_ROWS = 5000


# Every school England ever had fits.
MOST_SCHOOLS = 100_000


@dataclass(frozen=True)
class Table:
    """Headed rows of text, which columns hold numbers, and where it all comes from."""

    name: str
    caption: str
    headings: Sequence[str]
    rows: Sequence[Sequence[str]]
    numeric: frozenset[int]
    answer: Answer
    links: Sequence[str | None] = ()
    total: int | None = None  # how many rows there are, when not all were asked for
    # columns whose words are verdicts: a page draws each with its shape and colour
    verdicts: Mapping[int, Sequence[Verdict]] = field(default_factory=dict)

    @property
    def hidden(self) -> tuple[str, ...]:
        """Why anything in the table was held back."""
        return self.answer.hidden


_BUILDERS: dict[str, Callable[..., Table]] = {}


def listed(build: Callable[..., Table]) -> Callable[..., Table]:
    """Put the table this function builds on the list, under the function's name."""
    _BUILDERS[build.__name__] = build
    return build


def _every() -> Mapping[str, Callable[..., Table]]:
    topics.load("tables")
    return _BUILDERS


def builder(name: str) -> Callable[..., Table]:
    """What builds the table called `name`, to see which parameters it needs."""
    return _every()[name]


def build(name: str, ask: Ask, parameters: dict[str, Any]) -> Table:
    """The table called `name`. Raises KeyError when there is none, TypeError for a parameter it does not have,
    LookupError when its area does not exist."""
    return builder(name)(ask, **parameters)


def names() -> list[str]:
    """Every table there is."""
    return sorted(_every())


def to_csv(table: Table) -> str:
    """The table as CSV: the cells as seen (numbers without signs of unit), then where they come from on every row."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([*table.headings, "warehouse version", "as at", "held back"])
    as_at = table.answer.built_at.isoformat()
    held = " ".join(table.hidden)
    for row in table.rows:
        cells = [_number(cell) if place in table.numeric else _text(cell) for place, cell in enumerate(row)]
        writer.writerow([*cells, table.answer.version, as_at, held])
    if not table.rows and held:
        writer.writerow(["" for _ in table.headings] + [table.answer.version, as_at, held])
    # The mark makes spreadsheets read the file as UTF-8.
    return "\ufeff" + out.getvalue()


def _number(cell: str) -> str:
    plain = cell.replace("−", "-").replace(",", "").removesuffix("%").removeprefix("+")
    try:
        float(plain)
    except ValueError:
        return _text(cell)
    return plain


def _text(cell: str) -> str:
    # A spreadsheet would run a cell that begins like a formula.
    return "'" + cell if cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell


def number_text(value: Any) -> str:
    """A whole number with commas; nothing where there is none."""
    return f"{value:,.0f}" if is_number(value) else ""


def rating_text(value: Any) -> str:
    """A rating to one decimal place, or that it is not shown."""
    return f"{value:.1f}" if is_number(value) else "not shown"
