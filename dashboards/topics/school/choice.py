"""The school an address names, by any URN it ever had.

Belongs here: finding it, and what is shown where there is none. Does not belong here: drawing (see the sections).
"""

from __future__ import annotations

from typing import Any

from dash import dcc

from dashboards.access.catalog import URN
from dashboards.shared.request import Ask
from dashboards.ui import components as c
from dashboards.ui.shell import Head

Row = dict[str, Any]


def identity_of(urn: str | None, ask: Ask) -> Any:
    """The answer about who a school is, found by any URN it ever had. Raises LookupError for what is no school."""
    if not URN.accepts(urn):
        raise LookupError(f"“{urn or ''}” is not a valid URN: a URN has six digits.")
    answer = ask("school_identity", urn=urn)
    if not answer.rows and not answer.denied:
        raise LookupError(f"No school in this warehouse has the URN {urn}.")
    return answer


def unknown(text: str) -> Head:
    """What stands where an address names no school."""
    way = dcc.Link("List of schools", href="/school")
    help_text = "The list of schools finds a school by part of its name or by any URN it ever had."
    return Head("No such school", text, instead=c.empty("Find it by name", help_text, way))
