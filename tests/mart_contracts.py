"""The contracts of the marts, for tests that make rows of them by hand.

Belongs here: reading the contracts, tables with their types and constraints, and rows that keep to them. Does not belong here:
any row, or any column's name: those are the fixtures' and the contracts'. The contracts are the YAML beside the marts, from which
publishing takes its columns too.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import yaml

from tests.conftest import ROOT

Row = dict[str, Any]

#: What a value of a type is in Python; the type itself, since True is an int and a moment is a day to isinstance.
_KINDS: dict[str, tuple[type, ...]] = {
    "varchar": (str,),
    "double": (float, int),
    "bigint": (int,),
    "integer": (int,),
    "boolean": (bool,),
    "date": (date,),
    "timestamp": (datetime,),
}


class BrokenContract(Exception):
    """A row or a table that is not what the contract of its mart says; the message names the mart and the column."""


@dataclass(frozen=True)
class Mart:
    """A mart as its contract has it."""

    name: str
    #: name -> type, in order
    columns: Mapping[str, str]
    not_null: frozenset[str]
    checks: tuple[str, ...]
    #: whether the published file has it; the rest stays in the build
    is_public: bool = True

    def definition(self, name: str | None = None) -> str:
        """The statement that makes an empty table of it, with its constraints; under another name where one is given."""
        columns = [
            f'"{column}" {kind}{" not null" if column in self.not_null else ""}'
            for column, kind in self.columns.items()
        ]
        return f"create table {name or self.name} ({', '.join((*columns, *(f'check ({c})' for c in self.checks)))})"

    def row(self, values: Mapping[str, Any], defaults: Mapping[str, Any]) -> Row:
        """A whole row: what is given, else the default, else null. Raises BrokenContract where that is none of this mart."""
        row = {**dict.fromkeys(self.columns), **defaults, **values}
        if len(row) > len(self.columns):
            unknown = ", ".join(name for name in row if name not in self.columns)
            raise BrokenContract(f"{self.name} has no column {unknown}")
        for name, value in row.items():
            if value is None:
                if name in self.not_null:
                    raise BrokenContract(f"{self.name}.{name} may not be null, and the row gives no value for it")
            elif type(value) not in _KINDS[self.columns[name]]:
                raise BrokenContract(f"{self.name}.{name} is a {self.columns[name]}, not {value!r}")
        return row


def public_marts() -> dict[str, Mart]:
    """Every mart that is published, by its name."""
    return {name: mart for name, mart in marts().items() if mart.is_public}


@cache
def marts() -> dict[str, Mart]:
    """Every mart by its name, those that stay in the build too."""
    found = {}
    for file in sorted((ROOT / "dbt_project" / "models" / "marts").rglob("*.yml")):
        for model in yaml.load(file.read_text(encoding="utf-8"), yaml.CSafeLoader)["models"]:
            if not model.get("columns"):
                continue  # no mart, but a part of one
            rules = [(column["name"], rule) for column in model["columns"] for rule in column.get("constraints", ())]
            found[model["name"]] = Mart(
                name=model["name"],
                columns={column["name"]: column["data_type"] for column in model["columns"]},
                not_null=frozenset(name for name, rule in rules if rule["type"] == "not_null"),
                checks=tuple(rule["expression"] for _, rule in rules if rule["type"] == "check"),
                is_public=model.get("config", {}).get("access") != "protected",
            )
    return found


class Rows(dict[str, list[Row]]):
    """Rows of every mart, none at first. What is added keeps to the contract of its mart."""

    def __init__(self, defaults: Mapping[str, Mapping[str, Any]] | None = None) -> None:
        """`defaults` says per mart what a row has where it names nothing; all else is null, where the contract allows it."""
        super().__init__({name: [] for name in marts()})
        self._defaults = defaults or {}

    def add(self, mart: str, /, **values: Any) -> Row:
        """Add one row and give it back. Raises BrokenContract where it does not keep to the contract."""
        if mart not in self:
            raise BrokenContract(f"There is no mart {mart}")
        row = marts()[mart].row(values, self._defaults.get(mart, {}))
        self[mart].append(row)
        return row


def fill(connection: duckdb.DuckDBPyConnection, table: str, rows: Iterable[Row], beside: Path) -> None:
    """Insert rows into a table that is there; `beside` is a file that may be written, and is taken away again.

    By way of that file, whose texts the table turns into its types: as parameters, rows take ten seconds.
    """
    rows = list(rows)
    if not rows:
        return
    with beside.open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(row, default=str) + "\n" for row in rows)
    texts = ", ".join(f"{name}: 'varchar'" for name in rows[0])
    try:
        connection.execute(
            f"insert into {table} by name from read_json($1, format = 'newline_delimited', columns = {{{texts}}})",
            [str(beside)],
        )
    except duckdb.ConstraintException as error:
        raise BrokenContract(str(error)) from error
    finally:
        beside.unlink()
