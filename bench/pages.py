"""What a reader waits for: a filter until the new figures are painted, the first chart of a first visit, a later visit's bytes.

Belongs here: driving a browser over the dashboards of a data folder, and the clock in it. Does not belong here: whether a page
is right (see `tests/browser`).

Each change of a filter stands beside its reference in the same breath: the same address reached from another page, which draws
the whole page. The clock runs in the browser, from the click to the frame after the one in which the new figures are there.
"""

from __future__ import annotations

import argparse
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from bench.child import ROOT, lines, turncurve

RUNS = 9
FILTER_LIMIT, CHART_LIMIT, BYTES_LIMIT = 250, 1_200, 20_000

# What a section shows: the shapes of its chart where it has one, else its words and pictures.
_SHOWN = """(at => {
    const box = document.querySelector(at);
    if (!box) { return ''; }
    const shapes = [...box.querySelectorAll('.drawing path, .scatterlayer path')].map(p => p.getAttribute('d')).join('');
    return shapes || box.textContent + [...box.querySelectorAll('img')].map(i => i.src).join('');
})"""
_WATCH = f"""([at, before, began]) => {{
    window.painted = null;
    const look = () => {{
        const now = {_SHOWN}(at);
        if (!now || now === before) {{ requestAnimationFrame(look); return; }}
        requestAnimationFrame(() => {{
            const after = new MessageChannel();
            after.port1.onmessage = () => {{ window.painted = performance.now() - window.began; }};
            after.port2.postMessage(0);
        }});
    }};
    const begin = () => {{ window.began = performance.now(); requestAnimationFrame(look); }};
    if (began === 'click') {{ document.addEventListener('click', begin, {{once: true, capture: true}}); return; }}
    begin();
    history.pushState({{}}, '', began);
    window.dispatchEvent(new Event('_dashprivate_pushstate'));
}}"""


@dataclass(frozen=True)
class Filter:
    """A filter of a page, its values in turn (label and query), and the section whose figures are waited for."""

    page: str
    path: str
    label: str
    options: tuple[tuple[str, str], tuple[str, str]]
    section: str


def filters(urn: str) -> list[Filter]:
    """The filters that are measured, on the page of the school `urn` among others."""
    pupils = (("Girls", "breakdown=girls"), ("Boys", "breakdown=boys"))
    return [
        Filter("Trends", "/trends", "Pupils", pupils, "#section-line"),
        Filter("Compare", "/compare", "Pupils", pupils, "#section-spines"),
        Filter("Risk", "/risk", "Order", (("By name", "order=name"), ("By score", "")), "#section-register"),
        Filter("School", f"/school/{urn}", "Pupils", pupils, "#section-indicators"),
    ]


@contextmanager
def served(data_dir: Path) -> Iterator[str]:
    """The dashboards of a data folder in a process of their own, as a person starts them."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", "dashboards", "--data-dir", str(data_dir), "--port", str(port)],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        for _attempt in range(240):
            try:
                with urllib.request.urlopen(f"{address}/healthz", timeout=2):
                    break
            except OSError:
                time.sleep(0.25)
        yield address
    finally:
        process.terminate()
        process.wait(20)


def _painted(page: Any) -> float:
    # The page's policy forbids the script by which playwright would wait.
    for _attempt in range(1_000):
        found = page.evaluate("window.painted")
        if found is not None:
            return float(found)
        page.wait_for_timeout(20)
    raise RuntimeError("Nothing new was painted in twenty seconds.")


def _of_a_filter(page: Any, address: str, one: Filter) -> tuple[list[float], list[float]]:
    """Milliseconds of each change by the filter, and of each same page drawn whole; by turns."""
    by_filter, whole = [], []
    page.goto(f"{address}{one.path}")
    page.wait_for_selector(f"{one.section} > *", state="attached")
    for run in range(RUNS + 1):
        box = page.get_by_label(one.label, exact=True).first
        label, query = next((label, query) for label, query in one.options if label != box.input_value())
        box.click()
        option = page.get_by_role("option", name=label, exact=True)
        option.wait_for()
        before = page.evaluate(f"at => {_SHOWN}(at)", one.section)
        page.evaluate(_WATCH, [one.section, before, "click"])
        option.click()
        took = _painted(page)
        page.wait_for_timeout(200)
        page.get_by_role("navigation").get_by_role("link", name="Methods").click()
        page.wait_for_selector("#section-every-chapter")
        page.wait_for_timeout(200)
        page.evaluate(_WATCH, [one.section, "", f"{one.path}?{query}" if query else one.path])
        took_whole = _painted(page)
        page.wait_for_timeout(200)
        # the first of each is of a page that nobody has used yet
        if run:
            by_filter.append(took)
            whole.append(took_whole)
    return by_filter, whole


def _visit(context: Any, address: str, path: str, chart: str) -> tuple[float, int]:
    """Milliseconds until a page's first chart is painted, and the bytes that came for the whole page."""
    page = context.new_page()
    page.set_default_timeout(60_000)
    network, sizes = context.new_cdp_session(page), []
    network.send("Network.enable")
    network.on("Network.loadingFinished", lambda event: sizes.append(int(event["encodedDataLength"])))
    began = time.perf_counter()
    page.goto(address + path, wait_until="commit")
    page.wait_for_selector(chart, state="attached")
    page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
    took = 1000 * (time.perf_counter() - began)
    page.wait_for_load_state("networkidle")
    page.close()
    return took, sum(sizes)


