"""Ratings of transition points and reflection questions of one school.

Belongs here: the tables of ratings. Does not belong here: their means (a mart has them).
"""

from __future__ import annotations

from typing import Any

from dash import html

from dashboards.shared.request import Ask, State
from dashboards.shared.table import build
from dashboards.ui import components as c
from dashboards.ui.sections import section
from dashboards.ui.tables import heat, level


@section("urn")
def ratings(state: State, ask: Ask) -> html.Section:
    """Ratings of transition points and reflection questions, section by section and term by term."""
    urn, title = state.get("urn"), "Peer-review evidence"
    table = build("school_ratings", ask, {"urn": urn})
    if not table.rows:
        text = "No ratings of transition points or reflection questions have been returned for this school."
        return c.panel(title, [c.nothing(text, table.hidden), c.hidden(table.hidden)])
    terms = list(dict.fromkeys(row[2] for row in table.rows))
    body: list[Any] = []
    for instrument in dict.fromkeys(row[0] for row in table.rows):
        rows = [row for row in table.rows if row[0] == instrument]
        used = [term for term in terms if any(row[2] == term for row in rows)]
        at = {(row[1], row[3], row[2]): row for row in rows}
        lines = [
            [part, html.Td(who, className="who"), *(_rating_cell(at.get((part, who, term))) for term in used)]
            for part, who in dict.fromkeys((row[1], row[3]) for row in rows)
        ]
        caption = "Mean rating, 0 to 5; one respondent unless shown"
        body += [html.H3(instrument), heat(caption, ["Section", "Who answered", *used], lines, label=instrument)]
    body += [html.P(c.provenance(table.answer), className="provenance"), c.hidden(table.hidden)]
    return c.panel(title, body, c.download_link("school_ratings", urn=urn))


def _rating_cell(row: Any) -> html.Td:
    if row is None:
        return level(None, "no answer")
    try:
        value = float(row[4])
    except ValueError:
        return level(None, row[4])
    return level(value, row[4], f"n={row[5]}" if row[5] != "1" else "")
