"""Impact: what changed in schools that joined a partnership or were reviewed, beyond what changed in schools like them.

Belongs here: the order of what is shown. Does not belong here: the estimates (a mart), or their sentences (see
`dashboards.topics.impact.sentences`).
"""

from __future__ import annotations

from typing import Any

from dash import dcc, html

from dashboards.figures import event_study
from dashboards.shared.places import Area, areas, find_area
from dashboards.shared.request import Ask, State, address
from dashboards.shared.table import build
from dashboards.shared.wording import count_words, is_number, points_word, text_or
from dashboards.topics.impact import sentences as say
from dashboards.ui import components as c
from dashboards.ui.filters import select
from dashboards.ui.shell import PARTNERSHIPS, Page, page

_EVENTS = {"reviewed": "First review", "joined": "Joining the partnership"}


@page("/impact", "Impact", PARTNERSHIPS, 2)
def layout(state: State, ask: Ask) -> Page:
    """The page of the area, event and indicator in the address."""
    listed = areas(ask)
    if not listed:
        return Page(
            "Impact",
            "There is nothing to show yet.",
            [c.empty("No partnership yet", "Load partnerships, memberships and results, then refresh.")],
            hidden=ask("areas").hidden,
        )
    # a partnership has something to show; its authority shows all partnerships together
    first = next((area for area in listed if area.partnership is not None), listed[0])
    area = find_area(ask, state.get("area") or first.key)
    event = state.choice("event", list(_EVENTS)) or "reviewed"
    scope, name = area.partnership or "all", area.name if area.partnership else "all partnerships"
    answer = ask("impact_estimates", event=event, scope=scope)
    rows = answer.rows
    made = [row for row in rows if is_number(row["estimate"])]
    ids = [str(row["indicator_id"]) for row in made]
    indicator = state.choice("indicator", ids)
    filters = [
        select(
            "area",
            "Partnership, or all of an authority’s",
            [(a.key, a.label) for a in listed],
            area.key,
            first.key,
            searchable=True,
            width=300,
        ),
        select("event", "Before and after", list(_EVENTS.items()), event, "reviewed", width=220),
    ]
    if not rows:
        return Page(
            "Impact",
            f"Nothing is known of {name} before and after {say.EVENTS[event]}.",
            [
                c.empty(
                    "No school to look at",
                    "Send memberships with their dates, or reviews, and results of the years before and after. "
                    "Schools to compare with come from the same files of neighbouring authorities or of England.",
                )
            ],
            area=area.key,
            filters=filters,
            method="impact",
            hidden=answer.hidden,
        )
    if made:
        filters.append(
            select(
                "indicator",
                "Year by year",
                [(str(row["indicator_id"]), str(row["name"])) for row in made],
                indicator,
                ids[0],
                searchable=True,
                width=310,
            )
        )
    body = [_estimates(area, event, scope, made, answer) if made else None]
    if made and indicator is not None:
        chosen = next(row for row in made if row["indicator_id"] == indicator)
        body.append(_years(state, ask, event, scope, chosen))
    nothing = [row for row in rows if not is_number(row["estimate"])]
    if nothing:
        body.append(_nothing(nothing))
    body.append(_table(state, event, scope, answer))
    return Page("Impact", say.lead(rows, name, event), body, area=area.key, filters=filters, method="impact")


def _estimates(area: Area, event: str, scope: str, made: list[dict[str, Any]], answer: Any) -> html.Section:
    return html.Section(
        [
            html.Div([html.H2("What changed more, or less, than elsewhere")], className="section-head plain"),
            html.Div([_card(area, event, row) for row in made], className="cards"),
            html.P(
                c.provenance(answer, ", ".join(dict.fromkeys(text_or(row["publisher"]) for row in made)))
                + " Each school is set beside up to five schools of its phase that looked alike before and had no such "
                "event. Who takes part is not drawn by lot: an estimate may also hold what made them take part.",
                className="provenance",
            ),
        ]
    )


