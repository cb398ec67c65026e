"""A refresh does what changed and no more, says what it did or refuses in a sentence; Dagster has the same stages."""

from __future__ import annotations

import importlib
import json
import os
import re
import shutil
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import dagster as dg
import pytest
from small_landing import KS2, PARTNERSHIPS, ROOT, WRITTEN, Small, edit_csv, put_back, run, sha256, without_root_rights
from under_way import UnderWay, refresh_under_way

from orchestration import contracts, planning, warehouse
from orchestration.defs import resources
from orchestration.defs.automation import landing_sensor
from orchestration.defs.build import build_definitions
from orchestration.defs.resources import workspace_resource
from orchestration.landing.changes import is_current
from orchestration.lock import RefreshError, exclusive

# -------------------------------------------------------------------------------------------------------------------
# nothing new


def test_nothing_new_is_told_within_two_seconds(untouched: Small) -> None:
    """Whole processes; the best of three, since other work may disturb one."""
    seconds = []
    for _ in range(3):
        began = time.monotonic()
        answer = untouched.refresh()
        seconds.append(time.monotonic() - began)
        assert answer["published"] is False
    assert min(seconds) < 2


def test_nothing_new_is_told_without_loading_the_machinery(untouched: Small) -> None:
    program = (
        "import json, sys\n"
        "from orchestration.cli import main\n"
        "try:\n    main()\n"
        "except SystemExit as end:\n    assert not end.code, end.code\n"
        "print(json.dumps(sorted({name.split('.')[0] for name in sys.modules})))\n"
    )
    command = [sys.executable, "-c", program, "refresh", "--data-dir", str(untouched.data_dir)]
    process = run(command)
    assert process.returncode == 0, process.stderr
    said, loaded = process.stdout.splitlines()
    assert said.startswith("Nothing new")
    assert {"dagster", "dbt", "duckdb", "pandas"}.isdisjoint(json.loads(loaded))


def test_a_file_only_touched_is_nothing_new(small: Small) -> None:
    os.utime(small.landing / KS2)
    assert small.refresh()["published"] is False


# -------------------------------------------------------------------------------------------------------------------
# something new

CORRECTED = "performance_tables/2018-2019/999_ks2final_corrected.csv"
COPY = "templates/partnerships_again.csv"
GONE = "performance_tables/2017-2018/999_ks2final.csv"


@dataclass(frozen=True)
class Step:
    """What a refresh found and what it left."""

    small: Small
    before: dict[str, dict[str, Any]]
    after: dict[str, dict[str, Any]]
    version_before: str
    under_way: UnderWay
    first_value: float
    restated_urn: str


@pytest.fixture(scope="class")
def step(small_built: tuple[Small, Path]) -> Iterator[Step]:
    """A row more in one file, one file gone, one year sent again, one file sent twice; then one refresh, while others read."""
    small, kept = small_built
    before, version = small.file_log(), small.pointer()["version"]
    edit_csv(
        small.landing / PARTNERSHIPS, lambda rows: rows.append(["P77", "Added", "triad", "999", "", "2018-09-01", ""])
    )
    shutil.copyfile(small.landing / PARTNERSHIPS, small.landing / COPY)
    shutil.copyfile(small.landing / KS2, small.landing / CORRECTED)
    found: dict[str, Any] = {}

    def restate(rows: list[list[str]]) -> None:
        urn, value = rows[0].index("URN"), rows[0].index("PTRWM_EXP")
        row = next(
            row
            for row in rows[1:]
            if row[0] == "1" and len(row) > value and row[value].rstrip("%").replace(".", "").isdigit()
        )
        found.update(urn=row[urn], value=float(row[value].rstrip("%")))
        row[value] = "1%"

    edit_csv(small.landing / CORRECTED, restate, days_later=30)
    (small.landing / GONE).unlink()
    under_way = refresh_under_way(small, "select name from marts.dim_partnership where partnership_id = 'P77'")
    assert under_way.code == 0, under_way.said
    yield Step(small, before, small.file_log(), version, under_way, found["value"], found["urn"])
    put_back(small, kept)


