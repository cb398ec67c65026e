"""Fixtures of the browser tests: a Chromium, the served app, and pages that fail on errors and on other hosts.

The warehouse is chosen in one place, `browsed_data_dir`.
"""

from __future__ import annotations

import os
import shutil
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from werkzeug.serving import make_server

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "app"))

SIZES = {"laptop": (1366, 768), "telephone": (390, 844)}


@pytest.fixture(scope="session")
def browsed_data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder the browser looks at."""
    from published_fixture import published_rows, write_published

    data_dir = tmp_path_factory.mktemp("browsed") / "data"
    write_published(data_dir / "published", rows=published_rows())
    return data_dir


@pytest.fixture(scope="session")
def base_url(browsed_data_dir: Path) -> Iterator[str]:
    """The address of the app, served in this process on a free port."""
    from dashboards.access import DEMO
    from dashboards.app import create_app

    app = create_app(browsed_data_dir, lambda _request: DEMO)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = make_server("127.0.0.1", port, app.server, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{port}"
    server.shutdown()
    thread.join(5)


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """A headless Chromium: CHROMIUM names it, or it is found on the PATH."""
    found = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if not found:
        pytest.skip("no Chromium found: install chromium, or set CHROMIUM to its path, to run the browser tests")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        # Inside a container Chromium runs as root, which it only does without its sandbox.
        options = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
        launched = playwright.chromium.launch(executable_path=found, args=options)
        yield launched
        launched.close()


@pytest.fixture(scope="session")
def contexts(browser: Any) -> Iterator[dict[bool, Any]]:
    """Two browsing contexts for the whole run, so that scripts are fetched once: without and with the page's policy."""
    made = {bypass: browser.new_context(bypass_csp=bypass) for bypass in (False, True)}
    yield made
    for context in made.values():
        context.close()


@pytest.fixture
def open_page(contexts: dict[bool, Any], base_url: str) -> Iterator[Callable[..., Any]]:
    """Opens an address at a size; the test fails on any console error and on any request to another host.

    `bypass_csp` lets a test put a script of its own into the page; `expected_errors` are parts of what the console may say
    where a test makes something fail.
    """
    pages: list[Any] = []
    problems: list[str] = []

    def open_at(
        path: str,
        size: str | tuple[int, int] = "laptop",
        bypass_csp: bool = False,
        expected_errors: tuple[str, ...] = (),
    ) -> Any:
        width, height = SIZES[size] if isinstance(size, str) else size
        page = contexts[bypass_csp].new_page()
        pages.append(page)
        page.set_viewport_size({"width": width, "height": height})
        page.set_default_timeout(15000)

        def note(problem: str) -> None:
            if not any(part in problem for part in expected_errors):
                problems.append(problem)

        page.on("console", lambda message: message.type == "error" and note(message.text))
        page.on("pageerror", lambda error: note(str(error)))
        page.on(
            "request",
            lambda request: (
                request.url.startswith((base_url, "data:", "blob:")) or problems.append(f"asked for {request.url}")
            ),
        )
        page.goto(base_url + path)
        page.wait_for_selector("h1")
        settle(page)
        return page

    yield open_at
    for page in pages:
        page.close()
    assert problems == []


def settle(page: Any) -> None:
    """Wait until what the page draws is there: a chart's own lines come after the page around it."""
    if page.locator(".dash-graph").count():
        page.wait_for_selector(".dash-graph .scatterlayer .trace", state="attached")
