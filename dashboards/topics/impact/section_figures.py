"""The measures without an estimate and why, and every estimate as a table.

Belongs here: the list and the table. Does not belong here: their sentences (see `sentences.py`).
"""

from __future__ import annotations

from dash import html

from dashboards.shared.request import Ask, State
from dashboards.shared.table import build
from dashboards.shared.wording import is_number
from dashboards.topics.impact import sentences
from dashboards.topics.impact.choice import SCOPE, choose
from dashboards.ui import components as c
from dashboards.ui.sections import section
from dashboards.ui.tables import table_view


@section(*SCOPE)
def cannot_tell(state: State, ask: Ask) -> html.Section | None:
    """The measures without an estimate, and why."""
    rows = [row for row in choose(state, ask).answer.rows if not is_number(row["estimate"])]
    if not rows:
        return None
    items = [
        html.Li([c.pill(sentences.verdict(row)), html.Strong(f" {row['name']}. "), sentences.cannot_tell(row)])
        for row in rows
    ]
    note = "Nothing is estimated for these, which says nothing for or against what schools did."
    return c.panel("Where we cannot tell", [html.P(note, className="note"), html.Ul(items, className="plain-list")])


@section(*SCOPE)
def figures(state: State, ask: Ask) -> html.Section:
    """Every estimate as a table."""
    choice = choose(state, ask)
    query = {"event": choice.event, "scope": choice.scope}
    return c.panel(
        "Every estimate in figures",
        [table_view(build("impact", ask, {**query})), html.P(sentences.COLUMNS_NOTE, className="note")],
        c.download_link("impact", **query),
    )