class TestSeveralChanges:
    """Each test looks at one of the changes of `step`."""

    def test_a_change_publishes_a_new_version(self, step: Step) -> None:
        pointer = step.small.pointer()
        assert f"Published version {pointer['version']}" in step.under_way.said
        assert pointer["version"] != step.version_before

    def test_a_reader_is_never_blocked_and_follows_within_five_seconds(self, step: Step) -> None:
        met = step.under_way
        assert met.followed is not None, "the reader did not follow the pointer within five seconds"
        assert met.longest < 2, "a reader had to wait"
        assert met.now == [("Added",)]
        assert met.held == [], "a cursor keeps the version it was opened on"
        reads, longest, answers = met.plain
        assert reads > 10 and longest < 2 and answers == 1

    def test_a_second_refresh_is_sent_away(self, step: Step) -> None:
        second = step.under_way.second
        assert second.returncode == 1
        assert "Another refresh" in second.stderr and "Wait until it has finished" in second.stderr

    def test_rows_follow_a_changed_file(self, step: Step) -> None:
        was, now = step.before[PARTNERSHIPS], step.after[PARTNERSHIPS]
        assert now["rows_landed"] == was["rows_landed"] + 1
        assert now["file_id"] != was["file_id"]
        assert step.small.ask("select name from marts.dim_partnership where partnership_id = 'P77'") == [("Added",)]

    def test_rows_of_a_removed_file_leave(self, step: Step) -> None:
        assert GONE in step.before and GONE not in step.after
        left = step.small.ask(f"select count(*) from marts.fct_outcome where source_file like '%{GONE}'")
        assert left == [(0,)]
        assert not list(step.small.paths.raw.glob(f"*/{step.before[GONE]['file_id']}.parquet"))

    def test_a_year_sent_again_supersedes_row_by_row(self, step: Step) -> None:
        first, again = step.after[KS2], step.after[CORRECTED]
        assert again["rows_superseded"] == 0
        assert first["rows_superseded"] == again["rows_accepted"] > 0
        assert first["rows_accepted"] == 0

    def test_the_restated_figure_is_the_one_that_is_shown(self, step: Step) -> None:
        shown = step.small.ask(
            "select value from marts.trend_series join marts.dim_school on area_id = school_id "
            f"where area_type = 'school' and urn = '{step.restated_urn}' "
            "and indicator_id = 'ks2_rwm_expected_pct' and breakdown_id = 'all' and academic_year = '2018/19'"
        )
        assert step.first_value != 1.0
        assert shown == [(1.0,)]

    def test_the_same_content_under_two_names_is_taken_once(self, step: Step) -> None:
        statuses = sorted(step.after[name]["status"] for name in (PARTNERSHIPS, COPY))
        assert statuses == ["duplicate", "loaded"]
        duplicate = next(step.after[name] for name in (PARTNERSHIPS, COPY) if step.after[name]["status"] == "duplicate")
        assert duplicate["rows_landed"] == 0
        assert "The same content as" in duplicate["reason"]

    def test_every_landed_row_has_one_fate(self, step: Step) -> None:
        for name, record in step.after.items():
            fates = record["rows_accepted"] + record["rows_rejected"] + record["rows_superseded"]
            assert record["rows_landed"] == fates, name

    def test_afterwards_nothing_is_new(self, step: Step) -> None:
        assert step.small.refresh()["published"] is False


# -------------------------------------------------------------------------------------------------------------------
# nothing to be done: a sentence, and what was served before is still served


def refused(small: Small, *arguments: str) -> str:
    """Run a command that must refuse; give its sentence. What is served stays what it was."""
    pointer, content = small.pointer(), sha256(small.served())
    process = small.run(*arguments)
    assert process.returncode == 1, process.stdout
    assert "Traceback" not in process.stderr
    assert small.pointer() == pointer
    assert sha256(small.served()) == content
    return process.stderr.strip().splitlines()[-1]


