"""Disadvantaged pupils and the others, and the schools that are most like this one.

Belongs here: the two tables and their notes. Does not belong here: how similar schools are found (a mart has them).
"""

from __future__ import annotations

from dash import dcc, html

from dashboards.shared.request import Ask, State, address
from dashboards.shared.table import build
from dashboards.shared.wording import text_or
from dashboards.topics.compare import sentences
from dashboards.topics.compare.choice import SCHOOL, choose
from dashboards.ui import components as c
from dashboards.ui.sections import section
from dashboards.ui.tables import table_view


@section(*SCHOOL)
def gaps(state: State, ask: Ask) -> html.Section:
    """Disadvantaged pupils and the others of the school."""
    school = choose(state, ask)
    query = {"urn": school.urn, "year": school.year}
    answer, title = ask("compare_gaps", **query), "Disadvantaged pupils and the others"
    if not answer.rows:
        return c.panel(
            title, [c.nothing("No figure of both groups is published for this school."), c.hidden(answer.hidden)]
        )
    return c.panel(
        title,
        [
            table_view(build("compare_gaps", ask, {**query})),
            html.P(sentences.gaps_note(answer.rows), className="summary"),
            html.P(c.provenance(answer, text_or(answer.rows[0]["publisher"])), className="provenance"),
        ],
        c.download_link("compare_gaps", **query),
    )


@section(*SCHOOL)
def similar(state: State, ask: Ask) -> html.Section:
    """The schools that are most like this one."""
    school, title = choose(state, ask), "Similar schools"
    query = {"urn": school.urn, "year": school.year}
    answer = ask("compare_similar", **query)
    if not answer.rows:
        return c.panel(
            title,
            [
                c.nothing("None of the traits that make schools similar is known of this school."),
                c.hidden(answer.hidden),
            ],
        )
    own = answer.rows[0]
    others = len({r["similar_rank"] for r in answer.rows} - {0})
    if not others:
        return c.panel(
            title, [c.nothing(f"The school has no group: {text_or(own['reason'])}. {sentences.traits(own)}")]
        )
    here = address("/compare", area=school.area.key, benchmark="similar", **query)
    return c.panel(
        title,
        [
            table_view(build("compare_similar", ask, {**query}), area=school.area.key),
            html.P(sentences.similar_note(others, own), className="summary"),
            html.P(
                [
                    c.provenance(answer, text_or(own["publisher"]), releases=[text_or(own["release"])]),
                    " ",
                    dcc.Link("Compare the school with them", href=here),
                ],
                className="provenance",
            ),
        ],
        c.download_link("compare_similar", **query),
    )
