"""What has most likely changed, as a part of a page.

Belongs here: the panel that several pages show. Does not belong here: its words (see `sentences.py`), or which page it is on.
"""

from __future__ import annotations

from typing import Any

from dash import html

from dashboards.access import Answer
from dashboards.shared.request import State
from dashboards.topics.levels import sentences
from dashboards.ui import charts
from dashboards.ui import components as c

TITLE = "What has most likely changed"
_MOST = 6


def changes(title: str, state: State, answer: Answer, twin: Any, download: Any) -> html.Section | None:
    """The surest changes of an area, how many of them are expected to be wrong, and the table of all; none without figures."""
    rows = answer.rows
    if not rows:
        return None
    found = sentences.findings(rows)[:_MOST]
    summary = sentences.how_many(rows)
    shown = c.findings(found, ordered=True) if found else c.nothing("No clear change in any indicator.")
    source = c.provenance(answer, "published results, by the model of levels")
    return c.panel(
        title,
        [
            charts.tabs("show-changes", state, shown, twin),
            html.P(summary, className="summary"),
            html.P(source, className="provenance"),
            c.hidden(answer.hidden),
        ],
        download,
    )
