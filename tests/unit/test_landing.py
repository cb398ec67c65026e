"""The file log: what arrived, what changed, and that nothing is lost in between."""

from __future__ import annotations

import csv
import json
import os
import shutil
import stat
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orchestration import names
from orchestration.fingerprint import fingerprint
from orchestration.landing import changes, log, state
from orchestration.landing.folders import LINK, forget_folder, open_file, remembered
from orchestration.landing.key import secret_key
from orchestration.landing.load import LoadResult, load_files
from orchestration.landing.state import LandingError, mark_built
from orchestration.raw.layout import table_path
from orchestration.raw.writer import Writer
from orchestration.readers import files, years
from orchestration.settings import Paths

ABSENCE = "LA,ESTAB,URN,PERCTOT\n999,2001,900001,{}\n"


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    return Paths.from_option(tmp_path / "warehouse")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "files"
    folder.mkdir()
    return folder


def put(path: Path, content: str | bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def by_path(result: LoadResult) -> dict[str, dict[str, Any]]:
    return {record["path"]: record for record in result.files}


def parquet(paths: Paths, pattern: str, columns: str = "*") -> list[tuple[Any, ...]]:
    return duckdb.sql(f"SELECT {columns} FROM read_parquet('{paths.raw}/{pattern}', union_by_name = true)").fetchall()


def publish(paths: Paths, version: str = "1") -> None:
    paths.published.mkdir(parents=True, exist_ok=True)
    (paths.published / f"warehouse-{version}.duckdb").write_bytes(b"")
    rows = dict.fromkeys(("files", "rows_landed", "rows_accepted", "rows_rejected", "rows_superseded"), 0)
    facts = {"warehouse": f"warehouse-{version}.duckdb", "version": version, "built_at": "2026-11-29T20:00:00+00:00"}
    paths.pointer.write_text(json.dumps({**facts, **rows}))
    mark_built(paths, version)


# raw -------------------------------------------------------------------------------------------------------------


def test_raw_holds_every_cell_as_text_with_file_and_row(paths: Paths, folder: Path) -> None:
    put(folder / "2018-19" / "abs.csv", "LA,ESTAB,URN,PERCTOT,Note\n999,2001,900001,4.0,\n\n999,2002,900002\n")
    (record,) = load_files(paths, [folder]).files
    rows = parquet(paths, "dfe_absence/*.parquet", "_file_id, _row_number, _overflow, URN, PERCTOT, Note")
    assert rows == [
        (record["file_id"], 2, None, "900001", "4.0", ""),
        (record["file_id"], 4, None, "900002", "", ""),
    ]


def test_a_dataset_without_files_has_an_empty_table(paths: Paths) -> None:
    load_files(paths)
    assert parquet(paths, "dfe_ks2/_columns.parquet", "count(PTRWM_EXP), count(LEA)") == [(0, 0)]
    assert parquet(paths, "forms_reflection/_columns.parquet", "count(answer_1)") == [(0,)]
    assert parquet(paths, "landing/rejects.parquet") == []


texts = st.text(st.characters(exclude_characters="\0", exclude_categories=("Cs",)), max_size=6)
odd = st.sampled_from(["", "\\N", '"', '""', ",", "\n", "\r\n", "'", "NULL", "a\nb", '",\n"'])


@settings(max_examples=25, deadline=None)
@given(rows=st.lists(st.lists(texts | odd, min_size=2, max_size=2), min_size=1, max_size=20))
def test_raw_gives_back_what_the_reader_handed_over(
    tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]]
) -> None:
    folder = tmp_path_factory.mktemp("raw")
    with Writer(folder) as writer:
        writer.write_rows("some", "id", ["a b", 'c"d'], ((number, "", row) for number, row in enumerate(rows)))
    back = duckdb.sql(f"SELECT * FROM '{folder}/some/id.parquet' ORDER BY _row_number").fetchall()
    assert back == [("id", number, None, *row) for number, row in enumerate(rows)]


