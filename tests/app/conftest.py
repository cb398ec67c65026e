"""Fixtures of the app's tests: published fixture warehouses, and apps over them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from dash import Dash
from published_fixture import published_rows, write_published

from dashboards.access import ANONYMOUS, DEMO, Door, Viewer
from dashboards.app import create_app
from tests.asked import Ask, page_asker


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


@pytest.fixture(scope="session")
def app(fixture_data_dir: Path) -> Dash:
    return create_app(fixture_data_dir, lambda _request: DEMO)


@pytest.fixture(scope="session")
def page(app: Dash) -> Ask:
    """Asks for a page of the fixture warehouse as the demo viewer."""
    return page_asker(app)


@pytest.fixture(scope="session")
def steward_page(fixture_data_dir: Path) -> Ask:
    """Asks for a page of the fixture warehouse as the data steward."""
    steward = Viewer("steward", "steward", "Data steward", "999")
    return page_asker(create_app(fixture_data_dir, lambda _request: steward))


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
