"""What is written out of the contracts for readers that cannot read `seeds/`: `make contracts` writes it, a test holds it equal.

Belongs here: the contracts of the marts of templates as the YAML dbt parses, and the list of templates in the docs. Does not
belong here: any column, type, choice or sentence of a template (`seeds/`), or what a mart is for (the comment in its model).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import jinja2

from orchestration import contracts, templates
from orchestration.contracts import Column, Dataset
from orchestration.settings import REPOSITORY

MARTS = REPOSITORY / "dbt_project" / "models" / "marts"
TEMPLATE_MARTS = MARTS / "_templates.yml"
DOCS = REPOSITORY / "docs" / "getting-data-in.md"
#: The type of a template's column in the warehouse, by its type in the contract.
WAREHOUSE_TYPES = {
    "text": "varchar",
    "code": "varchar",
    "urn": "varchar",
    "year": "varchar",
    "term": "varchar",
    "choice": "varchar",
    "integer": "integer",
    "rating": "integer",
    "number": "double",
    "figure": "double",
    "date": "date",
    "flag": "boolean",
}
_LINEAGE = "Lineage of the school: the same through conversion and merger (S and the lineage's first URN)"
_FILE = "file_id of the landed file the row came from"
_HEAD = """version: 2

# Written by `make contracts` from seeds/ (datasets, dataset_columns, row_rules) and the models' comments: change those, not this.
models:
"""
_IN_DOCS = re.compile(r"(?<=<!-- templates: from the contracts -->\n).*(?=<!-- end of templates -->)", re.DOTALL)


@dataclass(frozen=True)
class TemplateMart:
    """A mart that is one template's accepted rows, as its model says it."""

    name: str
    dataset: Dataset
    #: what the rows are, in a sentence
    overview: str
    #: sentences on what to know about them, beside what is true of every template
    rules: str
    #: beginning of the names of columns that another mart has
    elsewhere: str | None = None

    @property
    def columns(self) -> list[Column]:
        """The template's columns that the mart has."""
        return [
            column for column in self.dataset.columns if not (self.elsewhere and column.name.startswith(self.elsewhere))
        ]


def template_marts(marts: Path = MARTS, seeds: Path = contracts.SEEDS) -> list[TemplateMart]:
    """Every mart of a template by its name. Raises ContractError for an unknown template, or a model without a comment."""
    found = []
    for file in sorted(marts.rglob("*.sql"), key=lambda file: file.stem):
        text = file.read_text(encoding="utf-8")
        if "template_mart(" in text:
            found.append(_template_mart(file.stem, text, seeds))
    return found


def _template_mart(name: str, text: str, seeds: Path) -> TemplateMart:
    asked: list[tuple[str, str | None]] = []

    def template_mart(dataset_id: str, elsewhere: str | None = None) -> str:
        asked.append((dataset_id, elsewhere))
        return ""

    # the model says which template it is by a call, so that call is made
    said = jinja2.Environment().from_string(text).render(template_mart=template_mart)
    sentences = " ".join(line.removeprefix("--").strip() for line in said.splitlines() if line.startswith("--"))
    overview, _, rules = (part.strip() for part in sentences.partition("Rules:"))
    (dataset_id, elsewhere) = asked[0]
    dataset = contracts.load(seeds).get(dataset_id)
    if dataset is None:
        raise contracts.ContractError(f"{name}.sql: datasets.csv has no template {dataset_id!r}")
    if not overview:
        raise contracts.ContractError(f"{name}.sql: say above the call what the rows are, in a comment of a sentence")
    return TemplateMart(name, dataset, overview, rules, elsewhere)


def template_contracts(marts: Path = MARTS, seeds: Path = contracts.SEEDS) -> str:
    """The YAML of all marts of templates: descriptions, columns with types and constraints, and the test of the key."""
    return _HEAD + "".join("\n".join(_contract(mart, seeds)) + "\n" for mart in template_marts(marts, seeds))


def _contract(mart: TemplateMart, seeds: Path) -> Iterator[str]:
    keys = [rule.column for rule in contracts.row_rules(mart.dataset.id, seeds) if rule.rule == "key"]
    yield f"  - name: {mart.name}"
    yield "    description: |"
    yield f"      Overview: {mart.overview}"
    yield f"      {mart.dataset.description}."
    yield f"      Rules: A later row with the same key supersedes an earlier one. {mart.rules}".rstrip()
    if len(keys) > 1:
        yield "    data_tests:"
        yield "      - unique_combination:"
        yield "          arguments:"
        yield f"            columns: [{', '.join(keys)}]"
    yield "    columns:"
    names = {column.name for column in mart.columns}
    school = next((column for column in mart.columns if column.type == "urn"), None)
    term = next((column for column in mart.columns if column.type == "term"), None)
    for column in mart.columns:
        yield from _column(column.name, WAREHOUSE_TYPES[column.type], column.note, column.required, column.choices)
        if [column.name] == keys:
            yield from ("        data_tests:", "          - unique")
        if column is school:
            yield from _column("school_id", "varchar", _LINEAGE, column.required, made_from=column.name)
        if column is term and "academic_year" not in names:
            yield from _column(
                "academic_year", "varchar", "Academic year of the term", column.required, made_from=column.name
            )
    yield from _column("file_id", "varchar", _FILE, True, made_from="file_id")


def _column(
    name: str, data_type: str, description: str, required: bool, choices: tuple[str, ...] = (), made_from: str = ""
) -> Iterator[str]:
    yield f"      - name: {name}"
    yield f"        data_type: {data_type}"
    yield f"        description: {json.dumps(description, ensure_ascii=False)}"
    if made_from:
        yield from ("        config:", "          meta:", f"            made_from: {made_from}")
    if required or choices:
        yield "        constraints:"
    if required:
        yield "          - type: not_null"
    if choices:
        listed = ", ".join(f"'{choice}'" for choice in choices)
        yield "          - type: check"
        yield f'            expression: "{name} in ({listed})"'


def docs_page(page: str) -> str:
    """The page of the docs with its list of templates as the contracts have it."""
    return _IN_DOCS.sub(lambda _: templates.describe(), page)


def write() -> None:
    """Write all of it in place."""
    TEMPLATE_MARTS.write_text(template_contracts(), encoding="utf-8")
    DOCS.write_text(docs_page(DOCS.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    write()
