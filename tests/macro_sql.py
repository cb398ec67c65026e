"""The dbt project's SQL without dbt: macros and whole models rendered to text, to be run on hand-made tables in DuckDB.

Belongs here: rendering, and making tables of what was rendered. Does not belong here: what the tests assert. A unit test
through dbt takes about a second, one through this a few milliseconds, so golden numbers and properties are tested here, on the
very text dbt compiles.
"""

from __future__ import annotations

import functools
import runpy
from collections.abc import Callable, Iterator
from pathlib import Path
from types import CodeType, SimpleNamespace
from typing import Any

import duckdb
import jinja2
import yaml

from orchestration.contracts import seed_file
from tests.conftest import ROOT

PROJECT = ROOT / "dbt_project"


class _Adapter:
    """What macros ask of dbt's adapter."""

    def __init__(self, module: dict[str, Any]) -> None:
        self._module = module

    def dispatch(self, name: str, *_: str) -> Callable[..., str]:
        """The macro of the engine under test, else the default one."""
        macro: Callable[..., str] = self._module.get(f"duckdb__{name}") or self._module[f"default__{name}"]
        return macro

    def quote(self, name: str) -> str:
        """An identifier in the engine's quotation marks."""
        return f'"{name}"'


class _Exceptions:
    """How macros refuse what they are given."""

    def raise_compiler_error(self, message: str) -> None:
        """Stop, as dbt does."""
        raise ValueError(message)


class _Dbt:
    """What models ask of dbt's own cross-engine macros."""

    def datediff(self, first: str, second: str, part: str) -> str:
        """Whole parts between two days, as DuckDB counts them."""
        return f"date_diff('{part}', {first}, {second})"

    def dateadd(self, part: str, number: int, day: str) -> str:
        """A day so many parts later."""
        return f"({day} + interval {number} {part})"


def _environment() -> jinja2.Environment:
    return jinja2.Environment(extensions=["jinja2.ext.do"], undefined=jinja2.StrictUndefined)


@functools.cache
def _macros() -> CodeType:
    """All macros of the project, compiled once: that takes longer than any use of them."""
    texts = (file.read_text(encoding="utf-8") for file in sorted((PROJECT / "macros").rglob("*.sql")))
    # how a table is made is dbt's own tag, and no expression of a model
    return _environment().compile("\n".join(text for text in texts if "{% materialization" not in text))


@functools.cache
def _settings() -> dict[str, Any]:
    settings: dict[str, Any] = yaml.safe_load((PROJECT / "dbt_project.yml").read_text(encoding="utf-8"))["vars"]
    return settings


@functools.cache
def _inlined() -> frozenset[Path]:
    """Folders of models that are no table: dbt writes them into the query that reads them."""
    project = yaml.safe_load((PROJECT / "dbt_project.yml").read_text(encoding="utf-8"))

    def folders(settings: dict[str, Any], folder: Path) -> Iterator[Path]:
        if settings.get("+materialized") == "ephemeral":
            yield folder
        for name, part in settings.items():
            if isinstance(part, dict) and not name.startswith("+"):
                yield from folders(part, folder / name)

    return frozenset(folders(project["models"]["turncurve"], PROJECT / "models"))


def _is_inlined(name: str) -> bool:
    file = _models().get(f"{name}.sql")
    return file is not None and file.parent in _inlined() and "materialized=" not in file.read_text(encoding="utf-8")


def render(sql: str, **variables: Any) -> str:
    """The text dbt would run for `sql`: macros expanded, `ref('x')` as the table x, variables of dbt_project.yml unless given."""
    known = _settings() | variables
    environment = _environment()
    names: dict[str, Any] = {}
    beneath: list[str] = []

    def referred(name: str) -> str:
        if _is_inlined(name) and name not in beneath:
            text = environment.from_string(_models()[f"{name}.sql"].read_text(encoding="utf-8")).render()
            beneath.append(name)
            written.append(f"{name} as (\n{text}\n)")
        return name

    written: list[str] = []
    environment.globals.update(
        var=lambda name, default=None: known.get(name, default),
        ref=referred,
        config=lambda **_: "",
        adapter=_Adapter(names),
        dbt=_Dbt(),
        exceptions=_Exceptions(),
        execute=True,
    )
    environment.globals["return"] = lambda value: value
    names.update(vars(jinja2.Template.from_code(environment, _macros(), environment.globals).module))
    # tables made by hand have no lists of keys: a key there is the text it is
    names["duckdb__listed"] = lambda value, _: value
    environment.globals.update({name: macro for name, macro in names.items() if not name.startswith("_")})
    text = environment.from_string(sql).render()
    # as dbt does, once for a query however often it is read there
    return f"with {', '.join(written)} select * from (\n{text}\n)" if written else text


@functools.cache
def model(name: str, **variables: Any) -> str:
    """The text of a model of the project, its references as plain table names."""
    return render(_models()[f"{name}.sql"].read_text(encoding="utf-8"), **variables)


@functools.cache
def _models() -> dict[str, Path]:
    return {file.name: file for kind in ("sql", "py") for file in (PROJECT / "models").rglob(f"*.{kind}")}


def make(connection: duckdb.DuckDBPyConnection, *names: str) -> None:
    """Tables of seeds and of models in SQL or Python, each from the tables that are there; one that is there is made anew."""
    for name in names:
        if f"{name}.sql" not in _models() and f"{name}.py" not in _models():
            seed = seed_file(f"{name}.csv")
            connection.execute(f"create or replace table {name} as select * from read_csv('{seed}', header = true)")
            continue
        if f"{name}.sql" in _models():
            connection.execute(f"create or replace table {name} as {model(name)}")
            continue
        made = runpy.run_path(str(_models()[f"{name}.py"]))["model"]
        relation = made(SimpleNamespace(ref=connection.table, config=lambda **_: None), connection)
        connection.execute(f"drop table if exists {name}")
        relation.create(name)


def make_signals(connection: duckdb.DuckDBPyConnection, mart: str) -> None:
    """The table trend_signal or rating_signal, from the tables that are there, and what lies beneath it."""
    own, other = "int_trend_points__gathered", "int_rating_points__gathered"
    if mart == "rating_signal":
        own, other = other, own
    make(connection, "signal_settings", *(["terms"] if mart == "trend_signal" else []), "dim_term", own)
    connection.execute(f"create or replace table {other} as from {own} limit 0")
    make(connection, "int_points__signalled", mart)
