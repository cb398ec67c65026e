"""The frame of every page: header, navigation, filters, heading, lead, sections, footer.

Belongs here: what a page is, how it becomes a Dash layout, and what a reader is told when it cannot. Does not belong here:
the pieces inside a page (see `dashboards.ui.components`), filters (see `dashboards.ui.filters`), or what any page says.
"""

from __future__ import annotations

import functools
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import dash_mantine_components as dmc
from dash import dcc, html

from dashboards.access import AuditError, NotPublished, UnknownQuestion
from dashboards.shared.request import Ask, State, address, asker, service
from dashboards.ui.components import empty, hidden, moment

log = logging.getLogger(__name__)

#: The groups of the navigation, in their order.
RESULTS, PARTNERSHIPS, WAREHOUSE = "Results", "Partnerships", "The warehouse"
_GROUPS = (RESULTS, PARTNERSHIPS, WAREHOUSE)


@dataclass(frozen=True)
class Entry:
    """A page as the app knows it: its address (a template where a part in angle brackets varies), its layout, its title in
    the browser, and its line in the navigation where it has one (`group`, `place` within it, `label`)."""

    path: str
    layout: Callable[..., Any]
    title: str
    group: str
    place: int
    label: str


#: Every page, by its path.
ENTRIES: dict[str, Entry] = {}


@dataclass(frozen=True)
class Page:
    """What a page says: its heading, the finding in one sentence, its filters and its sections."""

    title: str
    lead: str
    body: Sequence[Any]
    filters: Sequence[Any] = ()
    area: str | None = None
    method: str = ""
    """The chapter of the methods page that says how these numbers are made."""
    hidden: Sequence[str] = field(default_factory=tuple)


def page(
    path: str, title: str, group: str = "", place: int = 0, label: str = ""
) -> Callable[[Callable[[State, Ask], Page]], Callable[..., Any]]:
    """Make a function of the address and `ask` the page at `path`, and give it its line in the navigation.

    `path` may be a template (`/school/<urn>`): its part in angle brackets is a value of the address. A page with a `group`
    stands in the navigation at its `place` there, under `label` (its title otherwise). What a reader can put right (no
    warehouse yet, an address that names something unknown) becomes a page in plain words.
    """
    active = "/" + path.split("/")[1]

    def wrap(make: Callable[[State, Ask], Page]) -> Callable[..., Any]:
        @functools.wraps(make)
        def layout(**query: Any) -> Any:
            state = State(query)
            try:
                made = make(state, asker())
            except NotPublished as error:
                made = Page(
                    "There is no warehouse yet",
                    str(error),
                    [
                        empty(
                            "How to make one",
                            "Open a terminal where Turncurve is installed. “turncurve demo” makes a fictional "
                            "authority to look around in; “turncurve refresh” builds the warehouse from the files in "
                            "the landing folder. Then reload this page.",
                        )
                    ],
                )
            except AuditError as error:
                made = Page("Nothing can be shown", str(error), [])
            except (LookupError, UnknownQuestion) as error:
                text = str(error.args[0]) if error.args else str(error)
                made = Page(
                    "Nothing here under this address",
                    text,
                    [
                        empty(
                            "What you can do",
                            "The address may be mistyped or from another warehouse.",
                            html.A("Start from the overview", href="/"),
                        )
                    ],
                )
            except Exception:
                log.exception("The page %s failed", path)
                made = Page(
                    "This page could not be made",
                    "Something failed that should not have. The log of the "
                    "dashboards has the details; the other pages may still work.",
                    [],
                )
            return shell(active, made)

        ENTRIES[path] = Entry(path, layout, title, group, place, label or title)
        return layout

    return wrap


def shell(active: str, made: Page) -> dmc.AppShell:
    """A page inside the header, the navigation and the main landmark."""
    links: list[Any] = []
    for group in _GROUPS:
        links.append(html.P(group, className="nav-group"))
        entries = sorted((entry for entry in ENTRIES.values() if entry.group == group), key=lambda entry: entry.place)
        links.extend(_nav_link(e.label, address(e.path, area=made.area), e.path == active) for e in entries)
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
                dcc.Link("Turncurve", href=address("/", area=made.area), className="brand"),
                html.Span("Is it getting better, for whom, and what next?", className="strapline"),
            ],
            className="header-row",
        ),
        className="header",
    )
    main = dmc.AppShellMain(
        [
            html.Div(list(made.filters), className="filters", role="group", **{"aria-label": "Filters"})
            if made.filters
            else None,
            html.H1(made.title),
            html.P(made.lead, className="lead", role="status", **{"aria-live": "polite"}),
            html.P(
                dcc.Link("How these numbers are made", href=f"{address('/methods', area=made.area)}#{made.method}"),
                className="method",
            )
            if made.method
            else None,
            hidden(made.hidden),
            *made.body,
            html.Footer(_footer(), className="footer"),
        ],
        id="main",
        tabIndex=-1,
    )
    return dmc.AppShell(
        [
            html.A("Skip to the main content", href="#main", className="skip"),
            header,
            dmc.AppShellNavbar(html.Nav(links, **{"aria-label": "Pages"}), id="navigation", className="navbar"),
            main,
        ],
        id="shell",
        header={"height": 56},
        navbar={"width": 210, "breakpoint": "sm", "collapsed": {"mobile": True}},
        padding="md",
        transitionDuration=0,
    )


def _nav_link(label: str, href: str, current: bool) -> Any:
    attributes = {"root": {"aria-current": "page"}} if current else {}
    return dmc.NavLink(label=label, href=href, active=current, attributes=attributes)


def _footer() -> str:
    try:
        version = service().door.version()
    except NotPublished:
        return "No warehouse is published yet."
    return f"Warehouse version {version.id}, built {moment(version.built_at)}."
