"""The address at which the demonstration is told as whom to look.

Belongs here: that one address. Does not belong here: who may look as whom where people sign in.
"""

from __future__ import annotations

from pathlib import Path

from flask import Flask, Response, redirect, request

from dashboards.access import AuditError
from dashboards.shared.request import service


def install(server: Flask, _data_dir: Path) -> None:
    """Add the address to a server."""
    server.add_url_rule("/view-as", "view_as", _view_as, methods=["POST"])


def _view_as() -> Response:
    held = service()
    account = request.form.get("account", "")
    if held.chosen is None:
        return Response("Here nobody chooses as whom to look.", 403, mimetype="text/plain")
    before = held.identify(request)
    found = held.chosen.choose(account)
    if found is None:
        return Response("There is no such account today.", 404, mimetype="text/plain")
    try:
        held.door.record("see_as", before, outcome=f"looks as {found.id}", account=found.id)
    except AuditError as error:
        return Response(str(error), 503, mimetype="text/plain")
    return redirect("/", 303)  # type: ignore[return-value]
