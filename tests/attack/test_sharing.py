"""Every kind of viewer, every question and every channel: nobody is shown a canary of what was not shared with them.

Belongs here: attacks on the door and on every way out of it. Does not belong here: what can be worked out of figures that are
shown (`tests/unit/test_disclosure.py`, `tests/pipeline/test_inference.py`).

What a viewer's marts hold is compared with the table of docs/sharing.md in full, and no question reads anything else. Of the
questions, addresses and hostile values each run tries some, at least one of each kind: TURNCURVE_ATTACK_SEED chooses others, and
with TURNCURVE_WHOLE_ATTACK=1 (`make attack`) all of them are tried.
"""

from __future__ import annotations

import inspect
import itertools
import json
import logging
import os
import random
import shutil
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import duckdb
import pytest
from dash import Dash

from dashboards.access import Door, UnknownQuestion, Viewer
from dashboards.access.catalog import every_question
from dashboards.access.rights import declared
from dashboards.app import create_app
from dashboards.shared import table as tables
from dashboards.ui.shell import ENTRIES
from integrity.versions import Pointer, facts_beside, write_facts
from tests.asked import page_asker
from tests.attack.canaries import CANARY, DATASETS, IN_TOTALS, POOLED, VIEWERS, canary, may_see, plant, table
from tests.conftest import Say, another_folder, served

WHOLE = os.environ.get("TURNCURVE_WHOLE_ATTACK") == "1"
SEED = os.environ.get("TURNCURVE_ATTACK_SEED", "15")
#: Datasets that not everybody sees.
KEPT = {*POOLED, "entries", "accounts", "records"}
T = TypeVar("T")


def some(of: Iterable[T], number: int, *why: Any) -> list[T]:
    """All of them where the whole attack is asked for, else a few; `why` says what for, so that each draw is another."""
    every = list(of)
    return every if WHOLE or len(every) <= number else random.Random(f"{SEED} {why}").sample(every, number)


#: What is tried for each name of a parameter or of a value of an address.
VALUES: dict[str, list[Any]] = {
    "partnership": ["NP01", "NP02", None],
    "authority": ["999", None],
    "area_type": ["partnership", "school", "authority"],
    "area_id": ["NP01", "S900002", "999"],
    "scope": ["NP01", "all"],
    "urn": ["900001", "900007"],
    "area": ["partnership-NP01", "partnership-NP02", "authority-999"],
    "indicator": ["ks2_rwm_expected_pct"],
    "breakdown": ["all"],
    "year": ["2018/19", None],
    "as_at": ["2018/19 summer"],
    "search": [None, "primary"],
    "file": [None, "9" * 16],
    "most": [1000],
    "event": ["reviewed", "joined"],
}
#: What is sent where a value is expected.
HOSTILE: list[Any] = [
    "' or 1=1 --", "'; drop table marts.viewer; --", "NP01' union select * from published.marts.viewer --", "%", "_%", "*",
    "NP0_", "\x00", "../../etc/passwd", "S900001", "CANARY", "x" * 5000, "", " ", "null", "NaN", "true", -1, 0, 10**18, 1.5,
    True, [], ["NP01", "NP02"], {"a": 1}, b"NP01", "published.marts.review", "read_csv('/etc/passwd')", "$partnership",
    "{{7*7}}", "ＮＰ０１",
]  # fmt: skip


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return plant(tmp_path_factory.mktemp("canaries") / "data")


@pytest.fixture(scope="module")
def door(data_dir: Path) -> Door:
    return Door(data_dir)


@pytest.fixture(scope="module")
def app(data_dir: Path) -> Dash:
    """One app, whose viewer each test chooses."""
    return create_app(data_dir, lambda request: VIEWERS[int(request.headers.get("X-Test-Viewer", "11"))])


def found_in(text: str) -> set[tuple[str, str]]:
    return {(dataset, area) for dataset, area in CANARY.findall(text)}


def leaks(viewer: Viewer, text: str) -> set[tuple[str, str]]:
    """Canaries in a text that this viewer may not be shown; those made for a viewer are that viewer's alone."""
    mine = f"for_{viewer.id}".replace("-", "_")
    if viewer.kind == "steward":
        mine = "for_public"  # what is made for everyone
    return {one for one in found_in(text) - may_see(viewer) if one[1] != mine}


def _combinations(names: list[str]) -> Iterator[dict[str, Any]]:
    for chosen in itertools.product(*(VALUES.get(name, [None]) for name in names)):
        yield dict(zip(names, chosen, strict=True))


