"""What a question is, and the list of all of them.

Belongs here: the form of a question and the types of its parameters. Does not belong here: any particular question
(see `questions.py` of each topic), or asking it (see `dashboards.access.door`).
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from dashboards import topics


class UnknownQuestion(ValueError):
    """The question or one of its parameters does not exist or does not fit; the message says which."""


@dataclass(frozen=True)
class Kind:
    """A parameter's type: how to check it, whether it may be left out, and a value to try it with."""

    name: str
    accepts: Callable[[Any], bool]
    example: Any
    optional: bool = False

    def or_none(self) -> Kind:
        """The same type, which may also be left out (bound as NULL)."""
        return Kind(f"{self.name} or nothing", self.accepts, self.example, optional=True)


def _matches(pattern: str) -> Callable[[Any], bool]:
    compiled = re.compile(pattern)
    return lambda value: isinstance(value, str) and compiled.fullmatch(value) is not None


CODE = Kind("code", _matches(r"[\w.:/ -]{1,80}"), "all")
# a school that files name only by authority and establishment number goes by that number until a register gives its URN
URN = Kind("URN (six digits)", _matches(r"[0-9]{6}|L[0-9]{7}"), "900001")
PUBLISHED = Kind("URN, authority code or id of England", _matches(r"L?[0-9]{3,7}|england\w*"), "900001")
YEAR = Kind("academic year such as 2018/19", _matches(r"[0-9]{4}/[0-9]{2}"), "2018/19")
TEXT = Kind("text of up to 100 characters", _matches(r"(?s).{1,100}"), "school")
COUNT = Kind("whole number", lambda value: isinstance(value, int) and not isinstance(value, bool) and value >= 0, 100)


@dataclass(frozen=True)
class Question:
    """One named question: what it answers, its typed parameters, and SQL over `marts` with `$name` placeholders."""

    name: str
    about: str
    sql: str
    made_of: tuple[str, ...]
    parameters: Mapping[str, Kind] = field(default_factory=dict)
    held_back: str | None = None

    def check(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """Every parameter with its value, ready to be bound. Raises UnknownQuestion when one is wrong."""
        for name in given:
            if name not in self.parameters:
                raise UnknownQuestion(f"The question “{self.name}” has no parameter “{name}”.")
        values: dict[str, Any] = {}
        for name, kind in self.parameters.items():
            value = given.get(name)
            if value is None and not kind.optional:
                raise UnknownQuestion(f"The question “{self.name}” needs the parameter “{name}” ({kind.name}).")
            if value is not None and not kind.accepts(value):
                raise UnknownQuestion(f"The parameter “{name}” of “{self.name}” must be a {kind.name}, not “{value}”.")
            values[name] = value
        return values


_CATALOG: dict[str, Question] = {}


def every_question() -> Mapping[str, Question]:
    """Every question of every topic, and those about what there is to choose from."""
    importlib.import_module("dashboards.shared.places")
    topics.load("questions")
    return _CATALOG


def question(
    name: str, about: str, sql: str, made_of: str, held_back: str | None = None, **parameters: Kind
) -> Question:
    """Add one question to the catalogue.

    `made_of` names the datasets its answer is made of (seeds/rules/shared_datasets.csv), with a space between them: what is held
    back of them is said. A question that does not name them does not load. Raises ValueError when its name is taken, a
    placeholder does not match, or it reads anything but marts.
    """
    if name in _CATALOG:
        raise ValueError(f"two questions are called {name}")
    if not made_of.split():
        raise ValueError(f"{name}: say which datasets it is made of")
    if re.search(r"\bpublished\b|\bread_\w+\s*\(|\bv_[0-9a-f]{12}\b", sql):
        raise ValueError(f"{name}: a question reads marts, and nothing else")
    placeholders = set(re.findall(r"\$(\w+)", sql))
    if placeholders != set(parameters):
        raise ValueError(f"{name}: placeholders {sorted(placeholders)} are not the parameters {sorted(parameters)}")
    _CATALOG[name] = Question(name, " ".join(about.split()), sql, tuple(made_of.split()), parameters, held_back)
    return _CATALOG[name]