def test_rows_that_cannot_be_walked_leave_no_file(tmp_path: Path) -> None:
    def broken() -> Any:
        yield (1, "", ["a"])
        raise ValueError

    with Writer(tmp_path) as writer, pytest.raises(ValueError):
        writer.write_rows("some", "id", ["a"], broken())
    assert list(tmp_path.rglob("*")) == []


def test_raw_of_the_real_files_is_what_the_csv_module_reads(paths: Paths, real_files: Path) -> None:
    names = ["performance_tables/2018-2019/850_ks2final.csv", "register/gias_extract_20220420.csv"]
    result = load_files(paths, [real_files / name for name in names])
    for name in names:
        (record,) = (record for record in result.files if record["path"] == Path(name).name)
        with (real_files / name).open(encoding=record["encoding"], newline="") as file:
            header, *expected = ([cell.strip() for cell in row] for row in csv.reader(file))
        table = duckdb.read_parquet(str(table_path(paths.raw, record["dataset_id"], record["file_id"])))
        kept = [header.index(column) for column in table.columns[3:]]
        assert len(kept) >= len(header) - 5  # without the names of the head teacher and the proprietor
        for got, row in zip(table.fetchall(), expected, strict=True):
            padded = row + [""] * (len(header) - len(row))
            assert list(got[3:]) == [padded[place] for place in kept]
            assert (got[2] or "") == " | ".join(cell for cell in row[len(header) :] if cell)


# the log ---------------------------------------------------------------------------------------------------------


def test_every_file_is_in_the_log_with_what_became_of_it(paths: Paths, folder: Path) -> None:
    put(folder / "2018-19" / "abs.csv", ABSENCE.format(4) + "999,2002,900002,4,5,6\n")
    put(folder / "undated.csv", ABSENCE.format(5))
    put(folder / "notes.md", "notes")
    files = by_path(load_files(paths, [folder]))
    assert {path: record["status"] for path, record in files.items()} == {
        "files/2018-19/abs.csv": "loaded",
        "files/undated.csv": "refused",
        "files/notes.md": "ignored",
    }
    loaded = files["files/2018-19/abs.csv"]
    assert (loaded["academic_year"], loaded["rows_landed"], loaded["rows_unreadable"]) == ("2018/19", 2, 1)
    assert "--year 2018/19" in files["files/undated.csv"]["reason"]
    assert parquet(paths, "landing/rejects.parquet", "_row_number, value") == [(3, "5 | 6")]
    assert parquet(paths, "landing/files/*.parquet", "count(*), count(DISTINCT path)") == [(3, 3)]


def test_the_same_content_twice_is_taken_once(paths: Paths, folder: Path) -> None:
    os.utime(put(folder / "2018-19" / "a.csv", ABSENCE.format(4)), (1, 1))
    put(folder / "2018-19" / "b.csv", ABSENCE.format(4))
    files = by_path(load_files(paths, [folder]))
    second = files["files/2018-19/b.csv"]
    assert (files["files/2018-19/a.csv"]["status"], second["status"], second["rows_landed"]) == (
        "loaded",
        "duplicate",
        0,
    )
    assert "files/2018-19/a.csv" in second["reason"]


def test_the_copy_steps_in_when_the_first_is_taken_away(paths: Paths, folder: Path) -> None:
    os.utime(put(folder / "2018-19" / "a.csv", ABSENCE.format(4)), (1, 1))
    put(folder / "2018-19" / "b.csv", ABSENCE.format(4))
    load_files(paths, [folder])
    (folder / "2018-19" / "a.csv").unlink()
    (record,) = load_files(paths).files
    assert (record["path"], record["status"], record["rows_landed"]) == ("files/2018-19/b.csv", "loaded", 1)
    assert len(parquet(paths, "dfe_absence/*.parquet")) == 1


