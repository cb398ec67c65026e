"""What of an earlier build is left as it is, and what is made again: on plans of a few models, without dbt and files."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from pathlib import Path

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestration import kept
from orchestration.build import NodeResult, run_steps
from orchestration.plan import Plan, Step
from orchestration.settings import Paths


def step(name: str, text: str, *after: str, made: str = "table", raw: tuple[str, ...] = ()) -> Step:
    return Step(name, name, made, "marts", f"marts.{name}", text, after, raw=raw)


class Builds:
    """Builds one after the other in one file, each from what the one before left."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self._texts: dict[str, Step] = {}
        self._results: dict[str, NodeResult] = {}

    def __call__(self, steps: Sequence[Step]) -> dict[str, NodeResult]:
        stale = frozenset(one.id for one in steps if self._texts.get(one.id) != one)
        results = {one.name: one for one in run_steps(self.file, steps, {"threads": 1}, self._results, stale)}
        assert {result.status for result in results.values()} <= {"success", "pass", "warn", "fail"}, results
        self._texts, self._results = {one.id: one for one in steps}, results
        return results

    def ask(self, sql: str) -> list[tuple[object, ...]]:
        with duckdb.connect(str(self.file), read_only=True) as connection:
            return connection.execute(sql).fetchall()


@pytest.fixture
def build(tmp_path: Path) -> Builds:
    return Builds(tmp_path / "warehouse.duckdb")


def made(results: Mapping[str, NodeResult]) -> set[str]:
    """What was made or counted, told by the time it took."""
    return {name for name, result in results.items() if result.seconds > 0}


def changed(results: Mapping[str, NodeResult]) -> set[str]:
    return {name for name, result in results.items() if result.changed}


def chain(first: str, second: str = "select number from marts.a where number > 1") -> list[Step]:
    counted = Step(
        "t", "t", "counted", "tests", "", "from marts.c where number > 2", ("c",), counted="count(*)", warns="!= 0"
    )
    return [
        step("a", first),
        step("b", second, "a"),
        step("v", "select number + 0 as number from marts.b", "b", made="view"),
        step("c", "select number from marts.v", "v"),
        counted,
    ]


def test_nothing_new_makes_nothing(build: Builds) -> None:
    first = build(chain("select unnest([1, 2, 3]) as number"))
    again = build(chain("select unnest([1, 2, 3]) as number"))
    assert made(first) == {"a", "b", "v", "c", "t"}
    assert made(again) == set() and changed(again) == set()
    assert again["t"].failures == first["t"].failures == 1, "what a test found is said again"


def test_what_reads_something_new_is_made_again_and_no_more(build: Builds) -> None:
    build([*chain("select unnest([1, 2]) as number"), step("other", "select 1 as number")])
    again = build([*chain("select unnest([1, 2, 3, 4]) as number"), step("other", "select 1 as number")])
    assert made(again) == {"a", "b", "v", "c", "t"}
    assert again["t"].failures == 2
    assert build.ask("from marts.c order by number") == [(2,), (3,), (4,)]


def test_what_is_made_again_and_is_the_same_is_no_news(build: Builds) -> None:
    """Rows in another order are the same rows."""
    build(chain("select unnest([1, 2, 3]) as number"))
    again = build(chain("select unnest([3, 0, 2]) as number"))
    assert made(again) == {"a", "b"} and changed(again) == {"a"}


def test_a_table_made_again_and_equal_keeps_the_numbers_of_its_rows(build: Builds) -> None:
    """Others hold them (see the macro row_id): a table that is put in its place with rows in another order would break them."""
    names = "select rowid as place, word from marts.words"
    reader = step(
        "reader",
        "select word from marts.words natural join marts.names where words.rowid = place",
        "words",
        "names",
        "more",
    )
    build(
        [
            step("words", "select unnest(['x', 'y']) as word"),
            step("names", names, "words"),
            step("more", "select 1 as n"),
            reader,
        ]
    )
    build(
        [
            step("words", "select unnest(['y', 'x']) as word"),
            step("names", names, "words"),
            step("more", "select 2 as n"),
            reader,
        ]
    )
    assert build.ask("select word from marts.reader order by word") == [("x",), ("y",)]


def test_another_type_is_something_else_even_with_the_same_figures(build: Builds) -> None:
    build(chain("select unnest([1, 2, 3]) as number"))
    assert changed(build(chain("select unnest([1, 2, 3])::bigint as number"))) == {"a", "b", "v", "c", "t"}


def test_a_list_that_grows_changes_all_that_is_of_it_and_one_that_stays_nothing(build: Builds) -> None:
    def steps(values: str) -> list[Step]:
        return [
            step("source", f"select unnest({values}) as word"),
            step("words", "select distinct word from marts.source order by word", "source", made="list"),
            step(
                "listed",
                "select cast(word as marts.words) as word from marts.source where word = 'b'",
                "words",
                "source",
            ),
        ]

    build(steps("['b', 'c']"))
    assert changed(build(steps("['b', 'c', 'c']"))) == {"source"}
    assert changed(build(steps("['a', 'b', 'c']"))) == {"source", "words", "listed"}
    assert build.ask("select word, typeof(word) from marts.listed") == [("b", "ENUM('a', 'b', 'c')")]


