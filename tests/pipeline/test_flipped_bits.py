"""Damage to what is kept and to what is served: noticed, or of no consequence; and put right by one command."""

from __future__ import annotations

import json
import os
import random
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from small_landing import Small, assert_whole, sha256

from integrity.versions import served
from orchestration import kept, warehouse
from orchestration.landing import state
from orchestration.landing.changes import is_current, why_not_current
from orchestration.settings import Paths

FLIPS = 300
SEED = 20_261_129


def kept_files(small: Small) -> list[Path]:
    """All that is kept of landing, build and publishing, but the build file, in which DuckDB finds damage itself."""
    paths = small.paths
    found = [file for folder in (paths.raw, paths.published) for file in folder.rglob("*") if file.is_file()]
    return sorted([*found, paths.build_record])


def is_said_or_of_no_consequence(small: Small, file: Path, facts: object, content: str) -> bool:
    """A flipped bit is said, is put right from a copy, or nothing that is served or believed has changed."""
    if why_not_current(small.paths):
        return True
    if file in (state.state_path(small.paths), state.copy_path(small.paths)):
        return state.mend(small.paths)
    if file == small.paths.build_record:
        return kept.take(small.paths, warehouse.build_file(small.paths))[0] is None
    # a version that is not served is compared before it is; of the pointer no more than a name is believed
    found = served(small.paths.published)
    assert found.pointer is not None
    return found.pointer == facts and sha256(small.paths.published / found.pointer.warehouse) == content


def test_no_flipped_bit_is_silent(small: Small) -> None:
    chance = random.Random(SEED)
    files = kept_files(small)
    facts, content = served(small.paths.published).pointer, sha256(small.served())
    silent = []
    for _ in range(FLIPS):
        file = chance.choice(files)
        before, info = file.read_bytes(), file.stat()
        damaged = bytearray(before)
        place = chance.randrange(len(damaged))
        damaged[place] ^= 1 << chance.randrange(8)
        file.chmod(0o644)
        file.write_bytes(damaged)
        # as a disk does it, which tells nobody
        os.utime(file, ns=(info.st_atime_ns, info.st_mtime_ns))
        if not is_said_or_of_no_consequence(small, file, facts, content):
            silent.append((file.name, place))
        file.write_bytes(before)
        os.utime(file, ns=(info.st_atime_ns, info.st_mtime_ns))
    assert silent == []
    assert is_current(small.paths)


def cut(file: Path) -> None:
    content = file.read_bytes()
    file.chmod(0o644)
    file.write_bytes(content[: len(content) // 2])


DAMAGE: dict[str, Callable[[Small], None]] = {
    "the served version": lambda small: cut(small.served()),
    "its checksums": lambda small: cut(small.served().with_suffix(".json")),
    "the pointer": lambda small: cut(small.paths.pointer),
    "raw": lambda small: cut(next(small.paths.raw.glob("dfe_ks2/????????????????.parquet"))),
}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE.keys())
def test_status_says_it_and_one_refresh_mends_it(small: Small, damage: Callable[[Small], None]) -> None:
    before, rows = small.pointer(), small.ask("select count(*), sum(value) from marts.fct_outcome")
    damage(small)
    status = small.run("status")
    assert "Run `turncurve refresh`" in status.stdout + status.stderr or "run `turncurve refresh`" in status.stdout
    assert "Traceback" not in status.stderr
    refreshed = small.refresh()
    assert refreshed["published"] and refreshed["version"] != before["version"]
    assert any("damaged" in warning or "published" in warning for warning in refreshed["warnings"])
    assert small.run("status").returncode == 0
    assert json.loads(small.run("status", "--json").stdout)["whole"] is True
    assert_whole(small)
    assert small.ask("select count(*), sum(value) from marts.fct_outcome") == rows
    assert not small.refresh()["published"]


def test_a_damaged_log_is_mended_from_its_copy(small: Small) -> None:
    cut(state.state_path(small.paths))
    refreshed = small.refresh()
    assert not refreshed["published"] and "written again from the other" in refreshed["warnings"][0]
    assert small.refresh()["warnings"] == []
    assert not state.mend(small.paths)
    assert is_current(small.paths)


def test_a_copied_data_folder_starts_clean(small: Small, tmp_path: Path) -> None:
    """It is current, and knows of no app that runs for the folder it was copied from."""
    record = small.data_dir / "app.json"
    record.write_text(
        json.dumps({"pid": os.getpid(), "address": "http://127.0.0.1:9", "run": "a", "data_dir": str(small.data_dir)})
    )
    copied = Small(tmp_path / "data", small.landing)
    shutil.copytree(small.data_dir, copied.data_dir)
    assert is_current(Paths(copied.data_dir))
    stopped = copied.run("serve", "--stop")
    assert stopped.stdout == "No app of this data folder is running in the background.\n"
    assert copied.refresh()["published"] is False


@pytest.mark.parametrize("left", ["warehouse.duckdb", "warehouse.duckdb.wal"])
def test_a_build_that_was_killed_is_swept_though_nothing_is_new(small: Small, left: str) -> None:
    small.paths.build_record.unlink(missing_ok=True)
    (small.paths.build / left).write_bytes(b"half of someth")
    assert not small.refresh()["published"]
    assert not list(small.paths.build.glob("warehouse.duckdb*"))


def test_a_refresh_that_fails_leaves_no_build(small: Small, monkeypatch: pytest.MonkeyPatch) -> None:
    from orchestration import publish
    from orchestration.lock import RefreshError
    from orchestration.refresh import refresh

    def failing(*_: object, **__: object) -> None:
        raise publish.PublishError("No.")

    # found in building, before any record of it
    monkeypatch.setattr(kept, "write", failing)
    with pytest.raises(RefreshError, match="No"):
        refresh(small.paths, force=True)
    assert not list(small.paths.build.glob("warehouse.duckdb*"))
    assert_whole(small)
