"""What is served is what was published: the app says so where it is not, and serves the last version that is whole."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from published_fixture import few_rows, write_published

from dashboards.access import DEMO, Door, NotServable
from dashboards.access import published as published_module
from dashboards.app import create_app
from integrity.sealed import BLOCK, Seal, seal, unsealed
from integrity.versions import served
from tests.asked import page_asker

#: Seconds within which the app must say it.
SOON = 5.0


def truncated(file: Path) -> None:
    content = file.read_bytes()
    file.unlink()
    file.write_bytes(content[: len(content) // 2])


def overwritten(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[len(content) // 2 : len(content) // 2 + 4096] = b"x" * 4096
    file.unlink()
    file.write_bytes(content)


def flipped(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[len(content) // 3] ^= 1
    file.unlink()
    file.write_bytes(content)


def foreign(file: Path) -> None:
    another = file.with_name("another")
    with duckdb.connect(str(another)) as connection:
        connection.execute("create schema marts; create table marts.dim_school as select 'someone' as school_id")
    another.replace(file)


def gone(file: Path) -> None:
    file.unlink()


def without_checksums(file: Path) -> None:
    facts = file.with_suffix(".json")
    facts.chmod(0o644)
    facts.write_text(facts.read_text().replace('"v2"', '"v3"'))


DAMAGES: list[Callable[[Path], None]] = [truncated, overwritten, flipped, foreign, gone, without_checksums]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two versions, of which the second is served."""
    write_published(tmp_path / "published", "v1", few_rows())
    return write_published(tmp_path / "published", "v2", few_rows())


def said_soon(door: Door, is_said: Callable[[], bool]) -> bool:
    until = time.monotonic() + SOON
    while time.monotonic() < until:
        if is_said():
            return True
        time.sleep(0.1)
    return False


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("is_open", [True, False], ids=["while it is served", "before it is opened"])
def test_a_damaged_version_is_said_and_the_last_whole_one_served(
    folder: Path, damage: Callable[[Path], None], is_open: bool
) -> None:
    door = Door(folder.parent)
    if is_open:
        assert (door.version().id, door.version().notice) == ("v2", "")
    damage(folder / "warehouse-v2.duckdb")
    assert said_soon(door, lambda: door.version().id == "v1")
    notice = door.version().notice
    assert "warehouse-v2.duckdb" in notice and "Version v1, the last whole one, is served instead." in notice
    assert notice.endswith("Run `turncurve refresh`: it publishes a new one.")
    assert len(door.fetch("schools", DEMO, search="primary", authority=None, most=10).frame) > 0


def test_page_and_health_say_it(folder: Path) -> None:
    app = create_app(folder.parent, lambda _request: DEMO, run="abc")
    client, page = app.server.test_client(), page_asker(app)
    whole = client.get("/healthz")
    assert (whole.status_code, whole.headers["X-Turncurve-Run"]) == (200, "abc") and "v2 is served" in whole.text
    assert "is served instead" not in page("/data").text
    truncated(folder / "warehouse-v2.duckdb")
    assert said_soon(Door(folder.parent), lambda: client.get("/healthz").status_code == 503)
    assert "warehouse-v2.duckdb has " in client.get("/healthz").text
    assert "Version v1, the last whole one, is served instead. Run `turncurve refresh`" in page("/data").text


@pytest.mark.parametrize("damage", [truncated, gone, foreign])
def test_without_another_whole_version_nothing_is_served(tmp_path: Path, damage: Callable[[Path], None]) -> None:
    folder = write_published(tmp_path / "published", "v1", few_rows())
    app = create_app(tmp_path, lambda _request: DEMO)
    page = page_asker(app)
    damage(folder / "warehouse-v1.duckdb")
    health = app.server.test_client().get("/healthz")
    assert health.status_code == 503 and "There is no other whole version. Run `turncurve refresh`" in health.text
    assert "The warehouse cannot be shown" in page("/").text


def test_a_new_version_ends_the_notice(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(published_module, "_SECONDS_BETWEEN_LOOKS", 0.0)
    door = Door(folder.parent)
    flipped(folder / "warehouse-v2.duckdb")
    assert door.version().notice
    write_published(folder, "v3", few_rows())
    assert (door.version().id, door.version().notice) == ("v3", "")


def test_a_locked_version_is_said_and_served_when_it_is_free(folder: Path) -> None:
    code = "import duckdb, sys\nconnection = duckdb.connect(sys.argv[1])\nprint('held', flush=True)\nsys.stdin.read()\n"
    file = folder / "warehouse-v2.duckdb"
    file.chmod(0o644)
    command = [sys.executable, "-c", code, str(file)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None and holder.stdin is not None and holder.stdout.readline() == "held\n"
        door = Door(folder.parent)
        assert door.version().id == "v1"
        assert "is locked: another program has it open for writing. Close that program" in door.version().notice
        holder.stdin.close()
    assert said_soon(door, lambda: door.version().id == "v2")
    assert not door.version().notice


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("Trying to read a database file with version number 999, but we can only read", "a later version of DuckDB"),
        ("the database was created by a newer version of DuckDB", "a later version of DuckDB"),
        ("Cannot open file: Permission denied", "may not be read. Give the account"),
        ("something nobody has seen", "cannot be opened"),
    ],
)
def test_why_a_whole_version_cannot_be_opened(
    folder: Path, monkeypatch: pytest.MonkeyPatch, said: str, words: str
) -> None:
    def failing(*_: object, **__: object) -> None:
        raise duckdb.IOException(said)

    monkeypatch.setattr(duckdb, "connect", failing)
    with pytest.raises(NotServable, match=words):
        Door(folder.parent).version()


def test_a_folder_that_may_not_be_read_is_no_empty_one(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def forbidden(*_: object) -> bytes:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", forbidden)
    with pytest.raises(NotServable, match=r"may not be read .* Give the account"):
        Door(folder.parent).version()


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    place=st.floats(0, 1, exclude_max=True), bit=st.integers(0, 7), which=st.sampled_from(["json", "duckdb", "pointer"])
)
def test_no_flipped_bit_is_believed(folder: Path, place: float, bit: int, which: str) -> None:
    """Either it is said, or what is served is known to be what was written."""
    file = folder / "current.json" if which == "pointer" else folder / f"warehouse-v2.{which}"
    before, whole = file.read_bytes(), served(folder)
    content = bytearray(before)
    content[int(place * len(content))] ^= 1 << bit
    file.chmod(0o644)
    file.write_bytes(content)
    try:
        found = served(folder)
        assert found.damage or (which == "pointer" and found == whole)
    finally:
        file.write_bytes(before)


@given(size=st.integers(0, 5 * BLOCK), place=st.floats(0, 1, exclude_max=True))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_file_compared_in_parts_is_compared_wholly_in_the_end(tmp_path: Path, size: int, place: float) -> None:
    file = tmp_path / "file"
    file.write_bytes(b"a" * size)
    known = Seal.of(file)
    looks = range(len(known.blocks))
    assert not any(known.broken_in(file, BLOCK, first) for first in looks)
    if size:
        with file.open("r+b") as stream:
            stream.seek(int(place * size))
            stream.write(b"b")
        assert sum(bool(known.broken_in(file, BLOCK, first)) for first in looks) == 1


@given(st.dictionaries(st.text(), st.text(), min_size=1))
def test_a_sealed_text_comes_back(known: dict[str, str]) -> None:
    text = json.dumps(known)
    assert json.loads(unsealed(seal(text))) == known
    assert json.loads(seal(text)).keys() == {"checksum", *known}