def test_a_folder_that_is_gone_takes_nothing_away(small: Small) -> None:
    small.landing.rename(small.landing.with_name("elsewhere"))
    sentence = refused(small, "refresh")
    assert f"The folder {small.landing} is gone" in sentence
    assert "--forget" in sentence


def test_a_folder_that_comes_back_is_nothing_new(small: Small) -> None:
    small.landing.rename(small.landing.with_name("elsewhere"))
    refused(small, "refresh")
    small.landing.with_name("elsewhere").rename(small.landing)
    assert small.refresh()["published"] is False


def test_landing_folders_without_files_are_refused(small: Small) -> None:
    shutil.rmtree(small.landing)
    small.landing.mkdir()
    sentence = refused(small, "refresh")
    assert "There is nothing to load" in sentence and str(small.landing) in sentence


def test_files_that_are_all_refused_are_refused_with_reasons(small: Small) -> None:
    shutil.rmtree(small.landing)
    small.landing.mkdir()
    (small.landing / "canteen.csv").write_text("dish,price\nsoup,2\n", encoding="utf-8")
    sentence = refused(small, "refresh")
    assert "None of the files" in sentence and "canteen.csv" in sentence


def test_what_nobody_foresaw_is_told_too(small: Small) -> None:
    """Stages tell their own failures; a disk that is full or a folder that is closed may fail anywhere."""
    prefix = without_root_rights()
    edit_csv(small.landing / PARTNERSHIPS, lambda rows: rows.pop())
    small.paths.raw.chmod(0o555)
    try:
        process = run([*prefix, *small.command("refresh")])
    finally:
        small.paths.raw.chmod(0o755)
    assert process.returncode == 1 and "Traceback" not in process.stderr
    assert re.search(r"The refresh failed \(.*Permission denied.*\), so nothing was published\.", process.stderr)


def test_a_published_folder_that_may_not_be_written_is_told(small: Small) -> None:
    prefix = without_root_rights()
    content, built = sha256(small.served()), warehouse.build_file(small.paths).stat().st_mtime_ns
    small.paths.published.chmod(0o555)
    try:
        process = run([*prefix, *small.command("refresh", "--force")])
    finally:
        small.paths.published.chmod(0o755)
    assert process.returncode == 1
    assert f"Nothing can be written in {small.paths.published} (Permission denied)" in process.stderr
    assert "Traceback" not in process.stderr
    assert sha256(small.served()) == content
    assert warehouse.build_file(small.paths).stat().st_mtime_ns == built, "built in vain"


# -------------------------------------------------------------------------------------------------------------------
# words for people and for programs


def test_status_for_programs(untouched: Small) -> None:
    answer = json.loads(untouched.run("status", "--json").stdout)
    pointer = untouched.pointer()
    assert answer["warehouse"] == str(untouched.served())
    for name in ("version", "built_at", "files", "rows_landed", "rows_accepted", "rows_rejected"):
        assert answer[name] == pointer[name]
    assert answer["rows_landed"] == answer["rows_accepted"] + answer["rows_rejected"] + answer["rows_superseded"]
    assert answer["current"] is True


def test_status_tells_that_something_is_new(small: Small) -> None:
    edit_csv(small.landing / PARTNERSHIPS, lambda rows: rows.pop())
    answer = json.loads(small.run("status", "--json").stdout)
    assert answer["current"] is False
    assert "turncurve refresh" in answer["why"]


def test_check_for_programs(untouched: Small) -> None:
    process = run([sys.executable, "-m", "orchestration.cli", "check", str(untouched.landing / KS2), "--json"])
    assert json.loads(process.stdout)["tables"][0]["dataset_id"] == "dfe_ks2"


