"""The dbt project's SQL without dbt: macros and whole models rendered to text, to be run on hand-made tables in DuckDB.

Belongs here: rendering. Does not belong here: what the tests assert. A unit test through dbt takes about a second, one
through this a few milliseconds, so golden numbers and properties are tested here, on the very text dbt compiles.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import jinja2
import yaml

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


@functools.cache
def _macros() -> str:
    texts = (file.read_text(encoding="utf-8") for file in sorted((PROJECT / "macros").rglob("*.sql")))
    # how a table is made is dbt's own tag, and no expression of a model
    return "\n".join(text for text in texts if "{% materialization" not in text)


def render(sql: str, **variables: Any) -> str:
    """The text dbt would run for `sql`: macros expanded, `ref('x')` as the table x, variables of dbt_project.yml unless given."""
    known = yaml.safe_load((PROJECT / "dbt_project.yml").read_text(encoding="utf-8"))["vars"] | variables
    environment = jinja2.Environment(extensions=["jinja2.ext.do"], undefined=jinja2.StrictUndefined)
    names: dict[str, Any] = {}
    environment.globals.update(
        var=lambda name, default=None: known.get(name, default),
        ref=lambda name: name,
        config=lambda **_: "",
        adapter=_Adapter(names),
        dbt=_Dbt(),
        exceptions=_Exceptions(),
        execute=True,
    )
    environment.globals["return"] = lambda value: value
    names.update(vars(environment.from_string(_macros()).module))
    environment.globals.update({name: macro for name, macro in names.items() if not name.startswith("_")})
    return environment.from_string(sql).render()


def model(name: str, **variables: Any) -> str:
    """The text of a model of the project, its references as plain table names."""
    (file,) = (PROJECT / "models").rglob(f"{name}.sql")
    return render(file.read_text(encoding="utf-8"), **variables)
