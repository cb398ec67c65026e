"""The door: who is given what, from which version, and what is written down."""

from __future__ import annotations

import json
import threading
from pathlib import Path

import duckdb
import pandas as pd
import pytest
from published_fixture import few_rows, write_published

from dashboards.access import ANONYMOUS, DEMO, AuditError, Door, NotPublished, NotServable, UnknownQuestion, Viewer
from dashboards.access import published as published_module
from dashboards.access.catalog import every_question

AREA = {"area_type": "partnership", "area_id": "NP01"}


def _example(name: str) -> dict[str, object]:
    """Parameters that give rows of the fixture for every question."""
    special: dict[str, object] = {
        **AREA,
        "partnership": "NP01",
        "authority": "999",
        "indicator": "ks2_rwm_expected_pct",
        "breakdown": "all",
        "file": None,
        "search": "primary",
        "as_at": "2018/19 summer",
    }
    return {key: special.get(key, kind.example) for key, kind in every_question()[name].parameters.items()}


@pytest.mark.parametrize("name", sorted(every_question()))
def test_every_question_is_described(name: str) -> None:
    assert every_question()[name].about.startswith("One row per")
    assert every_question()[name].about.endswith(".")


@pytest.mark.parametrize("name", sorted(every_question()))
def test_every_question_answers_the_demo_viewer(name: str, door: Door) -> None:
    assert len(door.fetch(name, DEMO, **_example(name)).frame) > 0


@pytest.mark.parametrize("name", sorted(every_question()))
def test_every_question_gives_nothing_to_nobody(name: str, door: Door) -> None:
    answer = door.fetch(name, ANONYMOUS, **_example(name))
    assert answer.denied and answer.frame.empty and answer.hidden
    assert len(answer.frame.columns) > 0


def test_an_unheard_of_kind_of_viewer_is_given_nothing(door: Door) -> None:
    stranger = Viewer("x", "administrator", "Someone", "")
    assert door.fetch("areas", stranger).frame.empty


def test_an_answer_to_one_viewer_is_not_remembered_for_another(fixture_data_dir: Path) -> None:
    fresh = Door(fixture_data_dir)
    assert len(fresh.fetch("areas", DEMO).frame) > 0
    assert fresh.fetch("areas", ANONYMOUS).frame.empty
    assert len(fresh.fetch("areas", DEMO).frame) > 0


def test_only_marts_are_read() -> None:
    for question in every_question().values():
        assert "marts." in question.sql
        assert "read_" not in question.sql


@pytest.mark.parametrize(
    ("name", "parameters", "said"),
    [
        ("everything", {}, "no question called"),
        ("areas", {"area": "x"}, "no parameter"),
        ("school_identity", {}, "needs the parameter"),
        ("school_identity", {"urn": "12"}, "six digits"),
        ("school_identity", {"urn": "900001' or '1'='1"}, "six digits"),
        ("area_series", {**AREA, "breakdown": "all", "year": "2018"}, "academic year"),
        ("restatements", {"most": "10; drop table x"}, "whole number"),
        ("restatements", {"most": True}, "whole number"),
    ],
)
def test_a_wrong_question_is_refused_in_words(door: Door, name: str, parameters: dict[str, object], said: str) -> None:
    with pytest.raises(UnknownQuestion, match=said):
        door.fetch(name, DEMO, **parameters)


def test_text_is_bound_and_never_becomes_sql(door: Door) -> None:
    assert door.fetch("schools", DEMO, search="' or 1=1 --", most=10).frame.empty


def test_the_file_is_open_for_reading_only_and_locked_down(fixture_data_dir: Path) -> None:
    cursor = Door(fixture_data_dir).version().cursor()
    for statement in (
        "create table published.marts.x (a int)",
        "insert into published.marts.dim_school select * from published.marts.dim_school",
        "select * from read_csv('/etc/hostname')",
        "attach 'other.duckdb' as other",
        "set enable_external_access = true",
        "copy (select 1) to 'out.csv'",
        "install httpfs",
    ):
        with pytest.raises(duckdb.Error):
            cursor.execute(statement)


def test_a_caller_cannot_change_what_is_remembered(door: Door) -> None:
    frame = door.fetch("areas", DEMO).frame
    frame["name"] = "changed"
    assert "changed" not in set(door.fetch("areas", DEMO).frame["name"])


def test_few_answers_are_held_back_and_counted(door: Door) -> None:
    answer = door.fetch("reflection_domains", DEMO, area_type="partnership", area_id="NP02", year=None)
    assert answer.frame["mean_value"].isna().all()
    assert answer.hidden == (
        "24 figures are not shown: fewer than 5 people answered, or all so alike that everybody’s answer would be known.",
    )


def test_enough_answers_are_shown(door: Door) -> None:
    answer = door.fetch("reflection_domains", DEMO, **AREA, year=None)
    assert answer.frame["mean_value"].notna().all() and answer.hidden == ()


