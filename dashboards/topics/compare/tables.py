"""Tables of comparison: against benchmarks, in the funnel, with similar schools, gaps.

Belongs here: from the door's answer to headed rows of text. Does not belong here: HTML, or wording that follows a rule.
"""

from __future__ import annotations

from typing import Any

from dashboards.shared import wording as words
from dashboards.shared.places import indicator_meta
from dashboards.shared.request import Ask
from dashboards.shared.table import Table, listed, number_text
from dashboards.shared.wording import interval_words, is_number, text_or, value_words
from dashboards.topics.compare import sentences as compared


@listed
def compare_spine(
    ask: Ask, urn: str, benchmark: str = "england", breakdown: str = "all", year: str | None = None
) -> Table:
    """One school and a benchmark, indicator by indicator."""
    answer = ask("compare_spine", urn=urn, benchmark=benchmark, breakdown=breakdown, year=year)
    rows = []
    for r in answer.rows:
        how = text_or(r["unit"]), text_or(r["kind"]), r["decimals"]
        funnel, rank = compared.outside_funnel(r), compared.rank_words(r)
        rows.append(
            [
                text_or(r["name"]),
                text_or(r["academic_year"]),
                compared.value(r),
                interval_words(r["ci_low"], r["ci_high"], *how) or "none",
                compared.pupils(r),
                value_words(r["benchmark_value"], *how),
                compared.verdict(r, benchmark).word,
                compared.compared_with(r, benchmark).sentence,
                funnel.sentence if funnel else "within or not placed",
                rank,
                value_words(r["shrunk_value"], *how) if is_number(r["shrunk_value"]) else "none",
                value_words(r["three_year_value"], *how) if is_number(r["three_year_value"]) else "none",
                text_or(r["release"], "–"),
            ]
        )
    return Table(
        "compare_spine",
        f"Every indicator compared with {compared.name_of(benchmark)}",
        (
            "Indicator",
            "Year",
            "Value",
            "95% interval",
            "n (pupils)",
            compared.BENCHMARKS[benchmark],
            "Verdict",
            "In words",
            "Funnel",
            "Percentile (what intervals leave open)",
            "Drawn to the mean",
            "Three years (3, 2, 1)",
            "Release",
        ),
        rows,
        frozenset({2, 4, 5, 10, 11}),
        answer,
    )


@listed
def compare_funnel(ask: Ask, urn: str, indicator: str, breakdown: str = "all", year: str | None = None) -> Table:
    """The schools of one funnel: those of the school's authority and kind, the nearest to their limits and beyond first."""
    meta = indicator_meta(ask, indicator)
    answer = ask("compare_funnel", urn=urn, indicator=indicator, breakdown=breakdown, year=year)
    how = text_or(meta["unit"]), text_or(meta["kind"]), meta["decimals"]
    # z is a mart's figure; schools without one come last
    found = sorted(answer.rows, key=lambda r: -abs(r["z"]) if is_number(r["z"]) else 1)
    rows = [
        [
            text_or(r["name"]),
            text_or(r["urn"]),
            value_words(r["value"], *how),
            number_text(r["n_pupils"]) or "not published",
            interval_words(r["lower_95"], r["upper_95"], *how) or "none",
            interval_words(r["lower_998"], r["upper_998"], *how) or "none",
            compared.PLACES.get(text_or(r["position"]), "cannot be said"),
            text_or(r["reason"], "–"),
        ]
        for r in found
    ]
    return Table(
        "compare_funnel",
        f"{meta['name']}: schools in the funnel",
        ("School", "URN", "Value", "n (pupils)", "95% limits", "99.8% limits", "Place", "Why it is not judged"),
        rows,
        frozenset({2, 3}),
        answer,
        links=[f"/school/{r['urn']}" for r in found],
    )


@listed
def compare_similar(ask: Ask, urn: str, year: str | None = None) -> Table:
    """The school and its similar schools, nearest first, with the context indicators of each."""
    answer = ask("compare_similar", urn=urn, year=year)
    context = {str(r["indicator_id"]): text_or(r["short_name"]) for r in answer.rows if text_or(r["indicator_id"])}
    schools: dict[int, list[dict[str, Any]]] = {}
    for r in answer.rows:
        schools.setdefault(int(r["similar_rank"]), []).append(r)
    rows = []
    for rank, found in sorted(schools.items()):
        of = {str(r["indicator_id"]): r for r in found}
        rows.append(
            [
                text_or(found[0]["name"], "not known") + (" (this school)" if rank == 0 else ""),
                text_or(found[0]["urn"], "–"),
                text_or(found[0]["la_name"], "not known"),
                "–" if rank == 0 else f"{found[0]['distance']:.2f}",
                *(
                    value_words(of[i]["value"], of[i]["unit"], of[i]["kind"], of[i]["decimals"], of[i]["status"])
                    if i in of
                    else words.NO_ROW
                    for i in context
                ),
            ]
        )
    return Table(
        "compare_similar",
        "Similar schools, nearest first",
        ("School", "URN", "Authority", "Distance", *context.values()),
        rows,
        frozenset({3, *range(4, 4 + len(context))}),
        answer,
        links=[f"/school/{found[0]['urn']}" if found[0]["urn"] else None for _rank, found in sorted(schools.items())],
    )


@listed
def compare_gaps(ask: Ask, urn: str, year: str | None = None) -> Table:
    """Disadvantaged pupils and the others of one school."""
    answer = ask("compare_gaps", urn=urn, year=year)
    rows = []
    for r in answer.rows:
        how = text_or(r["unit"]), text_or(r["kind"]), r["decimals"]
        points = str(r["unit"]), r["decimals"]
        rows.append(
            [
                text_or(r["name"]),
                text_or(r["academic_year"]),
                value_words(r["value"], *how) if is_number(r["value"]) else "none",
                number_text(r["n_pupils"]) or "not published",
                value_words(r["other_value"], *how) if is_number(r["other_value"]) else "none",
                number_text(r["n_other_pupils"]) or "not published",
                words.difference_number(r["gap"], *points) if is_number(r["gap"]) else "none",
                f"{words.difference_number(r['gap_low'], *points)} to {words.difference_number(r['gap_high'], *points)}"
                if is_number(r["gap_low"])
                else "none",
                compared.GAPS.get(text_or(r["verdict"]), "Cannot be said"),
                text_or(r["reason"], "–"),
            ]
        )
    return Table(
        "compare_gaps",
        "Disadvantaged pupils and the other pupils of the school",
        (
            "Indicator",
            "Year",
            "Disadvantaged",
            "n",
            "Other pupils",
            "n (others)",
            "Gap (points)",
            "95% interval",
            "Verdict",
            "Why it is not judged",
        ),
        rows,
        frozenset({2, 3, 4, 5, 6}),
        answer,
    )