def _asked(door: Door, viewer: Viewer) -> tuple[str, int]:
    texts, tried = [], 0
    questions = every_question()
    open_ = some([name for name, question in questions.items() if not KEPT & set(question.made_of)], 6, viewer.id)
    for name, question in questions.items():
        if not KEPT & set(question.made_of) and name not in open_:
            continue
        for parameters in some(_combinations(list(question.parameters)), 2, viewer.id, name):
            try:
                answer = door.fetch(name, viewer, **parameters)
            except UnknownQuestion as error:
                texts.append(str(error))
                continue
            tried += 1
            texts.append(answer.frame.to_csv())
            texts.extend(answer.hidden)
    return "\n".join(texts), tried


@pytest.mark.parametrize("viewer", VIEWERS, ids=lambda viewer: viewer.id)
def test_no_question_gives_what_was_not_shared(door: Door, viewer: Viewer, say: Say) -> None:
    text, tried = _asked(door, viewer)
    say(f"{viewer.id}: {tried} questions asked, {len(leaks(viewer, text))} leaks")
    assert leaks(viewer, text) == set()


def _rows_seen(door: Door, viewer: Viewer, dataset: str) -> set[tuple[str, str]]:
    """The canaries of a dataset in every mart this viewer has, whatever any question asks of them."""
    if not viewer.is_known:
        return set()
    rights = door._rights_of(viewer, door.version())
    return {one for one in _canaries(door, lambda mart: rights.of(f"select * from marts.{mart}")) if one[0] == dataset}


def _canaries(door: Door, rows: Callable[[str], str]) -> set[tuple[str, str]]:
    version, found = door.version(), set()
    for mart, lines in declared(version.connection).lines.items():
        # a mart of open data has no canary, and may be large; that none of it is shown elsewhere is the channels' to find
        if any(KEPT & set(line.made_of) for line in lines):
            frame = version.cursor().execute(rows(mart)).df()
            text = "\n".join(
                " ".join(map(str, frame[name].dropna().unique())) for name in frame.select_dtypes("str").columns
            )
            found |= found_in(text)
    return {one for one in found if not one[1].startswith("for_")}


@pytest.mark.parametrize("viewer", VIEWERS[:11], ids=lambda viewer: viewer.id)
def test_each_viewer_has_exactly_what_the_table_says(
    door: Door, viewer: Viewer, planted_everywhere: set[tuple[str, str]]
) -> None:
    """From docs/sharing.md: all rows of all marts of a viewer, compared with the table both ways."""
    rights = door._rights_of(viewer, door.version())
    shown = _canaries(door, lambda mart: rights.of(f"select * from marts.{mart}"))
    # answers are published as means for each viewer, and single statements not at all
    for dataset in sorted(set(POOLED) - {"voices", "transition_points"}):
        allowed = {one for one in may_see(viewer) if one[0] == dataset}
        seen = {one for one in shown if one[0] == dataset}
        assert seen <= allowed, (viewer.id, dataset)
        # rows of the kind the dataset is about are all there; of a partnership as a whole only where all its schools share
        own_kind = "S" if DATASETS[dataset]["area_type"] == "school" else "N"
        planted = {one for one in planted_everywhere if one[0] == dataset and one[1].startswith(own_kind)}
        assert seen & planted == allowed & planted, (viewer.id, dataset)
    for dataset, area in (("entries", "form"), ("accounts", "account"), ("records", "form")):
        assert ((dataset, area) in shown) == ((dataset, area) in may_see(viewer))


@pytest.fixture(scope="module")
def planted_everywhere(door: Door) -> set[tuple[str, str]]:
    """Every canary that anybody could be shown."""
    return _canaries(door, lambda mart: f"select * from published.marts.{mart}")


def test_the_table_names_every_dataset_and_every_kind_of_viewer() -> None:
    assert {dataset for dataset, _ in table()} == set(DATASETS)
    for dataset, row in DATASETS.items():
        words = {
            kind: table()[dataset, kind]
            for kind in ("authority", "steward", "partnership_lead", "board", "head", "public")
        }
        everyone = {"everyone": "all", "signed_in": "all"}.get(row["seen_by"])
        if everyone:
            assert all(cell == {everyone} for kind, cell in words.items() if kind != "public")
            assert words["public"] == ({"all"} if row["seen_by"] == "everyone" else {"nothing"})
        if row["seen_by"] == "agreement":
            assert not any("all" in cell for cell in words.values())


#: A request to the app, made when it is called; what it gives is the text that came back.
Request = Callable[[], str]