BAD = {
    "a data folder that is a file": (["refresh", "--data-dir", "{file}"], 1, "is not a folder"),
    "a status of a file": (["status", "--data-dir", "{file}"], 1, "{file}"),
    "a data folder that is not there yet": (
        ["status", "--data-dir", "{nothing}"],
        1,
        "No warehouse has been published",
    ),
    "a year that is none": (["refresh", "--year", "nonsense", "--data-dir", "{nothing}"], 1, "2018/19"),
    "a landing folder that is not there": (
        ["refresh", "--landing", "{nothing}", "--data-dir", "{folder}"],
        1,
        "There is no folder",
    ),
    "a folder to forget that nobody remembers": (
        ["refresh", "--forget", "{nothing}", "--data-dir", "{folder}"],
        1,
        "nothing to forget",
    ),
    "a file to check that is not there": (["check", "{nothing}"], 1, "There is no file"),
    "a folder to check": (["check", "{folder}"], 1, "Give one file"),
    "a check without a file": (["check"], 2, "Missing argument"),
    "a command that is none": (["refesh"], 2, "refesh"),
}


@pytest.mark.parametrize(("arguments", "code", "words"), BAD.values(), ids=BAD.keys())
def test_bad_input_is_answered_in_words(arguments: list[str], code: int, words: str, tmp_path: Path) -> None:
    places = {"file": tmp_path / "a file", "folder": tmp_path / "folder", "nothing": tmp_path / "nothing"}
    places["file"].write_text("text", encoding="utf-8")
    places["folder"].mkdir()
    told = [argument.format(**places) for argument in arguments]
    process = run([sys.executable, "-m", "orchestration.cli", *told])
    assert process.returncode == code, process.stderr + process.stdout
    # a terminal's frame may break a path in two
    said = "".join(line.strip("│ ") for line in (process.stdout + process.stderr).splitlines())
    assert "Traceback" not in said
    assert words.format(**places).replace(" ", "") in said.replace(" ", "")


def test_a_data_folder_that_may_not_be_opened_is_told(small: Small) -> None:
    prefix = without_root_rights()
    small.data_dir.chmod(0)
    try:
        answers = [run([*prefix, *small.command(name)]) for name in ("refresh", "status")]
    finally:
        small.data_dir.chmod(0o755)
    for process in answers:
        assert process.returncode in (1, 2)
        assert "Traceback" not in process.stderr and "data" in process.stderr


# -------------------------------------------------------------------------------------------------------------------
# the same stages in Dagster


@pytest.fixture(scope="module")
def definitions(untouched: Small) -> dg.Definitions:
    return build_definitions(untouched.paths)


@pytest.fixture(scope="module")
def nodes(untouched: Small) -> dict[str, dict[str, Any]]:
    """The nodes and sources of dbt's manifest by their ids."""
    manifest = json.loads(planning.manifest_file(untouched.paths).read_text(encoding="utf-8"))
    return {**manifest["nodes"], **manifest["sources"]}


@pytest.fixture(scope="module")
def upstream(definitions: dg.Definitions) -> dict[dg.AssetKey, set[dg.AssetKey]]:
    """What each asset is made from."""
    return {
        spec.key: {dependency.asset_key for dependency in spec.deps} for spec in definitions.resolve_all_asset_specs()
    }


