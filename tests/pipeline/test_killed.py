"""A refresh that dies at any moment changes nothing that is served, and the next refresh works."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from small_landing import FILE_LOG, Small, assert_whole, name_partnership, run, sha256, write_build

from orchestration import planning, publish, warehouse
from orchestration.landing import state
from orchestration.landing.changes import is_current
from orchestration.publish import read_pointer
from orchestration.settings import Paths

KILLS = 20
SEED = 20191

pytestmark = pytest.mark.skipif(os.name != "posix", reason="process groups are POSIX's")


def test_death_at_any_of_twenty_moments_leaves_what_is_served_whole(small: Small, tmp_path: Path) -> None:
    """One refresh of everything, stopped twenty times: what lies in the folders then is what a death would have left.

    What is served is looked at in each; of three that died before publishing another refresh is made, as after a death.
    """
    began = time.monotonic()
    small.refresh("--force")
    duration = time.monotonic() - began
    for attempt in range(3):
        name_partnership(small.landing, f"Under way {attempt}")
        before, content = small.pointer(), sha256(small.served())
        # one moment in each twentieth of a refresh: no part of its life is missed
        draw = random.Random(SEED)
        moments = [duration * (part + draw.random()) / KILLS for part in range(KILLS)]
        left, duration = _left_at(small, moments, tmp_path / str(attempt))
        if len(left) >= KILLS * 3 // 4:
            break  # else the machine was busier while the length was measured: the refresh was over half-way through
    assert len(left) >= KILLS * 3 // 4, "the moments were too late to test anything"
    name = f"Under way {attempt}"

    after = small.pointer()
    died_before = []
    for dead in left:
        pointer = assert_whole(dead)
        if pointer == before:
            assert sha256(dead.served()) == content
            died_before.append(dead)
        else:
            # only a complete version may have taken the place of the one before
            assert pointer["version"] == after["version"]
            assert dead.ask("select name from marts.dim_partnership where partnership_id = 'P01'") == [(name,)]
    assert len(died_before) >= KILLS // 2
    for dead in died_before[1 :: len(died_before) // 3]:
        answer = dead.refresh()
        # one that died when all was done has left nothing to do
        assert answer["version"] != before["version"]
        assert answer["published"] or answer["version"] == after["version"]
        assert_whole(dead)
        assert dead.ask("select name from marts.dim_partnership where partnership_id = 'P01'") == [(name,)]
        assert_swept(dead.paths)


def _left_at(small: Small, moments: list[float], folder: Path) -> tuple[list[Small], float]:
    """Copies of the folders of a refresh as they were at each moment of it, in seconds; of those it lived to see.

    Beside them, how long it ran, in seconds, without the time it stood still to be copied.
    """
    left = []
    process = small.start("refresh", "--force")
    try:
        running, last = 0.0, time.monotonic()
        for number, moment in enumerate(moments):
            time.sleep(max(0.0, moment - running))
            os.killpg(process.pid, signal.SIGSTOP)
            running, last = running + time.monotonic() - last, time.monotonic()
            told = os.waitid(os.P_PID, process.pid, os.WSTOPPED | os.WEXITED | os.WNOWAIT)
            if told is None or told.si_code != os.CLD_STOPPED:
                break
            os.waitid(os.P_PID, process.pid, os.WSTOPPED)  # taken note of: the next one is another
            dead = folder / str(number)
            shutil.copytree(small.data_dir.parent, dead)
            left.append(Small(dead / small.data_dir.name, dead / small.landing.name))
            last = time.monotonic()
            os.killpg(process.pid, signal.SIGCONT)
        process.communicate(timeout=120)
        running += time.monotonic() - last
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
    return left, running


def test_a_refresh_that_is_killed_is_made_up_for_by_the_next(small: Small) -> None:
    """As the system kills it, with all it started."""
    before, content = small.pointer(), sha256(small.served())
    name_partnership(small.landing, "Afterwards")
    process = small.start("refresh", "--force")
    try:
        assert process.stderr is not None
        # not at a time, which hangs on how busy the machine is: once the building is under way
        assert any("Building" in line for line in process.stderr)
        os.killpg(process.pid, signal.SIGKILL)
        assert process.wait() == -signal.SIGKILL
    finally:
        process.kill()
        process.communicate()
    assert assert_whole(small) == before
    assert sha256(small.served()) == content
    small.refresh()
    assert assert_whole(small)["version"] != before["version"]
    assert small.ask("select name from marts.dim_partnership where partnership_id = 'P01'") == [("Afterwards",)]
    assert_swept(small.paths)


def test_what_the_dead_left_is_swept_and_mended_by_the_next_refresh(small: Small) -> None:
    paths = small.paths
    before = small.pointer()
    half = [
        paths.published / "warehouse-20190901T000000Z-dead.duckdb.building",
        paths.published / "warehouse-20190901T000000Z-dead.duckdb.building.wal",
        paths.published / "current.json.building",
        paths.raw / ".work" / "table",
        paths.raw / ".work" / "rows.csv",
        # written, but death came before the state that names it
        paths.raw / "dfe_ks2" / "deaddeaddeaddead.parquet",
    ]
    lost = lose_raw_tables(small)
    for path in half:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"half of someth")
    build = warehouse.build_file(paths)
    build.write_bytes(build.read_bytes()[: build.stat().st_size // 2])
    build.with_name(build.name + ".wal").write_bytes(b"half of someth")
    paths.lock.write_text("a process that is no more", encoding="utf-8")
    name_version_before(small)

    assert_whole(small)
    answer = small.refresh()

    assert answer["published"] and answer["version"] != before["version"]
    assert answer["rows_landed"] == before["rows_landed"]
    assert [path for path in half if path.exists()] == []
    assert lost and all(table.exists() for table in lost)
    assert_swept(paths)
    assert_whole(small)
    assert small.refresh()["published"] is False


def lose_raw_tables(small: Small) -> list[Path]:
    lost = sorted((small.paths.raw / "dfe_ks2").glob("????????????????.parquet"))
    for table in lost:
        table.unlink()
    return lost


def name_version_before(small: Small) -> None:
    """As a death between publishing and noting it leaves the state: it names the version before."""
    known = state.load(small.paths)
    assert known.built["version"] == small.pointer()["version"]
    known.built["version"] = "20190901T000000Z-dead"
    state.save(small.paths, known)


@pytest.mark.parametrize("left", [lose_raw_tables, name_version_before])
def test_what_a_death_left_undone_is_noticed(left: Callable[[Small], object], small: Small) -> None:
    """Though nothing in the landing folder has changed."""
    assert is_current(small.paths)
    left(small)
    assert not is_current(small.paths)


def test_a_plan_a_damaged_disk_left_half_of_is_made_again(
    untouched: Small, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A killed planner leaves none: it is put in its place whole."""
    whole = planning.planned(untouched.paths)
    folder = planning.manifest_file(untouched.paths).parent
    monkeypatch.setenv("TURNCURVE_PLANS", str(tmp_path))
    (tmp_path / ".making-dead").mkdir()
    os.utime(tmp_path / ".making-dead", (0, 0))
    (tmp_path / folder.name).mkdir()
    for name in ("manifest.json", "plan.json", "seeds.duckdb"):
        content = (folder / name).read_bytes()
        (tmp_path / folder.name / name).write_bytes(content[: len(content) // 2])

    assert not planning.is_planned(untouched.paths)
    assert planning.planned(untouched.paths) == whole
    assert planning.is_planned(untouched.paths)
    assert [path.name for path in tmp_path.iterdir()] == [folder.name]


def test_who_plans_for_another_ends_with_it(tmp_path: Path) -> None:
    """However the other ends: a planner left behind would write into the next refresh's files."""
    command = [sys.executable, "-m", "orchestration.planning", str(tmp_path)]
    environment = {**os.environ, "TURNCURVE_PLANS": str(tmp_path / "plans")}
    planner = subprocess.Popen(command, stdin=subprocess.PIPE, env=environment)
    try:
        assert planner.stdin is not None
        planner.stdin.close()
        assert planner.wait(timeout=20) == 1
        assert list(tmp_path.rglob("plan.json")) == []
    finally:
        planner.kill()


def test_a_lock_left_by_a_dead_process_does_not_hold(small: Small) -> None:
    """The system frees the lock; the file alone means nothing."""
    small.paths.lock.write_text("4194304", encoding="utf-8")

    assert small.refresh()["published"] is False


#: What a publisher has done when it dies, and the function of `publish` it dies in (before or after its work).
DEATHS = {
    "nothing copied": ("_copy", "before"),
    "copied, not yet named": ("_copy", "after"),
    "named, pointer not written": ("_swap", "before"),
    "pointer written beside, not swapped": ("os.replace", "before"),
    "swapped, old versions not pruned": ("_swap", "after"),
}


@pytest.mark.parametrize(("place", "when"), DEATHS.values(), ids=DEATHS.keys())
def test_a_publisher_that_dies_leaves_the_old_or_the_new_version(place: str, when: str, tmp_path: Path) -> None:
    paths = Paths(tmp_path / "data")
    build = write_build(tmp_path / "build.duckdb", ("a.csv", 10, 7, 2, 1))
    old = publish.publish(paths, build, [FILE_LOG])
    content = sha256(paths.published / old.warehouse)

    died = run([sys.executable, "-c", _dying(place, when), str(paths.data_dir), str(build)])

    assert died.returncode == -signal.SIGKILL, died.stderr
    left = read_pointer(paths)
    assert left is not None
    if place == "_swap" and when == "after":
        assert left.version != old.version
    else:
        assert left == old
    assert sha256(paths.published / old.warehouse) == content
    new = publish.publish(paths, build, [FILE_LOG])
    assert read_pointer(paths) == new
    assert_swept(paths)


def _dying(place: str, when: str) -> str:
    """A program that publishes and is killed at one place, as a power cut would."""
    owner, _, name = place.rpartition(".")
    return textwrap.dedent(f"""
        import os, signal, sys
        from pathlib import Path
        sys.path.insert(0, {str(Path(__file__).parent)!r})
        from orchestration import publish
        from orchestration.settings import Paths
        from small_landing import FILE_LOG
        owner = publish.os if {owner!r} else publish
        real = getattr(owner, {name!r})
        def dying(*arguments):
            if {when!r} == "after":
                real(*arguments)
            os.kill(os.getpid(), signal.SIGKILL)
        setattr(owner, {name!r}, dying)
        publish.publish(Paths(Path(sys.argv[1])), Path(sys.argv[2]), [FILE_LOG])
    """)


def assert_swept(paths: Paths) -> None:
    """Nothing unfinished lies about where it would be kept or read."""
    assert list(paths.published.glob("*.building*")) == []
    assert not (paths.raw / ".work").exists()
    assert not warehouse.build_file(paths).with_name("warehouse.duckdb.wal").exists()
