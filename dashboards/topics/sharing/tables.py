"""The tables of Sharing: who sees what, and the parties of agreements.

Belongs here: rows of text for the page and its downloads. Does not belong here: drawing.
"""

from __future__ import annotations

from typing import Any

from dashboards.shared.places import find_area
from dashboards.shared.request import Ask
from dashboards.shared.table import Table, listed
from dashboards.topics.sharing import sentences


def place(ask: Ask, area: str | None, urn: str | None) -> dict[str, Any]:
    """The parameters of the questions for a school, or for the area of an address."""
    if urn:
        return {"urn": urn, "partnership": None, "authority": None}
    found = find_area(ask, area)
    return {"urn": None, "partnership": found.partnership, "authority": None if found.partnership else found.la_code}


@listed
def sharing(ask: Ask, area: str | None = None, urn: str | None = None) -> Table:
    """Who sees what of an area today."""
    answer = ask("sharing_grants", **place(ask, area, urn))
    rows = [
        [
            row["dataset_name"],
            sentences.audience(row),
            sentences.GRANULARITIES[row["granularity"]][0],
            f"{row['n_areas']} of {row['n_areas_here']}",
            sentences.day_words(row["shares_until"]) or "no end agreed",
            str(row["agreement_ids"]),
        ]
        for row in answer.rows
    ]
    headings = ["What", "Who sees it", "How", "Schools or partnerships", "Until", "Agreement"]
    return Table("sharing", "Who sees what, as agreed today", headings, rows, frozenset(), answer)


@listed
def sharing_parties(ask: Ask, area: str | None = None, urn: str | None = None) -> Table:
    """The parties of an area's agreements."""
    answer = ask("sharing_parties", **place(ask, area, urn))
    rows = [
        [
            str(row["party_name"]),
            str(row["agreement_id"]),
            sentences.of_state(row),
            sentences.day_words(row["expires_on"]) or "no end agreed",
            sentences.day_words(row["review_on"]),
            str(row["purpose"]),
        ]
        for row in answer.rows
    ]
    headings = ["Party", "Agreement", "State", "Last day", "To be looked at by", "Purpose"]
    return Table("sharing_parties", "Parties of the agreements", headings, rows, frozenset(), answer)
