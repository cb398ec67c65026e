"""Data: what arrived, what became of it, and whether it agrees with what was published.

Belongs here: the file log, the history of one file, rejected rows, reconciliation, restatements, freshness. Does not
belong here: results.
"""

from __future__ import annotations

import re
from typing import Any

from dash import html

from dashboards.shared.request import Ask, State, service
from dashboards.shared.table import Table, build
from dashboards.shared.wording import count_words, is_number, text_or
from dashboards.ui import components as c
from dashboards.ui.filters import select
from dashboards.ui.shell import WAREHOUSE, Page, page

# Checks drawn on the page: those outside tolerance come first, and the rest is read in the download.
_CHECKS = 25
_CONTENT = re.compile(r"[0-9a-f]{16}")


@page("/data", "Data", WAREHOUSE, 1)
def layout(state: State, ask: Ask) -> Page:
    """The page of the whole warehouse; `file` in the address narrows the rejected rows, `history` adds one file's."""
    files = build("files", ask, {})
    if files.answer.denied:
        return Page("Data", "There is nothing to show.", [], hidden=files.hidden)
    by_file = ask("rejected_by_file").rows
    known = [str(r["file_id"]) for r in by_file]
    chosen = state.choice("file", known, default="") or None
    rejected = build("rejected", ask, {"file": chosen})
    checks = build("reconciliation", ask, {})
    log = ask("file_log").rows
    filters = (
        [
            select(
                "file",
                "Rows left out of",
                [
                    ("", "Every file"),
                    *((str(r["file_id"]), text_or(r["path"], str(r["file_id"])).rsplit("/", 1)[-1]) for r in by_file),
                ],
                chosen or "",
                "",
                searchable=True,
                width=340,
            )
        ]
        if known
        else []
    )
    return Page(
        "Data",
        _lead(log, checks),
        [
            _totals(log),
            # above the list it is chosen from, which may be thousands of files long
            _history(ask, state.get("history")),
            _part(
                "Every file that arrived",
                files,
                "Refused files and files with rejected rows come first. Rows landed = accepted "
                "+ rejected + superseded. A file’s name leads to its history.",
            ),
            _part(
                "Rows and values that were not taken",
                rejected,
                "The row number counts as in the file: the headings are row 1.",
                file=chosen,
            ),
            _part(
                "Corrections",
                build("corrections", ask, {}),
                "Single cells that somebody corrected by a correction file. The file itself stays as it arrived.",
            ),
            _part(
                "Agreement with the publisher",
                checks,
                "The figure calculated from schools beside the one the publisher gives for "
                "the authority. Differences outside the tolerance come first.",
                most=_CHECKS,
            ),
            _part(
                "Restated figures",
                build("restatements", ask, {}),
                "A later file gives another figure for an earlier "
                "year. The later one is used; the earlier one is kept.",
            ),
            _part("How fresh each source is", build("freshness", ask, {}), ""),
        ],
        area=state.get("area"),
        filters=filters,
        hidden=files.hidden,
    )


def _history(ask: Ask, file: str | None) -> html.Section | None:
    """What became of the file the address names, where there is such a file."""
    if not file or not _CONTENT.fullmatch(file):
        return None
    table = build("file_history", ask, {"file": file})
    name = table.rows[-1][4].rsplit("/", 1)[-1] if table.rows else "a file that is not known here"
    note = "Oldest first. A quarantined file gives no rows until a corrected one takes its place."
    return _part(f"History of {name}", table, note, file=file)


def _part(title: str, table: Table, note: str, most: int = c.ROWS_ON_A_PAGE, **parameters: str | None) -> html.Section:
    return c.section(
        title, [c.table_view(table, most)], c.download_link(table.name, **parameters) if table.rows else None, note
    )


def _sum(log: list[dict[str, Any]], column: str) -> int:
    return int(sum(r[column] for r in log if is_number(r[column])))


def _lead(log: list[dict[str, Any]], checks: Table) -> str:
    if not log:
        return "No file has arrived yet. Put files into the landing folder and run “turncurve refresh”."
    refused = sum(r["status"] == "refused" for r in log)
    outside = sum(row[-1] == "outside tolerance" for row in checks.rows)
    return (
        f"{count_words(len(log), 'file', 'files')} arrived, {refused} {'was' if refused == 1 else 'were'} refused; "
        f"{_sum(log, 'rows_accepted'):,} of {_sum(log, 'rows_landed'):,} rows were accepted. "
        f"{outside or 'None'} of {len(checks.rows)} checks against the publisher’s own figures "
        f"{'is' if outside <= 1 else 'are'} outside tolerance."
    )


def _totals(log: list[dict[str, Any]]) -> Any:
    if not log:
        return None
    version = service().door.version()
    landed, accepted = _sum(log, "rows_landed"), _sum(log, "rows_accepted")
    rejected, superseded = _sum(log, "rows_rejected"), _sum(log, "rows_superseded")
    adds = (
        "adds up" if landed == accepted + rejected + superseded else "does not add up: tell whoever runs the warehouse"
    )
    facts = [
        ("Warehouse version", version.id),
        ("Built", c.moment(version.built_at)),
        ("Rows landed", f"{landed:,}"),
        ("Accepted", f"{accepted:,}"),
        ("Rejected", f"{rejected:,}"),
        ("Superseded", f"{superseded:,}"),
        ("Landed = accepted + rejected + superseded", adds),
    ]
    return html.Dl([html.Div([html.Dt(term), html.Dd(text)]) for term, text in facts], className="facts strip")
