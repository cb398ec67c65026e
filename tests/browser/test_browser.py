"""The pages in a real browser: drawing, accessibility, keyboard, narrow screens, addresses, downloads."""

from __future__ import annotations

import contextlib
import csv
import io
import itertools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import TimeoutError as PlaywrightTimeout

AXE = Path(__file__).parent / "node_modules" / "axe-core" / "axe.min.js"
PAGES = [
    "/",
    "/?area=partnership-NP02",
    "/?show-points=table",
    "/trends",
    "/trends?area=partnership-NP02&indicator=absence_persistent_pct",
    "/trends?show-trend=table&show-schools=table",
    "/trends?area=authority-999&quiet=hidden&show-signals=table",
    "/impact?area=partnership-NP01",
    "/school",
    "/school/900003",
    "/school/12",
    "/compare",
    "/compare?area=partnership-NP01&benchmark=similar&quiet=hidden&show-funnel=table",
    "/risk",
    "/risk/900001",
    "/curves?area=partnership-NP01",
    "/curves?area=authority-999",
    f"/data?history={'f' * 16}",
    "/check",
    "/methods",
    "/?area=nowhere",
]
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
Open = Callable[..., Any]


@pytest.mark.parametrize("size", ["laptop", "telephone"])
@pytest.mark.parametrize("path", PAGES)
def test_no_accessibility_violations_and_no_sideways_scrolling(open_page: Open, path: str, size: str) -> None:
    if not AXE.exists():
        pytest.skip("axe-core is not installed: run `npm install` in tests/browser")
    page = open_page(path, size, bypass_csp=True)
    page.add_script_tag(path=str(AXE))
    found = page.evaluate("rules => axe.run(document, {runOnly: {type: 'tag', values: rules}})", RULES)
    told = [
        f"{violation['id']}: {node['html'][:160]} {node['failureSummary'][:200]}"
        for violation in found["violations"]
        for node in violation["nodes"][:3]
    ]
    assert told == []
    for width in (390, 320) if size == "telephone" else (1366,):
        page.set_viewport_size({"width": width, "height": 844})
        # Charts follow a change of width a moment later; a page that stays too wide runs into the time limit.
        page.wait_for_function("width => document.documentElement.scrollWidth <= width", arg=width, timeout=3000)


def test_the_first_tab_leads_past_the_navigation(open_page: Open) -> None:
    page = open_page("/trends")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the main content"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


#: Counts the moments at which nothing has the focus: a key pressed then is lost.
_COUNT_LOST = """() => {
    window.lost = 0;
    const next = new MessageChannel();
    next.port1.onmessage = () => {
        if (document.activeElement === document.body) { window.lost += 1; }
        next.port2.postMessage(null);
    };
    next.port2.postMessage(null);
}"""


def test_tabs_work_by_keyboard_and_keep_the_focus(open_page: Open) -> None:
    page = open_page("/trends")
    page.get_by_role("tab", name="Chart").first.focus()
    page.evaluate(_COUNT_LOST)
    page.keyboard.press("ArrowRight")
    page.get_by_role("region", name="Saltmarsh, its authority and England").wait_for()
    page.locator("[role=tab]:focus").filter(has_text="Table").wait_for()
    assert "show-trend=table" in page.url
    assert page.evaluate("window.lost") == 0


def test_another_page_starts_at_its_main_part(open_page: Open) -> None:
    page = open_page("/")
    page.get_by_role("navigation").get_by_role("link", name="Data").click()
    page.get_by_role("heading", level=1, name="Data").wait_for()
    page.locator("main:focus").wait_for()


def test_a_link_to_a_chapter_shows_it_at_once_and_on_the_way_back(open_page: Open) -> None:
    page = open_page("/risk?area=partnership-NP01")
    page.get_by_role("link", name="How these numbers are made").click()
    page.wait_for_url("**/methods?area=partnership-NP01#risk")
    at_the_top = "() => Math.abs(document.getElementById('risk').getBoundingClientRect().top - 72) < 2"
    page.locator("#risk:focus").wait_for()
    page.wait_for_function(at_the_top)
    page.go_back()
    page.get_by_role("heading", level=1, name="Risk register").wait_for()
    page = open_page("/methods#curves")
    page.locator("#curves:focus").wait_for()
    page.wait_for_function(at_the_top.replace("risk", "curves"))


def test_a_switch_is_in_the_address_and_works_by_keyboard(open_page: Open) -> None:
    page = open_page("/risk")
    not_listed = page.get_by_text("not listed here")
    not_listed.wait_for()
    page.get_by_role("switch", name="Show schools without a concern").focus()
    page.evaluate(_COUNT_LOST)
    page.keyboard.press("Space")
    page.wait_for_url("**/risk?quiet=show")
    # the page is drawn anew; until then the old switch has the focus and is on already
    not_listed.wait_for(state="detached")
    page.locator("[role=switch]:focus:checked").wait_for()
    page.keyboard.press("Space")
    page.wait_for_url("**/risk")
    not_listed.wait_for()
    page.locator("[role=switch]:focus:not(:checked)").wait_for()
    assert page.evaluate("window.lost") == 0