def test_estimates_are_for_those_who_may_see_every_review_they_are_made_of(door: Door) -> None:
    """Made of the reviews that were shared with one authority, they are not for the analyst of another."""
    asked = {"event": "reviewed", "scope": "all"}
    assert len(door.fetch("impact_estimates", DEMO, **asked).frame)
    for kind, organisation in (("authority", "998"), ("board", "NP01"), ("steward", "999"), ("public", "")):
        other = Viewer("other", kind, "Somebody else", organisation)
        assert door.fetch("impact_estimates", other, **asked).frame.empty
        assert door.fetch("impact_years", other, **asked, indicator="ks2_rwm_expected_pct").frame.empty


def test_rows_hold_none_where_the_frame_holds_nothing(door: Door) -> None:
    rows = door.fetch("school_identity", DEMO, urn="900001").rows
    assert rows[0]["closed_on"] is None
    assert not any(isinstance(value, float) and pd.isna(value) for value in rows[0].values())


def test_every_answer_is_written_down(tmp_path: Path) -> None:
    write_published(tmp_path / "published", rows=few_rows())
    watched = Door(tmp_path)
    for viewer in (DEMO, DEMO, ANONYMOUS):
        watched.fetch("schools", viewer, channel="csv", search="primary", most=10)
    (log,) = (tmp_path / "audit").iterdir()
    lines = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
    assert [line["viewer"] for line in lines] == ["analyst", "analyst", "anonymous"]
    first = lines[0]
    assert (first["question"], first["parameters"]) == ("schools", {"search": "primary", "authority": None, "most": 10})
    assert (first["channel"], first["version"]) == ("csv", "v1")
    assert first["rows"] > 0 and lines[2]["rows"] == 0 and lines[2]["hidden"]


def test_no_answer_without_a_record(tmp_path: Path) -> None:
    write_published(tmp_path / "published", rows=few_rows())
    (tmp_path / "audit").write_text("a file where the folder should be")
    with pytest.raises(AuditError, match="cannot be written"):
        Door(tmp_path).fetch("areas", DEMO)


def test_without_a_warehouse_the_reader_is_told_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(NotPublished, match="turncurve demo"):
        Door(tmp_path).fetch("areas", DEMO)


@pytest.mark.parametrize(
    "pointer", ["", "{}", '{"warehouse": "gone.duckdb", "version": "1", "built_at": "2026-01-01"}']
)
def test_a_broken_pointer_is_said_in_words(tmp_path: Path, pointer: str) -> None:
    (tmp_path / "published").mkdir()
    (tmp_path / "published" / "current.json").write_text(pointer)
    with pytest.raises(
        NotServable, match=r"current\.json, which names the version to serve, is damaged.*turncurve refresh"
    ):
        Door(tmp_path).fetch("areas", DEMO)


def test_a_pointer_cannot_lead_out_of_its_folder(tmp_path: Path) -> None:
    write_published(tmp_path / "elsewhere", rows=few_rows())
    (tmp_path / "published").mkdir()
    pointer = json.loads((tmp_path / "elsewhere" / "current.json").read_text())
    pointer["warehouse"] = "../elsewhere/" + pointer["warehouse"]
    (tmp_path / "published" / "current.json").write_text(json.dumps(pointer))
    with pytest.raises(NotPublished):
        Door(tmp_path).version()


def test_a_new_version_is_served_without_disturbing_a_reader(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(published_module, "_SECONDS_BETWEEN_LOOKS", 0.0)
    write_published(tmp_path / "published", "v1", few_rows())
    watched = Door(tmp_path)
    reading = watched.version().cursor()
    write_published(tmp_path / "published", "v2")
    assert watched.fetch("areas", DEMO).frame.empty
    assert watched.version().id == "v2"
    found = reading.execute("select count(*) from published.marts.dim_school").fetchone()
    assert found is not None and found[0] > 0


def test_the_old_version_stays_when_the_new_one_cannot_be_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(published_module, "_SECONDS_BETWEEN_LOOKS", 0.0)
    write_published(tmp_path / "published", "v1", few_rows())
    watched = Door(tmp_path)
    assert watched.version().id == "v1"
    (tmp_path / "published" / "current.json").write_text('{"warehouse": "warehouse-v2.duckdb"')
    assert watched.version().id == "v1"


def test_the_pointer_is_looked_at_once_a_second_at_most(tmp_path: Path) -> None:
    write_published(tmp_path / "published", "v1", few_rows())
    watched = Door(tmp_path)
    watched.version()
    write_published(tmp_path / "published", "v2")
    assert watched.version().id == "v1"


def test_many_readers_at_once(door: Door) -> None:
    counts: list[int] = []

    def ask(year: str) -> None:
        counts.append(len(door.fetch("area_series", DEMO, **AREA, breakdown="all", year=year).frame))

    threads = [threading.Thread(target=ask, args=(f"201{n % 5 + 4}/1{n % 5 + 5}",)) for n in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(counts) == 16
