"""A change of the query of an address: which parts come back, what stays, and when the page is drawn whole."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest
from dash import Dash, dcc, html
from published_fixture import published_rows, write_published

from dashboards import topics
from dashboards.access import ANONYMOUS, DEMO, Door
from dashboards.app import create_app
from dashboards.ui import shell
from dashboards.ui.flat import INSIDE, flat
from dashboards.ui.sections import every
from dashboards.ui.updates import changed_names
from tests.asked import Answered, page_asker

topics.load("page")


class Browser:
    """A page as a browser holds it: asked for whole, then by the parts a change of its query draws again."""

    def __init__(self, app: Dash) -> None:
        self.client = app.server.test_client()
        self.whole = page_asker(app)
        self.path, self.search, self.shown = "", "", Answered(0, None)

    def open(self, path: str, search: str = "") -> Answered:
        self.path, self.search, self.shown = path, search, self.whole(path, search)
        return self.shown

    def _attribute(self, name: str, attribute: str) -> str:
        found = [p for kind in ("Div", "Footer") for p in self.shown.components(kind) if p.get("id") == name]
        return str(found[0].get(attribute, "")) if found else ""

    def change(self, search: str, **other: str) -> dict[str, Any]:
        slots = [p for p in self.shown.components("Div") if p.get("className") == "section-slot"]
        asked = {
            "path": self.path,
            "search": search,
            "was": self.search,
            "filters": self._attribute("filters", "data-shown"),
            "version": self._attribute("footer", "data-version"),
            "parts": "yes" if slots else "",
        }
        answer = self.client.get("/_part", query_string={**asked, **other})
        assert answer.status_code == 200
        assert answer.headers["Cache-Control"] == "no-store"
        made: dict[str, Any] = answer.get_json()
        return made


@pytest.fixture
def browser(app: Dash) -> Browser:
    return Browser(app)


def drawn(made: dict[str, Any]) -> set[str]:
    """The sections an answer holds."""
    return {str(part[0]) for part in made["parts"] if str(part[0]).startswith("section-")}


@pytest.mark.parametrize(
    ("path", "was", "search", "expected"),
    [
        ("/trends", "", "?show-trend=table", {"section-line"}),
        ("/trends", "", "?order=name", {"section-schools"}),
        ("/trends", "", "?quiet=hidden", {"section-findings", "section-schools"}),
        ("/trends", "?quiet=hidden", "", {"section-findings", "section-schools"}),
        ("/trends", "", "?breakdown=girls", {"section-line", "section-findings", "section-schools"}),
        ("/trends", "", "?unknown=1", set()),
        ("/risk", "", "?order=name", {"section-register"}),
        ("/school/900001", "", "?breakdown=girls", {"section-changes", "section-indicators"}),
        ("/compare", "", "?quiet=hidden", {"section-spines"}),
        ("/data", "", f"?history={'f' * 16}", {"section-history"}),
    ],
)
def test_what_depends_on_the_change_is_drawn_and_nothing_else(
    browser: Browser, path: str, was: str, search: str, expected: set[str]
) -> None:
    browser.open(path, was)
    assert drawn(browser.change(search)) == expected


@pytest.mark.parametrize("path", sorted(path for path, entry in shell.ENTRIES.items() if entry.sections))
def test_a_changed_page_equals_the_page_drawn_whole(browser: Browser, path: str) -> None:
    at = path.replace("<urn>", "900001")
    browser.open(at)
    search = "?area=partnership-NP01&breakdown=girls&quiet=hidden&order=name&benchmark=similar&q=tarn&event=joined"
    made = browser.change(search)
    whole = browser.whole(at, search)
    if "page" in made:
        assert Answered(200, made["page"]).layout == whole.layout
        return
    boxes = {str(node.get("id")): node for kind in ("Div", "H1", "P", "Nav", "Link") for node in whole.components(kind)}
    for name, props in made["parts"]:
        if isinstance(name, str):
            for prop, value in props.items():
                # as a browser receives it: what is None in one is not there in the other
                assert Answered(200, value).layout == boxes[name].get(prop), (name, prop)
    chosen = {
        str(p["id"]["name"]): p
        for kind in ("Select", "TextInput")
        for p in whole.components(kind)
        if isinstance(p.get("id"), dict)
    }
    for one, prop, value in made["values"]:
        if prop == "value":
            assert chosen[one["name"]][prop] == value
    # what was not sent is as it was
    before = {p["id"]: p for p in browser.shown.components("Div") if p.get("className") == "section-slot"}
    after = {p["id"]: p for p in whole.components("Div") if p.get("className") == "section-slot"}
    for name in set(after) - drawn(made):
        assert before[name] == after[name], name


def test_a_filter_is_sent_again_only_where_its_offer_changed(browser: Browser) -> None:
    browser.open("/compare", "?area=partnership-NP01")
    assert not [part for part in browser.change("?area=partnership-NP01&quiet=hidden")["parts"] if part[0] == "filters"]
    schools = browser.change("?area=partnership-NP02")["parts"]
    assert [
        part for part in schools if part[0] == "filters" or (isinstance(part[0], dict) and part[0]["name"] == "urn")
    ]


def test_links_follow_the_area(browser: Browser) -> None:
    browser.open("/trends")
    assert "pages" not in [part[0] for part in browser.change("?quiet=hidden")["parts"]]
    parts = dict(part for part in browser.change("?area=partnership-NP02")["parts"] if isinstance(part[0], str))
    assert "area=partnership-NP02" in str(parts["pages"]) and "area=partnership-NP02" in str(parts["page-method"])
    assert "area=partnership-NP02" in parts["brand"]["href"]


def test_an_address_that_names_nothing_becomes_a_page_that_says_so_and_back(browser: Browser) -> None:
    browser.open("/trends")
    lost = Answered(200, browser.change("?area=nowhere")["page"])
    assert "Nothing here under this address" in lost.text
    browser.shown, browser.search = lost, "?area=nowhere"
    assert "Every school, on the same scale" in Answered(200, browser.change("")["page"]).text


def test_half_a_page_is_never_of_another_version(tmp_path: Path) -> None:
    published = tmp_path / "data" / "published"
    write_published(published, rows=published_rows())
    browser = Browser(create_app(tmp_path / "data", lambda _request: DEMO))
    browser.open("/trends")
    assert "parts" in browser.change("?quiet=hidden")
    assert "page" in browser.change("?quiet=hidden", version="v0")


def test_a_section_that_fails_says_so_in_its_place(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    browser.open("/trends")
    ask = Door.fetch

    def lost(self: Door, question: str, *args: Any, **parameters: Any) -> Any:
        if question == "trend_signals":
            raise OSError("the disk is gone")
        return ask(self, question, *args, **parameters)

    monkeypatch.setattr(Door, "fetch", lost)
    made = browser.change("?quiet=hidden")
    assert drawn(made) == {"section-findings", "section-schools"}
    assert str(made).count("This part could not be made") == 1


def test_a_head_that_fails_becomes_a_page_that_says_so(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    browser.open("/trends")

    def lost(*_args: Any, **_parameters: Any) -> Any:
        raise OSError("the disk is gone")

    monkeypatch.setattr(Door, "fetch", lost)
    assert "This page could not be made" in Answered(200, browser.change("?quiet=hidden")["page"]).text


def test_a_reader_who_is_no_longer_known_is_shown_nothing_more(app: Dash, browser: Browser) -> None:
    browser.open("/trends")
    held = app.server.extensions["turncurve"]
    kept = held.identify
    held.identify = lambda _request: ANONYMOUS
    try:
        for search in ("?quiet=hidden", "?area=partnership-NP02", "?breakdown=girls"):
            made = str(browser.change(search))
            assert "Not shown" in made
            assert "Saltmarsh" not in made and "Alderfen" not in made and "Tarn" not in made
    finally:
        held.identify = kept


def test_no_part_of_a_page_that_is_not_there(app: Dash) -> None:
    assert app.server.test_client().get("/_part?path=/nowhere").status_code == 404
    assert app.server.test_client().get("/_part").status_code in (200, 404)


def test_a_broken_note_of_the_filters_does_not_break_the_page(browser: Browser) -> None:
    browser.open("/trends")
    for broken in ("[", "{}", "[1]", '"x"'):
        assert set(browser.change("?quiet=hidden", filters=broken)) in ({"page"}, {"parts", "values"})


def test_a_value_given_twice_or_with_spaces_counts_as_the_page_reads_it() -> None:
    now = {name: values[0] for name, values in parse_qs("area=a&area=b&year=+x+").items()}
    assert changed_names(now, {"area": "a", "year": "x"}) == set()
    assert changed_names(now, {"area": "b"}) == {"area", "year"}


def test_every_section_is_in_one_place_only() -> None:
    for path, entry in shell.ENTRIES.items():
        names = [one.name for one in every(entry.sections)]
        assert len(names) == len(set(names)), path


def test_texts_cannot_become_markup() -> None:
    name = '<img src=x onerror="alert(1)"> & “Sons”'
    made = flat(html.Div([html.P(name, title=name), dcc.Link(name, href="/?q=<b>")]))
    markup = getattr(made, INSIDE)
    assert "<img" not in markup and 'href="/?q=&lt;b&gt;"' in markup
    assert Answered(200, made.to_plotly_json()).components("P")[0] == {"title": name, "children": name}


def test_what_can_be_used_or_found_stays_a_component() -> None:
    made = flat(html.Div([html.P(["a ", html.B("b")]), html.Div(html.P("x"), id="found"), html.P("only text")]))
    first, found, plain = made.children
    assert getattr(first, INSIDE) == "a <b>b</b>" and not hasattr(first, "children")
    assert found.id == "found" and getattr(found, INSIDE) == "<p>x</p>"
    assert plain.children == "only text"