def test_later_releases_and_later_files_come_later(paths: Paths, folder: Path) -> None:
    names = ["abs_final.csv", "abs_revised.csv", "abs_provisional.csv", "abs_final_2.csv", "abs_final_10.csv"]
    names += ["abs_final_v1.0.1.csv", "abs_final_20190901.csv"]
    for age, name in enumerate(names):
        os.utime(put(folder / "2018-19" / name, ABSENCE.format(age)), (1000 - age, 1000 - age))
    records = load_files(paths, [folder]).files
    ordered = [Path(record["path"]).name for record in sorted(records, key=lambda record: record["sequence"])]
    assert ordered == [
        "abs_provisional.csv", "abs_revised.csv", "abs_final.csv", "abs_final_2.csv", "abs_final_10.csv", "abs_final_v1.0.1.csv",
        "abs_final_20190901.csv",
    ], "whatever their times"  # fmt: skip


def test_the_year_given_is_remembered_for_the_file(paths: Paths, folder: Path) -> None:
    put(folder / "abs.csv", ABSENCE.format(4))
    assert load_files(paths, [folder]).count("refused") == 1
    assert load_files(paths, [folder], year="2018-19").files[0]["academic_year"] == "2018/19"
    again = load_files(paths)
    assert (again.read, again.files[0]["academic_year"]) == (0, "2018/19")


def test_an_archives_members_are_files_of_their_own(paths: Paths, folder: Path) -> None:
    import zipfile

    with zipfile.ZipFile(folder / "all.zip", "w") as archive:
        archive.writestr("2017-18/abs.csv", ABSENCE.format(4))
        archive.writestr("2018-19/abs.csv", ABSENCE.format(5))
    files = by_path(load_files(paths, [folder]))
    assert {path: record["academic_year"] for path, record in files.items()} == {
        "files/all.zip/2017-18/abs.csv": "2017/18",
        "files/all.zip/2018-19/abs.csv": "2018/19",
    }


def test_two_folders_of_one_name_do_not_share_a_path(paths: Paths, tmp_path: Path) -> None:
    folders = [tmp_path / side / "files" for side in ("left", "right")]
    for place, folder in enumerate(folders):
        put(folder / "2018-19" / "abs.csv", ABSENCE.format(place))
    assert len(by_path(load_files(paths, folders))) == 2


def test_the_warehouses_own_folders_are_not_landed(paths: Paths) -> None:
    put(paths.landing / "2018-19" / "abs.csv", ABSENCE.format(4))
    load_files(paths)
    files = load_files(paths, [paths.data_dir]).files
    assert [record["path"] for record in files if record["status"] == "loaded"] == ["warehouse/landing/2018-19/abs.csv"]
    assert not any("raw" in record["path"] for record in files)


# what changed ----------------------------------------------------------------------------------------------------


def test_nothing_new_is_read_twice(paths: Paths, folder: Path) -> None:
    put(folder / "2018-19" / "abs.csv", ABSENCE.format(4))
    first = load_files(paths, [folder])
    assert not changes.scan(paths)
    second = load_files(paths)
    assert (first.read, second.read, second.datasets) == (1, 0, frozenset())
    assert first.files == second.files


def test_a_new_time_stamp_alone_changes_nothing(paths: Paths, folder: Path) -> None:
    path = put(folder / "2018-19" / "abs.csv", ABSENCE.format(4))
    first = load_files(paths, [folder])
    os.utime(path, (5, 5))
    found = changes.scan(paths)
    assert not found and len(found.touched) == 1
    assert load_files(paths).files == first.files


def test_changed_content_of_the_same_size_is_read_and_the_old_rows_go(paths: Paths, folder: Path) -> None:
    path = put(folder / "2018-19" / "abs.csv", ABSENCE.format(4))
    load_files(paths, [folder])
    put(path, ABSENCE.format(5))
    result = load_files(paths)
    assert (result.read, result.removed, result.datasets) == (1, 1, frozenset({"dfe_absence"}))
    assert parquet(paths, "dfe_absence/*.parquet", "PERCTOT") == [("5",)]


def test_a_file_that_is_gone_drops_out(paths: Paths, folder: Path) -> None:
    path = put(folder / "2018-19" / "abs.csv", ABSENCE.format(4))
    load_files(paths, [folder])
    path.unlink()
    assert load_files(paths).files == []
    assert parquet(paths, "dfe_absence/*.parquet") == []