def _choose(page: Any, label: str, option: str) -> None:
    wanted = page.get_by_role("option", name=option, exact=True)
    box = page.get_by_label(label, exact=True).first
    box.click()
    try:
        wanted.wait_for(timeout=2_000)
    except PlaywrightTimeout:
        # a page that has only just been drawn may close a list once: a person would open it again
        box.click()
    wanted.click()


def test_a_filter_is_in_the_address_and_survives_reload_and_back(open_page: Open) -> None:
    page = open_page("/trends")
    _choose(page, "Pupils", "Girls")
    page.wait_for_url("**/trends?breakdown=girls")
    page.get_by_role("status").filter(has_text="girls").wait_for()
    page.reload()
    page.get_by_role("status").filter(has_text="girls").wait_for()
    assert page.get_by_label("Pupils", exact=True).first.input_value() == "Girls"
    page.go_back()
    page.get_by_role("status").filter(has_text="all pupils").wait_for()
    assert page.get_by_label("Pupils", exact=True).first.input_value() == "All pupils"


def _status(page: Any, text: str) -> None:
    page.get_by_role("status").filter(has_text=text).wait_for()


def test_an_answer_to_an_older_choice_does_not_stand_under_a_newer_one(open_page: Open) -> None:
    page = open_page("/trends")
    held: list[Any] = []

    def hold_the_first(route: Any) -> None:
        if "girls" in route.request.url and not held:
            held.append(route)
        else:
            route.continue_()

    page.route("**/_part*", hold_the_first)
    _choose(page, "Pupils", "Girls")
    page.wait_for_url("**/trends?breakdown=girls")
    _choose(page, "Pupils", "Boys")
    _status(page, "boys")
    # the browser has given the older request up, or gets its answer now
    with contextlib.suppress(PlaywrightError):
        held[0].continue_()
    page.wait_for_timeout(500)
    assert "boys" in page.get_by_role("status").inner_text()
    assert page.get_by_role("alert").inner_text() == ""
    page.go_back()
    _status(page, "girls")
    page.go_back()
    _status(page, "all pupils")
    assert page.get_by_label("Pupils", exact=True).first.input_value() == "All pupils"
    page.go_forward()
    _status(page, "girls")
    assert page.get_by_label("Pupils", exact=True).first.input_value() == "Girls"


def test_what_does_not_depend_on_a_choice_is_left_alone(open_page: Open) -> None:
    page = open_page("/trends")
    page.evaluate("document.querySelector('#section-line h2').dataset.kept = 'yes'")
    page.evaluate("document.querySelector('[role=switch]').dataset.kept = 'yes'")
    _choose(page, "Schools in order of", "Name")
    page.wait_for_url("**/trends?order=name")
    page.get_by_text("By name.").wait_for()
    assert page.locator("h2[data-kept]").count() == 1
    assert page.locator("[role=switch][data-kept]").count() == 1


def test_another_page_and_back_is_the_page_of_the_address(open_page: Open) -> None:
    page = open_page("/trends")
    _choose(page, "Pupils", "Girls")
    _status(page, "girls")
    page.get_by_role("navigation").get_by_role("link", name="Data").click()
    page.get_by_role("heading", level=1, name="Data").wait_for()
    page.go_back()
    _status(page, "girls")
    # the same page without its query, by its own line in the navigation
    page.get_by_role("navigation").get_by_role("link", name="Trends").click()
    _status(page, "all pupils")
    assert page.get_by_label("Pupils", exact=True).first.input_value() == "All pupils"
    assert page.title() == "Trends - Turncurve"


def test_who_turns_back_before_a_page_is_there_gets_the_page_of_the_address(open_page: Open) -> None:
    page = open_page("/trends")
    held: list[Any] = []

    def hold_the_first(route: Any) -> None:
        if held:
            route.continue_()
        else:
            held.append(route)

    page.route("**/_dash-update-component*", hold_the_first)
    with page.expect_request("**/_dash-update-component*"):
        page.get_by_role("navigation").get_by_role("link", name="Data").click()
    page.go_back()
    page.wait_for_url("**/trends")
    page.wait_for_timeout(300)
    held[0].continue_()
    page.wait_for_timeout(1000)
    assert page.get_by_role("heading", level=2, name="Every school, on the same scale").is_visible()
    _choose(page, "Pupils", "Girls")
    _status(page, "girls")


def test_a_school_under_a_picture_is_opened_without_loading_the_app_again(open_page: Open) -> None:
    page = open_page("/trends")
    page.evaluate("window.same = true")
    page.locator(".multiple-card a").first.click()
    page.wait_for_url("**/school/*")
    page.locator("main:focus").wait_for()
    assert page.evaluate("window.same") is True