#: Models in layers: each takes some of those before it, some as views, some as sums, some holding numbers of rows.
@st.composite
def plans(draw: st.DrawFn) -> list[list[Step]]:
    """A plan, and the same with some of its sources changed, several times over."""
    sources = draw(st.integers(1, 3))
    size = draw(st.integers(1, 8))
    shapes = []
    for place in range(size):
        before = draw(st.lists(st.integers(0, sources + place - 1), min_size=1, max_size=3, unique=True))
        kind = draw(st.sampled_from(["table", "view", "sum", "few"]))
        shapes.append((before, kind))
    versions = draw(
        st.lists(
            st.lists(st.lists(st.integers(0, 3), max_size=4), min_size=sources, max_size=sources),
            min_size=2,
            max_size=4,
        )
    )
    return [
        [
            *(_source(place, rows) for place, rows in enumerate(version)),
            *(_shape(sources + place, *shape) for place, shape in enumerate(shapes)),
        ]
        for version in versions
    ]


def _source(place: int, rows: list[int]) -> Step:
    return step(f"m{place}", f"select unnest({rows}::integer[]) as number")


def _shape(place: int, before: list[int], kind: str) -> Step:
    after = [f"m{other}" for other in before]
    union = " union all ".join(f"select number from marts.{name}" for name in after)
    text = {
        "sum": f"select sum(number)::integer as number from ({union})",
        "few": f"select distinct number % 2 as number from ({union})",
    }
    return step(f"m{place}", text.get(kind, union), *after, made="view" if kind == "view" else "table")


@settings(max_examples=20, deadline=None)
@given(plans(), st.randoms(use_true_random=False))
def test_a_build_that_goes_on_equals_one_that_begins_anew(
    tmp_path_factory: pytest.TempPathFactory, versions: list[list[Step]], chance: random.Random
) -> None:
    folder = tmp_path_factory.mktemp("builds")
    going_on = Builds(folder / "on" / "warehouse.duckdb")
    going_on.file.parent.mkdir()
    for number, version in enumerate(versions):
        steps = list(version)
        chance.shuffle(steps)
        going_on(steps)
        anew = Builds(folder / str(number) / "warehouse.duckdb")
        anew.file.parent.mkdir()
        anew(version)
        whole = " union all ".join(
            f"select '{one.name}' as name, number, typeof(number) from marts.{one.name}" for one in version
        )
        assert going_on.ask(f"{whole} order by all") == anew.ask(f"{whole} order by all")


# -------------------------------------------------------------------------------------------------------------------
# the record of a build


@pytest.fixture
def recorded(tmp_path: Path) -> tuple[Paths, Path, Plan]:
    """A data folder with a finished build of one model that reads raw."""
    paths = Paths(tmp_path)
    (paths.raw / "forms").mkdir(parents=True)
    (paths.raw / "forms" / "one.parquet").write_bytes(b"rows")
    paths.build.mkdir()
    file = paths.build / "warehouse.duckdb"
    plan = Plan((step("a", "from 'raw/forms/*.parquet'", raw=("raw/forms/*.parquet",)),), {"s": "content"})
    results = {one.name: one for one in run_steps(file, [step("a", "select 1 as number")], {})}
    own = kept.own_parts(plan.of_days, plan.seeds, paths.data_dir)
    kept.write(paths, file, plan, own, results, None, "first")
    return paths, file, plan


def test_a_record_is_taken_once_and_vouches_for_what_did_not_change(recorded: tuple[Paths, Path, Plan]) -> None:
    paths, file, plan = recorded
    known, reason = kept.take(paths, file)
    assert known is not None and reason == ""
    assert kept.stale(known, kept.own_parts(plan.of_days, plan.seeds, paths.data_dir)) == frozenset()
    assert kept.take(paths, file) == (None, "the last build did not end")


@pytest.mark.parametrize("name", ["one.parquet", "two.parquet"])
def test_a_file_of_raw_that_is_new_or_other_makes_its_readers_stale(
    recorded: tuple[Paths, Path, Plan], name: str
) -> None:
    paths, file, plan = recorded
    (paths.raw / "forms" / name).write_bytes(b"more")
    known, _ = kept.take(paths, file)
    assert known is not None
    assert kept.stale(known, kept.own_parts(plan.of_days, plan.seeds, paths.data_dir)) == {"a"}


def test_every_doubt_is_told(recorded: tuple[Paths, Path, Plan], monkeypatch: pytest.MonkeyPatch) -> None:
    paths, file, _ = recorded
    record = kept.record(paths).read_bytes()

    def taken() -> str:
        kept.record(paths).write_bytes(record)
        known, reason = kept.take(paths, file)
        assert known is None and not kept.record(paths).exists()
        return reason

    with monkeypatch.context() as patch:
        patch.setattr(kept, "fingerprint", lambda _: "another")
        assert taken() == "the code that builds has changed"
    wal = file.with_name(file.name + ".wal")
    wal.write_bytes(b"")
    assert taken() == "somebody else has written to the last build"
    wal.unlink()
    with file.open("ab") as opened:
        opened.write(b"more")
    assert taken() == "somebody else has written to the last build"
    file.unlink()
    assert taken() == "the last build is gone"
    record = record[: len(record) // 2]
    assert taken() == "the record of the last build is damaged"


def test_where_there_was_no_build_there_is_no_doubt(tmp_path: Path) -> None:
    assert kept.take(Paths(tmp_path), tmp_path / "warehouse.duckdb") == (None, "")
