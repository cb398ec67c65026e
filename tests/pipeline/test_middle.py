"""The middle of the warehouse is what its YAML says: the columns described, and one row for each combination of the grain."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

from tests.conftest import ROOT


def described() -> dict[str, dict[str, Any]]:
    """Every intermediate model that becomes a table, as its YAML describes it."""
    folder = ROOT / "dbt_project" / "models" / "intermediate"
    models = [
        model
        for file in folder.rglob("*.yml")
        for model in yaml.safe_load(file.read_text(encoding="utf-8")).get("models", [])
    ]
    return {model["name"]: model for model in models if not model["name"].endswith("__listed")}


@pytest.mark.parametrize("built", ["demo_data_dir", "real_data_dir"])
def test_the_middle_is_as_described(built: str, request: pytest.FixtureRequest) -> None:
    data_dir: Path = request.getfixturevalue(built)
    offences = []
    with duckdb.connect(str(data_dir / "build" / "warehouse.duckdb"), read_only=True) as connection:
        for name, model in described().items():
            columns = [row[0] for row in connection.execute(f"describe intermediate.{name}").fetchall()]
            if sorted(columns) != sorted(column["name"] for column in model["columns"]):
                offences.append(f"{name} has the columns {columns}")
            grain = ", ".join(model["config"]["meta"].get("grain", []))
            if not grain:
                continue
            found = connection.execute(
                f"""select count(*), coalesce(sum(times), 0)
                    from (select count(*) as times from intermediate.{name} group by {grain} having count(*) > 1)"""
            ).fetchone()
            assert found is not None
            if found[0]:
                offences.append(f"{name}: {found[1]} rows for {found[0]} combinations of {grain}")
    assert offences == []
