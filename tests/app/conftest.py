"""Fixtures of the app's tests: published fixture warehouses, and apps over them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from dash import Dash
from published_fixture import published_rows, write_published

from dashboards.access import ANONYMOUS, DEMO, Door
from dashboards.app import create_app

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


@pytest.fixture(scope="session")
def fixture_data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the small fictional authority. Tests must not change what is published in it."""
    data_dir = tmp_path_factory.mktemp("fixture") / "data"
    write_published(data_dir / "published", rows=published_rows())
    return data_dir


@pytest.fixture(scope="session")
def empty_data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder whose published warehouse has every table and no row."""
    data_dir = tmp_path_factory.mktemp("empty") / "data"
    write_published(data_dir / "published")
    return data_dir


@pytest.fixture(scope="session")
def door(fixture_data_dir: Path) -> Door:
    return Door(fixture_data_dir)


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


@pytest.fixture(scope="session")
def app(fixture_data_dir: Path) -> Dash:
    return create_app(fixture_data_dir, lambda _request: DEMO)


@pytest.fixture(scope="session")
def page(app: Dash) -> Ask:
    """Asks for a page of the fixture warehouse as the demo viewer."""
    return page_asker(app)


@pytest.fixture(scope="session")
def empty_page(empty_data_dir: Path) -> Ask:
    """Asks for a page of the warehouse without rows."""
    return page_asker(create_app(empty_data_dir, lambda _request: DEMO))


@pytest.fixture(scope="session")
def anonymous_page(fixture_data_dir: Path) -> Ask:
    """Asks for a page of the fixture warehouse as nobody."""
    return page_asker(create_app(fixture_data_dir, lambda _request: ANONYMOUS))


@pytest.fixture(scope="session")
def unpublished_page(tmp_path_factory: pytest.TempPathFactory) -> Ask:
    """Asks for a page where nothing was ever published."""
    return page_asker(create_app(tmp_path_factory.mktemp("nothing"), lambda _request: DEMO))


@pytest.fixture(scope="session")
def make_anonymous_client(fixture_data_dir: Path) -> Callable[[], Any]:
    """Makes clients that nobody has signed in to."""
    anonymous = create_app(fixture_data_dir)
    return anonymous.server.test_client
