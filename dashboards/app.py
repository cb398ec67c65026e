"""The app: one function that puts the door, the pages, the downloads and the safeguards together.

Belongs here: `create_app`. Does not belong here: settings from the environment (see `dashboards.settings`),
serving (see `dashboards.__main__`), or what a page says.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import dash
import dash_mantine_components as dmc
from dash import Dash, html
from flask import Flask, Response, request

from dashboards import topics
from dashboards.access import ANONYMOUS, AuditError, Chosen, Door, NotPublished, NotServable, UnknownQuestion, Viewer
from dashboards.shared import table as tables
from dashboards.shared.request import Service, asker, attach
from dashboards.ui import callbacks, compress, not_found, updates
from dashboards.ui.shell import ENTRIES, find

_HERE = Path(__file__).parent
_FONTS = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"
_THEME = {
    "fontFamily": _FONTS,
    "headings": {"fontFamily": _FONTS},
    "primaryColor": "navy",
    "primaryShade": 7,
    "colors": {
        "navy": [
            "#eaf1f8",
            "#d3e1ef",
            "#a8c3de",
            "#7ba4cc",
            "#5489bb",
            "#3873a6",
            "#1f5c90",
            "#0b3d66",
            "#082f50",
            "#05213a",
        ]
    },
}
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


def nobody(_request: Any) -> Viewer:
    """Identify no one: the default, so that an app set up without a sign-in shows nothing."""
    return ANONYMOUS


def create_app(
    data_dir: Path,
    identify: Callable[[Any], Viewer] = nobody,
    secret_key: str | None = None,
    run: str = "",
    choosing: bool = False,
) -> Dash:
    """The app over the warehouse published under `data_dir`. `run` is what it says of itself to whoever started it.

    `identify` takes the request and returns the viewer; `choosing` lets whoever looks choose as whom instead, as in the
    demonstration, and needs a `secret_key`. There need not be a published warehouse yet: the pages then say
    how to make one.
    """
    server = Flask("dashboards")
    server.secret_key = secret_key
    server.config.update(SESSION_COOKIE_HTTPONLY=True, SESSION_COOKIE_SAMESITE="Lax")
    app = Dash(
        name="dashboards",
        server=server,
        use_pages=True,
        pages_folder="",
        assets_folder=str(_HERE / "ui" / "assets"),
        serve_locally=True,
        suppress_callback_exceptions=True,
        title="Turncurve",
        update_title="",
        enable_mcp=False,
        meta_tags=[{"name": "viewport", "content": "width=device-width, initial-scale=1"}],
    )
    app.index_string = app.index_string.replace("<html>", '<html lang="en-GB">')
    app.enable_dev_tools(debug=False, dev_tools_disable_version_check=True)
    app.layout = dmc.MantineProvider(
        [
            html.Div(id="lost", role="alert"),
            html.Div(dash.page_container),
        ],
        theme=_THEME,
        forceColorScheme="light",
    )
    _register_pages()
    door = Door(data_dir)
    chosen = Chosen(door) if choosing else None
    attach(server, Service(door, chosen or identify, chosen))
    server.add_url_rule("/healthz", "healthz", lambda: _health(door, run))
    callbacks.register(app)
    updates.install(server)
    server.add_url_rule("/download/<name>.csv", "download", _download)
    for routes in topics.load("routes"):
        routes.install(server, data_dir)
    compress.install(server)
    _protect(app)
    return app


def _register_pages() -> None:
    """Give Dash every page of every topic. Its list of pages is one for the process, so each app registers them again."""
    topics.load("page")
    for entry in ENTRIES.values():
        # Dash knows the page for unknown addresses by the end of its module's name
        name = (
            "not_found_404" if entry.path == not_found.PATH else entry.path.strip("/").replace("/", "_") or "overview"
        )
        at = {"path_template": entry.path} if "<" in entry.path else {"path": entry.path}
        dash.register_page(f"dashboards.{name}", title=f"{entry.title} - Turncurve", layout=entry.layout, **at)


def _download(name: str) -> Response:
    """The CSV of one table, for the viewer of this request."""
    if name not in tables.names():
        return _plain(f"There is no table called “{name}”.", 404)
    try:
        table = tables.build(name, asker("csv"), {key: value for key, value in request.args.items() if value})
    except (LookupError, UnknownQuestion, TypeError):
        return _plain(
            "This address asks for something the table does not have. Use the download link on the page.", 400
        )
    except (NotPublished, AuditError) as error:
        return _plain(str(error), 503)
    if table.answer.denied:
        return _plain(" ".join(table.hidden), 403)
    return Response(
        tables.to_csv(table),
        mimetype="text/csv",
        headers={
            "Content-Disposition": f"attachment; filename=turncurve-{name.replace('_', '-')}-{table.answer.version}.csv"
        },
    )


def _health(door: Door, run: str) -> Response:
    """Whether what is served is what was published, in a sentence: 200 where it is or nothing is published yet, else 503."""
    try:
        version = door.version()
    except NotServable as error:
        answer = _plain(str(error), 503)
    except NotPublished as error:
        answer = _plain(str(error), 200)
    else:
        answer = _plain(
            version.notice or f"Version {version.id} is served as it was published.", 503 if version.notice else 200
        )
    answer.headers["X-Turncurve-Run"] = run
    return answer


def _plain(text: str, status: int) -> Response:
    return Response(text, status=status, mimetype="text/plain")


def _protect(app: Dash) -> None:
    """Headers on every answer, no posts from other sites, and a true 404 for an address that is no page."""
    hashes: list[str] = []

    def refuse_other_sites() -> Response | None:
        if request.method == "POST" and request.headers.get("Sec-Fetch-Site", "same-origin") not in (
            "same-origin",
            "none",
        ):
            return _plain("Requests from other sites are not answered.", 403)
        return None

    def finish(response: Response) -> Response:
        if not hashes:
            # Only after set-up are all inline scripts known.
            hashes.extend(app.csp_hashes())
        response.headers.update(_HEADERS)
        response.headers["Content-Security-Policy"] = (
            f"default-src 'self'; script-src 'self' {' '.join(hashes)}; style-src 'self' 'unsafe-inline'; "
            "img-src 'self' data:; font-src 'self' data:; connect-src 'self'; object-src 'none'; base-uri 'self'; "
            "form-action 'self'; frame-ancestors 'none'"
        )
        if not request.path.startswith(("/_dash-component-suites/", "/assets/", "/_favicon")):
            response.headers["Cache-Control"] = "no-store"
        elif response.status_code == 200 and set(request.args) & {"m", "v"}:
            # the address of a file of the app changes with the file
            response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        if response.status_code == 200 and response.mimetype == "text/html" and not _is_page(request.path):
            response.status_code = 404
        return response

    app.server.before_request(refuse_other_sites)
    app.server.after_request(finish)


def _is_page(path: str) -> bool:
    """Whether an address is a page's; addresses of the app itself (scripts, callbacks) count as such."""
    if path.startswith(("/_", "/assets/")):
        return True
    found = find(path)
    return found is not None and found[0].path != not_found.PATH
