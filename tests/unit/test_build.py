"""Running a plan: what is made from what, what a contract and a test say, and what a failure leaves."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import duckdb
import pytest

from orchestration import build, plan
from orchestration.build import NodeResult, run_steps
from orchestration.plan import Plan, Step

Run = Callable[[Sequence[Step]], dict[str, NodeResult]]


def model(name: str, text: str, *after: str, made: str = "table", **more: Any) -> Step:
    return Step(name, name, made, "marts", f"marts.{name}", text, after, **more)


def counting(name: str, text: str, *after: str, fails: str = "!= 0") -> Step:
    said = "What it means."
    return Step(
        name, name, "counted", "tests", "", text, after, counted="count(*)", warns="!= 0", fails=fails, description=said
    )


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "warehouse.duckdb"


@pytest.fixture
def run(file: Path) -> Run:
    return lambda steps: {result.name: result for result in run_steps(file, steps, {})}


PYTHON = """
class dbtObj:
    def __init__(self, load):
        self.ref = lambda name: load("marts." + name)


def model(dbt, session):
    first = dbt.ref("first")
    return session.sql("select number * 10 as number from first")
"""


def test_each_way_of_making_a_model(run: Run, file: Path) -> None:
    """Given in the wrong order: what reads another waits for it."""
    steps = [
        model("worded", "select cast('b' as marts.words) as word, number from marts.tenfold", "words", "tenfold"),
        model("tenfold", PYTHON, "first", made="python"),
        model("looked_at", "select max(number) as largest from marts.worded", "worded", made="view"),
        model("words", "select word from (values ('a'), ('b')) as given (word) order by 1", made="list"),
        model("first", "select 4 as number -- four"),
    ]
    assert {result.status for result in run(steps).values()} == {"success"}
    with duckdb.connect(str(file), read_only=True) as connection:
        assert connection.execute("select largest from marts.looked_at").fetchall() == [(40,)]
        assert connection.execute("select word, typeof(word) from marts.worded").fetchall() == [("b", "ENUM('a', 'b')")]


PROMISED = (("id", "varchar"), ("number", "integer"))


@pytest.mark.parametrize("made", ["table", "view"])
@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("select 'a' as id, 1 as number", ""),
        ("select 1 as number, cast('a' as enum ('a')) as id", ""),
        ("select 'a' as id, 1.5::double as number", "number is DOUBLE where the contract has INTEGER"),
        ("select 'a' as id", "number is missing where the contract has INTEGER"),
        ("select 'a' as id, 1 as number, 2 as more", "more is INTEGER where the contract has no such column"),
        ("select null::varchar as id, 1 as number", "1 rows break the contract: id is null"),
        ("select 'a' as id, unnest([1, -1, -2]) as number", "2 rows break the contract: not: number > 0"),
    ],
)
def test_a_contract_is_kept_or_the_model_fails(run: Run, made: str, text: str, said: str) -> None:
    forbidden = (("id is null", "id is null"), ("not (number > 0)", "not: number > 0"))
    result = run([model("promised", text, made=made, columns=PROMISED, forbidden=forbidden)])["promised"]
    assert result.status == ("error" if said else "success")
    assert said in result.message


def test_columns_stand_in_the_order_of_the_contract(run: Run, file: Path) -> None:
    run([model("promised", "select 1 as number, 'a' as id", columns=PROMISED)])
    with duckdb.connect(str(file), read_only=True) as connection:
        assert connection.execute("from marts.promised").fetchall() == [("a", 1)]


def test_every_test_that_finds_rows_is_named(run: Run) -> None:
    results = run(
        [
            model("numbers", "select unnest([1, 2, 2]) as number"),
            counting("passes", "select * from marts.numbers where number > 2", "numbers"),
            counting("warns", "select * from marts.numbers where number = 1", "numbers", fails=""),
            counting("fails", "with twos as (from marts.numbers where number = 2) from twos", "numbers"),
            counting("fails_too", "select * from marts.numbers where number < 2", "numbers"),
            counting("broken", "select * from marts.numbers where colour", "numbers"),
        ]
    )
    assert {name: (result.status, result.failures) for name, result in results.items()} == {
        "numbers": ("success", 0),
        "passes": ("pass", 0),
        "warns": ("warn", 1),
        "fails": ("fail", 2),
        "fails_too": ("fail", 1),
        "broken": ("error", 0),
    }
    assert results["fails"].message == "Got 2 results, configured to fail if != 0"
    assert results["warns"].description == "What it means."
    assert "colour" in results["broken"].message


def test_what_reads_a_failed_model_is_skipped_and_the_rest_is_made(run: Run) -> None:
    results = run(
        [
            model("wrong", "select cast('x' as integer) as number"),
            model("reader", "from marts.wrong", "wrong"),
            model("reader_of_two", "from marts.reader, marts.right", "reader", "right"),
            counting("of_reader", "from marts.reader", "reader"),
            model("right", "select 1 as number"),
        ]
    )
    assert {name: result.status for name, result in results.items()} == {
        "wrong": "error",
        "reader": "skipped",
        "reader_of_two": "skipped",
        "of_reader": "skipped",
        "right": "success",
    }
    assert results["wrong"].message.startswith("Conversion Error")


def test_an_interrupted_build_ends_at_once(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What runs in DuckDB is told to stop: nobody waits until a long query has ended."""
    started = threading.Event()

    def interrupted(*_: object, **__: object) -> None:
        assert started.wait(10)
        time.sleep(0.2)
        raise KeyboardInterrupt

    make = build._make
    monkeypatch.setattr(build, "_make", lambda *given: (started.set(), make(*given)))
    monkeypatch.setattr(build, "wait", interrupted)
    began = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        run_steps(
            file, [model("endless", "select sum(a.range * b.range) from range(10000000) a, range(10000000) b")], {}
        )
    assert time.monotonic() - began < 10


