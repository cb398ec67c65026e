"""The schools to decide about, and the concerns of partnerships as a whole.

Belongs here: the two lists. Does not belong here: their words (see `sentences.py`).
"""

from __future__ import annotations

from typing import Any

from dash import html

from dashboards.shared.request import Ask, State
from dashboards.shared.wording import text_or
from dashboards.topics.risk import sentences, tables
from dashboards.topics.risk.choice import DAY, Register, Row, choose
from dashboards.ui import components as c
from dashboards.ui.filters import select
from dashboards.ui.sections import section

# A longer register is read in the download.
MOST = 100


@section(*DAY, "length")
def monitoring(state: State, ask: Ask) -> html.Section:
    """The schools most likely to be in the lowest fifth next year, as many as a board chooses; and how right such lists were."""
    here = choose(state, ask)
    day = str(here.day["as_at"])
    answer = ask("monitoring", as_at=day, authority=tables.authority_of(here.area), partnership=here.area.partnership)
    ranked = [row for row in answer.rows if row["is_ranked"]]
    title = "Monitoring list"
    if not ranked:
        none = "No school has two years of a measure that the register weighs."
        return c.panel(title, [c.nothing(none), c.hidden(answer.hidden)])
    chosen = state.choice("length", sentences.LENGTHS, sentences.USUAL_LENGTH) or sentences.USUAL_LENGTH
    length = min(int(chosen), len(ranked))
    record = ask("monitoring_record", as_at=day, share=max(1, round(100 * length / len(ranked)))).rows[0]
    facts = {str(row["area_id"]): row for row in here.rows("school")}
    items = [_watched(row, here, facts.get(str(row["school_id"])), length) for row in ranked[:length]]
    lengths = [(each, f"{each} schools") for each in sentences.LENGTHS]
    return c.panel(
        title,
        [
            select("length", "Length", lengths, chosen, sentences.USUAL_LENGTH, width=160),
            html.Ol(items, className="asks"),
            html.P(sentences.record_words(record, length), className="summary"),
            html.P(sentences.left_out(answer.rows, length), className="note"),
            c.hidden(answer.hidden),
        ],
        note=sentences.list_words(ranked[0]),
    )


def _watched(row: Row, here: Register, registered: Row | None, length: int) -> html.Li:
    """One school of the list: its expected share, the three measures behind it, and the facts of the register beside it."""
    facts = [
        c.pill(sentences.strength(flag))
        for flag in (here.of(registered) if registered is not None else [])
        if flag["evidence_kind"] != "test"
    ]
    return html.Li(
        [
            html.P([here.link(row), html.Span(sentences.place_since(row, length), className="sub")]),
            html.P(sentences.sum_words(row)),
            html.Div(facts, className="pills") if facts else None,
        ]
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
