"""The accounts of a warehouse, and the demonstration's way of choosing one.

Belongs here: which accounts may look today, what each looks as, and the viewer whom a session of the demonstration has chosen.
Does not belong here: signing in (the demonstration has none: whoever opens it chooses), or what a viewer may see.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import session

from dashboards.access.door import Door
from dashboards.access.published import NotPublished
from dashboards.access.viewer import DEMO, KINDS, PUBLIC, Viewer

_CHOSEN = "account"


def accounts(door: Door) -> list[Viewer]:
    """Every account that may look today, the public last; the analyst of the warehouse's authority where none was landed."""
    try:
        rows = door.about_viewers(date.today())
    except NotPublished:
        return [DEMO, PUBLIC]
    found = [
        Viewer(account, role, f"{KINDS[role]}, {name or organisation}", organisation)
        for account, role, organisation, name in rows
        if role in KINDS and role != "public"
    ]
    order = [*KINDS]
    found.sort(key=lambda viewer: (order.index(viewer.kind), viewer.name, viewer.id))
    return [*(found or [DEMO]), PUBLIC]


class Chosen:
    """Identifies the viewer whom the session has chosen: in the demonstration, everybody may look as anybody."""

    def __init__(self, door: Door) -> None:
        self._door = door

    def __call__(self, _request: Any) -> Viewer:
        """The viewer of a request: the chosen account while it is one of today's, else the first."""
        known = accounts(self._door)
        chosen = session.get(_CHOSEN)
        return next((viewer for viewer in known if viewer.id == chosen), known[0])

    def choose(self, account: str) -> Viewer | None:
        """Have the session look as an account from now on; None where there is no such account."""
        found = next((viewer for viewer in accounts(self._door) if viewer.id == account), None)
        if found is not None:
            session[_CHOSEN] = found.id
        return found
