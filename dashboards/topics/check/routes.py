"""The two addresses the page *Check a file* posts to.

Belongs here: who may post, the limits of a post, the audit line of each. Does not belong here: the form (`page`), the work
on the file (`checker`), the answer in words (`sentences`) and as panels (`report`).
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from flask import Flask, Response, current_app, request
from plotly.io.json import to_json_plotly
from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import RequestEntityTooLarge

from dashboards.access import AuditError, Viewer
from dashboards.shared.request import service
from dashboards.topics.check import report, sentences
from dashboards.topics.check.checker import MOST_BYTES, Checker, CheckError, safe_name, too_large

#: Sent by the page's own script. A form on another site cannot send it.
HEADER = "X-Turncurve"
_AROUND_THE_FILE = 100_000


_KEY = "turncurve-check"


def install(server: Flask, data_dir: Path) -> None:
    """Add the two addresses to a server; files are checked in `data_dir`."""
    server.extensions[_KEY] = Checker(data_dir)
    server.add_url_rule("/check/file", "check_file", lambda: _answer("check_file", _check), methods=["POST"])
    server.add_url_rule("/check/hand-over", "hand_over", lambda: _answer("hand_over", _hand_over), methods=["POST"])


def _checker() -> Checker:
    found: Checker = current_app.extensions[_KEY]
    return found


def _answer(act: str, work: Callable[[Viewer, FileStorage], tuple[str, Any]]) -> Response:
    """`work` for the viewer of this request, or the sentence that says why not; either way as the page's script reads it."""
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
        return _json(*work(viewer, upload))
    except CheckError as error:
        try:
            held.door.record(act, viewer, outcome=str(error), file=name)
        except AuditError as unrecorded:
            return _json(str(unrecorded), None, 503)
        return _json(str(error), None, error.status)
    except AuditError as error:
        return _json(str(error), None, 503)


def _json(sentence: str, panels: Any, status: int = 200) -> Response:
    return Response(to_json_plotly({"said": sentence, "drawn": panels}), status=status, mimetype="application/json")


def _year() -> str | None:
    return request.form.get("year") or None


def _check(viewer: Viewer, upload: FileStorage) -> tuple[str, Any]:
    held = service()
    checked = _checker().check(upload.stream, upload.filename or "", _year())
    held.door.record("check_file", viewer, outcome=checked.outcome, file=checked.name, year=checked.year)
    return sentences.outcome(checked), report.panels(checked)


def _hand_over(viewer: Viewer, upload: FileStorage) -> tuple[str, Any]:
    held = service()
    sha256 = request.form.get("sha256", "")
    with _checker().handed_over(upload.stream, upload.filename or "", _year(), sha256) as placed:
        held.door.record(
            "hand_over", viewer, outcome=f"landed as {placed.as_posix()}", file=safe_name(upload.filename or "")
        )
    return sentences.handed_over(placed), report.next_steps(placed)
