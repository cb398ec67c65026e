"""What the address of a page says, and asking the door for the viewer of the request.

Belongs here: reading the query of an address, the chosen area, `ask`. The address is the whole state of a page: the
same address gives the same page. Does not belong here: SQL, or drawing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import urlencode

from flask import Flask, current_app, request

from dashboards.access import Answer, Chosen, Door, Viewer

_KEY = "turncurve"


class Ask(Protocol):
    """Asks a named question for the viewer of this request."""

    def __call__(self, question: str, /, **parameters: Any) -> Answer:
        """The answer; see `Door.fetch` for what may be raised."""
        ...


@dataclass
class Service:
    """What the app holds for every request: the door, and how to tell who is looking."""

    door: Door
    identify: Callable[[Any], Viewer]
    #: where whoever looks may choose as whom: the demonstration alone
    chosen: Chosen | None = None


def attach(server: Flask, service: Service) -> None:
    """Give a Flask server its service."""
    server.extensions[_KEY] = service


def service() -> Service:
    """The service of the app that handles this request."""
    found: Service = current_app.extensions[_KEY]
    return found


def looking() -> Viewer:
    """Who looks, by this request."""
    return service().identify(request)


def asker(channel: str = "page") -> Ask:
    """`ask` for the viewer of this request; `channel` (page, table, csv) goes into the audit log."""
    held = service()
    viewer = held.identify(request)

    given: dict[tuple[Any, ...], Answer] = {}

    def ask(question: str, /, **parameters: Any) -> Answer:
        # sections of one page ask the same question: it is asked, and recorded, once
        key = (question, *sorted(parameters.items()))
        if key not in given:
            given[key] = held.door.fetch(question, viewer, channel=channel, **parameters)
        return given[key]

    return ask


class State:
    """The query of an address; every value is text of at most 100 characters, or not there."""

    def __init__(self, query: Mapping[str, Any], names: frozenset[str] | None = None) -> None:
        self._query = query
        self._names = names

    def only(self, names: frozenset[str]) -> State:
        """The same address, of which no value but those of `names` can be read."""
        return State(self._query, names)

    def get(self, name: str) -> str | None:
        """The first value given for `name`, or None. Raises RuntimeError for a value that may not be read here."""
        if self._names is not None and name not in self._names:
            raise RuntimeError(f"“{name}” of the address is read here and not named among what is read")
        value = self._query.get(name)
        if isinstance(value, (list, tuple)):
            value = value[0] if value else None
        text = str(value).strip()[:100] if value is not None else ""
        return text or None

    def choice(self, name: str, allowed: list[str], default: str | None = None) -> str | None:
        """The value when it is one of `allowed`, else `default` (or the first allowed one)."""
        value = self.get(name)
        if value in allowed:
            return value
        return default if default is not None else (allowed[0] if allowed else None)


def address(path: str, **query: str | None) -> str:
    """A path with the query values that are given."""
    given = {name: value for name, value in query.items() if value}
    return f"{path}?{urlencode(given)}" if given else path
