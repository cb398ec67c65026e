"""What has most likely changed, what to ask next, and how fresh the data is.

Belongs here: the three lists. Does not belong here: the rules behind the findings (see `sentences.py`).
"""

from __future__ import annotations

from typing import Any

from dash import dcc, html

from dashboards.shared.request import Ask, State
from dashboards.shared.wording import (
    count_words,
    day_words,
)
from dashboards.topics.levels import parts
from dashboards.topics.overview import sentences
from dashboards.topics.overview.choice import PLACE, choose, key_readings
from dashboards.ui import charts
from dashboards.ui import components as c
from dashboards.ui.sections import section


@section(*PLACE)
def asks(state: State, ask: Ask) -> html.Section:
    """What the rules found, and the question each finding leads to."""
    area, year = choose(state, ask)
    key, _series = key_readings(area, year, ask)
    where: dict[str, Any] = {"area_type": area.area_type, "area_id": area.area_id, "year": year}
    clear = ask("schools_clear_of_england", partnership=area.partnership, authority=area.la_code or None, year=year)
    others = (ask("pupil_groups", **where), ask("transition_points", **where), ask("reflection_domains", **where))
    found = sentences.findings(key, clear.rows, *(answer.rows for answer in others))
    held = c.hidden(sentences.held_back(others[0].rows, key))
    if found:
        return c.panel("What to ask next", [c.findings(found, ordered=True), held])
    return c.panel(
        "What to ask next",
        [
            c.nothing(
                "No rule fired for this area and year. That is not a finding: small cohorts and figures without an interval "
                "are left alone."
            ),
            held,
        ],
    )


@section(*PLACE, "show-changes")
def changes(state: State, ask: Ask) -> html.Section | None:
    """What has most likely changed: the first thing a board asks."""
    area, year = choose(state, ask)
    answer = ask("area_changes", area_type=area.area_type, area_id=area.area_id, breakdown="all", year=year)
    where = {"area": area.key, "year": year}
    return parts.changes(
        parts.TITLE, state, answer, charts.twin("changes", **where), c.download_link("changes", **where)
    )


@section(*PLACE)
def within(state: State, ask: Ask) -> html.Section | None:
    """Which partnerships and schools of the area changed most surely."""
    area, year = choose(state, ask)
    answer = ask("surest_changes", partnership=area.partnership, authority=area.la_code or None, year=year)
    return parts.within(answer, area.key)


@section()
def freshness(_state: State, ask: Ask) -> html.Section:
    """Which years each source reaches, and how many files were refused."""
    answer = ask("freshness")
    rows, title = answer.rows, "How fresh the data is"
    if not rows:
        return c.panel(title, [c.nothing("No file has arrived yet."), c.hidden(answer.hidden)])
    years = [html.Li([html.Strong(str(r["source"])), f": to {r['latest_year']}"]) for r in rows if r["latest_year"]]
    used, refused = (sum(int(r[key]) for r in rows) for key in ("files_used", "files_refused"))
    last = max((r["latest_arrival"] for r in rows if r["latest_arrival"] is not None), default=None)
    files = count_words(used, "file", "files")
    return c.panel(
        title,
        [
            html.Ul(years, className="plain-list"),
            html.P(f"{files} used, {refused or 'none'} refused; the latest arrived {day_words(last)}."),
            html.P(dcc.Link("Every file, and what became of it", href="/data")),
        ],
    )
