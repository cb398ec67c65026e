"""A change of the query of an address: the parts of the page that depend on what changed.

Belongs here: which parts are drawn again, and the address they are asked for at (by `assets/update.js`). Does not belong here:
whole pages (see `dashboards.ui.shell`), or what a section shows.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs

from flask import Flask, Response, request
from plotly.io.json import to_json_plotly

from dashboards.shared.request import State, address, asker
from dashboards.ui import shell
from dashboards.ui.components import hidden
from dashboards.ui.sections import every, inside, place

ADDRESS = "/_part"


def install(server: Flask) -> None:
    """Add the address at which the parts of a page are asked for."""
    server.add_url_rule(ADDRESS, "part", _part)


def _part() -> Response:
    found = shell.find(request.args.get("path", ""))
    if found is None:
        return Response("There is no page at this path.", 404, mimetype="text/plain")
    entry, held = found
    queries = [{**held, **_query(request.args.get(name, ""))} for name in ("search", "was")]
    made = _changed(entry, queries[0], queries[1], request.args)
    if made is None:
        made = {"page": entry.layout(**queries[0])}
    return Response(to_json_plotly(made), mimetype="application/json")


def _query(search: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(search.removeprefix("?")).items()}


def changed_names(now: Mapping[str, str], was: Mapping[str, str]) -> set[str]:
    """The names whose values differ between two queries."""
    before, after = State(was), State(now)
    return {name for name in {*now, *was} if before.get(name) != after.get(name)}


def _changed(
    entry: shell.Entry, now: dict[str, str], was: dict[str, str], on_page: Mapping[str, str]
) -> dict[str, Any] | None:
    """The parts to set and the values of the filters; None where the page has to be drawn whole.

    It has to be where one of the two has no sections to draw, where a filter row comes or goes, and where another version was
    published meanwhile: half a page of each would be of no version.
    """
    if not on_page.get("parts") or on_page.get("version") != shell.version():
        return None
    changed, state, ask = changed_names(now, was), State(now), asker()
    try:
        head = entry.make(state, ask)
        if head.instead is not None:
            return None
        drawn = [
            [place(part), {"children": inside(part, state, ask)}]
            for part in every(entry.sections)
            if part.reads & changed
        ]
    except Exception:
        # whatever it is, the whole page says it, and the log has it from there
        return None
    filters = _filters(head, on_page.get("filters", ""))
    if filters is None:
        return None
    parts: list[Any] = [
        ["page-title", {"children": head.title}],
        ["page-lead", {"children": head.lead}],
        ["page-hidden", {"children": hidden(head.hidden)}],
        *filters,
        *drawn,
    ]
    if "area" in changed:
        parts.append(["pages", {"children": shell.nav_links(entry.active, head.area)}])
        parts.append(["brand", {"href": address("/", area=head.area)}])
        if entry.method:
            parts.append(["page-method", {"children": shell.method_link(entry.method, head.area)}])
    values = [[one.id, name, getattr(one, name)] for one in head.filters for name in shell.VALUES if hasattr(one, name)]
    return {"parts": parts, "values": values}


def _filters(head: shell.Head, on_page: str) -> list[Any] | None:
    """The filters whose offer changed, or the row where it holds others; None where the row comes or goes."""
    now = shell.shown(head.filters)
    if on_page == now or (not on_page and not head.filters):
        return []
    if not on_page or not head.filters:
        return None
    try:
        before = dict(json.loads(on_page))
    except (ValueError, TypeError):
        return None
    offered = dict(json.loads(now))
    row: dict[str, Any] = {"data-shown": now}
    if list(before) != list(offered):
        return [["filters", {**row, "children": list(head.filters)}]]
    again = [
        [one.id, {name: value for name, value in one.to_plotly_json()["props"].items() if name != "id"}]
        for one, key in zip(head.filters, offered, strict=True)
        if before[key] != offered[key]
    ]
    return [["filters", row], *again]
