"""The plan of a build: statements that make models and count what tests find, as dbt compiled them, and what goes before each.

Belongs here: the plan, how it is taken from dbt's nodes, and the file that keeps it. Does not belong here: calling dbt
(`warehouse`) and running the statements (`build`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from integrity.sealed import seal, unsealed


@dataclass(frozen=True)
class Step:
    """One model or data test. `made` says how: table, view, list, python; or counted, for a test."""

    id: str
    name: str
    made: str
    schema: str
    relation: str
    #: what dbt compiled: SQL, or a Python module
    text: str
    #: ids of the steps whose tables it reads; seeds are there before
    after: tuple[str, ...]
    #: names of the seeds it reads
    seeds: tuple[str, ...] = ()
    #: files of raw it reads, as patterns below the data folder
    raw: tuple[str, ...] = ()
    #: the columns of an enforced contract, name and type; none where there is no contract
    columns: tuple[tuple[str, str], ...] = ()
    #: conditions no row may fulfil, and what is said of one that does
    forbidden: tuple[tuple[str, str], ...] = ()
    #: of a test: what is counted, and the counts at which it warns and fails
    counted: str = ""
    warns: str = ""
    fails: str = ""
    description: str = ""

    @property
    def is_test(self) -> bool:
        """Whether it is a data test."""
        return self.made == "counted"


@dataclass(frozen=True)
class Plan:
    """The steps of a build in no order, and the seeds that are there before them: names, and what tells one's content."""

    steps: tuple[Step, ...]
    seeds: Mapping[str, str]

    @property
    def of_seeds(self) -> tuple[Step, ...]:
        """The tests that read nothing but seeds: the same on every day, while the seeds are the same."""
        return tuple(step for step in self.steps if step.is_test and not step.after)

    @property
    def of_days(self) -> tuple[Step, ...]:
        """All other steps: what a build does."""
        return tuple(step for step in self.steps if not step.is_test or step.after)


def from_nodes(nodes: Mapping[str, Mapping[str, Any]], code: Mapping[str, str], seeds: Mapping[str, str]) -> Plan:
    """The plan, from the nodes of dbt's manifest and what each was compiled to, both by their ids, and the seeds."""
    steps = (_step(node, code[name], nodes) for name, node in sorted(nodes.items()) if _is_step(node))
    return Plan(tuple(steps), seeds)


def save(plan: Plan, file: Path) -> None:
    """Keep the plan in a file."""
    file.write_text(seal(json.dumps(asdict(plan))), encoding="utf-8")


def read(file: Path) -> Plan:
    """The plan kept in a file. Raises ValueError where it is not what was kept: a sign more or less may be another number."""
    content = json.loads(unsealed(file.read_text(encoding="utf-8")))
    return Plan(tuple(_read_step(step) for step in content["steps"]), dict(content["seeds"]))


def _read_step(kept: dict[str, Any]) -> Step:
    pairs = {name: tuple((left, right) for left, right in kept[name]) for name in ("columns", "forbidden")}
    return Step(**{**kept, **pairs, **{name: tuple(kept[name]) for name in ("after", "seeds", "raw")}})


def _is_step(node: Mapping[str, Any]) -> bool:
    """Seeds are loaded by dbt; an ephemeral model is in the text of those that read it."""
    return node["resource_type"] in ("model", "test") and node["config"]["materialized"] != "ephemeral"


def _raw(node: Mapping[str, Any], text: str) -> tuple[str, ...]:
    """The patterns of raw files in a compiled text. Raises ValueError for a source whose files would go unnoticed."""
    found = tuple(sorted(set(_RAW.findall(text))))
    if not found and any(name.startswith("source.") for name in node["depends_on"]["nodes"]):
        raise ValueError(f"{node['name']} reads a source, and its text names no file below raw/ in plain quotes")
    return found


def _step(node: Mapping[str, Any], text: str, known: Mapping[str, Mapping[str, Any]]) -> Step:
    config = node["config"]
    common = {
        "id": node["unique_id"],
        "name": node["name"],
        "schema": node["schema"],
        "text": text,
        "after": tuple(sorted(_after(node, known))),
        "seeds": tuple(sorted(_seeds(node, known))),
        "raw": _raw(node, text),
        "description": " ".join((node.get("description") or "").split()),
    }
    if node["resource_type"] == "test":
        warns, fails = config["warn_if"], config["error_if"] if config["severity"].lower() == "error" else ""
        return Step(made="counted", relation="", counted=config["fail_calc"], warns=warns, fails=fails, **common)
    promised = node["columns"].values() if config["contract"]["enforced"] else ()
    return Step(
        made="python" if node["language"] == "python" else config["materialized"],
        relation=node["relation_name"],
        columns=tuple((column["name"], column["data_type"]) for column in promised),
        forbidden=tuple(
            _forbidden(column["name"], constraint) for column in promised for constraint in column["constraints"]
        ),
        **common,
    )


#: How compiled SQL names files of raw: a text that begins with the folder.
_RAW = re.compile(r"'(raw/[^']*)'")


def _seeds(node: Mapping[str, Any], known: Mapping[str, Mapping[str, Any]]) -> set[str]:
    """Names of the seeds a node reads, also those that an ephemeral model reads for it."""
    found: set[str] = set()
    for name in node["depends_on"]["nodes"]:
        parent = known.get(name)
        if parent is not None and parent["resource_type"] == "seed":
            found.add(parent["name"])
        elif parent is not None and parent["resource_type"] == "model" and not _is_step(parent):
            found |= _seeds(parent, known)
    return found


def _after(node: Mapping[str, Any], known: Mapping[str, Mapping[str, Any]]) -> set[str]:
    """Ids of the steps a node reads, also those that an ephemeral model reads for it."""
    found: set[str] = set()
    for name in node["depends_on"]["nodes"]:
        parent = known.get(name)
        if parent is None:
            continue  # a source
        if _is_step(parent):
            found.add(name)
        else:
            found |= _after(parent, known) if parent["resource_type"] == "model" else set()
    return found


def _forbidden(column: str, constraint: Mapping[str, Any]) -> tuple[str, str]:
    """A constraint of a column as the condition that breaks it, and what is said then."""
    if constraint["type"] == "not_null":
        return f"{column} is null", f"{column} is null"
    if constraint["type"] == "check":
        return f"not ({constraint['expression']})", f"not: {constraint['expression']}"
    raise ValueError(f"a constraint of type {constraint['type']} is not counted here")