def test_the_code_location_loads(untouched: Small, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATA_DIR", str(untouched.data_dir))
    sys.modules.pop("orchestration.definitions", None)
    location = importlib.import_module("orchestration.definitions")
    dg.Definitions.validate_loadable(location.defs)
    assert location.paths == untouched.paths


def test_job_sensor_and_schedule_are_there(definitions: dg.Definitions) -> None:
    assert definitions.resolve_job_def("refresh").name == "refresh"
    assert definitions.resolve_sensor_def("landing_sensor").job_name == "refresh"
    schedule = definitions.resolve_schedule_def("nightly")
    assert schedule.job_name == "refresh"
    assert schedule.execution_timezone == "Europe/London"


def test_the_job_holds_every_asset(definitions: dg.Definitions, upstream: dict[dg.AssetKey, set[dg.AssetKey]]) -> None:
    executed = definitions.resolve_job_def("refresh").asset_layer.executable_asset_keys
    assert set(executed) == set(upstream)


def test_every_data_test_of_a_mart_is_an_asset_check(
    definitions: dg.Definitions, nodes: dict[str, dict[str, Any]]
) -> None:
    def of_a_mart(node: dict[str, Any]) -> bool:
        return any(nodes.get(parent, {}).get("schema") == "marts" for parent in node["depends_on"]["nodes"])

    tests = {node["name"] for node in nodes.values() if node["resource_type"] == "test" and of_a_mart(node)}
    checks = {key.name for key in definitions.resolve_asset_graph().asset_check_keys}
    assert len(tests) > 20
    assert tests - checks == set()


def test_raw_is_upstream_of_staging(
    nodes: dict[str, dict[str, Any]], upstream: dict[dg.AssetKey, set[dg.AssetKey]]
) -> None:
    staging = [node for node in nodes.values() if node["resource_type"] == "model" and node["schema"] == "staging"]
    assert staging
    for node in staging:
        sources = [nodes[parent] for parent in node["depends_on"]["nodes"] if parent.startswith("source.")]
        # the file log is one asset, though each family reads its own part
        told = [source["meta"].get("dagster", {}).get("asset_key", ["raw", source["name"]]) for source in sources]
        expected = {dg.AssetKey(key) for key in told}
        assert expected and expected <= upstream[dg.AssetKey(["staging", node["name"]])], node["name"]


def test_every_kind_of_file_reaches_the_published_warehouse(
    upstream: dict[dg.AssetKey, set[dg.AssetKey]],
) -> None:
    reached: set[dg.AssetKey] = set()
    waiting = [dg.AssetKey(["published", "warehouse"])]
    while waiting:
        key = waiting.pop()
        if key not in reached:
            reached.add(key)
            waiting.extend(upstream[key])
    for dataset in contracts.load().values():
        assert dg.AssetKey(["raw", dataset.id]) in reached, dataset.id


def test_the_sensor_asks_once_for_a_change(small: Small) -> None:
    sensor = landing_sensor(small.paths)

    def evaluate(context: dg.SensorEvaluationContext) -> dg.RunRequest | dg.SkipReason:
        answer = sensor(context)
        assert isinstance(answer, dg.RunRequest | dg.SkipReason)
        return answer

    with dg.DagsterInstance.ephemeral() as instance:
        context = dg.build_sensor_context(instance=instance)
        assert isinstance(evaluate(context), dg.SkipReason), "nothing is new"

        edit_csv(small.landing / PARTNERSHIPS, lambda rows: rows.pop())
        first = evaluate(context)
        assert isinstance(first, dg.RunRequest)
        assert isinstance(evaluate(context), dg.SkipReason), "asked for already"

        (small.landing / "new.csv").write_text("partnership_id\nP99\n", encoding="utf-8")
        os.utime(small.landing / "new.csv", (WRITTEN, WRITTEN))
        second = evaluate(context)
        assert isinstance(second, dg.RunRequest)
        assert second.run_key != first.run_key


def test_a_run_of_a_service_holds_the_lock(untouched: Small) -> None:
    resource = workspace_resource(untouched.paths)
    with (
        dg.build_resources({"workspace": resource}),
        pytest.raises(RefreshError, match="Another refresh"),
        exclusive(untouched.paths),
    ):
        pass


def test_a_run_of_a_service_waits_for_a_refresh_by_hand(untouched: Small, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resources, "LONGEST_REFRESH", 0.2)
    resource = workspace_resource(untouched.paths)
    with exclusive(untouched.paths):
        began = time.monotonic()
        with pytest.raises(Exception) as failed, dg.build_resources({"workspace": resource}):
            pass
        assert time.monotonic() - began >= 0.2
        assert "Another refresh" in str(failed.value.__cause__)
    with dg.build_resources({"workspace": resource}):
        assert is_current(untouched.paths)


def test_services_run_one_refresh_at_a_time(tmp_path: Path) -> None:
    shutil.copyfile(ROOT / "dagster.yaml", tmp_path / "dagster.yaml")
    with dg.DagsterInstance.from_config(str(tmp_path)) as instance:
        assert instance.get_concurrency_config().run_queue_config.max_concurrent_runs == 1
        assert not instance.telemetry_enabled
