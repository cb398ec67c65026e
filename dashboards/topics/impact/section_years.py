"""One measure year by year, before and after the event.

Belongs here: the chart of one measure. Does not belong here: the estimates (a mart has them).
"""

from __future__ import annotations

from dash import html

from dashboards.figures import event_study
from dashboards.shared.request import Ask, State
from dashboards.shared.wording import count_words, points_word, text_or
from dashboards.topics.impact import sentences
from dashboards.topics.impact.choice import SCOPE, choose
from dashboards.ui import charts
from dashboards.ui import components as c
from dashboards.ui.sections import section


@section(*SCOPE, "indicator", "show-years")
def years(state: State, ask: Ask) -> html.Section | None:
    """One measure year by year, before and after the event."""
    choice = choose(state, ask)
    if not choice.made:
        return None
    indicator = state.choice("indicator", [str(row["indicator_id"]) for row in choice.made])
    row = next(row for row in choice.made if row["indicator_id"] == indicator)
    query = {"event": choice.event, "scope": choice.scope, "indicator": str(indicator)}
    answer, how = ask("impact_years", **query), {"unit": row["unit"], "decimals": row["decimals"]}
    points = [
        event_study.YearPoint(
            sentences.year_words(r["relative_year"]),
            r["relative_year"] >= 0,
            r["estimate"],
            r["ci_low"],
            r["ci_high"],
            f"{sentences.effect(r['estimate'], how)} ({sentences.interval({**r, **how})}), "
            f"{count_words(r['n_schools'], 'school', 'schools')}",
        )
        for r in answer.rows
    ]
    each = "; ".join(f"{point.label} {point.text}" for point in points)
    summary = f"Difference from comparison schools, against the mean of the years before: {each}."
    figure = event_study.event_study_figure(points, points_word(str(row["unit"])))
    source = c.provenance(answer, text_or(row["publisher"]), n=count_words(row["n_schools"], "school", "schools"))
    return c.panel(
        f"Year by year: {row['name']}",
        [
            charts.chart_with_table(
                "years",
                state,
                charts.graph("impact", figure, 340),
                f"Chart of points with intervals. {summary}",
                f"{summary} {sentences.before_words(row)}",
                charts.twin("impact_years", **query),
                f"{source} Interval: {sentences.method(row)}.",
            ),
            c.hidden(answer.hidden),
        ],
        c.download_link("impact_years", **query),
    )
