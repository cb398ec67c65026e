"""Checking a file and handing it over: what is said, what is kept, and what is refused."""

from __future__ import annotations

import hashlib
import io
import json
import os
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from dashboards.access import ANONYMOUS, DEMO, Viewer
from dashboards.app import create_app
from dashboards.topics.check import checker as checking
from dashboards.topics.check import routes
from dashboards.topics.check.checker import Checker, CheckError, safe_name, year_choices
from orchestration.readers import check_file

CLEAN = (
    b"partnership_id,partnership_name,kind,la_code,lead_urn,started_on,ended_on\n"
    b"P01,Lantern Valley Cluster,cluster,999,900001,2016-09-01,\n"
)
FAULTY = (
    b"partnership_id,school_urn,joined_on,left_on,role\nP01,9O0019,2016-09-01,,member\nP01,900020,31/02/2018,,member\n"
)
#: An absence file: nothing in it tells its year.
YEARLESS = b"LA,ESTAB,URN,PERCTOT,PPERSABS10\n999,2001,900001,4.1,8.5\n"
Post = Callable[..., "Posted"]


class Posted:
    """An answer to the page's script: its status, its sentence, and all the text that is drawn."""

    def __init__(self, answer: Any) -> None:
        self.status = answer.status_code
        told = json.loads(answer.get_data(as_text=True))
        self.said: str = told["said"]
        self.drawn = json.dumps(told["drawn"], ensure_ascii=False)


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def post(data_dir: Path) -> Post:
    """Posts a file as the page's script does, and asserts that nothing of it stays in the private folder."""

    def send(
        content: bytes = CLEAN,
        name: str = "partnerships.csv",
        to: str = "file",
        viewer: Viewer = DEMO,
        headers: dict[str, str] | None = None,
        **form: str,
    ) -> Posted:
        client = create_app(data_dir, lambda _request: viewer).server.test_client()
        answer = client.post(
            f"/check/{to}",
            data={"file": (io.BytesIO(content), name), **form},
            headers={"X-Turncurve": "check"} if headers is None else headers,
        )
        private = data_dir / ".checking"
        assert not private.exists() or list(private.iterdir()) == []
        return Posted(answer)

    return send


def _landed(data_dir: Path) -> list[str]:
    landing = data_dir / "landing"
    return sorted(path.relative_to(landing).as_posix() for path in landing.rglob("*") if path.is_file())


