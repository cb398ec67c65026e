"""What a person is told when a step of the build fails."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest

from orchestration import warehouse
from orchestration.settings import Paths

# one of them with what else ends the list
KEYS = ", ".join(["'ab'')'", *(f"'S{number}'" for number in range(100_000))])


@pytest.mark.parametrize(
    ("message", "said"),
    [
        (
            f"Conversion Error: Could not convert string 'P9' to ENUM({KEYS})\n\nLINE 3: cast(x as y)",
            "int_x__y: Conversion Error: Could not convert string 'P9' to the list of known ones LINE 3: cast(x as y)",
        ),
        (
            "Compilation Error\n  7 rows break the contract: urn is null\n  \n  > in macro a (b.sql)\n  > in macro c (d.sql)",
            "int_x__y: Compilation Error 7 rows break the contract: urn is null",
        ),
        ("long " * 5_000, "int_x__y: " + ("long " * 400)),
    ],
    ids=["a list of keys", "a call stack", "too long"],
)
def test_it_fits_a_screen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, message: str, said: str) -> None:
    node = SimpleNamespace(name="int_x__y", resource_type="model", description="")
    failed = SimpleNamespace(node=node, status="error", message=message, failures=0, execution_time=0.1)
    outcome = SimpleNamespace(success=False, exception=None, result=SimpleNamespace(results=[failed]))
    monkeypatch.setattr(warehouse, "prepare", warehouse.manifest_file)
    monkeypatch.setattr(warehouse, "invoke", lambda *_, **__: outcome)
    with pytest.raises(warehouse.BuildError) as raised:
        warehouse.build(Paths.from_option(tmp_path))
    assert str(raised.value).rstrip() == f"1 of 1 steps of the build failed: {said}".rstrip()
