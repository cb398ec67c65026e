"""Pages as the app's router answers them, without a browser.

Belongs here: asking for a page and what came back. Does not belong here: warehouses, or what a page should say.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dash import Dash

Ask = Callable[..., "Answered"]


class Answered:
    """A page as the router answered it: the layout as JSON, and all its text."""

    def __init__(self, status: int, layout: Any) -> None:
        self.status = status
        self.layout = layout
        self.text = " ".join(_texts(layout))

    def components(self, kind: str) -> list[dict[str, Any]]:
        """Every component of a type, by its properties."""
        return [node["props"] for node in _nodes(self.layout) if node.get("type") == kind]


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
