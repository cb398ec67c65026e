"""Every public mart says which datasets it is made of, and every question which its answer is made of.

Belongs here: that the declarations are whole and agree with each other. Does not belong here: what a viewer is shown (see
`tests/attack/test_sharing.py`).
"""

from __future__ import annotations

import csv
import re
from typing import Any

import pytest

from dashboards.access.catalog import CODE, Question, every_question, question
from dashboards.access.rights import LEVELS, MART
from orchestration import contracts
from orchestration.contracts import seed_file
from tests.mart_contracts import marts, public_marts


def _seed(name: str) -> list[dict[str, str]]:
    with seed_file(f"{name}.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


DATASETS = {row["dataset_id"]: row for row in _seed("shared_datasets")}
LINES: dict[str, list[dict[str, str]]] = {}
for _line in _seed("mart_datasets"):
    LINES.setdefault(_line["mart"], []).append(_line)


@pytest.mark.parametrize("mart", sorted(public_marts()))
def test_every_mart_says_what_each_of_its_columns_is_made_of(mart: str) -> None:
    lines = LINES.get(mart, [])
    assert any(line["columns"] == "*" for line in lines), (
        f"{mart} is shown to nobody: give it a line in seeds/contracts/mart_datasets.csv"
    )
    for line in lines:
        named = [] if line["columns"] == "*" else line["columns"].split()
        named += re.findall(r"^\w+", line["of_rows"]) + re.findall(r":(\w+)$", line["whose"])
        named += ["area_type", "area_id"] if line["whose"] in ("area", "members_of") else []
        assert set(named) <= set(marts()[mart].columns), line
        assert line["made_of"].split() and set(line["made_of"].split()) <= set(DATASETS), line
        assert line["least"] in ("", *LEVELS[1:]), line
        by_agreement = [d for d in line["made_of"].split() if DATASETS[d]["seen_by"] == "agreement"]
        assert bool(by_agreement) == bool(line["whose"]) == bool(line["least"]), line


def test_no_line_is_about_a_mart_that_is_not_there() -> None:
    assert set(LINES) <= set(public_marts())


def test_agreements_share_what_can_be_shared() -> None:
    (column,) = [c for c in contracts.load()["template_agreements"].columns if c.name == "dataset"]
    assert set(column.choices) == {name for name, row in DATASETS.items() if row["seen_by"] == "agreement"}


def made_of(asked: Question) -> set[str]:
    """The datasets of the marts a question reads: nothing of columns and rows it does not ask for."""
    found: set[str] = set()
    for mart in set(MART.findall(asked.sql)):
        whole = [line for line in LINES[mart] if line["columns"] == "*"]
        wanted = [line for line in whole if _value(line) and re.search(_asks_for(line), asked.sql)]
        for line in wanted or whole:
            found |= set(line["made_of"].split())
        for line in LINES[mart]:
            if line["columns"] != "*" and any(re.search(rf"\b{name}\b", asked.sql) for name in line["columns"].split()):
                found |= set(line["made_of"].split())
    return found


def _asks_for(line: dict[str, str]) -> str:
    column = line["of_rows"].partition(" = ")[0]
    return rf"\b(where|and) (\w+\.)?{column} = '{_value(line)}'"


def _value(line: dict[str, str]) -> str:
    return line["of_rows"].partition(" = ")[2]


@pytest.mark.parametrize("name", sorted(every_question()))
def test_every_question_names_the_datasets_its_answer_is_made_of(name: str) -> None:
    asked = every_question()[name]
    # paths of files stand beside figures of open data: of files of government alone
    reachable = made_of(asked)
    if "marts.file_log" in asked.sql and "records" not in asked.made_of:
        assert "select file_id, max(path) as path from marts.file_log" in " ".join(asked.sql.split())
        reachable -= {"records"}
    if name == "sharing_seen":
        reachable |= {d for d, row in DATASETS.items() if row["seen_by"] == "agreement"}
    assert set(asked.made_of) - {"open", "partnerships"} == reachable - {"open", "partnerships"}


@pytest.mark.parametrize(
    "sql",
    [
        "select * from published.marts.viewer where account = $it",
        "select * from read_csv($it)",
        "select * from v_0123456789ab.may where area_id = $it",
    ],
)
def test_a_question_that_reads_anything_but_marts_does_not_load(sql: str) -> None:
    with pytest.raises(ValueError, match="reads marts, and nothing else"):
        question("sly", "One row per secret.", sql, made_of="open", it=CODE)


def test_a_question_without_a_declaration_does_not_load() -> None:
    given: dict[str, Any] = {"it": CODE}
    with pytest.raises(TypeError, match="made_of"):
        question("sly", "One row per secret.", "select * from marts.dim_school where urn = $it", **given)
    with pytest.raises(ValueError, match="which datasets"):
        question("sly", "One row per secret.", "select * from marts.dim_school where urn = $it", made_of="", **given)