def nodes() -> dict[str, dict[str, Any]]:
    """As dbt's manifest has them: a seed, an ephemeral model, a mart that reads it, and a test of each."""

    def node(name: str, kind: str, reads: Sequence[str], **more: Any) -> dict[str, Any]:
        config = {"materialized": kind, "contract": {"enforced": False}}
        common = {
            "resource_type": kind,
            "name": name,
            "schema": "marts",
            "relation_name": f"marts.{name}",
            "language": "sql",
        }
        return {**common, "columns": {}, "config": config, "depends_on": {"nodes": list(reads)}, **more}

    tested = {
        "severity": "ERROR",
        "warn_if": "!= 0",
        "error_if": "!= 0",
        "fail_calc": "count(*)",
        "materialized": "test",
    }
    constraints = [{"type": "not_null"}, {"type": "check", "expression": "id > 0"}]
    promised = {
        "config": {"materialized": "table", "contract": {"enforced": True}},
        "columns": {"id": {"name": "id", "data_type": "integer", "constraints": constraints}},
    }
    ephemeral = {"config": {"materialized": "ephemeral", "contract": {"enforced": False}}}
    return {
        "seed.s": node("s", "seed", []),
        "model.source": node(
            "source", "model", ["source.raw"], config={**promised["config"], "contract": {"enforced": False}}
        ),
        "model.part": node("part", "model", ["model.source", "seed.s"], **ephemeral),
        "model.mart": node("mart", "model", ["model.part"], **promised),
        "test.seed": node("of_seed", "test", ["seed.s"], config=tested),
        "test.mart": node("of_mart", "test", ["model.mart", "seed.s"], config=tested),
        "test.warns": node(
            "warns", "test", ["model.mart"], config={**tested, "severity": "warn"}, description="Why\nit warns"
        ),
    }


def test_a_plan_is_taken_from_the_nodes_and_kept(tmp_path: Path) -> None:
    made = plan.from_nodes(
        {name: {"unique_id": name, **node} for name, node in nodes().items()},
        {**dict.fromkeys(nodes(), "select 1"), "model.source": "from read_parquet('raw/a_kind/*.parquet')"},
        {"s": "its content"},
    )
    steps = {step.name: step for step in made.steps}
    assert made.seeds == {"s": "its content"}
    assert (steps["of_mart"].seeds, steps["source"].seeds) == (("s",), ())
    assert set(steps) == {"source", "mart", "of_seed", "of_mart", "warns"}
    assert steps["source"].after == ()
    assert steps["source"].raw == ("raw/a_kind/*.parquet",)
    assert steps["mart"].after == ("model.source",), "through the ephemeral model"
    assert steps["mart"].columns == (("id", "integer"),)
    assert steps["mart"].forbidden == (("id is null", "id is null"), ("not (id > 0)", "not: id > 0"))
    assert [step.name for step in made.of_seeds] == ["of_seed"]
    assert {step.name for step in made.of_days} == {"source", "mart", "of_mart", "warns"}
    assert (steps["of_mart"].fails, steps["warns"].fails) == ("!= 0", "")
    assert steps["warns"].description == "Why it warns"
    plan.save(made, tmp_path / "plan.json")
    assert plan.read(tmp_path / "plan.json") == made
    assert isinstance(made, Plan)


def test_a_source_whose_files_would_go_unnoticed_is_not_planned() -> None:
    """What a build reads of raw is told from its text: where that names no file, a new one would never be seen."""
    named = {name: {"unique_id": name, **node} for name, node in nodes().items()}
    with pytest.raises(ValueError, match="source reads a source, and its text names no file"):
        plan.from_nodes(named, dict.fromkeys(named, "select 1"), {})
