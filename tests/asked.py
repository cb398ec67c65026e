"""Pages as the app's router answers them, without a browser.

Belongs here: asking for a page and what came back. Does not belong here: warehouses, or what a page should say.
"""

from __future__ import annotations

from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any

from dash import Dash

from dashboards.ui.flat import INSIDE

Ask = Callable[..., "Answered"]


class Answered:
    """A page as the router answered it: the layout as JSON, and all its text."""

    def __init__(self, status: int, layout: Any) -> None:
        self.status = status
        self.layout = _unfolded(layout)
        self.text = " ".join(_texts(self.layout))

    def components(self, kind: str) -> list[dict[str, Any]]:
        """Every component of a type, by its properties."""
        return [node["props"] for node in _nodes(self.layout) if node.get("type") == kind]

    @property
    def drawings(self) -> list[dict[str, Any]]:
        """Every chart the server has drawn, by its properties."""
        return [box for box in self.components("Div") if box.get("className") == "drawing"]


class _Reader(HTMLParser):
    """A piece of HTML as the components it was made of."""

    def __init__(self) -> None:
        super().__init__()
        self.inside: list[Any] = []
        self._open: list[tuple[str, dict[str, Any], list[Any]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = {"class": "className", "for": "htmlFor", "tabindex": "tabIndex"}
        props: dict[str, Any] = {names.get(name, name): True if value is None else value for name, value in attrs}
        kind = "Link" if props.pop("data-link", None) else tag.capitalize()
        if tag in ("img", "br", "wbr", "input", "hr"):
            self._add({"type": kind, "props": props})
        else:
            self._open.append((kind, props, []))

    def handle_endtag(self, tag: str) -> None:
        kind, props, inside = self._open.pop()
        self._add({"type": kind, "props": {**props, "children": _alone(inside)}})

    def handle_data(self, data: str) -> None:
        self._add(data)

    def _add(self, node: Any) -> None:
        (self._open[-1][2] if self._open else self.inside).append(node)


def _alone(inside: list[Any]) -> Any:
    return inside if len(inside) > 1 else inside[0] if inside else None


def _unfolded(node: Any) -> Any:
    """The layout with each piece of HTML as the components it was made of."""
    if isinstance(node, list):
        return [_unfolded(one) for one in node]
    if not isinstance(node, dict):
        return node
    if "props" in node and INSIDE in node["props"]:
        reader = _Reader()
        props = dict(node["props"])
        reader.feed(props.pop(INSIDE))
        reader.close()
        return {**node, "props": {**props, "children": _alone(reader.inside)}}
    return {name: _unfolded(value) for name, value in node.items()}


def _nodes(node: Any) -> list[dict[str, Any]]:
    if isinstance(node, list):
        return [found for item in node for found in _nodes(item)]
    if not isinstance(node, dict):
        return []
    inside = [found for value in node.values() for found in _nodes(value)]
    return [node, *inside] if "props" in node else inside


def _texts(node: Any) -> list[str]:
    if isinstance(node, str):
        return [node]
    if isinstance(node, (int, float)):
        return [str(node)]
    if isinstance(node, list):
        return [text for item in node for text in _texts(item)]
    if isinstance(node, dict) and "props" in node:
        props = node["props"]
        return [text for key in ("label", "children", "alt") for text in _texts(props.get(key))]
    return []


def page_asker(app: Dash) -> Ask:
    """A function that asks the app's router for a page, as the browser does."""
    client = app.server.test_client()
    routers = [d for d in client.get("/_dash-dependencies").get_json() if "_pages_content" in d["output"]]
    output = next(d["output"] for d in routers if "_pages_store" in d["output"])

    def ask(path: str, search: str = "") -> Answered:
        answer = client.post(
            "/_dash-update-component",
            json={
                "output": output,
                "outputs": [
                    {"id": "_pages_content", "property": "children"},
                    {"id": "_pages_store", "property": "data"},
                ],
                "inputs": [
                    {"id": "_pages_location", "property": "pathname", "value": path},
                    {"id": "_pages_location", "property": "search", "value": search},
                ],
                "changedPropIds": ["_pages_location.pathname"],
                "state": [],
            },
        )
        layout = answer.get_json()["response"]["_pages_content"]["children"] if answer.status_code == 200 else None
        return Answered(answer.status_code, layout)

    return ask
