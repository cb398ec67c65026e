"""Forgetting a file: gone from landing and raw, refused when it comes again, and written down."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from orchestration import stages
from orchestration.landing.forget import forget_file, record_file
from orchestration.landing.load import load_files
from orchestration.landing.state import LandingError, mark_built, must_purge
from orchestration.settings import Paths

ABSENCE = "LA,ESTAB,URN,PERCTOT\n999,2001,900001,4.0\n"
WHY = "The partnership withdrew it."


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    """A data folder with two landed files, one of them twice."""
    paths = Paths(tmp_path / "data")
    for year, name, figure in (("2017-2018", "a", "4.0"), ("2018-2019", "b", "5.0"), ("2018-2019", "copy of b", "5.0")):
        file = paths.landing / year / f"{name}.csv"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(ABSENCE.replace("4.0", figure))
    load_files(paths)
    return paths


def raw_tables(paths: Paths) -> list[Path]:
    return [table for table in paths.raw.glob("dfe_absence/*.parquet") if table.name != "_columns.parquet"]


@pytest.mark.parametrize("by", ["path", "shown", "file_id"])
def test_it_is_gone_from_landing_and_raw_with_its_copies(paths: Paths, by: str) -> None:
    records = {record["path"]: record for record in load_files(paths).files}
    names = {
        "path": str(paths.landing / "2018-2019" / "b.csv"),
        "shown": "2018-2019/b.csv",
        "file_id": records["2018-2019/b.csv"]["file_id"],
    }
    removed = forget_file(paths, names[by], WHY)
    assert [path.name for path, _ in removed] == ["b.csv", "copy of b.csv"]
    assert sorted(file.name for file in paths.landing.rglob("*.csv")) == ["a.csv"]
    assert len(raw_tables(paths)) == 1
    assert [record["path"] for record in load_files(paths).files] == ["2017-2018/a.csv"]


def test_the_same_content_is_refused_when_it_comes_again(paths: Paths) -> None:
    forget_file(paths, "2018-2019/b.csv", WHY)
    (paths.landing / "2018-2019" / "again.csv").write_text(ABSENCE.replace("4.0", "5.0"))
    (again,) = [record for record in load_files(paths).files if record["path"].endswith("again.csv")]
    assert again["status"] == "refused"
    assert WHY in again["reason"]
    assert len(raw_tables(paths)) == 1


def test_it_is_written_down_without_its_content(paths: Paths) -> None:
    ((_, file_id), _) = forget_file(paths, "2018-2019/b.csv", WHY)
    lines = [json.loads(line) for line in record_file(paths).read_text().splitlines()]
    assert [line["file_id"] for line in lines] == [file_id, file_id]
    assert {line["reason"] for line in lines} == {WHY}
    assert "900001" not in record_file(paths).read_text()


def test_versions_published_before_are_to_be_purged_until_one_is_published(paths: Paths) -> None:
    assert not must_purge(paths)
    forget_file(paths, "2018-2019/b.csv", WHY)
    load_files(paths)
    assert must_purge(paths)
    mark_built(paths, "a version")
    assert not must_purge(paths)


def test_a_name_nobody_landed_is_an_error_sentence(paths: Paths) -> None:
    with pytest.raises(LandingError, match="There is no landed file"):
        forget_file(paths, "nothing.csv", WHY)
    assert len(list(paths.landing.rglob("*.csv"))) == 3


def test_after_it_everything_is_built(paths: Paths, monkeypatch: pytest.MonkeyPatch) -> None:
    """A build file that is gone on with keeps what was in it, in the gaps between its tables."""
    asked = []
    monkeypatch.setattr(
        stages.warehouse, "build", lambda _, whole: asked.append(whole) or stages.warehouse.Built((), {})
    )
    stages.build(stages.Workspace(paths))
    forget_file(paths, "2018-2019/b.csv", WHY)
    stages.build(stages.Workspace(paths))
    assert asked == [False, True]
