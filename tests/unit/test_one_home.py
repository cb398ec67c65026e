"""What has to stand in two places is the same in both. Each test names the two, so that a failure says which to change.

Belongs here: equality of two homes of one list. Does not belong here: whether either is right, or files written out of the
contracts (test_templates.py has those).
"""

from __future__ import annotations

import yaml

from orchestration import contracts
from orchestration.defs.raw import TOGETHER
from tests.conftest import ROOT


def test_sources_are_the_kinds_of_file() -> None:
    """staging/sources.yml against seeds/datasets.csv, and the kinds dbt reads all together against defs/raw.py."""
    file = ROOT / "dbt_project" / "models" / "staging" / "sources.yml"
    raw = next(source for source in yaml.safe_load(file.read_text())["sources"] if source["name"] == "raw")
    described = {table["name"]: table["description"] for table in raw["tables"]}
    kinds = contracts.load().values()
    together = {key.path[-1] for key in TOGETHER.values()}
    alone = {kind.id: kind.description for kind in kinds if kind.reader not in TOGETHER}
    assert {name: text for name, text in described.items() if name not in together} == alone
    for reader, key in TOGETHER.items():
        table = next(table for table in raw["tables"] if table["name"] == key.path[-1])
        place = table["config"]["meta"]["external_location"]
        prefix = place.split("'raw/")[1].split("*")[0]
        # what the pattern of folders takes in is what has that reader, and nothing else
        assert {kind.id for kind in kinds if kind.id.startswith(prefix)} == {
            kind.id for kind in kinds if kind.reader == reader
        }
