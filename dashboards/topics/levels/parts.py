"""What has most likely changed, as a part of a page.

Belongs here: the panel that several pages show. Does not belong here: its words (see `sentences.py`), or which page it is on.
"""

from __future__ import annotations

from typing import Any

from dash import dcc, html

from dashboards.access import Answer
from dashboards.shared.request import State, address
from dashboards.topics.levels import sentences
from dashboards.ui import charts
from dashboards.ui import components as c

TITLE = "What has most likely changed"
WITHIN = "Where within it"
_MOST = 6
#: Partnerships are few, and what one of them did is what a board asks first.
_MOST_WITHIN = {"partnership": 6, "school": 6}


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


def within(answer: Answer, area: str) -> html.Section | None:
    """The partnerships and schools of an area with the surest changes, by name; none where nothing is highly likely."""
    rows = answer.rows
    if not rows:
        return None
    shown = [row for kind, most in _MOST_WITHIN.items() for row in [r for r in rows if r["area_type"] == kind][:most]]
    return c.panel(
        WITHIN,
        [
            html.Ul([_place(row, area) for row in shown], className="asks"),
            html.P(sentences.within(rows), className="summary"),
            html.P(c.provenance(answer, "published results, by the model of levels"), className="provenance"),
            c.hidden(answer.hidden),
        ],
    )


def _place(row: dict[str, Any], area: str) -> html.Li:
    if row["area_type"] == "partnership":
        href = address("/trends", area=f"partnership-{row['area_id']}", indicator=str(row["indicator_id"]))
    else:
        href = address(f"/school/{row['urn']}", area=area)
    name = dcc.Link(str(row["area_name"]), href=href)
    return html.Li(
        [
            html.P([name, f", {row['short_name']} ", c.pill(sentences.verdict(row))]),
            html.P(str(row["sentence"])),
        ]
    )
