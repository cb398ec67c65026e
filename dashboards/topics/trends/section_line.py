"""The area, its authority and England over the years.

Belongs here: the big chart. Does not belong here: what the series says (see `section_findings.py`).
"""

from __future__ import annotations

from dash import html

from dashboards.figures import lines
from dashboards.shared.request import Ask, State
from dashboards.shared.wording import (
    count_words,
    is_number,
    text_or,
    years_between,
)
from dashboards.topics.trends import sentences
from dashboards.topics.trends.choice import SERIES, Row, choose, lines_of
from dashboards.ui import charts
from dashboards.ui import components as c
from dashboards.ui.sections import section


@section(*SERIES, "show-trend")
def line(state: State, ask: Ask) -> html.Section:
    """The area, its authority and England over the years."""
    choice = choose(state, ask)
    answer, own, england, authority = lines_of(choice, ask)
    title = f"{choice.area.label}, {choice.group.lower()}"
    if not own:
        return c.panel(
            title,
            [
                c.empty(
                    "No figures for this choice",
                    "The schools of this area may be of another phase, or this group of pupils is not "
                    "published for this indicator. Choose another indicator or group.",
                ),
                c.hidden(answer.hidden),
            ],
        )
    fan = ask(
        "level_fan",
        area_type=choice.area.area_type,
        area_id=choice.area.area_id,
        indicator=choice.indicator,
        breakdown=choice.breakdown,
    ).rows
    last = max(str(r["academic_year"]) for r in own)
    ahead = [str(r["academic_year"]) for r in fan if r["is_outlook"] and str(r["academic_year"]) > last]
    years = years_between(min(str(r["academic_year"]) for r in own), last)
    groups = [(own, 0, choice.area.name)]
    if choice.area.partnership is not None and authority:
        groups.append((authority, 1, str(authority[0]["area_name"])))
    if england:
        groups.append((england, 2, str(england[-1]["area_name"])))
    drawn = [lines.Line(name, style, [_point(r) for r in part]) for part, style, name in groups]
    sentence = sentences.line(choice.area, choice.meta, choice.group, own)
    course = sentences.course(choice.meta, own, years)
    provenance = c.provenance(
        answer,
        text_or(choice.meta["publisher"]),
        [text_or(r[name]) for r in answer.rows for name in ("source_path", "england_path")],
        [text_or(r[name]) for r in answer.rows for name in ("release", "england_release")],
        count_words(own[-1]["n_pupils"], "pupil", "pupils") + f" in {own[-1]['academic_year']}",
    )
    return c.panel(
        title,
        [
            charts.chart_with_table(
                "trend",
                state,
                charts.graph(
                    "trend", lines.line_figure(drawn, [*years, *ahead], *choice.how, [_point(r) for r in fan])
                ),
                f"Line chart. {sentence} {course}",
                course,
                charts.twin("trend", **choice.query),
                provenance + sentences.intervals(own, england) + sentences.fan(fan, choice.how),
            ),
        ],
        c.download_link("trend", **choice.query),
    )


def _point(row: Row) -> lines.Point:
    return lines.Point(
        str(row["academic_year"]),
        row["value"],
        row.get("ci_low"),
        row.get("ci_high"),
        text_or(row.get("status"), "ok"),
        row.get("n_pupils"),
        int(row["segment"]) if is_number(row.get("segment")) else 0,
    )
