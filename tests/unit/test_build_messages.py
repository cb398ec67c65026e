"""What a person is told when a step of the build fails."""

from __future__ import annotations

from pathlib import Path

import pytest

from orchestration import warehouse
from orchestration.build import NodeResult
from orchestration.plan import Plan
from orchestration.settings import Paths

# one of them with what else ends the list
KEYS = ", ".join(["'ab'')'", *(f"'S{number}'" for number in range(100_000))])


@pytest.mark.parametrize(
    ("message", "said"),
    [
        (
            f"Conversion Error: Could not convert string 'P9' to ENUM({KEYS})\n\nLINE 3: cast(x as y)",
            "int_x__y: Conversion Error: Could not convert string … to the list of known ones LINE 3: cast(x as y)",
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
    paths = Paths.from_option(tmp_path)
    monkeypatch.setattr(warehouse, "seeds_file", lambda _: __file__)
    failed = NodeResult("int_x__y", "model", "error", message)
    monkeypatch.setattr(warehouse, "planned", lambda _: Plan((), {}))
    monkeypatch.setattr(warehouse, "run_steps", lambda *_: [failed])
    with pytest.raises(warehouse.BuildError) as raised:
        warehouse.build(paths)
    assert str(raised.value).rstrip() == f"1 of 1 steps of the build failed: {said}".rstrip()
