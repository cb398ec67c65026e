"""Check a file: what it is and what is wrong with it, before it is sent; handing it over when nothing is.

Belongs here: the form. Does not belong here: the answers to it (see `routes.py`); what is chosen on this page
never enters its address, since a file cannot.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from dash import html
from flask import request

from dashboards.shared.request import Ask, State, service
from dashboards.topics.check.checker import MOST_BYTES, too_large, year_choices
from dashboards.ui import components as c
from dashboards.ui.sections import section
from dashboards.ui.shell import WAREHOUSE, Head, page


@section()
def form(_state: State, _ask: Ask) -> html.Section:
    """The form, and the place for its answer."""
    return c.panel("Choose a file", [_form()])


@section()
def answer(_state: State, _ask: Ask) -> list[Any]:
    """Where the answer is read out and drawn."""
    return [html.P(id="check-said", className="check-said", role="status", tabIndex=-1), html.Div(id="check-drawn")]


def _form() -> html.Form:
    years: list[Any] = [html.Option("As the file tells", value="")]
    years.extend(html.Option(year, value=year) for year in year_choices(date.today()))
    return html.Form(
        [
            html.Div(
                [
                    html.Label("File", htmlFor="check-file"),
                    # The script puts the box for the file here; Dash has no such element.
                    html.Div(id="check-slot"),
                    html.P(
                        f"CSV, XLSX, or one of them as .zip or .gz; at most {MOST_BYTES // 1_000_000} MB.",
                        id="check-limit",
                        className="note",
                    ),
                ],
                className="field",
            ),
            html.Div(
                [
                    html.Label("Academic year (optional)", htmlFor="check-year"),
                    html.Select(years, id="check-year", name="year"),
                    html.P(
                        "Needed only where neither the file’s name nor its columns tell the year.", className="note"
                    ),
                ],
                className="field",
            ),
            html.Button("Check this file", type="submit", className="button strong"),
        ],
        id="check-form",
        action="/check/file",
        method="post",
        encType="multipart/form-data",
        **{"data-most": str(MOST_BYTES), "data-too-large": too_large()},
    )


@page("/check", "Check a file", (form, answer), group=WAREHOUSE, place=3)
def head(state: State, _ask: Ask) -> Head:
    """What the page is for, to whoever may send files."""
    held = service()
    if not held.door.may_send(held.identify(request)):
        reason = "Files are taken from signed-in people only. Sign in to check a file."
        return Head("Check a file", "There is nothing to show.", hidden=(reason,), instead=html.Div())
    return Head(
        "Check a file",
        "See what a file is and everything that is wrong with it, before you send it. Nothing is stored.",
        area=state.get("area"),
    )