def _log(data_dir: Path) -> list[dict[str, Any]]:
    (log,) = (data_dir / "audit").iterdir()
    return [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def test_a_clean_file_is_said_to_be_clean_and_not_kept(post: Post, data_dir: Path) -> None:
    answer = post()
    assert (answer.status, answer.said) == (200, "No problems found in partnerships.csv.")
    assert "Partnerships (template)" in answer.drawn and _sha256(CLEAN) in answer.drawn
    assert _landed(data_dir) == []


def test_every_problem_is_listed_with_row_column_value_and_advice(post: Post) -> None:
    answer = post(FAULTY, "memberships.csv")
    assert (answer.status, answer.said) == (200, "2 problems found in memberships.csv.")
    for text in ("Row 2", "school_urn", "9O0019", "A URN has six digits", "Row 3", "31/02/2018", "Type the date like"):
        assert text in answer.drawn
    assert "check-hand-over" not in answer.drawn


def test_all_problems_are_counted_and_twenty_of_a_kind_listed(post: Post) -> None:
    rows = b"".join(b"P01,x%d,2016-09-01,,member\n" % number for number in range(1200))
    answer = post(FAULTY.splitlines(keepends=True)[0] + rows, "memberships.csv")
    assert answer.said == "1,200 problems found in memberships.csv."
    assert "The first of each kind are listed: 20 of 1,200 problems." in answer.drawn
    assert answer.drawn.count('"scope": "row"') == 20


def test_personal_columns_are_said_to_be_left_behind(post: Post) -> None:
    groups = (
        b"Group UID,Group ID,Group Name,Group Type,Open date,Closed Date,Group Status,Head of Group Last Name\n"
        b"99001,TR99001,ZEPHYR LEARNING TRUST,Multi-academy trust,2016-07-01,,Open,Quillfeather\n"
    )
    answer = post(groups, "groups_2019-09.csv")
    assert answer.said == "No problems found in groups_2019-09.csv."
    assert "Head of Group Last Name (personal data: never enters the warehouse)" in answer.drawn
    assert "as it is, personal columns included" in answer.drawn
    assert "Quillfeather" not in answer.drawn
    assert "personal columns" not in post().drawn


@pytest.mark.parametrize(
    ("content", "name", "said", "why"),
    [
        (
            b"one,two\n1,2\n",
            "strange.csv",
            "strange.csv cannot be used as it is.",
            "We do not recognise these column headings",
        ),
        (b"PK\x03\x04 cut short", "rows.xlsx", "rows.xlsx cannot be used as it is.", "damaged"),
        (b"", "empty.csv", "empty.csv cannot be used as it is.", "Refused"),
        (b"%PDF-1.7", "minutes.pdf", "minutes.pdf holds no data that is taken.", "a document"),
    ],
)
def test_a_file_that_cannot_be_used_is_explained(post: Post, content: bytes, name: str, said: str, why: str) -> None:
    answer = post(content, name)
    assert (answer.status, answer.said) == (200, said)
    assert why in answer.drawn and "check-hand-over" not in answer.drawn


def test_the_year_that_a_file_cannot_tell_is_chosen_on_the_page(post: Post) -> None:
    without = post(YEARLESS, "absence.csv")
    assert "Choose its academic year above" in without.drawn and "--year" not in without.drawn
    given = post(YEARLESS, "absence.csv", year="2018/19")
    assert given.said == "No problems found in absence.csv."
    assert "2018/19, from your choice" in given.drawn


def test_a_year_in_the_name_goes_before_the_choice(post: Post) -> None:
    answer = post(YEARLESS, "absence 2016-17.csv", year="2018/19")
    assert "2016/17, from the file's name, which goes before your choice" in answer.drawn


@pytest.mark.parametrize("year", ["1066/67", "../../2018", "2018/20", "2090/91"])
def test_a_year_that_is_not_in_the_list_is_refused(post: Post, year: str) -> None:
    answer = post(year=year)
    assert (answer.status, answer.said) == (400, "Choose the academic year from the list.")


def test_the_years_end_with_the_school_year_that_has_begun() -> None:
    assert year_choices(date(2026, 8, 31))[0] == "2025/26"
    assert year_choices(date(2026, 9, 1))[0] == "2026/27"
    assert year_choices(date(2026, 9, 1))[-1] == "2009/10"


@pytest.mark.parametrize("to", ["file", "hand-over"])
def test_a_file_that_is_too_large_is_refused(
    post: Post, data_dir: Path, to: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (checking, routes):
        monkeypatch.setattr(module, "MOST_BYTES", 1_000_000)
    # A little too large passes the limit of the post and is stopped as it is written; much too large is not read.
    for size in (1_050_000, 2_000_000):
        answer = post(b"x" * size, to=to, sha256="")
        assert answer.status == 413
        assert "larger than 1 MB" in answer.said and "turncurve check" in answer.said
    assert _landed(data_dir) == []


def test_no_file_is_said_in_words(post: Post) -> None:
    answer = post(b"", "")
    assert (answer.status, answer.said) == (400, "Choose a file first.")


@pytest.mark.parametrize("to", ["file", "hand-over"])
def test_nobody_can_send_anything(post: Post, data_dir: Path, to: str) -> None:
    answer = post(to=to, viewer=ANONYMOUS, sha256=_sha256(CLEAN))
    assert answer.status == 403 and "Nobody is signed in" in answer.said
    assert _landed(data_dir) == []
    assert [(line["viewer"], line["parameters"]["file"]) for line in _log(data_dir)] == [("anonymous", "")]


def test_nobody_is_shown_the_form(anonymous_page: Any) -> None:
    made = anonymous_page("/check")
    assert made.components("Form") == [] and "Sign in to check a file" in made.text


def test_the_form_is_there_without_a_warehouse(unpublished_page: Any, data_dir: Path) -> None:
    made = unpublished_page("/check")
    assert len(made.components("Form")) == 1
    current = [link["label"] for link in made.components("NavLink") if link.get("active")]
    assert current == ["Check a file"]
    assert create_app(data_dir).server.test_client().get("/check").status_code == 200


@pytest.mark.parametrize("to", ["file", "hand-over"])
@pytest.mark.parametrize("headers", [{"Sec-Fetch-Site": "cross-site", "X-Turncurve": "check"}, {}])
def test_another_site_cannot_send_anything(data_dir: Path, to: str, headers: dict[str, str]) -> None:
    client = create_app(data_dir, lambda _request: DEMO).server.test_client()
    data = {"file": (io.BytesIO(CLEAN), "partnerships.csv"), "sha256": _sha256(CLEAN)}
    assert client.post(f"/check/{to}", data=data, headers=headers).status_code == 403
    assert _landed(data_dir) == []


def test_a_clean_file_is_handed_over_byte_for_byte(post: Post, data_dir: Path) -> None:
    answer = post(to="hand-over", sha256=_sha256(CLEAN))
    assert (answer.status, answer.said) == (200, "partnerships.csv was handed over.")
    assert "The next refresh takes it" in answer.drawn
    assert _landed(data_dir) == ["uploaded/partnerships.csv"]
    assert (data_dir / "landing" / "uploaded" / "partnerships.csv").read_bytes() == CLEAN


def test_what_is_handed_over_twice_lies_there_twice(post: Post, data_dir: Path) -> None:
    other = CLEAN.replace(b"P01", b"P02")
    for content in (CLEAN, other, CLEAN):
        assert post(content, to="hand-over", sha256=_sha256(content)).status == 200
    folder = data_dir / "landing" / "uploaded"
    assert (folder / "partnerships.csv").read_bytes() == CLEAN
    assert (folder / "partnerships (2).csv").read_bytes() == other
    assert (folder / "partnerships (3).csv").read_bytes() == CLEAN
    assert len(_landed(data_dir)) == 3


def test_the_chosen_year_is_kept_as_the_folder_which_a_refresh_believes(post: Post, data_dir: Path) -> None:
    answer = post(YEARLESS, "absence.csv", to="hand-over", sha256=_sha256(YEARLESS), year="2018/19")
    assert answer.status == 200
    assert _landed(data_dir) == ["uploaded/2018-2019/absence.csv"]
    (table,) = check_file(data_dir / "landing" / "uploaded" / "2018-2019" / "absence.csv").tables
    assert (table.status, table.academic_year) == ("usable", "2018/19")


@pytest.mark.parametrize(
    ("content", "sha256", "said"),
    [
        (FAULTY, _sha256(FAULTY), "not clean"),
        (b"one,two\n1,2\n", _sha256(b"one,two\n1,2\n"), "not clean"),
        (CLEAN, _sha256(CLEAN + b"\n"), "not the file that was checked"),
        (CLEAN, "", "not the file that was checked"),
        (CLEAN, "é", "not the file that was checked"),
    ],
)
def test_what_is_not_clean_or_not_what_was_checked_is_not_handed_over(
    post: Post, data_dir: Path, content: bytes, sha256: str, said: str
) -> None:
    answer = post(content, "memberships.csv", to="hand-over", sha256=sha256)
    assert answer.status == 409 and said in answer.said
    assert _landed(data_dir) == []
    assert said in _log(data_dir)[-1]["outcome"]


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../x.csv", "x.csv"),
        ("/etc/passwd", "passwd"),
        ("C:\\data\\schools 2018-19.xlsx", "schools 2018-19.xlsx"),
        (".hidden.csv", "hidden.csv"),
        ("..", "file"),
        ("~$open.xlsx", "open.xlsx"),
        ("-rf.csv", "rf.csv"),
        ("a\x00b\nc\u202ed.csv", "abcd.csv"),
        ("census.csv.gz", "census.csv.gz"),
        ("CON.csv", "CON_.csv"),
        ("<a>|b?.csv", "_a__b_.csv"),
        ("Schüler.csv", "Schüler.csv"),
        ("x" * 500 + ".csv", "x" * 120 + ".csv"),
    ],
)
def test_a_name_is_made_safe_and_stays_what_it_says(given: str, kept: str) -> None:
    assert safe_name(given) == kept