class _As:
    """An app as one viewer sees it: every request of its clients carries that viewer."""

    def __init__(self, app: Dash, viewer: int) -> None:
        self.server = self
        self._app, self._viewer = app, viewer

    def test_client(self) -> Any:
        client = self._app.server.test_client()
        client.environ_base["HTTP_X_TEST_VIEWER"] = str(self._viewer)
        return client


#: Every channel there is: a way out of the app, as requests by what they have in common. Those to come register themselves here.
CHANNELS: dict[str, Callable[[_As], Iterator[tuple[str, Request]]]] = {}


def channel(
    attack: Callable[[_As], Iterator[tuple[str, Request]]],
) -> Callable[[_As], Iterator[tuple[str, Request]]]:
    CHANNELS[attack.__name__] = attack
    return attack


def _paths() -> Iterator[tuple[str, str, str]]:
    for path in ENTRIES:
        for urn in VALUES["urn"] if "<urn>" in path else [""]:
            for area in VALUES["area"]:
                for more in ("", "&order=reasons&quiet=show") if path == "/risk" else ("",):
                    yield path, path.replace("<urn>", str(urn)), f"?area={area}{more}"


@channel
def pages(app: _As) -> Iterator[tuple[str, Request]]:
    """Every page by the app's router, each filter, sort and order of it."""
    ask = page_asker(app)  # type: ignore[arg-type]
    for page, path, search in _paths():
        yield page, lambda path=path, search=search: json.dumps(ask(path, search).layout)


@channel
def parts(app: _As) -> Iterator[tuple[str, Request]]:
    """The parts of a page after a change of its filters, with a state that says another page was there."""
    client = app.test_client()
    for _page, path, search in _paths():
        state = {"path": path, "search": search, "was": "?area=partnership-NP02", "parts": "1"}
        # all pages have their parts made in one place: some of all are tried
        yield (
            f"part {len(path) % 4}",
            lambda state=state: client.get("/_part", query_string=state).get_data(as_text=True),
        )


@channel
def downloads(app: _As) -> Iterator[tuple[str, Request]]:
    """Every table as CSV, with every combination of what it may be asked."""
    client = app.test_client()
    for name in tables.names():
        wanted = list(inspect.signature(tables.builder(name)).parameters)[1:]
        for query in _combinations(wanted):
            given = {key: value for key, value in query.items() if value is not None}
            address = f"/download/{name}.csv"
            yield name, lambda at=address, given=given: client.get(at, query_string=given).get_data(as_text=True)


@channel
def addresses(app: _As) -> Iterator[tuple[str, Request]]:
    """What the app itself answers at, by direct HTTP, with headers and cookies of others."""
    client = app.test_client()
    client.set_cookie("session", "eyJhY2NvdW50Ijoic3Rld2FyZCJ9.forged.signature")
    others = {"X-Forwarded-User": "steward", "X-Viewer": "steward"}
    for path in (
        "/", "/_dash-layout", "/_dash-dependencies", "/healthz", "/view-as", "/download/viewer.csv", "/download/../x.csv",
        "/assets/../published/current.json", "/school/900001", "/nowhere", "/_part?path=/&search=?viewer=steward",
    ):  # fmt: skip
        yield path, lambda path=path: client.get(path, headers=others).get_data(as_text=True)
    yield "choose", lambda: client.post("/view-as", data={"account": "steward"}).get_data(as_text=True)
    yield "dash", lambda: client.post("/_dash-update-component", json={"viewer": "steward"}).get_data(as_text=True)


#: One of each kind: what tells two of a kind apart is tried question by question.
ATTACKED = ("analyst", "steward", "lead-1", "board-1", "head-1", "public", "anonymous")


@pytest.mark.parametrize("way", sorted(CHANNELS))
def test_no_channel_gives_what_was_not_shared(app: Dash, way: str, say: Say, caplog: pytest.LogCaptureFixture) -> None:
    tried, leaked = 0, []
    with caplog.at_level(logging.DEBUG):
        for number, viewer in enumerate(VIEWERS):
            if viewer.id not in ATTACKED:
                continue
            alike: dict[str, list[Request]] = {}
            for kind, request in CHANNELS[way](_As(app, number)):
                alike.setdefault(kind, []).append(request)
            for kind, requests in alike.items():
                for request in some(requests, 1, way, viewer.id, kind):
                    text, tried = request(), tried + 1
                    leaked += [(viewer.id, *one) for one in sorted(leaks(viewer, text))]
                    assert "could not be made" not in text, "what fails to be drawn is not attacked"
    say(f"channel {way}: {tried} combinations tried, {len(leaked)} leaks")
    assert leaked == []
    assert found_in(caplog.text) == set(), "a log has what was not shared"


