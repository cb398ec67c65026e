"""Data: what arrived, what became of it, and whether it agrees with what was published.

Belongs here: the file log, the history of one file, rejected rows, figures to look at and where figures come from,
reconciliation, restatements, freshness. Does not
belong here: results.
"""

from __future__ import annotations

import re
from typing import Any

from dash import html

from dashboards.shared.request import Ask, State, service
from dashboards.shared.table import Table, build
from dashboards.shared.wording import text_or
from dashboards.topics.data import sentences
from dashboards.ui import components as c
from dashboards.ui.filters import search_box, select
from dashboards.ui.sections import section
from dashboards.ui.shell import WAREHOUSE, Head, page
from dashboards.ui.tables import ROWS_ON_A_PAGE, table_view

# Checks drawn on the page: those outside tolerance come first, and the rest is read in the download.
_CHECKS = 25
_CONTENT = re.compile(r"[0-9a-f]{16}")
_PUBLISHED = re.compile(r"L?[0-9]{3,7}|england\w*")


def _part(title: str, table: Table, note: str, most: int = ROWS_ON_A_PAGE, **parameters: str | None) -> html.Section:
    download = c.download_link(table.name, **parameters) if table.rows else None
    return c.panel(title, [table_view(table, most)], download, note)


@section()
def totals(_state: State, ask: Ask) -> Any:
    """The version and the sums of rows."""
    log = ask("file_log").rows
    if not log:
        return None
    version = service().door.version()
    facts = sentences.totals(log, version.id, c.moment(version.built_at))
    return html.Dl([html.Div([html.Dt(name), html.Dd(text)]) for name, text in facts], className="facts strip")


# above the list it is chosen from, which may be thousands of files long
@section("history")
def history(state: State, ask: Ask) -> html.Section | None:
    """What became of the file the address names, where there is such a file."""
    file = state.get("history")
    if not file or not _CONTENT.fullmatch(file):
        return None
    table = build("file_history", ask, {"file": file})
    name = table.rows[-1][4].rsplit("/", 1)[-1] if table.rows else "a file that is not known here"
    note = "Oldest first. A quarantined file gives no rows until a corrected one takes its place."
    return _part(f"History of {name}", table, note, file=file)


@section()
def files(_state: State, ask: Ask) -> html.Section:
    """Every file, and what became of it."""
    return _part(
        "Every file that arrived",
        build("files", ask, {}),
        "Refused files and files with rejected rows come first. Rows landed = accepted "
        "+ rejected + superseded. A file’s name leads to its history.",
    )


def _rejecting_files(ask: Ask) -> list[dict[str, Any]]:
    return ask("rejected_by_file").rows


def _chosen_file(state: State, ask: Ask) -> str | None:
    return state.choice("file", [str(row["file_id"]) for row in _rejecting_files(ask)], default="") or None


@section("file")
def rejected(state: State, ask: Ask) -> html.Section:
    """The rows and cells that were not taken, of every file or of one."""
    file = _chosen_file(state, ask)
    note = "The row number counts as in the file: the headings are row 1."
    return _part("Rows and values that were not taken", build("rejected", ask, {"file": file}), note, file=file)


@section()
def corrections(_state: State, ask: Ask) -> html.Section:
    """Single cells that somebody corrected."""
    note = "Single cells that somebody corrected by a correction file. The file itself stays as it arrived."
    return _part("Corrections", build("corrections", ask, {}), note)


@section()
def agreement(_state: State, ask: Ask) -> html.Section:
    """The figures calculated from schools and the publisher's own."""
    return _part(
        "Agreement with the publisher",
        build("reconciliation", ask, {}),
        "The figure calculated from schools and the one the publisher gives for the authority, compared where the schools have "
        "all of its pupils but one in two hundred. Differences outside the tolerance come first, what cannot be compared last.",
        most=_CHECKS,
    )


@section()
def doubtful(_state: State, ask: Ask) -> html.Section:
    """Columns of figures that look wrong."""
    note = "Each cell may be right, and together they look wrong. Look at these rows before the figures are relied on."
    return _part("Figures to look at", build("doubtful", ask, {}), note)


@section("figure")
def sources(state: State, ask: Ask) -> html.Section:
    """Which files hold a figure, and why one was taken."""
    area = _area(state)
    note = (
        "Every figure of this school or authority, with the files that hold it."
        if area
        else "Figures that several files hold. Search for a URN or an authority code to see every figure of it."
    )
    return _part("Which file a figure comes from", build("figure_sources", ask, {"area": area}), note, area=area)


def _area(state: State) -> str | None:
    area = (state.get("figure") or "").strip()
    return area if _PUBLISHED.fullmatch(area) else None


@section()
def restatements(_state: State, ask: Ask) -> html.Section:
    """Figures that a later file changed."""
    note = "A later file gives another figure for an earlier year. The later one is used; the earlier one is kept."
    return _part("Restated figures", build("restatements", ask, {}), note)


@section()
def freshness(_state: State, ask: Ask) -> html.Section:
    """The years each source reaches."""
    return _part("How fresh each source is", build("freshness", ask, {}), "")


@page(
    "/data",
    "Data",
    (totals, history, files, rejected, corrections, doubtful, sources, agreement, restatements, freshness),
    group=WAREHOUSE,
    place=1,
)
def head(state: State, ask: Ask) -> Head:
    """How much arrived. In the address `file` narrows the rejected rows,
    `figure` the figures' sources, `history` adds one file's."""
    log = ask("file_log")
    if log.denied:
        return Head("Data", "There is nothing to show.", hidden=log.hidden, instead=html.Div())
    names = [
        (str(row["file_id"]), text_or(row["path"], str(row["file_id"])).rsplit("/", 1)[-1])
        for row in _rejecting_files(ask)
    ]
    filters = [search_box("figure", "Where figures come from", _area(state), "A URN or an authority code")]
    if names:
        options = [("", "Every file"), *names]
        chosen = _chosen_file(state, ask) or ""
        filters.append(select("file", "Rows left out of", options, chosen, "", searchable=True, width=340))
    lead = sentences.lead(log.rows, build("reconciliation", ask, {}))
    return Head("Data", lead, filters, state.get("area"), log.hidden)