@pytest.mark.parametrize("name", ["../../x.csv", "/etc/passwd.csv", "..\\..\\x.csv", "....//x.csv", ".x.csv"])
def test_a_hostile_name_stays_in_the_folder(post: Post, data_dir: Path, name: str) -> None:
    answer = post(CLEAN, name, to="hand-over", sha256=_sha256(CLEAN))
    assert answer.status == 200
    assert _landed(data_dir) in (["uploaded/x.csv"], ["uploaded/passwd.csv"])
    assert sorted(p.name for p in data_dir.iterdir()) == [".checking", "audit", "landing"]


def test_a_name_that_looks_like_a_page_is_only_text(post: Post) -> None:
    assert "<script>" not in post(CLEAN, "<script>alert(1)</script>.csv").drawn


def test_who_checked_and_handed_over_what_is_written_down(post: Post, data_dir: Path) -> None:
    post()
    post(FAULTY, "memberships.csv")
    post(to="hand-over", sha256=_sha256(CLEAN))
    assert [
        (line["viewer"], line["question"], line["parameters"]["file"], line["outcome"]) for line in _log(data_dir)
    ] == [
        ("analyst", "check_file", "partnerships.csv", "clean"),
        ("analyst", "check_file", "memberships.csv", "problems"),
        ("analyst", "hand_over", "partnerships.csv", "landed as uploaded/partnerships.csv"),
    ]
    (log,) = (data_dir / "audit").iterdir()
    assert "9O0019" not in log.read_text(encoding="utf-8")


