"""A section: a part of a page that is drawn by itself.

Belongs here: what a section is, on which part of the address it depends, and what stands in its place when it fails. Does not
belong here: what any section shows (see the topics), the frame around them (see `dashboards.ui.shell`).

A section is a pure function of the values of the address it names and of what the door answers. It is handed no other
value, so that a change of the address tells which sections have to be drawn again, and a section that fails leaves the
others standing and says that what stands there is not what was asked for.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from dash import html

from dashboards.access import AuditError, NotPublished, UnknownQuestion
from dashboards.shared.request import Ask, State
from dashboards.ui.components import nothing, panel
from dashboards.ui.flat import flat

log = logging.getLogger(__name__)

Draw = Callable[[State, Ask], Any]


@dataclass(frozen=True)
class Section:
    """A part of a page: its name (of its function), the values of the address it reads, and what draws it.

    What it draws is a component, or None where there is nothing to show.
    """

    name: str
    reads: frozenset[str]
    draw: Draw


@dataclass(frozen=True)
class Columns:
    """Sections that share a row on a wide screen; `even` gives each the same width."""

    sections: tuple[Section, ...]
    even: bool = False


def section(*reads: str) -> Callable[[Draw], Section]:
    """Make a function of the address and `ask` a section that depends on the values `reads` of the address alone."""
    return lambda draw: Section(draw.__name__, frozenset(reads), draw)


def columns(*sections: Section, even: bool = False) -> Columns:
    """Sections that share a row on a wide screen."""
    return Columns(sections, even)


def every(parts: Sequence[Section | Columns]) -> list[Section]:
    """The sections of a page in their order, those that share a row too."""
    return [one for part in parts for one in (part.sections if isinstance(part, Columns) else (part,))]


def drawn(part: Section | Columns, state: State, ask: Ask) -> Any:
    """A section, or a row of them, as components, each in a box with an id of its own (`section-<name>`)."""
    if isinstance(part, Columns):
        kind = "two-columns even" if part.even else "two-columns"
        return html.Div([drawn(one, state, ask) for one in part.sections], className=kind)
    return html.Div(inside(part, state, ask), id=place(part), className="section-slot")


def place(part: Section) -> str:
    """The id of the box a section stands in."""
    return f"section-{part.name.replace('_', '-')}"


def inside(part: Section, state: State, ask: Ask) -> Any:
    """What stands in the box of a section: few components, since each costs the browser as much as a page of text."""
    return flat(_made(part, state, ask))


def _made(part: Section, state: State, ask: Ask) -> Any:
    try:
        return part.draw(state.only(part.reads), ask)
    except (NotPublished, AuditError):
        # true of every section alike: the page says it once
        raise
    except (LookupError, UnknownQuestion) as error:
        return panel("Nothing here for this choice", [nothing(str(error.args[0]) if error.args else str(error))])
    except Exception:
        log.exception("The section %s failed", part.name)
        return panel(
            "This part could not be made",
            [
                nothing(
                    "Something failed that should not have. The rest of the page is as it should be; the log of the "
                    "dashboards has the details."
                )
            ],
        )
