"""A refresh that makes only what depends on something new publishes what a refresh of everything would, to the last bit."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from small_landing import KS2, PARTNERSHIPS, Small, edit_csv, name_partnership, put_back

from bench.same import differences

BEFORE = "performance_tables/2017-2018/999_ks2final.csv"
RESTATED = "performance_tables/2018-2019/999_ks2final_restated.csv"


def correct_a_figure(landing: Path) -> None:
    """One cell of one school in a file that is there."""

    def change(rows: list[list[str]]) -> None:
        place = rows[0].index("PTRWM_EXP")
        row = next(row for row in rows[1:] if len(row) > place and row[place].rstrip("%").isdigit())
        row[place] = f"{(int(row[place].rstrip('%')) + 7) % 100}%"

    edit_csv(landing / KS2, change)


def restate_a_year(landing: Path) -> None:
    """The whole file again, later, with fewer schools."""
    shutil.copyfile(landing / KS2, landing / RESTATED)
    edit_csv(landing / RESTATED, lambda rows: rows.__delitem__(slice(-3, None)), days_later=30)


def take_away(name: str) -> Callable[[Path], None]:
    def away(landing: Path) -> None:
        (landing / name).unlink(missing_ok=True)

    away.__doc__ = f"{name} is forgotten."
    return away


def add_a_partnership(landing: Path) -> None:
    """A row more in a template."""
    edit_csv(
        landing / PARTNERSHIPS, lambda rows: rows.append([f"P{len(rows):02}", "Added", "triad", "999", "", "", ""])
    )


def rename(landing: Path) -> None:
    """A cell of a template."""
    with (landing / PARTNERSHIPS).open(encoding="utf-8-sig", newline="") as file:
        name = next(row for row in csv.reader(file) if row[0] == "P01")[1]
    name_partnership(landing, f"{name}+")


def add_nonsense(landing: Path) -> None:
    """A file that is refused."""
    (landing / "canteen.csv").write_text("dish,price\nsoup,2\n", encoding="utf-8")


CHANGES = [
    correct_a_figure,
    restate_a_year,
    take_away(RESTATED),
    take_away(BEFORE),
    add_a_partnership,
    rename,
    add_nonsense,
]


@settings(max_examples=2, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(CHANGES), min_size=3, max_size=4))
def test_any_changes_one_after_the_other_give_what_all_built_anew_gives(
    small_built: tuple[Small, Path], changes: list[Callable[[Path], None]]
) -> None:
    small, as_it_was = small_built
    put_back(small, as_it_was)
    try:
        for change in changes:
            change(small.landing)
            small.refresh()
        in_parts = small.served()
        assert small.refresh("--force")["published"]
        assert small.served() != in_parts
        assert differences(in_parts, small.served()) == []
    finally:
        put_back(small, as_it_was)


def test_what_is_made_again_is_what_depends_on_the_change(small: Small) -> None:
    """A name in a template: no published file is classified again; after a death, everything is made, and that is said."""
    name_partnership(small.landing, "Renamed")
    said = small.run("refresh", "--verbose").stderr
    assert "int_outcome_rows__classified: success, 0.00 s" in said
    assert "Everything is built again" not in said

    (small.paths.build / "kept.json").unlink()
    name_partnership(small.landing, "Renamed again")
    said = small.run("refresh", "--verbose").stderr
    assert "int_outcome_rows__classified: success, 0.00 s" not in said
    assert "Everything is built again, because the last build did not end." in said


@pytest.mark.parametrize("damage", ["cut", "other"])
def test_what_is_served_and_damaged_is_not_copied_from(small: Small, damage: str) -> None:
    served = small.served()
    whole = small.paths.data_dir / "whole.duckdb"
    shutil.copyfile(served, whole)
    content = served.read_bytes()
    served.chmod(0o644)
    served.write_bytes(content[: len(content) // 2] if damage == "cut" else bytes(len(content)))
    (small.landing / "canteen.csv").write_text("dish,price\nsoup,2\n", encoding="utf-8")
    small.refresh()
    told = ("file_log", "file_history", "rejected_rows")
    assert [said for said in differences(whole, small.served()) if not said.startswith(told)] == []
