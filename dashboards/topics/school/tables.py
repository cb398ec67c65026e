"""Tables of schools: the list of them, and one school's results and ratings.

Belongs here: from the door's answer to headed rows of text. Does not belong here: HTML, or wording that follows a rule.
"""

from __future__ import annotations

from dashboards.shared.finding import verdict_words
from dashboards.shared.readings import term_words
from dashboards.shared.request import Ask
from dashboards.shared.table import MOST_SCHOOLS, Table, listed, number_text, rating_text
from dashboards.shared.wording import interval_words, is_number, text_or, value_words


@listed
def schools(ask: Ask, search: str | None = None, most: int = MOST_SCHOOLS) -> Table:
    """The list of schools."""
    answer = ask("schools", search=search, authority=None, most=most)
    found = answer.rows
    rows = [
        [
            str(r["name"]),
            str(r["urn"]),
            text_or(r["phase"], "not known"),
            text_or(r["la_name"], "not known"),
            text_or(r["status"], "not known"),
            text_or(r["partnerships"], "none"),
        ]
        for r in found
    ]
    return Table(
        "schools",
        "Schools",
        ("School", "URN", "Phase", "Authority", "Status", "Partnership today"),
        rows,
        frozenset(),
        answer,
        links=[f"/school/{r['urn']}" for r in found],
        total=int(answer.rows[0]["found"]) if answer.rows else 0,
    )


@listed
def school_results(ask: Ask, urn: str, breakdown: str = "all") -> Table:
    """Every indicator of one school, every year, with its authority and England."""
    answer = ask("school_series", urn=urn, breakdown=breakdown)
    rows = [
        [
            r["name"],
            r["academic_year"],
            text_or(r["area_name"], r["area_type"]),
            value_words(r["value"], r["unit"], r["kind"], r["decimals"], r["status"]),
            interval_words(r["ci_low"], r["ci_high"], r["unit"], r["kind"], r["decimals"]) or "none",
            number_text(r["n_pupils"]) or "not published",
            value_words(r["england"], r["unit"], r["kind"], r["decimals"]) if is_number(r["england"]) else "none",
            verdict_words(r).word,
            text_or(r["release"]),
            text_or(r["source_path"]),
        ]
        for r in answer.rows
    ]
    return Table(
        "school_results",
        "Every indicator and year, with the authority and England",
        (
            "Indicator",
            "Year",
            "Area",
            "Value",
            "95% interval",
            "n (pupils)",
            "England",
            "Compared with England",
            "Release",
            "Source file",
        ),
        rows,
        frozenset({3, 5, 6}),
        answer,
        verdicts={7: [verdict_words(r) for r in answer.rows]},
    )


ROLES = {
    "host": "Host school",
    "review_team": "Review team",
    "leader": "Leader",
    "partnership": "Partnership",
    "facilitator": "Facilitator",
    "adviser": "Adviser",
    "participant": "Participant",
}


@listed
def school_ratings(ask: Ask, urn: str) -> Table:
    """Peer-review evidence about one school."""
    answer = ask("school_ratings", urn=urn)
    rows = [
        [
            r["instrument_name"],
            r["section"],
            term_words(str(r["term"])),
            ROLES.get(str(r["respondent_role"]), str(r["respondent_role"])),
            rating_text(r["mean_value"]),
            number_text(r["n_responses"]),
            number_text(r["statements"]),
        ]
        for r in answer.rows
    ]
    return Table(
        "school_ratings",
        "Ratings by section, mean 0 to 5",
        ("Instrument", "Section", "Term", "Who answered", "Mean rating", "Answers", "Statements"),
        rows,
        frozenset({4, 5, 6}),
        answer,
    )