def _card(area: Area, event: str, row: dict[str, Any]) -> html.Article:
    verdict = say.verdict(row)
    where = address("/impact", area=area.key, event=event, indicator=str(row["indicator_id"]))
    groups = count_words(row["comparison_clusters"], "group", "groups")
    others = count_words(row["comparison_schools"], "comparison school", "comparison schools")
    return html.Article(
        [
            html.Div(
                [html.H3(dcc.Link(str(row["short_name"]), href=where, title=str(row["name"]))), c.pill(verdict)],
                className="card-head",
            ),
            html.P([html.Strong(say.effect(row["estimate"], row)), f" (95% interval {say.interval(row)})"]),
            html.P(say.sentence(row), className="card-line"),
            html.P(f"Rule: {say.rule(row)}.", className="card-n"),
            html.P(say.smallest(row), className="card-line"),
            html.P(say.before_words(row), className="card-line"),
            html.P(say.size(row), className="card-line"),
            html.P(
                f"{count_words(row['schools'], 'school', 'schools')} in "
                f"{count_words(row['clusters'], 'partnership', 'partnerships')}, {others} in {groups}; {row['years']}. "
                f"{say.left_out(row)}",
                className="card-n",
            ),
        ],
        className=f"card {verdict.tone}",
    )


def _years(state: State, ask: Ask, event: str, scope: str, row: dict[str, Any]) -> html.Section:
    answer = ask("impact_years", event=event, scope=scope, indicator=row["indicator_id"])
    how = {"unit": row["unit"], "decimals": row["decimals"]}
    points = [
        event_study.YearPoint(
            say.year_words(r["relative_year"]),
            r["relative_year"] >= 0,
            r["estimate"],
            r["ci_low"],
            r["ci_high"],
            f"{say.effect(r['estimate'], how)} ({say.interval({**r, **how})}), {count_words(r['schools'], 'school', 'schools')}",
        )
        for r in answer.rows
    ]
    said = "; ".join(f"{p.label} {p.text}" for p in points)
    summary = f"Difference from comparison schools, against the mean of the years before: {said}."
    query = {"event": event, "scope": scope, "indicator": str(row["indicator_id"])}
    return c.section(
        f"Year by year: {row['name']}",
        [
            c.chart_with_table(
                "years",
                state,
                c.graph("impact", event_study.event_study_figure(points, points_word(str(row["unit"]))), 340),
                f"Chart of points with intervals. {summary}",
                f"{summary} {say.before_words(row)}",
                c.twin("impact_years", **query),
                c.provenance(answer, text_or(row["publisher"]), n=count_words(row["schools"], "school", "schools"))
                + f" Interval: {say.method(row)}.",
            )
        ],
        c.download_link("impact_years", **query),
    )


def _nothing(rows: list[dict[str, Any]]) -> html.Section:
    return c.section(
        "Where we cannot tell",
        [
            html.P(
                "Nothing is estimated for these, which says nothing for or against what schools did.", className="note"
            ),
            html.Ul(
                [
                    html.Li(
                        [
                            c.pill(say.verdict(row)),
                            html.Strong(f" {row['name']}. "),
                            f"{text_or(row['reason'])} {count_words(row['schools_considered'], 'school', 'schools')} "
                            f"looked at: {text_or(row['schools_dropped_reason'])} Rule: {say.rule(row)}.",
                        ]
                    )
                    for row in rows
                ],
                className="plain-list",
            ),
        ],
    )


def _table(state: State, event: str, scope: str, answer: Any) -> html.Section:
    query = {"event": event, "scope": scope}
    return c.section(
        "Every estimate in figures",
        [
            c.table_view(build("impact", _same(answer), query)),
            html.P(
                "p: how often luck alone would make so large a difference; the verdict rests on it. Adjusted p: the same, "
                "allowing for all measures looked at together (Benjamini and Hochberg). Other choices: the share of other "
                "choices of as many groups that show a difference at least as large, whatever their size; with few groups it "
                "cannot be small, so it stands beside and decides nothing.",
                className="note",
            ),
        ],
        c.download_link("impact", **query),
    )


def _same(answer: Any) -> Ask:
    """The answer already at hand, for the table of the same question."""
    return lambda question, /, **parameters: answer