def test_the_attack_finds_a_leak_that_is_there(data_dir: Path, tmp_path: Path) -> None:
    """A grant too many is found: the board is shown a school that shares nothing."""
    shutil.copytree(data_dir / "published", tmp_path / "published")
    served(tmp_path).chmod(0o600)
    with duckdb.connect(str(served(tmp_path))) as connection:
        connection.execute(
            """insert into marts.sharing_grants
               select * replace ('S900001' as area_id) from marts.sharing_grants
               where audience = 'board' and dataset = 'reviews' and area_id = 'S900002'"""
        )
    # changed on a disk it would be noticed; here it is as if it had been published so
    pointer = Pointer(**json.loads((tmp_path / "published" / "current.json").read_text(encoding="utf-8")))
    facts_beside(served(tmp_path)).unlink()
    write_facts(served(tmp_path), facts_beside(served(tmp_path)), pointer)
    seen = _rows_seen(Door(tmp_path), VIEWERS[5], "reviews")
    assert ("reviews", "S900001") in seen and leaks(VIEWERS[5], canary("reviews", "S900001"))


def test_hostile_parameters_are_refused_or_find_nothing(door: Door, say: Say) -> None:
    tried, draw = 0, random.Random(SEED)
    for viewer in (VIEWERS[5], VIEWERS[7], VIEWERS[10], VIEWERS[11]):
        for name, question in every_question().items():
            usual = next(_combinations(list(question.parameters)))
            for parameter in [*question.parameters, "viewer", "sql"]:
                for value in HOSTILE if WHOLE else draw.sample(HOSTILE, 2):
                    tried += 1
                    try:
                        answer = door.fetch(name, viewer, **{**usual, parameter: value})
                    except UnknownQuestion as error:
                        assert leaks(viewer, str(error)) == set()
                        continue
                    assert leaks(viewer, answer.frame.to_csv() + " ".join(answer.hidden)) == set(), (
                        name,
                        parameter,
                        value,
                    )
    say(f"hostile parameters: {tried} tried")


def test_an_address_full_of_hostile_values_gives_nothing(app: Dash) -> None:
    client = _As(app, 10).server.test_client()
    for name in tables.names():
        wanted = list(inspect.signature(tables.builder(name)).parameters)[1:]
        for value in some(HOSTILE, 6, name):
            answer = client.get(f"/download/{name}.csv", query_string={key: str(value) for key in wanted})
            assert answer.status_code < 500, (name, value)
            assert leaks(VIEWERS[10], answer.get_data(as_text=True)) == set()


def test_one_viewers_answers_are_never_anothers(data_dir: Path) -> None:
    """The same door, the same questions, viewers in every order: nothing that was remembered for one is given to another."""
    order = VIEWERS * 2
    random.Random(7).shuffle(order)
    shared = Door(data_dir)
    pooled = some([name for name, question in every_question().items() if set(question.made_of) & set(POOLED)], 4)
    for viewer in order:
        for name in pooled:
            parameters = next(_combinations(list(every_question()[name].parameters)))
            answer = shared.fetch(name, viewer, **parameters)
            assert leaks(viewer, answer.frame.to_csv() + " ".join(answer.hidden)) == set()


def test_a_withdrawal_holds_at_once(data_dir: Path, tmp_path: Path) -> None:
    here = another_folder(data_dir, tmp_path)
    watched, board = Door(here), VIEWERS[5]
    assert ("reviews", "S900002") in _rows_seen(watched, board, "reviews")
    (here / "sharing").mkdir()
    (here / "sharing" / "withdrawn.txt").write_text("S900002\n")
    assert ("reviews", "S900002") not in _rows_seen(watched, board, "reviews")
    # what was made with it before is not shown either, until it is made again
    assert (
        "for_board_1"
        not in watched.fetch("reflection_domains", board, area_type="partnership", area_id="NP01").frame.to_csv()
    )


def test_a_total_that_was_agreed_is_no_row(door: Door) -> None:
    assert not any(
        area == IN_TOTALS for _dataset, area in may_see(VIEWERS[0]) - {("visits", IN_TOTALS)} if _dataset == "reviews"
    )
    assert ("reviews", IN_TOTALS) not in _rows_seen(door, VIEWERS[0], "reviews")
