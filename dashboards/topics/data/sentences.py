"""What arrived, in words.

Belongs here: the finding of the page and its totals. Does not belong here: any table of it (see `tables.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dashboards.shared.table import Table
from dashboards.shared.wording import count_words, is_number
from dashboards.topics.data.tables import CANNOT_COMPARE

Row = dict[str, Any]


def _sum(log: Sequence[Row], column: str) -> int:
    return int(sum(row[column] for row in log if is_number(row[column])))


def lead(log: Sequence[Row], checks: Table) -> str:
    """How many files and rows arrived and were accepted, and how many checks are outside tolerance."""
    if not log:
        return "No file has arrived yet. Put files into the landing folder and run “turncurve refresh”."
    refused = sum(row["status"] == "refused" for row in log)
    outside = sum(row[-1] == "outside tolerance" for row in checks.rows)
    compared = sum(not str(row[-1]).startswith(CANNOT_COMPARE) for row in checks.rows)
    rest = len(checks.rows) - compared
    return (
        f"{count_words(len(log), 'file', 'files')} arrived, {refused} {'was' if refused == 1 else 'were'} refused; "
        f"{_sum(log, 'rows_accepted'):,} of {_sum(log, 'rows_landed'):,} rows were accepted. "
        f"{outside or 'None'} of {compared:,} checks against the publisher’s own figures "
        f"{'is' if outside <= 1 else 'are'} outside tolerance"
        + (f"; {rest:,} more cannot be compared, each with its reason." if rest else ".")
    )


def totals(log: Sequence[Row], version: str, built: str) -> list[tuple[str, str]]:
    """The version and the sums of rows, as pairs of a name and words."""
    landed, accepted = _sum(log, "rows_landed"), _sum(log, "rows_accepted")
    rejected, superseded = _sum(log, "rows_rejected"), _sum(log, "rows_superseded")
    adds_up = landed == accepted + rejected + superseded
    return [
        ("Warehouse version", version),
        ("Built", built),
        ("Rows landed", f"{landed:,}"),
        ("Accepted", f"{accepted:,}"),
        ("Rejected", f"{rejected:,}"),
        ("Superseded", f"{superseded:,}"),
        (
            "Landed = accepted + rejected + superseded",
            "adds up" if adds_up else "does not add up: tell whoever runs the warehouse",
        ),
    ]