def test_a_content_that_comes_back_keeps_the_day_it_was_first_seen(
    paths: Paths, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = put(folder / "2018-19" / "abs.csv", ABSENCE.format(4))
    monkeypatch.setattr(log, "_now", lambda: "2019-01-01T00:00:00+00:00")
    load_files(paths, [folder])
    path.unlink()
    load_files(paths)
    put(path, ABSENCE.format(4))
    monkeypatch.setattr(log, "_now", lambda: "2020-01-01T00:00:00+00:00")
    assert load_files(paths).files[0]["first_seen_at"] == "2019-01-01T00:00:00+00:00"


def test_folders_are_remembered_and_a_missing_one_is_an_error(paths: Paths, folder: Path) -> None:
    put(folder / "2018-19" / "abs.csv", ABSENCE.format(4))
    load_files(paths, [folder])
    assert remembered(paths) == [paths.landing, folder]
    folder.rename(folder.with_name("elsewhere"))
    with pytest.raises(LandingError, match="is gone"):
        load_files(paths)
    assert len(parquet(paths, "dfe_absence/*.parquet")) == 1


def test_a_default_folder_that_vanished_with_its_files_is_an_error(paths: Paths) -> None:
    put(paths.landing / "2018-19" / "abs.csv", ABSENCE.format(4))
    load_files(paths)
    paths.landing.rename(paths.landing.with_name("elsewhere"))
    with pytest.raises(LandingError, match="is gone"):
        load_files(paths)


def test_a_folder_within_that_may_not_be_opened_is_an_error(
    paths: Paths, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(folder / "2018-19" / "abs.csv", ABSENCE.format(4))
    load_files(paths, [folder])
    scandir = os.scandir

    def guarded(path: Any) -> Any:
        if str(path).endswith("2018-19"):
            raise PermissionError(13, "Permission denied", path)
        return scandir(path)

    monkeypatch.setattr(os, "scandir", guarded)
    with pytest.raises(LandingError, match="may not be opened"):
        load_files(paths)


def test_a_forgotten_folder_is_no_longer_looked_into(paths: Paths, folder: Path) -> None:
    put(folder / "2018-19" / "abs.csv", ABSENCE.format(4))
    load_files(paths, [folder])
    forget_folder(paths, folder)
    assert load_files(paths).files == []
    with pytest.raises(LandingError, match="nothing to forget"):
        forget_folder(paths, folder)


def test_raw_that_was_deleted_is_read_again(paths: Paths, folder: Path) -> None:
    put(folder / "2018-19" / "abs.csv", ABSENCE.format(4))
    record = load_files(paths, [folder]).files[0]
    table_path(paths.raw, "dfe_absence", record["file_id"]).unlink()
    assert changes.scan(paths).changed
    assert load_files(paths).read == 1


def test_other_readers_read_every_file_again(paths: Paths, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(folder / "2018-19" / "abs.csv", ABSENCE.format(4))
    load_files(paths, [folder])
    monkeypatch.setattr(changes, "fingerprint", lambda *sources: "other")
    assert changes.scan(paths).changed


# the gate --------------------------------------------------------------------------------------------------------


def test_a_warehouse_is_current_until_a_file_changes(paths: Paths, folder: Path) -> None:
    path = put(folder / "2018-19" / "abs.csv", ABSENCE.format(4))
    load_files(paths, [folder])
    assert not changes.is_current(paths)
    publish(paths)
    assert changes.is_current(paths) and changes.is_current(paths, [folder])
    put(path, ABSENCE.format(5))
    assert not changes.is_current(paths)


@pytest.mark.parametrize("loss", ["warehouse", "pointer", "folder"])
def test_a_warehouse_is_not_current_without_its_parts(paths: Paths, folder: Path, loss: str) -> None:
    load_files(paths, [folder])
    publish(paths)
    assert changes.is_current(paths)
    lost = {"warehouse": paths.published / "warehouse-1.duckdb", "pointer": paths.pointer, "folder": folder}[loss]
    lost.rmdir() if lost.is_dir() else lost.unlink()
    assert not changes.is_current(paths)


def test_a_warehouse_is_not_current_for_a_new_folder_or_other_code(
    paths: Paths, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    load_files(paths)
    publish(paths)
    assert changes.is_current(paths) and not changes.is_current(paths, [folder])
    readers = fingerprint(changes.READER_SOURCES)
    monkeypatch.setattr(changes, "fingerprint", lambda *sources: readers if sources else "other code")
    assert not changes.is_current(paths)


def test_the_fingerprint_sees_sources_and_not_build_output(tmp_path: Path) -> None:
    put(tmp_path / "dbt_project" / "models" / "a.sql", "select 1")
    before = fingerprint(["dbt_project"], tmp_path)
    put(tmp_path / "dbt_project" / "target" / "b.sql", "select 2")
    assert fingerprint(["dbt_project"], tmp_path) == before
    put(tmp_path / "dbt_project" / "models" / "a.sql", "select 3")
    assert fingerprint(["dbt_project"], tmp_path) != before


# when things go wrong --------------------------------------------------------------------------------------------


def test_a_file_replaced_while_it_is_read_is_refused_and_tried_again(
    paths: Paths, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = put(folder / "2018-19" / "abs.csv", ABSENCE.format(4))
    write_rows = Writer.write_rows

    def slow(writer: Writer, dataset_id: str, file_id: str, columns: Any, rows: Any) -> int:
        put(path.with_name("other"), ABSENCE.format(55))
        os.replace(path.with_name("other"), path)
        return write_rows(writer, dataset_id, file_id, columns, rows)

    monkeypatch.setattr(Writer, "write_rows", slow)
    (record,) = load_files(paths, [folder]).files
    assert record["status"] == "refused" and "while it was being read" in record["reason"]
    monkeypatch.undo()
    assert load_files(paths).count("loaded") == 1


def test_a_file_that_vanishes_midway_is_refused(paths: Paths, folder: Path) -> None:
    path = put(folder / "2018-19" / "abs.csv", ABSENCE.format(4))
    result = load_files(paths, [folder], progress=lambda done, total, name: path.unlink(missing_ok=True))
    assert [record["status"] for record in result.files] == ["refused"]
    assert load_files(paths).files == []


def test_a_file_that_may_not_be_read_is_refused_until_it_may(
    paths: Paths, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = put(folder / "2018-19" / "abs.csv", ABSENCE.format(4))
    real_open = os.open

    def guarded(name: Any, *arguments: Any, **options: Any) -> Any:
        if name == path:
            raise PermissionError(13, "Permission denied")
        return real_open(name, *arguments, **options)

    monkeypatch.setattr(os, "open", guarded)
    (record,) = load_files(paths, [folder]).files
    assert record["status"] == "refused" and "may not be opened" in record["reason"]
    assert not changes.scan(paths)
    monkeypatch.undo()
    assert load_files(paths).count("loaded") == 1


@pytest.mark.parametrize("moment", ["write_rows", "gather_rejects", "write_file_log"])
def test_a_run_killed_at_any_moment_is_made_up_for(
    paths: Paths, folder: Path, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    path = put(folder / "2018-19" / "abs.csv", ABSENCE.format(4))
    load_files(paths, [folder])
    put(path, ABSENCE.format(55))
    put(folder / "2017-18" / "abs.csv", ABSENCE.format(6))

    def killed(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Writer, moment, killed)
    with pytest.raises(KeyboardInterrupt):
        load_files(paths)
    assert ("4",) in parquet(paths, "dfe_absence/*.parquet", "PERCTOT")
    monkeypatch.undo()
    result = load_files(paths)
    assert result.count("loaded") == 2
    assert sorted(parquet(paths, "dfe_absence/*.parquet", "PERCTOT")) == [("55",), ("6",)]


def test_a_damaged_log_is_an_error_not_an_empty_warehouse(paths: Paths) -> None:
    put(paths.raw / "landing.json", "{")
    with pytest.raises(LandingError, match="damaged"):
        load_files(paths)
    assert not changes.is_current(paths)


def test_the_key_is_made_once_and_only_its_owner_reads_it(paths: Paths) -> None:
    key = secret_key(paths)
    assert len(key) == 32 and secret_key(paths) == key
    assert stat.S_IMODE(paths.secret_key.stat().st_mode) == 0o600


def test_no_key_is_made_without_a_form(paths: Paths, folder: Path) -> None:
    put(folder / "2018-19" / "abs.csv", ABSENCE.format(4))
    load_files(paths, [folder])
    assert not paths.secret_key.exists()


def test_deciding_that_nothing_changed_imports_nothing_slow() -> None:
    import subprocess
    import sys

    slow = "{'duckdb', 'pandas', 'python_calamine', 'orchestration.readers'}"
    imports = "from orchestration import refresh; from orchestration.landing import changes, forget, load"
    code = f"import sys; {imports}; print({slow} & set(sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "set()\n"


def test_refused_files_are_reported_with_those_that_were_loaded(paths: Paths, folder: Path) -> None:
    """The first by name and reason; of many more, how many."""
    from orchestration.stages import refused_files

    put(folder / "2018-2019" / "999_abs.csv", ABSENCE.format(4))
    for number in range(5):
        put(folder / f"broken{number}.csv", "who;knows\n1;2\n")
        sentences = refused_files(load_files(paths, [folder]))
        assert len(sentences) == min(number + 1, 4)
        assert sentences[0].startswith("files/broken0.csv was refused. We do not recognise these column headings.")
    assert sentences[-1] == "2 more files were refused; the page Data says why"


def test_the_state_of_an_earlier_installation_is_read_as_it_is(paths: Paths) -> None:
    """A data folder outlives the code: the names in its file are not those of the moment."""
    outcome = {
        "member": "abs.csv",
        "file_id": "be560f9fd210429b",
        "status": "loaded",
        "reason": "",
        "dataset_id": "dfe_absence",
        "academic_year": "2018/19",
        "release": "final",
        "snapshot_date": None,
        "published_on": None,
        "edition": "",
        "rows_landed": 3,
        "rows_unreadable": 1,
        "encoding": "utf-8",
        "questions": [],
    }
    entry = {
        "shown": "files/abs.zip",
        "size": 1086,
        "mtime_ns": 1795951083120156678,
        "sha256": "be560f9fd210429bdfbc9d618cede3bc27c2f4956556b9b299eef0a32a893c08",
        "modified_at": "2026-11-29T11:18:03.120+00:00",
        "meta_sha256": "",
        "year_given": "2018/19",
        "retry": False,
        "outcomes": [outcome],
    }
    event = {"path": "files/abs.zip/abs.csv", "happened_at": "2026-11-29T11:18:05+00:00"}
    event |= {name: outcome[name] for name in ("file_id", "dataset_id", "status", "reason", "rows_landed")}
    kept = {
        "version": 1,
        "readers": "332c4205d6785f7f",
        "folders": ["/files"],
        "files": {"/files/abs.zip": entry},
        "seen": {"be560f9fd210429b": "2026-11-29T11:18:05+00:00"},
        "forgotten": {"0123456789abcdef": "A pupil was named in it."},
        "respondents": {"fedcba9876543210": "They asked."},
        "purge": True,
        "history": [event],
        "landed": {"code": "a", "inputs": "b"},
        "built": {"code": "a", "inputs": "b", "version": "c"},
    }
    file = put(paths.raw / "landing.json", json.dumps(kept))
    state.save(paths, state.load(paths))
    now = json.loads(file.read_text(encoding="utf-8"))
    assert {name: now[name] for name in kept} == kept
    assert now.keys() - kept.keys() == {"checksum", "raw"}, "what later versions keep besides"


def test_every_module_that_reading_needs_decides_whether_files_are_read_again() -> None:
    """But for the places on disk, which say nothing of how a file is read."""
    import subprocess
    import sys

    code = (
        "import sys, orchestration.readers, orchestration.raw.writer\n"
        "print(*(name for name in sys.modules if name.startswith('orchestration.')))"
    )
    names = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    sources = [source.removesuffix(".py").replace("/", ".") for source in changes.READER_SOURCES]
    assert "orchestration.readers.forms" in names
    assert [name for name in names if not name.startswith(tuple(sources))] == ["orchestration.settings"]


def test_a_file_is_read_again_where_what_describes_it_has_changed(paths: Paths, folder: Path) -> None:
    """A meta file says which columns divide the figures: rows about a part of the pupils are left out, or not."""
    header = "time_period,time_identifier,geographic_level,school_urn,house,sess_overall_percent\n"
    row = "201819,Academic year,School,90000{},{},4.5\n"
    put(folder / "absence.csv", header + row.format(1, "Total") + row.format(2, "Red house"))
    meta = "col_name,col_type,label\nhouse,{},House\nsess_overall_percent,Indicator,Absence\n"

    def unreadable() -> tuple[int, int]:
        result = load_files(paths, [folder])
        record = next(record for record in result.files if record["path"].endswith("absence.csv"))
        return result.read, record["rows_unreadable"]

    assert unreadable() == (1, 0)
    put(folder / "absence.meta.csv", meta.format("Filter"))
    assert unreadable() == (2, 1)
    assert unreadable() == (0, 1)
    put(folder / "absence.meta.csv", meta.format("Indicator"))
    assert unreadable() == (2, 0)
    (folder / "absence.meta.csv").unlink()
    assert unreadable() == (1, 0)


@pytest.mark.parametrize(
    ("name", "release", "published_on", "edition"),
    [
        ("2018-2019/england_ks4provisional.csv", "provisional", None, ""),
        ("2018-2019/ks4_unrevised.csv", "provisional", None, ""),
        ("2018-2019/ks4_dm_ud_inst_rev.csv", "revised", None, ""),
        ("provisional/2018-2019/ks4.csv", "provisional", None, ""),
        ("provisional/2018-2019/ks4final.csv", "final", None, ""),
        ("2018-2019/previews.csv", "final", None, ""),
        ("2018-2019/ks4_20190131_v1.0.10.csv", "final", "2019-01-31", "0001.0000.0010"),
        ("2018-2019/ks4 31 January 2019 corrected.csv", "final", "2019-01-31", "0002"),
        ("2011-12/ks4_2011-12.csv", "final", None, ""),
    ],
)
def test_what_a_name_says_of_its_edition(name: str, release: str, published_on: str | None, edition: str) -> None:
    path = Path("/landing") / name
    assert (years.release(path), years.published_on(path), years.edition(path)) == (release, published_on, edition)


def test_a_file_whose_name_is_no_text_is_refused_and_the_others_are_loaded(paths: Paths, folder: Path) -> None:
    put(folder / "2018-19" / "abs.csv", ABSENCE.format(4))
    named = os.fsencode(folder) + b"/2018-19/\xe9coles.csv"
    with open(named, "wb") as file:
        file.write(ABSENCE.format(5).encode())
    records = {record["path"]: record for record in load_files(paths, [folder]).files}
    assert {path: record["status"] for path, record in records.items()} == {
        f"{folder.name}/2018-19/abs.csv": "loaded",
        f"{folder.name}/2018-19/\\xe9coles.csv": "refused",
    }
    assert names.NOT_TEXT in {record["reason"] for record in records.values()}
    assert not changes.scan(paths), "and it is not read again and again"
    os.rename(named, folder / "2018-19" / "schools.csv")
    assert load_files(paths).count("loaded") == 2


@pytest.mark.parametrize("inside", [False, True], ids=["out of the folder", "within it"])
@pytest.mark.parametrize("of", ["file", "folder"])
def test_no_link_is_followed(paths: Paths, folder: Path, tmp_path: Path, of: str, inside: bool) -> None:
    put(folder / "2018-19" / "abs.csv", ABSENCE.format(4))
    elsewhere = put((folder if inside else tmp_path / "private") / "2017-18" / "secret.csv", ABSENCE.format(5))
    (folder / "linked.csv").symlink_to(elsewhere if of == "file" else elsewhere.parent)
    records = {record["path"]: record for record in load_files(paths, [folder]).files}
    linked = records.pop(f"{folder.name}/linked.csv")
    assert (linked["status"], linked["reason"]) == ("refused", LINK)
    assert [record["status"] for record in records.values()] == ["loaded"] * (1 + inside)
    assert not changes.scan(paths)


def test_a_link_put_in_the_place_of_a_file_is_not_opened(paths: Paths, folder: Path, tmp_path: Path) -> None:
    path, secret = folder / "2018-19" / "abs.csv", put(tmp_path / "secret.csv", ABSENCE.format(5))
    put(path, ABSENCE.format(4))
    found = changes.scan(paths, [folder]).new
    path.unlink()
    path.symlink_to(secret)
    with pytest.raises(OSError, match="symbolic links"):
        open_file(found[0].path)


def test_a_reader_that_fails_is_the_end_of_its_file_alone(
    paths: Paths, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(folder / "2018-19" / "good.csv", ABSENCE.format(4))
    put(folder / "2018-19" / "odd.csv", ABSENCE.format(5))
    real = files._piece

    def failing(name: str, *arguments: Any) -> Any:
        if name == "odd.csv":
            raise LookupError("Quillon")
        return real(name, *arguments)

    monkeypatch.setattr(files, "_piece", failing)
    records = {Path(record["path"]).name: record for record in load_files(paths, [folder]).files}
    assert records["good.csv"]["status"] == "loaded"
    assert records["odd.csv"]["status"] == "refused" and "LookupError" in records["odd.csv"]["reason"]
    assert "Quillon" not in records["odd.csv"]["reason"]


@pytest.mark.parametrize("what", ["dfe_absence/*", "landing/rejects/*", "landing/files/*", "dfe_ks2/_columns"])
@pytest.mark.parametrize("how", ["flipped", "cut", "gone"])
def test_raw_that_is_not_what_was_written_is_written_again(paths: Paths, folder: Path, what: str, how: str) -> None:
    put(folder / "2018-19" / "abs.csv", ABSENCE.format(4) + "1,2,3,4,5,6,7,8,9,10,11,12\n")
    load_files(paths, [folder])
    assert not changes.scan(paths)
    before = {file: file.read_bytes() for file in paths.raw.rglob("*.parquet")}
    file = next(iter(paths.raw.glob(f"{what}.parquet")))
    content = bytearray(file.read_bytes())
    if how == "gone":
        file.unlink()
    else:
        content[len(content) // 2] ^= 1
        file.write_bytes(content if how == "flipped" else content[:-1])
    assert changes.scan(paths).damaged == {file.relative_to(paths.raw).as_posix()}
    assert load_files(paths).mended == 1
    assert {file: file.read_bytes() for file in paths.raw.rglob("*.parquet")} == before
    assert not changes.scan(paths)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(place=st.floats(0, 1, exclude_max=True), bit=st.integers(0, 7), copy=st.booleans())
def test_a_flipped_bit_of_the_state_is_never_believed(paths: Paths, place: float, bit: int, copy: bool) -> None:
    known = state.State(folders=["/files"], forgotten={"0123": "They asked."}, seen={"4567": "2026-11-29"})
    state.save(paths, known)
    file = state.copy_path(paths) if copy else state.state_path(paths)
    content = bytearray(file.read_bytes())
    content[int(place * len(content))] ^= 1 << bit
    file.write_bytes(content)
    assert state.load(paths) == known
    assert state.mend(paths) and not state.mend(paths)


def test_a_data_folder_may_be_copied(paths: Paths, tmp_path: Path) -> None:
    put(paths.landing / "2018-19" / "abs.csv", ABSENCE.format(4))
    load_files(paths)
    copied = Paths(tmp_path / "another" / "data")
    shutil.copytree(paths.data_dir, copied.data_dir)
    assert not changes.scan(copied)
    assert load_files(copied).read == 0