def _milliseconds(values: list[float]) -> str:
    return f"{median(values):,.0f} ms (from {min(values):,.0f} to {max(values):,.0f})"


def run(data_dir: Path) -> list[tuple[str, str]]:
    """Every figure of the pages over a data folder. Raises RuntimeError where there is no Chromium."""
    from playwright.sync_api import sync_playwright

    found = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if not found:
        raise RuntimeError("There is no Chromium: install chromium, or set CHROMIUM to its path.")
    figures: list[tuple[str, str]] = []
    with served(data_dir) as address, sync_playwright() as playwright:
        options = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
        browser = playwright.chromium.launch(executable_path=found, args=options)
        page = browser.new_page(viewport={"width": 1366, "height": 768})
        page.goto(f"{address}/risk")
        link = page.locator("#section-register a[href^='/risk/']").first.get_attribute("href") or ""
        for one in filters(link.split("/")[-1].split("?")[0]):
            by_filter, whole = _of_a_filter(page, address, one)
            verdict = "kept" if median(by_filter) <= FILTER_LIMIT else "BROKEN"
            figures.append((f"{one.page}, {one.label}: filter to painted", f"{_milliseconds(by_filter)}: {verdict}"))
            figures.append(("    the same page drawn whole", _milliseconds(whole)))
            figures.append(("    ratio", f"{median(by_filter) / median(whole):.2f}"))
        page.close()
        first, plotly, later = [], [], []
        for _run in range(RUNS):
            context = browser.new_context(viewport={"width": 1366, "height": 768})
            first.append(_visit(context, address, "/trends", "#section-line path")[0])
            later.append(_visit(context, address, "/trends", "#section-line path")[1])
            context.close()
            context = browser.new_context(viewport={"width": 1366, "height": 768})
            interactive = "#section-line .scatterlayer .trace path"
            plotly.append(_visit(context, address, "/trends?show-trend=interactive", interactive)[0])
            context.close()
        browser.close()
    verdict = "kept" if median(first) <= CHART_LIMIT else "BROKEN"
    figures.append(("first visit: first chart of Trends", f"{_milliseconds(first)}: {verdict}"))
    figures.append(("    the same chart by plotly", _milliseconds(plotly)))
    verdict = "kept" if median(later) <= BYTES_LIMIT else "BROKEN"
    figures.append(("later visit of Trends", f"{median(later):,.0f} bytes: {verdict}"))
    return figures


def main() -> None:
    """Print the figures of the demonstration, or of a data folder that has something published."""
    parser = argparse.ArgumentParser(prog="python -m bench.pages", description=__doc__)
    parser.add_argument("data_dir", nargs="?", type=Path, help="a data folder; the demonstration is built otherwise")
    given: Path | None = parser.parse_args().data_dir
    with tempfile.TemporaryDirectory() as folder:
        data_dir = given or Path(folder, "data")
        if given is None:
            turncurve(data_dir, "demo", "--no-serve")
        load = f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores" if hasattr(os, "getloadavg") else ""
        print(lines(f"Pages, medians of {RUNS}; {load}", run(data_dir)), flush=True)


if __name__ == "__main__":
    main()
