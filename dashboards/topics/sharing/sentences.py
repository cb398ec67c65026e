"""What the page Sharing says: a sentence for each agreement that holds, and words for each state of a party.

Belongs here: sentences made of rows. Does not belong here: what a viewer may see, or drawing.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from dashboards.access import Viewer

Row = dict[str, Any]

#: How each granularity is called, and what it means.
GRANULARITIES = {
    "aggregate": ("in totals only", "figures of at least three schools together; no school can be told apart"),
    "anonymous": ("without names", "each school under a label such as “School C”; never of fewer than three schools"),
    "named": ("by name", "each school's own rows, under its name"),
    "verbatim": ("by name, word for word", "also quotations, where the speaker agreed"),
}

STATES = {
    "withdrawn": "withdrew",
    "unsigned": "has not signed",
    "expired": "ended",
    "expires_soon": "ends soon",
    "review_due": "signed, review was due",
    "signed": "signed",
}

_AUDIENCES = {
    "heads_group": "The head teachers of {name}",
    "board": "The board of {name}",
    "authority": "{name} (the authority)",
    "other_partnerships": "Other partnerships",
    "public": "Everyone",
}


def audience(row: Row) -> str:
    """Who is meant, with the name of their partnership or authority."""
    return _AUDIENCES[row["audience"]].format(name=row["audience_name"] or row["audience_id"])


def day_words(day: Any) -> str:
    """A day as it is read aloud; nothing where there is none."""
    return f"{day.day} {day:%B %Y}" if isinstance(day, date) else ""


def shared(rows: Sequence[Row], one: str | None) -> list[str]:
    """Plain sentences about what one audience sees; `one` is the name of the school, where the area is one.

    Datasets that are seen alike are one sentence: so is a board's whole view of its schools.
    """
    alike: dict[tuple[Any, ...], list[Row]] = {}
    for row in rows:
        key = (
            row["granularity"],
            row["area_type"],
            row["n_areas"],
            row["n_areas_here"],
            row["agreement_ids"],
            row["shares_until"],
        )
        alike.setdefault(key, []).append(row)
    return [_sentence(some, one) for some in alike.values()]


def _sentence(rows: Sequence[Row], one: str | None) -> str:
    row = rows[0]
    what = listed([str(each["dataset_name"]).lower() for each in rows])
    noun = row["area_type"] + ("" if row["n_areas_here"] == 1 else "s")
    if one:
        whose = f"of {one}"
    elif row["n_areas_here"] == 1:
        whose = "of the partnership" if row["area_type"] == "partnership" else "of its school"
    elif row["n_areas"] == row["n_areas_here"]:
        whose = f"of all {row['n_areas']} {noun}"
    else:
        whose = f"of {row['n_areas']} of {row['n_areas_here']} {noun}"
    until = f", until {day_words(row['shares_until'])}" if row["shares_until"] else ""
    ids = str(row["agreement_ids"])
    by = (
        f"agreement{'s' if ',' in ids else ''} {ids}"
        if ids.count(",") < _MOST_NAMED
        else f"{ids.count(',') + 1} agreements"
    )
    sees = "see" if row["audience"] in ("heads_group", "other_partnerships") else "sees"
    return f"{audience(row)} {sees} the {what} {whose}, {GRANULARITIES[row['granularity']][0]}{until} ({by})."


#: More agreements than this are counted and not named.
_MOST_NAMED = 3


def listed(words: Sequence[str]) -> str:
    """`a, b and c`."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def lead(parties: Sequence[Row], name: str) -> str:
    """How many have signed, and what needs somebody's attention."""
    if not parties:
        return f"No agreement about {name} has been landed, so nothing but open data is shared."
    schools = [row for row in parties if row["party_kind"] == "school"]
    signed = sum(row["status"] not in ("unsigned", "withdrawn", "expired") for row in schools)
    odd = [
        f"{sum(row['status'] == state for row in schools)} {words}"
        for state, words in (("unsigned", "not signed"), ("withdrawn", "withdrawn"), ("expired", "ended"))
        if any(row["status"] == state for row in schools)
    ]
    agreements = len({row["agreement_id"] for row in parties})
    by = "1 agreement" if agreements == 1 else f"{agreements} agreements"
    said = f"{signed} of {len(schools)} schools share under {by}"
    return f"{said}; {', '.join(odd)}." if odd else f"{said}."


def of_state(row: Row) -> str:
    """The state of a party in words, with its day."""
    words = STATES[row["status"]]
    days = {"withdrawn": "withdrawn_on", "expired": "expires_on", "expires_soon": "expires_on", "signed": "signed_on",
            "review_due": "signed_on"}  # fmt: skip
    day = day_words(row.get(days.get(row["status"], "")))
    return (
        f"{words} on {day}"
        if day and row["status"] != "review_due"
        else f"signed on {day}; review was due"
        if day
        else words
    )


def who(viewer: Viewer) -> str:
    """What a kind of viewer is shown, in a sentence."""
    return {
        "authority": "Open data; what schools agreed to show the authority, by name or in totals; the authority's own visits, "
        "support and funding; which files arrived.",
        "steward": "Open data; who shares what with whom; every file and what was wrong in it. No answer of a school.",
        "partnership_lead": "Open data; the partnership's own priorities; what its schools share with the heads' group and the "
        "board.",
        "board": "Open data; the partnership's own priorities; what its schools share with the board.",
        "head": "Open data; everything of the own school; what partners share with the heads' group.",
        "public": "What the government publishes, and nothing that schools or partnerships collect unless they made it public.",
    }[viewer.kind]
