"""Compare: one school compared with England, its authority, its partnership or similar schools.

Belongs here: the spine chart, what stands out, the funnel, the gap and the list of similar schools, as a page. Does not
belong here: the words of a comparison (see `sentences.py`), or any comparing (the marts do).
"""

from __future__ import annotations

from dashboards.shared.places import areas, chosen_area, chosen_group
from dashboards.shared.request import Ask, State
from dashboards.shared.wording import STAND_OUT
from dashboards.topics.compare import sentences
from dashboards.topics.compare.choice import (
    LATEST,
    QUIET,
    benchmark_of,
    choose,
    first_school,
    schools_of,
    spine_of,
)
from dashboards.topics.compare.section_funnel import funnel
from dashboards.topics.compare.section_groups import gaps, similar
from dashboards.topics.compare.section_spines import spines, stands_out
from dashboards.ui import components as c
from dashboards.ui.filters import area_filter, pupils_filter, select, switch
from dashboards.ui.shell import RESULTS, Head, page


@page(
    "/compare",
    "Compare",
    (stands_out, spines, funnel, gaps, similar),
    group=RESULTS,
    place=3,
    method="comparison",
)
def head(state: State, ask: Ask) -> Head:
    """The finding and the filters of the school, benchmark, pupils and year in the address."""
    listed = areas(ask)
    if not listed:
        return Head(
            "Compare",
            "There is nothing to compare yet.",
            hidden=ask("areas").hidden,
            instead=c.empty("No schools yet", "Load results and the register of schools, then refresh."),
        )
    area = chosen_area(state, ask)
    schools = schools_of(area, ask)
    if not schools.rows:
        return Head(
            "Compare",
            f"No school of {area.name} has a figure to compare.",
            [area_filter(listed, area)],
            area.key,
            schools.hidden,
            c.empty("Nothing to compare", "Choose another area, or load results of its schools, then refresh."),
        )
    school = choose(state, ask)
    answer, _query = spine_of(school, state, ask)
    breakdown, group = chosen_group(state, ask)
    years = [(str(r["academic_year"]),) * 2 for r in ask("years").rows]
    options = [(str(r["urn"]), str(r["name"])) for r in schools.rows]
    return Head(
        school.name,
        sentences.lead(school.name, answer.rows, benchmark_of(state), group)
        if answer.rows
        else f"{school.name} has no figure for {group.lower()} {f'in {school.year}' if school.year else 'in any year'}.",
        [
            area_filter(listed, area),
            select("urn", "School", options, school.urn, first_school(schools.rows), searchable=True, width=340),
            select(
                "benchmark",
                "Compare with",
                list(sentences.BENCHMARKS.items()),
                benchmark_of(state),
                "england",
                width=220,
            ),
            pupils_filter(ask, breakdown),
            select("year", "Year", [(LATEST, "Latest of each"), *years], school.year or LATEST, LATEST, width=150),
            switch(
                "quiet",
                STAND_OUT,
                state.choice("quiet", QUIET) or "shown",
                on="hidden",
                off="shown",
            ),
        ],
        area.key,
        answer.hidden,
    )
