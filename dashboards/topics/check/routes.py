"""The two addresses the page *Check a file* posts to, and how their answers are drawn.

Belongs here: who may post, the limits of a post, the audit line of each, the report in words and tables. Does not belong
here: the form (see `dashboards.topics.check.page`), or the work on the file (see `dashboards.topics.check.checker`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from dash import html
from flask import Flask, Response, request
from plotly.io.json import to_json_plotly
from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import RequestEntityTooLarge

from dashboards.access import AuditError, Viewer
from dashboards.shared.finding import Verdict
from dashboards.shared.request import service
from dashboards.shared.wording import count_words
from dashboards.topics.check.checker import MOST_BYTES, Checked, CheckError, safe_name, too_large
from dashboards.ui import components as c

#: Problems drawn on the page; all are counted.
LISTED = 1000
#: Sent by the page's own script. A form on another site cannot send it.
HEADER = "X-Turncurve"
_AROUND_THE_FILE = 100_000
_ADVICE = re.compile(r"Put the file in a folder named like [\d-]+, or give the year with --year [\d/]+\.")
_ADVICE_HERE = "Choose its academic year above, or put the year into the file’s name."


def install(server: Flask) -> None:
    """Add the two addresses to a server."""
    server.add_url_rule("/check/file", "check_file", lambda: _answer("check_file", _check), methods=["POST"])
    server.add_url_rule("/check/hand-over", "hand_over", lambda: _answer("hand_over", _hand_over), methods=["POST"])


def _answer(act: str, work: Callable[[Viewer, FileStorage], tuple[str, Any]]) -> Response:
    """`work` for the viewer of this request, or the sentence that says why not; either way as `said` and `drawn`."""
    held = service()
    viewer = held.identify(request)
    name = ""
    try:
        if not held.door.may_send(viewer):
            raise CheckError("Nobody is signed in, so no file is taken. Sign in to check a file.", 403)
        if HEADER not in request.headers:
            raise CheckError("Files are taken from the page “Check a file” only.", 403)
        # The form around the file has a few hundred bytes.
        request.max_content_length = MOST_BYTES + _AROUND_THE_FILE
        try:
            upload = request.files.get("file")
        except RequestEntityTooLarge as error:
            raise CheckError(too_large(), 413) from error
        if upload is None or not upload.filename:
            raise CheckError("Choose a file first.", 400)
        name = safe_name(upload.filename)
        said, drawn = work(viewer, upload)
        return _json(said, drawn)
    except CheckError as error:
        try:
            held.door.record(act, viewer, outcome=str(error), file=name)
        except AuditError as unrecorded:
            return _json(str(unrecorded), None, 503)
        return _json(str(error), None, error.status)
    except AuditError as error:
        return _json(str(error), None, 503)


def _json(said: str, drawn: Any, status: int = 200) -> Response:
    return Response(to_json_plotly({"said": said, "drawn": drawn}), status=status, mimetype="application/json")


def _year() -> str | None:
    return request.form.get("year") or None


def _check(viewer: Viewer, upload: FileStorage) -> tuple[str, Any]:
    held = service()
    checked = held.checker.check(upload.stream, upload.filename or "", _year())
    held.door.record("check_file", viewer, outcome=checked.outcome, file=checked.name, year=checked.year)
    return said(checked), drawn(checked)


def _hand_over(viewer: Viewer, upload: FileStorage) -> tuple[str, Any]:
    held = service()
    sha256 = request.form.get("sha256", "")
    with held.checker.handed_over(upload.stream, upload.filename or "", _year(), sha256) as placed:
        held.door.record(
            "hand_over", viewer, outcome=f"landed as {placed.as_posix()}", file=safe_name(upload.filename or "")
        )
    sentence = f"{placed.name} was handed over."
    return sentence, c.panel(
        "What happens next",
        [
            html.P(
                f"It was checked once more and now lies in the landing folder as {placed.as_posix()}. The next refresh "
                "takes it; then its figures are on the pages, and the Data page says what became of each of its rows."
            )
        ],
    )


def said(checked: Checked) -> str:
    """The outcome in one sentence."""
    if checked.clean:
        return f"No problems found in {checked.name}."
    count = sum(int(table["problem_count"]) for table in checked.report["tables"])
    refused = sum(table["status"] == "refused" for table in checked.report["tables"])
    if count and refused:
        return f"{count_words(count, 'problem', 'problems')} found in {checked.name}, and parts of it cannot be used."
    if count:
        return f"{count_words(count, 'problem', 'problems')} found in {checked.name}."
    return f"{checked.name} {'cannot be used as it is' if refused else 'holds no data that is taken'}."


def drawn(checked: Checked) -> list[Any]:
    """The report as sections: what each table of the file is, what to put right, and handing over where it is clean."""
    tables = checked.report["tables"]
    parts = [_table(table, checked) for table in tables]
    problems = list(_problems(tables))
    if problems:
        parts.append(_to_put_right(problems, sum(int(table["problem_count"]) for table in tables)))
    if checked.clean:
        parts.append(
            c.panel(
                "Hand it over",
                [
                    html.P(
                        "The file has not been kept. Handing it over sends it once more, checks it once more and puts "
                        f"it into the landing folder as it is{_personal(tables)}; the next refresh takes it."
                    ),
                    html.Button(
                        f"Hand over {checked.name}",
                        id="check-hand-over",
                        type="button",
                        className="button strong",
                        **{"data-sha256": checked.sha256},
                    ),
                ],
            )
        )
    return parts


def _personal(tables: Sequence[dict[str, Any]]) -> str:
    """What must be said of a file with personal columns: the warehouse drops them, the landing folder does not."""
    return ", personal columns included" if any(table["columns_dropped"] for table in tables) else ""


def _table(table: dict[str, Any], checked: Checked) -> html.Section:
    facts = [(term, text) for term, text in _facts(table, checked) if text]
    listed = [
        ("Columns that are used", table["columns_recognised"]),
        ("Columns that are not used", table["columns_unknown"]),
    ]
    return c.panel(
        table["name"],
        [
            html.P([c.pill(_verdict(table)), " ", _ADVICE.sub(_ADVICE_HERE, table["reason"])]),
            html.Dl([html.Div([html.Dt(term), html.Dd(text)]) for term, text in facts], className="facts")
            if facts
            else None,
            *(
                html.Details([html.Summary(f"{title} ({len(names)})"), html.P(", ".join(names), className="names")])
                for title, names in listed
                if names
            ),
        ],
    )


def _verdict(table: dict[str, Any]) -> Verdict:
    if table["status"] == "refused":
        return Verdict("worse", "Refused", "✕", "")
    if table["status"] == "ignored":
        return Verdict("none", "Not used", "–", "")
    count = int(table["problem_count"])
    return Verdict("worse", count_words(count, "problem", "problems"), "!", "") if count else _FINE


_FINE = Verdict("better", "No problems found", "✓", "")


def _facts(table: dict[str, Any], checked: Checked) -> Iterator[tuple[str, str]]:
    """What is known of a table, as pairs; an empty text is left out."""
    if table["status"] != "usable":
        return
    yield "What it is", table["dataset_name"]
    year = table["academic_year"]
    yield "Academic year", f"{year}, told by {_told_by(table, checked)}" if year else ""
    yield "Release", table["release"] if year else ""
    yield "As at", f"{table['snapshot_date']}, told by the file’s name" if table["snapshot_date"] else ""
    yield "Rows", f"{table['rows']:,}"
    yield "Missing", ", ".join(table["columns_missing"])
    dropped = ", ".join(table["columns_dropped"])
    yield "Left behind", f"{dropped} (personal data: never enters the warehouse)" if dropped else ""


def _told_by(table: dict[str, Any], checked: Checked) -> str:
    how = str(table["year_told_by"])
    if checked.year is None:
        return f"the {how}"
    if checked.year == table["academic_year"] and how == "folder's name":
        return "your choice"
    return f"the {how}" if checked.year == table["academic_year"] else f"the {how}, which goes before your choice"


def _problems(tables: Sequence[dict[str, Any]]) -> Iterator[tuple[str, str, str, str]]:
    """Where, column, value, what to do: of every table in turn; the table is named where there are several."""
    for table in tables:
        where = f"{table['name']}, " if len(tables) > 1 else ""
        for problem in table["problems"]:
            row = f"row {problem['row_number']}" if problem["row_number"] else "headings"
            text = f"{where}{row}"
            yield (
                text[:1].upper() + text[1:] if not where else text,
                problem["column"],
                problem["value"],
                problem["message"],
            )


def _to_put_right(problems: Sequence[tuple[str, str, str, str]], count: int) -> html.Section:
    headings = ("Where", "Column", "Value", "What to put right")
    shown = problems[:LISTED]
    cut = f"The first {len(shown):,} of {count:,} problems are listed." if count > len(shown) else ""
    table = html.Table(
        [
            html.Caption("Every problem, by row", className="visually-hidden"),
            html.Thead(html.Tr([html.Th(text, scope="col") for text in headings])),
            html.Tbody([_problem(problem, headings) for problem in shown]),
        ],
        className="table stacks sentences",
    )
    return c.panel(
        "What to put right",
        [html.Div(table, className="scroll", tabIndex=0, role="region", **{"aria-label": "What to put right"})],
        note=f"The row number counts as in the file: the headings are row 1. {cut}",
    )


def _problem(problem: tuple[str, str, str, str], headings: Sequence[str]) -> html.Tr:
    where, *rest = problem
    return html.Tr(
        [
            html.Th(where, scope="row"),
            *(
                html.Td(html.Span(text), **{"data-label": label})
                for text, label in zip(rest, headings[1:], strict=True)
            ),
        ]
    )
