"""Every page through the app's router, without a browser."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from dash import Dash

from dashboards import topics
from dashboards.shared import table as tables
from dashboards.topics.methods.chapters import chapters
from dashboards.topics.school import sentences
from dashboards.ui.not_found import PATH as NOT_FOUND
from dashboards.ui.shell import ENTRIES

#: Each page at addresses of every kind; a page of which none is listed is tried as it opens.
_ADDRESSES = [
    ("/", ""),
    ("/", "?area=authority-999"),
    ("/", "?area=partnership-NP02&year=2016/17"),
    ("/", "?area=partnership-NP03"),
    ("/", "?area=partnership-NP01&show-points=table"),
    ("/trends", ""),
    ("/trends", "?area=partnership-NP02&indicator=absence_persistent_pct&breakdown=girls&order=name"),
    ("/trends", "?area=partnership-NP01&indicator=ks2_reading_progress&breakdown=disadvantaged"),
    ("/trends", "?area=authority-999&show-trend=table&show-schools=table"),
    ("/trends", "?area=partnership-NP02&indicator=pupils_on_roll&schools=all"),
    ("/impact", ""),
    ("/impact", "?area=authority-999&indicator=ks2_reading_progress&show-years=table"),
    ("/impact", "?area=partnership-NP02&event=joined"),
    ("/school", ""),
    ("/school", "?q=tarn"),
    ("/school/900001", ""),
    ("/school/900003", "?breakdown=disadvantaged"),
    ("/school/900012", ""),
    ("/compare", ""),
    ("/compare", "?area=partnership-NP01&urn=900001&benchmark=partnership&quiet=hidden"),
    ("/compare", "?urn=900009&benchmark=similar&breakdown=girls&year=2016/17"),
    ("/compare", "?show-spine=table&show-funnel=table&indicator=ks2_reading_progress"),
    ("/risk", ""),
    ("/risk", "?area=partnership-NP01&order=change&quiet=show&as_at=2018/19 spring"),
    ("/risk/900001", ""),
    ("/data", ""),
    ("/data", "?file=" + "f" * 16),
    ("/methods", ""),
    ("/data", "?history=" + "f" * 16),
]
topics.load("page")
PAGES = [
    *_ADDRESSES,
    *(
        (path.replace("<urn>", "900001"), "")
        for path in sorted(ENTRIES)
        if path != NOT_FOUND and path.replace("<urn>", "900001") not in {listed for listed, _search in _ADDRESSES}
    ),
]
FAILED = "could not be made"


@pytest.mark.parametrize(("path", "search"), PAGES)
def test_every_page_is_made(page: Any, path: str, search: str) -> None:
    made = page(path, search)
    assert made.status == 200
    assert FAILED not in made.text
    assert len(made.components("H1")) == 1


@pytest.mark.parametrize(("path", "search"), PAGES)
def test_every_page_is_made_of_an_empty_warehouse(empty_page: Any, path: str, search: str) -> None:
    made = empty_page(path, search)
    assert made.status == 200
    assert FAILED not in made.text


@pytest.mark.parametrize(("path", "search"), PAGES)
def test_nobody_is_shown_nothing(anonymous_page: Any, path: str, search: str) -> None:
    made = anonymous_page(path, search)
    assert FAILED not in made.text
    for name in ("Saltmarsh", "North Shore", "Alderfen", "900001", "england_ks"):
        assert name not in made.text
    assert made.drawings == [] and made.components("Graph") == [] and made.components("Img") == []


@pytest.mark.parametrize("path", ["/", "/trends", "/school", "/school/900001", "/data"])
def test_without_a_warehouse_the_page_says_how_to_make_one(unpublished_page: Any, path: str) -> None:
    made = unpublished_page(path)
    assert "There is no warehouse yet" in made.text
    assert "turncurve demo" in made.text


@pytest.mark.parametrize(
    ("path", "search", "said"),
    [
        ("/nowhere", "", "There is no page here"),
        ("/school/12", "", "a URN has six digits"),
        ("/school/<script>", "", "a URN has six digits"),
        ("/school/123456", "", "No school in this warehouse has the URN 123456"),
        ("/", "?area=partnership-XX", "no partnership or authority called"),
        ("/trends", "?indicator=made_up", "no indicator called"),
        ("/", "?area=partnership-NP01&area=authority-999", "North Shore Partnership"),
    ],
)
def test_a_wrong_address_is_answered_in_plain_words(page: Any, path: str, search: str, said: str) -> None:
    made = page(path, search)
    assert said in made.text
    assert FAILED not in made.text


def test_the_navigation_marks_the_page(page: Any) -> None:
    links = page("/trends").components("NavLink")
    current = [link["label"] for link in links if (link.get("attributes") or {}).get("root", {}).get("aria-current")]
    assert current == ["Trends"]


def test_the_navigation_keeps_the_area(page: Any) -> None:
    links = page("/", "?area=partnership-NP02").components("NavLink")
    assert all("area=partnership-NP02" in link["href"] for link in links)


def test_a_filter_left_at_its_default_is_not_the_state(page: Any) -> None:
    selects = {s["id"]["name"]: s for s in page("/trends", "?breakdown=girls").components("Select")}
    assert selects["breakdown"]["value"] == "girls"
    assert selects["breakdown"]["id"]["default"] == "all"


def test_a_table_is_made_only_when_its_tab_is_open(page: Any) -> None:
    assert page("/trends").components("Table") == []
    assert len(page("/trends", "?show-trend=table").components("Table")) == 1


def test_an_area_is_never_compared_with_itself(page: Any) -> None:
    lines = [
        trace["name"]
        for trace in page(
            "/trends", "?area=authority-999&indicator=ks2_rwm_expected_pct&show-trend=interactive"
        ).components("Graph")[0]["figure"]["data"]
    ]
    assert [name for name in lines if "interval" not in name] == ["Saltmarsh", "England, state-funded", "Level"]


def test_a_mixed_area_stands_beside_no_england(page: Any) -> None:
    mixed = page("/trends", "?area=authority-999&indicator=absence_persistent_pct&show-trend=interactive")
    assert "No line for England" in mixed.text
    assert not any("England" in trace["name"] for trace in mixed.components("Graph")[0]["figure"]["data"])


def test_an_area_of_one_phase_stands_beside_england_of_that_phase(page: Any) -> None:
    made = page("/trends", "?area=partnership-NP02&indicator=absence_persistent_pct&show-trend=interactive")
    names = [trace["name"] for trace in made.components("Graph")[0]["figure"]["data"]]
    assert "England, primary" in names and "England, secondary" not in names


def test_a_suppressed_year_is_said(page: Any) -> None:
    assert "2017/18 suppressed" in page("/school/900003").text


def test_a_school_without_entries_is_not_zero(page: Any) -> None:
    made = page("/school/900005")
    assert "no entries" in made.text


def test_a_small_cohort_is_not_judged(page: Any) -> None:
    made = page("/school/900009")
    assert "Small cohort" in made.text
    assert "Better" not in made.text.replace("Better or worse", "") and "Worse" not in made.text


def test_an_earlier_urn_leads_to_the_school(page: Any) -> None:
    made = page("/school/900104")
    assert "Dunmere Primary Academy" in made.text
    assert "You asked for 900104" in made.text


def test_why_a_history_begins_or_ends_is_shown_with_the_way_to_the_other_school(page: Any) -> None:
    made = page("/school/900001")
    assert "Eastmere Junior School (900105) went into it on 31 Aug 2015." in made.text
    assert "/school/900105" in [link.get("href") for link in made.components("Link")]
    assert "Schools before and after it" not in page("/school/900002").text


def test_an_earlier_urn_whose_closing_no_register_dates_does_not_last_until_today() -> None:
    row = {"urn": "900104", "name": "Dunmere", "opened_on": None, "closed_on": None, "valid_to": date(2016, 3, 31)}
    assert sentences.earlier_urn(row) == "900104, Dunmere: opening not known to 31 March 2016"


def test_a_past_membership_is_dated(page: Any) -> None:
    assert "1 September 2014 to 31 August 2015" in page("/school/900001").text


def test_a_search_finds_a_school_by_any_urn(page: Any) -> None:
    assert "Dunmere Primary Academy" in page("/school", "?q=900104").text


def test_few_answers_are_said_to_be_hidden(page: Any) -> None:
    made = page("/", "?area=partnership-NP02")
    assert "fewer than 5 people answered" in made.text and "too few" in made.text


def test_every_chart_has_a_summary_a_source_and_an_as_at_date(page: Any) -> None:
    made = page("/trends", "?area=partnership-NP01")
    notes = [p["children"] for p in made.components("P") if p.get("className") == "provenance"]
    assert len(notes) == 3
    assert all("Source: Department for Education" in note and "As at 23 November 2026" in note for note in notes)
    assert "n\u00a0=" in notes[0]


def test_every_picture_has_an_alternative_text(page: Any) -> None:
    for path, search in PAGES:
        for picture in page(path, search).components("Img"):
            assert "alt" in picture


def test_the_data_page_adds_up(steward_page: Any) -> None:
    made = steward_page("/data")
    assert "adds up" in made.text
    assert (
        "1 of 2 checks against the publisher’s own figures is outside tolerance; 1 more cannot be compared" in made.text
    )
    assert "cannot be compared: schools are missing" in made.text
    assert "There is no transition point TP99." in made.text


def test_corrections_are_listed_those_refused_first(steward_page: Any) -> None:
    told = steward_page("/data").text
    assert told.index("The file has no row 99.") < told.index("A letter O")


def test_a_school_known_by_its_establishment_number_is_asked_for_like_any_other(page: Any) -> None:
    assert "No school in this warehouse has the URN L9990001." in page("/school/L9990001", "").text


def test_every_page_of_figures_leads_to_the_chapter_of_its_method(page: Any) -> None:
    known = {chapter.anchor for chapter in chapters()}
    assert known
    for path in ("/", "/trends", "/compare", "/risk", "/impact", "/curves", "/school/900001"):
        links = [link["href"] for link in page(path).components("Link") if link["href"].startswith("/methods")]
        assert [link.partition("#")[2] in known for link in links] == [True], path


def test_the_history_of_a_file_is_told_by_its_address(page: Any) -> None:
    assert f"/data?history={'f' * 16}" in [link["href"] for link in page("/data").components("Link")]
    assert "History of" not in page("/data").text
    # by the content that was quarantined as by the one that was taken
    for content in ("d" * 16, "f" * 16):
        told = page("/data", f"?history={content}").text
        assert "History of reviews spring.xlsx" in told
        assert told.index("quarantined 20 Nov") < told.index("corrected 21 Nov") < told.index("superseded 22 Nov")
    assert "History of a file that is not known here" in page("/data", f"?history={'0' * 16}").text
    assert "History of" not in page("/data", "?history=<script>").text


def test_the_healthy_app_says_so(app: Dash) -> None:
    assert app.server.test_client().get("/healthz").status_code == 200


@pytest.mark.parametrize(
    ("path", "status"), [("/", 200), ("/trends?x=1", 200), ("/school/900001", 200), ("/nowhere", 404)]
)
def test_an_unknown_path_is_a_404(app: Dash, path: str, status: int) -> None:
    assert app.server.test_client().get(path).status_code == status


def test_the_browser_is_told_to_run_nothing_else(app: Dash) -> None:
    headers = app.server.test_client().get("/").headers
    policy = headers["Content-Security-Policy"]
    scripts = re.search(r"script-src ([^;]*);", policy)
    assert scripts is not None
    assert "unsafe" not in scripts.group(1) and "sha256-" in scripts.group(1) and "http" not in scripts.group(1)
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "no-store"


def test_the_page_names_no_other_host(app: Dash) -> None:
    html = app.server.test_client().get("/").get_data(as_text=True)
    hosts = set(re.findall(r"(?:src|href)=\"(https?://[^/\"]+)", html))
    assert hosts == set()


def test_a_post_from_another_site_is_refused(app: Dash) -> None:
    client = app.server.test_client()
    answer = client.post("/_dash-update-component", json={}, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403


@pytest.mark.parametrize("encoding", ["br", "gzip"])
def test_answers_are_compressed(app: Dash, encoding: str) -> None:
    client = app.server.test_client()
    plain = client.get("/assets/turncurve.css")
    packed = client.get("/assets/turncurve.css", headers={"Accept-Encoding": encoding})
    assert packed.headers["Content-Encoding"] == encoding
    assert len(packed.get_data()) < len(plain.get_data()) / 2


def test_compression_and_not_modified_agree(app: Dash) -> None:
    client = app.server.test_client()
    path = next(
        script
        for script in re.findall(r'src="([^"]+)"', client.get("/").get_data(as_text=True))
        if "renderer" in script
    )
    answer = client.get(path, headers={"Accept-Encoding": "br"})
    assert answer.status_code == 200 and answer.headers["Content-Encoding"] == "br"


PARAMETERS = {
    "event": "reviewed",
    "scope": "NP01",
    "urn": "900001",
    "indicator": "ks2_rwm_expected_pct",
    "area": "partnership-NP01",
}


def _address(name: str) -> str:
    """The download of a table, with a value for each parameter its function cannot do without."""
    needed = [
        key
        for key, parameter in inspect.signature(tables.builder(name)).parameters.items()
        if key != "ask" and parameter.default is parameter.empty
    ]
    return f"/download/{name}.csv?" + "&".join(f"{key}={PARAMETERS[key]}" for key in needed)


@pytest.mark.parametrize("name", tables.names())
def test_every_table_can_be_downloaded(app: Dash, name: str) -> None:
    answer = app.server.test_client().get(_address(name))
    lines = answer.get_data(as_text=True).splitlines()
    assert answer.status_code == 200
    assert lines[0].endswith("warehouse version,as at,held back")
    assert len(lines) > 1 and ",v1,2026-11-23T20:00:00+00:00," in lines[1]


@pytest.mark.parametrize("name", tables.names())
def test_nobody_can_download_anything(
    fixture_data_dir: Any, name: str, make_anonymous_client: Callable[[], Any]
) -> None:
    answer = make_anonymous_client().get(_address(name))
    assert answer.status_code in (400, 403)
    assert "Saltmarsh" not in answer.get_data(as_text=True)


def test_the_download_is_what_the_table_shows(app: Dash, page: Any) -> None:
    made = page("/trends", "?area=partnership-NP01&indicator=ks2_rwm_expected_pct&show-schools=table")
    shown = [td["children"] for td in made.components("Td")]
    text = app.server.test_client().get(_address("schools_trend")).get_data(as_text=True)
    assert "suppressed" in shown and "suppressed" in text
    percentages = [cell.removesuffix("%") for cell in shown if isinstance(cell, str) and cell.endswith("%")]
    assert percentages and all(f",{number}," in text for number in percentages)


def test_a_cell_that_looks_like_a_formula_is_defused() -> None:
    assert tables._text("=cmd()") == "'=cmd()"
    assert tables._number("−2.5%") == "-2.5"
    assert tables._number("suppressed") == "suppressed"


@pytest.mark.parametrize("path", ["/download/nothing.csv", "/download/trend.csv?indicator=x&area=y&more=z"])
def test_a_wrong_download_is_answered_in_words(app: Dash, path: str) -> None:
    answer = app.server.test_client().get(path)
    assert answer.status_code in (400, 404)
    assert "Traceback" not in answer.get_data(as_text=True)
