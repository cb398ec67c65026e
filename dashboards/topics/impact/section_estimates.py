"""The measures with an estimate, a card each.

Belongs here: the cards. Does not belong here: their sentences (see `sentences.py`).
"""

from __future__ import annotations

from dash import dcc, html

from dashboards.shared.request import Ask, State, address
from dashboards.shared.wording import text_or
from dashboards.topics.impact import sentences
from dashboards.topics.impact.choice import SCOPE, Choice, Row, choose
from dashboards.ui import components as c
from dashboards.ui.sections import section


@section(*SCOPE)
def estimates(state: State, ask: Ask) -> html.Section | None:
    """The measures with an estimate, a card each."""
    choice = choose(state, ask)
    if not choice.made:
        return None
    source = c.provenance(choice.answer, ", ".join(dict.fromkeys(text_or(row["publisher"]) for row in choice.made)))
    return html.Section(
        [
            html.Div([html.H2("What changed more, or less, than elsewhere")], className="section-head plain"),
            html.Div([_card(choice, row) for row in choice.made], className="cards"),
            html.P(
                f"{source} Each school is compared with up to five schools of its phase that looked alike before and had no such "
                "event. Who takes part is not drawn by lot: an estimate may also hold what made them take part.",
                className="provenance",
            ),
        ]
    )


def _card(choice: Choice, row: Row) -> html.Article:
    verdict = sentences.verdict(row)
    where = address("/impact", area=choice.area.key, event=choice.event, indicator=str(row["indicator_id"]))
    link = dcc.Link(str(row["short_name"]), href=where, title=str(row["name"]))
    effect = html.Strong(sentences.effect(row["estimate"], row))
    return html.Article(
        [
            html.Div([html.H3(link), c.pill(verdict)], className="card-head"),
            html.P([effect, f" (95% interval {sentences.interval(row)})"]),
            html.P(sentences.sentence(row), className="card-line"),
            html.P(f"Rule: {sentences.rule(row)}.", className="card-n"),
            html.P(sentences.smallest(row), className="card-line"),
            html.P(sentences.before_words(row), className="card-line"),
            html.P(sentences.size(row), className="card-line"),
            html.P(sentences.schools_words(row), className="card-n"),
        ],
        className=f"card {verdict.tone}",
    )
