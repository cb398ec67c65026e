"""The schools to decide about, and the concerns of partnerships as a whole.

Belongs here: the two lists. Does not belong here: their words (see `sentences.py`).
"""

from __future__ import annotations

from typing import Any

from dash import html

from dashboards.shared.request import Ask, State
from dashboards.shared.wording import text_or
from dashboards.topics.risk import sentences
from dashboards.topics.risk.choice import DAY, choose
from dashboards.ui import components as c
from dashboards.ui.sections import section

# A longer register is read in the download.
MOST = 100


@section(*DAY)
def monitoring(state: State, ask: Ask) -> html.Section:
    """The schools to decide about: a strong or serious concern and a high score."""
    here = choose(state, ask)
    watched = [row for row in here.rows("school") if row["is_monitored"]]
    if not watched:
        return c.panel(
            "Monitoring list", [c.nothing("No school has both a strong or serious concern and the points for it.")]
        )
    items = []
    for row in watched[:MOST]:
        strong = [flag for flag in here.of(row) if flag["strength"] == "strong" and flag["points"] > 0]
        items.append(html.Li([here.link(row), f": {'; '.join(text_or(flag['rule_short_name']) for flag in strong)}"]))
    return c.panel(
        "Monitoring list",
        [html.Ul(items, className="plain-list")],
        note="Schools with a strong or serious concern and a high score. "
        "This list starts a conversation; it is not a judgement.",
    )


@section(*DAY)
def partnerships(state: State, ask: Ask) -> html.Section:
    """The concerns about partnerships as a whole."""
    here, title = choose(state, ask), "Partnerships as a whole"
    found = [row for row in here.rows("partnership") if row["flags"]]
    if not found:
        return c.panel(title, [c.nothing("No concern about a partnership as a whole.", here.answer.hidden)])
    body: list[Any] = []
    for row in found:
        reasons = [
            html.Li(
                [
                    c.pill(sentences.strength(flag)),
                    f" {text_or(flag['evidence'])} Since {sentences.since_words(flag['since'])}.",
                ]
            )
            for flag in here.of(row)
        ]
        body += [html.H3(str(row["name"])), html.Ul(reasons, className="plain-list")]
    return c.panel(title, body)
