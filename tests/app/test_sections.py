"""Sections: pure functions of the part of the address they name, each with its own empty, hidden and failed state."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from dash import Dash
from flask import request

from dashboards import topics
from dashboards.access import ANONYMOUS, DEMO, Door, Viewer
from dashboards.shared import request as requests
from dashboards.shared.request import State
from dashboards.ui import sections as drawing
from dashboards.ui import shell
from dashboards.ui.sections import Columns, Section, section

#: An address of every page with each kind of value in it.
QUERY = {
    "area": "partnership-NP01",
    "urn": "900001",
    "as_at": "2018/19 summer",
    "benchmark": "similar",
    "breakdown": "disadvantaged",
    "quiet": "hidden",
    "order": "name",
    "year": "2016/17",
}


def every_section() -> Iterator[tuple[str, Section]]:
    """Every section of every page, with the page's path."""
    topics.load("page")
    for path, entry in shell.ENTRIES.items():
        for part in entry.sections:
            for one in part.sections if isinstance(part, Columns) else (part,):
                yield path, one


EVERY = list(every_section())
NAMES = [f"{path} {one.name}" for path, one in EVERY]


def draw(app: Dash, part: Section, query: dict[str, str], viewer: Viewer = DEMO) -> Any:
    held = app.server.extensions["turncurve"]
    with app.server.test_request_context("/"):
        kept = held.identify
        held.identify = lambda _request: viewer
        try:
            return drawing.drawn(part, State(query), requests.asker())
        finally:
            held.identify = kept


def text(node: Any) -> str:
    return str(node.to_plotly_json() if hasattr(node, "to_plotly_json") else node)


def test_every_page_but_the_one_for_unknown_addresses_has_sections() -> None:
    topics.load("page")
    assert {path for path, entry in shell.ENTRIES.items() if not entry.sections} == {"/404"}
    for path, entry in shell.ENTRIES.items():
        names = [one.name for at, one in EVERY if at == path]
        assert len(names) == len(set(names)), path
        assert entry.title


@pytest.mark.parametrize(("path", "part"), EVERY, ids=NAMES)
def test_a_section_reads_nothing_of_the_address_that_it_does_not_name(
    app: Dash, path: str, part: Section, caplog: pytest.LogCaptureFixture
) -> None:
    whole = {name: value for name, value in QUERY.items() if name != "year" or path not in ("/curves",)}
    for query in (whole, {"urn": "900001"}):
        drawn = draw(app, part, query)
        assert "could not be made" not in text(drawn), caplog.text
        # what it does not name does not change it
        assert text(draw(app, part, {k: v for k, v in query.items() if k in part.reads})) == text(drawn)


@pytest.mark.parametrize(("path", "part"), EVERY, ids=NAMES)
def test_a_section_that_fails_says_so_and_leaves_the_others(
    app: Dash, path: str, part: Section, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lost(*_args: Any, **_parameters: Any) -> Any:
        raise OSError("the disk is gone")

    monkeypatch.setattr(Door, "fetch", lost)
    drawn = text(draw(app, part, {"urn": "900001", "history": "f" * 16}))
    asks_nothing = {"contents", "every_chapter", "form", "answer", "words", "roles"}
    assert ("This part could not be made" in drawn) == (part.name not in asks_nothing)


@pytest.mark.parametrize("path", sorted({path for path, _part in EVERY}))
def test_nobody_is_shown_a_section_without_being_told_why(app: Dash, path: str) -> None:
    held = app.server.extensions["turncurve"]
    with app.server.test_request_context("/"):
        kept = held.identify
        held.identify = lambda _request: ANONYMOUS
        try:
            drawn = text(shell.ENTRIES[path].layout(urn="900001"))
        finally:
            held.identify = kept
    told = "Not shown" in drawn
    assert told or path in ("/methods", "/view-as")


def test_one_failed_section_leaves_the_rest_of_its_page(app: Dash, monkeypatch: pytest.MonkeyPatch) -> None:
    ask = Door.fetch

    def lost(self: Door, question: str, *args: Any, **parameters: Any) -> Any:
        if question == "trend_signals":
            raise OSError("the disk is gone")
        return ask(self, question, *args, **parameters)

    monkeypatch.setattr(Door, "fetch", lost)
    with app.server.test_request_context("/"):
        assert request.path == "/"
        drawn = text(shell.ENTRIES["/trends"].layout())
    assert drawn.count("This part could not be made") == 1
    assert "Every school, on the same scale" in drawn


def test_a_value_that_is_not_named_cannot_be_read(app: Dash, caplog: pytest.LogCaptureFixture) -> None:
    @section("area")
    def sly(state: State, _ask: Any) -> str:
        return state.get("year") or ""

    assert "could not be made" in text(draw(app, sly, {"year": "2018/19"}))
    assert "“year” of the address is read here and not named" in caplog.text