def test_what_cannot_be_written_down_is_not_handed_over(post: Post, data_dir: Path) -> None:
    data_dir.mkdir()
    (data_dir / "audit").write_text("a file where the folder should be")
    answer = post(to="hand-over", sha256=_sha256(CLEAN))
    assert answer.status == 503 and "audit log" in answer.said
    assert _landed(data_dir) == []


def test_one_file_is_checked_at_a_time(data_dir: Path) -> None:
    checker = Checker(data_dir, wait=0.05)
    with (
        checker.handed_over(io.BytesIO(CLEAN), "a.csv", None, _sha256(CLEAN)),
        pytest.raises(CheckError, match="Another file is being checked"),
    ):
        checker.check(io.BytesIO(CLEAN), "b.csv", None)
    assert checker.check(io.BytesIO(CLEAN), "b.csv", None).clean


def test_a_check_that_takes_too_long_is_ended_and_leaves_nothing(data_dir: Path) -> None:
    with pytest.raises(CheckError, match="took longer"):
        Checker(data_dir, patience=0.01).check(io.BytesIO(CLEAN), "a.csv", None)
    assert list((data_dir / ".checking").iterdir()) == []


def test_what_a_killed_process_left_is_cleared_away(data_dir: Path) -> None:
    for name, age in (("check-old", 7200), ("check-of-another-process", 60)):
        folder = data_dir / ".checking" / name
        folder.mkdir(parents=True)
        (folder / "a.csv").write_bytes(CLEAN)
        os.utime(folder, (time.time() - age, time.time() - age))
    Checker(data_dir).check(io.BytesIO(CLEAN), "a.csv", None)
    assert [path.name for path in (data_dir / ".checking").iterdir()] == ["check-of-another-process"]


def test_a_check_that_fails_is_said_and_leaves_nothing(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checking, "_REPOSITORY", data_dir)
    data_dir.mkdir()
    (data_dir / "orchestration").mkdir()
    (data_dir / "orchestration" / "__init__.py").write_text("")
    (data_dir / "orchestration" / "cli.py").write_text("raise SystemExit(3)")
    with pytest.raises(CheckError, match="The check itself failed"):
        Checker(data_dir).check(io.BytesIO(CLEAN), "a.csv", None)
    assert list((data_dir / ".checking").iterdir()) == []
