"""The frame of every page: header, navigation, filters, heading, lead, sections, footer.

Belongs here: what a page is, how it becomes a Dash layout, and what a reader is told when it cannot. Does not belong here:
the pieces inside a page (see `dashboards.ui.components`), filters (see `dashboards.ui.filters`), or what any page says.
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import dash_mantine_components as dmc
from dash import dcc, html
from flask import request

from dashboards.access import AuditError, NotPublished, NotServable, UnknownQuestion
from dashboards.shared.request import Ask, State, address, asker, service
from dashboards.ui.components import empty, hidden, moment
from dashboards.ui.sections import Columns, Section, drawn

log = logging.getLogger(__name__)

#: The groups of the navigation, in their order.
RESULTS, PARTNERSHIPS, WAREHOUSE = "Results", "Partnerships", "The warehouse"
_GROUPS = (RESULTS, PARTNERSHIPS, WAREHOUSE)

#: The properties of a filter that hold what is chosen.
VALUES = ("value", "checked")


@dataclass(frozen=True)
class Head:
    """The top of a page: its heading, the finding in one sentence, its filters, the chosen area, and what was held back.

    `instead` is what the page shows where it has nothing to draw its sections from.
    """

    title: str
    lead: str
    filters: Sequence[Any] = ()
    area: str | None = None
    hidden: Sequence[str] = field(default_factory=tuple)
    instead: Any = None


Make = Callable[[State, Ask], Head]


@dataclass(frozen=True)
class Entry:
    """A page as the app knows it: its address (a template where a part in angle brackets varies), its head, its sections, its
    title in the browser, its chapter of the methods, and its line in the navigation where it has one (`group`, `place` within
    it, `label`)."""

    path: str
    make: Make
    sections: Sequence[Section | Columns]
    title: str
    group: str
    place: int
    label: str
    method: str

    def layout(self, **query: Any) -> Any:
        """The whole page at an address with this query."""
        state, ask, chapter = State(query), asker(), self.method
        body: list[Any] = []
        try:
            head = self.make(state, ask)
            if head.instead is None:
                body = [drawn(part, state, ask) for part in self.sections]
        except Exception as error:
            head, body, chapter = failed(self.path, error), [], ""
        return shell(self.active, head, body if head.instead is None else [head.instead], chapter)

    @property
    def active(self) -> str:
        """The path of the line of the navigation that is current on this page."""
        return "/" + self.path.split("/")[1]


#: Every page, by its path.
ENTRIES: dict[str, Entry] = {}


def page(
    path: str,
    title: str,
    sections: Sequence[Section | Columns] = (),
    *,
    group: str = "",
    place: int = 0,
    label: str = "",
    method: str = "",
) -> Callable[[Make], Make]:
    """Make a function of the address and `ask` the head of the page at `path`, above `sections`.

    `path` may be a template (`/school/<urn>`): its part in angle brackets is a value of the address. A page with a `group`
    stands in the navigation at its `place` there, under `label` (its title otherwise). `method` is the chapter of the
    methods page that says how its numbers are made. What a reader can put right (no warehouse yet, an address that names
    something unknown) becomes a page in plain words.
    """

    def wrap(make: Make) -> Make:
        ENTRIES[path] = Entry(path, make, sections, title, group, place, label or title, method)
        return make

    return wrap


def find(path: str) -> tuple[Entry, dict[str, str]] | None:
    """The page at a path, and the values its path holds; None where there is no page."""
    parts = path.strip("/").split("/")
    for entry in ENTRIES.values():
        known = entry.path.strip("/").split("/")
        if len(known) == len(parts) and all(k.startswith("<") or k == p for k, p in zip(known, parts, strict=True)):
            return entry, {k.strip("<>"): p for k, p in zip(known, parts, strict=True) if k.startswith("<")}
    return None


def failed(path: str, error: Exception) -> Head:
    """What stands where a page could not be made: plain words for what a reader can put right, a line in the log for the rest."""
    if isinstance(error, NotServable):
        return Head("The warehouse cannot be shown", str(error))
    if isinstance(error, NotPublished):
        return Head(
            "There is no warehouse yet",
            str(error),
            instead=empty(
                "How to make one",
                "Open a terminal where Turncurve is installed. “turncurve demo” makes a fictional authority to look around "
                "in; “turncurve refresh” builds the warehouse from the files in the landing folder. Then reload this page.",
            ),
        )
    if isinstance(error, AuditError):
        return Head("Nothing can be shown", str(error))
    if isinstance(error, (LookupError, UnknownQuestion)):
        return Head(
            "Nothing here under this address",
            str(error.args[0]) if error.args else str(error),
            instead=empty(
                "What you can do",
                "The address may be mistyped or from another warehouse.",
                html.A("Start from the overview", href="/"),
            ),
        )
    log.error("The page %s failed", path, exc_info=error)
    return Head(
        "This page could not be made",
        "Something failed that should not have. The log of the dashboards has the details; the other pages may still work.",
    )


def shell(active: str, made: Head, body: Sequence[Any], method: str) -> dmc.AppShell:
    """A page inside the header, the navigation and the main landmark."""
    header = dmc.AppShellHeader(
        html.Div(
            [
                dmc.Burger(
                    id="burger",
                    opened=False,
                    hiddenFrom="sm",
                    size="sm",
                    color="white",
                    **{"aria-label": "Open or close the navigation"},
                ),
                dcc.Link("Turncurve", id="brand", href=address("/", area=made.area), className="brand"),
                html.Span("Is it getting better, for whom, and what next?", className="strapline"),
                _looking(made.area),
            ],
            className="header-row",
        ),
        className="header",
    )
    said = notice()
    main = dmc.AppShellMain(
        [
            html.P(said, id="notice", className="notice", role="alert") if said else None,
            html.Div(
                list(made.filters),
                id="filters",
                className="filters",
                role="group",
                **{"aria-label": "Filters", "data-shown": shown(made.filters)},
            )
            if made.filters
            else None,
            html.H1(made.title, id="page-title"),
            html.P(made.lead, id="page-lead", className="lead", role="status", **{"aria-live": "polite"}),
            html.P(method_link(method, made.area), id="page-method", className="method") if method else None,
            html.Div(hidden(made.hidden), id="page-hidden"),
            *body,
            html.Footer(footer_words(), id="footer", className="footer", **{"data-version": version()}),
        ],
        id="main",
        tabIndex=-1,
    )
    return dmc.AppShell(
        [
            html.A("Skip to the main content", href="#main", className="skip"),
            header,
            dmc.AppShellNavbar(
                html.Nav(nav_links(active, made.area), id="pages", **{"aria-label": "Pages"}),
                id="navigation",
                className="navbar",
            ),
            main,
        ],
        id="shell",
        header={"height": 56},
        navbar={"width": 210, "breakpoint": "sm", "collapsed": {"mobile": True}},
        padding="md",
        transitionDuration=0,
    )


def _looking(area: str | None) -> Any:
    """Who is looking, and the way to look as another, where that may be chosen."""
    held = service()
    if held.chosen is None:
        return None
    viewer = held.identify(request)
    return dcc.Link(
        [html.Span("Seen as ", className="seen-as"), viewer.name],
        href=address("/view-as", area=area),
        className="viewer",
        title="The demonstration is open to all: choose as whom to look",
    )


def nav_links(active: str, area: str | None) -> list[Any]:
    """The lines of the navigation, group by group; each keeps the chosen `area`."""
    links: list[Any] = []
    for group in _GROUPS:
        links.append(html.P(group, className="nav-group"))
        entries = sorted((entry for entry in ENTRIES.values() if entry.group == group), key=lambda entry: entry.place)
        links.extend(_nav_link(e.label, address(e.path, area=area), e.path == active) for e in entries)
    return links


def method_link(method: str, area: str | None) -> dcc.Link:
    """The link to the chapter that says how the numbers of a page are made."""
    return dcc.Link("How these numbers are made", href=f"{address('/methods', area=area)}#{method}")


def shown(filters: Sequence[Any]) -> str:
    """What the filters offer, each by its id in their order: a change of the query tells by it which to send again."""
    return json.dumps([[json.dumps(one.id, sort_keys=True), _offer(one)] for one in filters])


def _offer(control: Any) -> str:
    props = {name: value for name, value in control.to_plotly_json()["props"].items() if name not in VALUES}
    return hashlib.sha256(json.dumps(props, sort_keys=True).encode()).hexdigest()[:12]


def _nav_link(label: str, href: str, current: bool) -> Any:
    attributes = {"root": {"aria-current": "page"}} if current else {}
    return dmc.NavLink(label=label, href=href, active=current, attributes=attributes)


def version() -> str:
    """The published version that is drawn, marked where it is not the one that should be; or nothing where there is none."""
    try:
        version = service().door.version()
    except NotPublished:
        return ""
    return f"{version.id} instead" if version.notice else version.id


def notice() -> str:
    """What is said above every page where another version is shown than should be."""
    try:
        return service().door.version().notice
    except NotPublished:
        return ""


def footer_words() -> str:
    """Which version is drawn."""
    try:
        version = service().door.version()
    except NotPublished:
        return "No warehouse is published yet."
    return f"Warehouse version {version.id}, built {moment(version.built_at)}."
