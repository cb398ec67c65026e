"""Checking a file in a real browser: by keyboard, on both sizes, and handing it over."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from test_browser import AXE, RULES

CLEAN = (
    "partnership_id,partnership_name,kind,la_code,lead_urn,started_on,ended_on\n"
    "P01,Lantern Valley Cluster,cluster,999,900001,2016-09-01,\n"
)
FAULTY = "partnership_id,school_urn,joined_on,left_on,role\n" + "P01,9O0019,31/02/2018,,member\n" * 30
Open = Callable[..., Any]


def _check(page: Any, file: Path) -> None:
    page.get_by_label("File", exact=True).set_input_files(file)
    page.get_by_role("button", name="Check this file").press("Enter")


def _violations(page: Any) -> list[str]:
    if not AXE.exists():
        pytest.skip("axe-core is not installed: run `npm install` in tests/browser")
    page.add_script_tag(path=str(AXE))
    found = page.evaluate("rules => axe.run(document, {runOnly: {type: 'tag', values: rules}})", RULES)
    return [f"{v['id']}: {node['html'][:160]}" for v in found["violations"] for node in v["nodes"][:3]]


@pytest.fixture
def clean(tmp_path: Path) -> Path:
    file = tmp_path / "partnerships.csv"
    file.write_text(CLEAN, encoding="utf-8")
    return file


@pytest.mark.parametrize("size", ["laptop", "telephone"])
def test_problems_are_drawn_read_out_and_fit_the_screen(open_page: Open, tmp_path: Path, size: str) -> None:
    file = tmp_path / f"memberships_{'long' * 20}.csv"
    file.write_text(FAULTY, encoding="utf-8")
    page = open_page("/check", size, bypass_csp=True)
    _check(page, file)
    page.get_by_role("heading", name="What to put right").wait_for()
    assert "problems found in memberships_" in page.locator("[role=status]:focus").inner_text()
    # of each kind the first twenty, and how many there are
    assert page.get_by_text("A URN has six digits").count() == 20
    assert page.get_by_text("The first of each kind are listed: 60 of 89 problems.").is_visible()
    assert page.get_by_role("button", name="Hand over").count() == 0
    assert _violations(page) == []
    for width in (390, 320) if size == "telephone" else (1366,):
        page.set_viewport_size({"width": width, "height": 844})
        page.wait_for_function("width => document.documentElement.scrollWidth <= width", arg=width, timeout=3000)


@pytest.mark.parametrize("size", ["laptop", "telephone"])
def test_a_clean_file_is_handed_over_by_keyboard(
    open_page: Open, browsed_data_dir: Path, clean: Path, size: str
) -> None:
    name = f"partnerships_{size}.csv"
    file = clean.rename(clean.with_name(name))
    # with the page's policy in force, as people have it
    page = open_page("/check", size)
    _check(page, file)
    page.locator("[role=status]:focus").filter(has_text="No problems found").wait_for()
    landed = browsed_data_dir / "landing" / "uploaded" / name
    assert not landed.exists()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == f"Hand over {name}"
    page.keyboard.press("Enter")
    page.get_by_text("now lies in the landing folder").wait_for()
    assert landed.read_text(encoding="utf-8") == CLEAN
    assert page.get_by_role("button", name="Hand over").count() == 0


def test_an_answer_does_not_stay_beside_another_choice(open_page: Open, clean: Path) -> None:
    page = open_page("/check")
    _check(page, clean)
    page.get_by_role("button", name="Hand over").wait_for()
    page.get_by_label("Academic year").select_option("2018/19")
    page.get_by_role("button", name="Hand over").wait_for(state="detached")


def test_no_file_and_a_large_file_are_said_without_sending(open_page: Open, clean: Path) -> None:
    page = open_page("/check")
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url))
    page.get_by_role("button", name="Check this file").click()
    page.get_by_role("status").filter(has_text="Choose a file first.").wait_for()
    page.locator("#check-form").evaluate("form => { form.dataset.most = '10'; }")
    _check(page, clean)
    page.get_by_role("status").filter(has_text="larger than 50 MB").wait_for()
    assert not any("/check/" in url for url in sent)


def test_the_form_is_there_again_after_another_page(open_page: Open, clean: Path) -> None:
    page = open_page("/check")
    page.get_by_role("navigation").get_by_role("link", name="Data").click()
    page.get_by_role("heading", level=1, name="Data").wait_for()
    page.get_by_role("navigation").get_by_role("link", name="Check a file").click()
    page.get_by_role("heading", level=1, name="Check a file").wait_for()
    # another page starts at its main part, which would take the focus from the button and lose the key pressed on it
    page.locator("main:focus").wait_for()
    _check(page, clean)
    page.get_by_role("button", name="Hand over").wait_for()