def test_a_chart_that_answers_a_pointer_is_loaded_when_it_is_asked_for(browser: Any, base_url: str) -> None:
    context = browser.new_context()
    page = context.new_page()
    loaded: list[str] = []
    page.on("request", lambda request: loaded.append(request.url))
    page.goto(base_url + "/trends")
    page.locator("#graph-trend path").first.wait_for(state="attached")
    page.get_by_role("heading", name="Every school, on the same scale").wait_for()
    assert not [url for url in loaded if "plotly" in url]
    page.get_by_role("tab", name="Interactive chart").first.click()
    page.locator("#graph-trend .scatterlayer .trace").first.wait_for(state="attached")
    assert "show-trend=interactive" in page.url
    assert [url for url in loaded if "plotly.min.js" in url]
    page.get_by_role("tab", name="Chart", exact=True).first.click()
    page.locator("#graph-trend .xtick").first.wait_for(state="attached")
    context.close()


def test_the_area_stays_when_the_page_changes(open_page: Open) -> None:
    page = open_page("/")
    _choose(page, "Partnership or authority", "Tarn Triad")
    page.wait_for_url("**/?area=partnership-NP02")
    page.get_by_role("status").filter(has_text="Tarn Triad").wait_for()
    page.get_by_role("navigation").get_by_role("link", name="Trends").click()
    page.wait_for_url("**/trends?area=partnership-NP02")
    page.get_by_role("status").filter(has_text="Tarn Triad").wait_for()


def test_a_school_is_found_by_name_and_opened(open_page: Open) -> None:
    page = open_page("/school")
    page.get_by_label("Find a school").fill("tarnside")
    page.keyboard.press("Enter")
    page.get_by_role("status").filter(has_text="1 school has").wait_for()
    page.get_by_role("link", name="Tarnside Academy").click()
    page.get_by_role("heading", level=1, name="Tarnside Academy").wait_for()
    _choose(page, "School", "Alderfen Primary School (900001)")
    page.get_by_role("heading", level=1, name="Alderfen Primary School").wait_for()
    assert page.url.endswith("/school/900001")


def test_the_navigation_opens_on_a_telephone(open_page: Open) -> None:
    page = open_page("/", "telephone")
    link = page.get_by_role("navigation").get_by_role("link", name="Trends")
    assert not link.is_visible()
    page.get_by_role("button", name="Open or close the navigation").click()
    link.click()
    page.wait_for_url("**/trends**")
    page.get_by_role("heading", level=2, name="What has most likely changed").wait_for()


def test_the_download_is_a_csv_of_what_is_seen(open_page: Open) -> None:
    page = open_page("/trends?area=partnership-NP01&breakdown=girls&show-schools=table")
    with page.expect_download() as waiting:
        page.get_by_role("link", name="Download CSV").last.click()
    download = waiting.value
    rows = list(csv.reader(io.StringIO(Path(download.path()).read_text(encoding="utf-8-sig"))))
    shown = page.locator("table").last.locator("tbody th").all_text_contents()
    assert download.suggested_filename.startswith("turncurve-schools-trend-")
    assert [row[0] for row in rows[1:]] == shown


def test_tick_labels_do_not_touch(open_page: Open) -> None:
    page = open_page("/trends", "telephone")
    # five years, and on the chart of the level the year that is expected
    for chart, labels in (("trend", 6), ("signals", 5)):
        boxes = page.locator(f"#graph-{chart} .xtick text").evaluate_all(
            "all => all.map(t => t.getBoundingClientRect()).map(b => [b.left, b.right])"
        )
        assert len(boxes) == labels
        assert all(left[1] < right[0] for left, right in itertools.pairwise(boxes))


def test_a_page_that_is_not_there_says_so(browser: Any, base_url: str) -> None:
    # Not `open_page`: a browser reports a 404 as a console error, and here it is the truth.
    page = browser.new_page()
    answer = page.goto(base_url + "/nowhere")
    page.get_by_role("heading", level=1, name="There is no page here").wait_for()
    assert answer.status == 404
    page.close()


@pytest.mark.parametrize("failure", ["refused", "error"])
def test_a_lost_answer_does_not_leave_an_old_number_under_a_new_choice(open_page: Open, failure: str) -> None:
    page = open_page("/trends", expected_errors=("_part", "Failed to load resource"))
    page.get_by_role("heading", level=1).wait_for()

    def lose(route: Any) -> None:
        route.abort() if failure == "refused" else route.fulfill(status=500, body="")

    page.route("**/_part*", lose)
    page.get_by_role("switch", name="Show only differences that stand out").focus()
    page.keyboard.press("Space")
    alert = page.get_by_role("alert")
    alert.get_by_text("it still shows what was chosen before").wait_for()
    assert page.evaluate("getComputedStyle(document.getElementById('main')).opacity") == "0.55"
    page.unroute("**/_part*")
    alert.get_by_role("button", name="Try again").click()
    page.get_by_role("heading", level=1).wait_for()
    assert "quiet=hidden" in page.url
    assert page.get_by_role("alert").inner_text() == ""
