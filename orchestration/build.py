"""Running a plan: every model is made in DuckDB, every data test is counted, each as soon as what it reads is there.

Belongs here: the order, the threads, how a model becomes a table or a view, and the contracts. Does not belong here: where the
statements come from (`plan`), and what a failed build means (`warehouse`).
"""

from __future__ import annotations

import heapq
import threading
import time
from collections.abc import Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from orchestration.plan import Step

if TYPE_CHECKING:
    import duckdb

#: Steps that run at the same time; DuckDB shares its own threads among them.
AT_ONCE = 2


@dataclass(frozen=True)
class NodeResult:
    """What became of one model, seed or test of a build. `status` is success, pass, warn, fail, error or skipped."""

    name: str
    kind: str
    status: str
    message: str = ""
    failures: int = 0
    seconds: float = 0.0
    #: what a test says to a person where it finds rows
    description: str = ""


class ContractBroken(Exception):
    """A model is not what its contract promises; the message says in what."""


def run_steps(file: Path, steps: Sequence[Step], settings: dict[str, Any]) -> list[NodeResult]:
    """Run the steps in a DuckDB file, each after those it reads; what reads a failed model is skipped.

    What they read elsewhere must be in the file: seeds, and steps of a plan that are not among these.
    """
    import duckdb

    with duckdb.connect(str(file), config=settings) as connection:
        for schema in sorted({step.schema for step in steps if not step.is_test}):
            connection.execute(f'create schema if not exists "{schema}"')
        return _Run(connection, steps).results()


class _Run:
    """The steps of one build: which are ready, which are under way, and what became of those that are done."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, steps: Sequence[Step]) -> None:
        self._connection = connection
        self._steps = {step.id: step for step in steps}
        self._waits_for = {step.id: {name for name in step.after if name in self._steps} for step in steps}
        self._readers: dict[str, list[str]] = {step.id: [] for step in steps}
        for name, before in self._waits_for.items():
            for parent in before:
                self._readers[parent].append(name)
        self._chain: dict[str, int] = {}
        self._ready: list[tuple[int, str]] = []
        self._results: dict[str, NodeResult] = {}
        self._lock = threading.Lock()
        self._busy: set[duckdb.DuckDBPyConnection] = set()
        self._stopped = False

    def results(self) -> list[NodeResult]:
        """Run all; give the results in the order in which steps ended."""
        for name, before in self._waits_for.items():
            if not before:
                heapq.heappush(self._ready, (-self._longest_chain(name), name))
        under_way: dict[Future[NodeResult], str] = {}
        with ThreadPoolExecutor(AT_ONCE) as pool:
            try:
                while self._ready or under_way:
                    while self._ready and len(under_way) < AT_ONCE:
                        _, name = heapq.heappop(self._ready)
                        under_way[pool.submit(self._do, self._steps[name])] = name
                    for future in wait(under_way, return_when=FIRST_COMPLETED).done:
                        self._ended(under_way.pop(future), future.result())
            except BaseException:
                self._stop()
                raise
        return list(self._results.values())

    def _longest_chain(self, name: str) -> int:
        """How many steps are made from this one, one after the other: the longest chain goes first, tests go last."""
        if name not in self._chain:
            below = [self._longest_chain(reader) for reader in self._readers[name]]
            self._chain[name] = 0 if self._steps[name].is_test else 1 + max(below, default=0)
        return self._chain[name]

    def _ended(self, name: str, result: NodeResult) -> None:
        self._results[name] = result
        for reader in self._readers[name]:
            if reader in self._results:
                continue
            if result.status in ("error", "skipped"):
                step = self._steps[reader]
                self._ended(reader, NodeResult(step.name, _kind(step), "skipped"))
                continue
            self._waits_for[reader].discard(name)
            if not self._waits_for[reader]:
                heapq.heappush(self._ready, (-self._longest_chain(reader), reader))

    def _do(self, step: Step) -> NodeResult:
        began = time.perf_counter()
        status, message, failures = "success", "", 0
        # a connection of its own, so that what a model in Python keeps for itself ends with it
        cursor = self._connection.cursor()
        try:
            with self._lock:
                self._busy.add(cursor)
            if self._stopped:
                raise InterruptedError("stopped")
            if step.is_test:
                status, message, failures = _count(cursor, step)
            else:
                _make(cursor, step)
        except Exception as error:
            status, message = "error", str(error) if isinstance(error, ContractBroken) else _said(error)
        finally:
            with self._lock:
                self._busy.discard(cursor)
            cursor.close()
        seconds = time.perf_counter() - began
        return NodeResult(step.name, _kind(step), status, message, failures, seconds, step.description)

    def _stop(self) -> None:
        """Have what is under way end soon: the build is given up."""
        self._stopped = True
        with self._lock:
            for cursor in self._busy:
                cursor.interrupt()


def _kind(step: Step) -> str:
    return "test" if step.is_test else "model"


def _said(error: Exception) -> str:
    """What DuckDB says begins with the kind of error; other errors are named by their type."""
    text = str(error)
    return text if type(error).__module__.endswith("duckdb") else f"{type(error).__name__}: {text}"


def _make(cursor: duckdb.DuckDBPyConnection, step: Step) -> None:
    """Make the table, view or list of a model. A build finds an empty file; a part of it may be made again."""
    if step.made == "python":
        _make_from_python(cursor, step)
        return
    if step.made == "list":
        cursor.execute(f"create or replace type {step.relation} as enum ({step.text})")
        return
    text = step.text
    if step.columns:
        _keeps_its_columns(cursor, step)
        # in the contract's order
        text = f"select {', '.join(name for name, _ in step.columns)} from ({text}\n) as promised"
    cursor.execute(f"create or replace {step.made} {step.relation} as ({text}\n)")
    if step.forbidden:
        _keeps_its_constraints(cursor, step)


def _make_from_python(cursor: duckdb.DuckDBPyConnection, step: Step) -> None:
    """A model in Python gives a relation of the connection it is handed; dbt wrote how it finds what it reads."""
    module: dict[str, Any] = {"__name__": step.name}
    exec(compile(step.text, f"{step.name}.py", "exec"), module)
    made = module["model"](module["dbtObj"](lambda name: cursor.query(f"select * from {name}")), cursor)
    cursor.register("made_in_python", made)
    cursor.execute(f"create or replace table {step.relation} as from made_in_python")


def _keeps_its_columns(cursor: duckdb.DuckDBPyConnection, step: Step) -> None:
    """Names and types are those of the contract, in any order; to a contract an enumeration is the text it stands for."""
    import duckdb

    query = cursor.sql(step.text)
    found = {
        name: duckdb.sqltype("varchar") if kind.id == "enum" else kind
        for name, kind in zip(query.columns, query.types, strict=True)
    }
    promised = {name: duckdb.sqltype(kind) for name, kind in step.columns}
    wrong = [
        f"{name} is {found.get(name, 'missing')} where the contract has {promised.get(name, 'no such column')}"
        for name in promised | found
        if name not in found or name not in promised or found[name] != promised[name]
    ]
    if wrong:
        raise ContractBroken(f"columns break the contract: {'; '.join(wrong)}")


def _keeps_its_constraints(cursor: duckdb.DuckDBPyConnection, step: Step) -> None:
    """Counted when the table is whole, or through the view: filling a table that has constraints takes longer."""
    counts = ", ".join(f"count(*) filter (where {condition})" for condition, _ in step.forbidden)
    found = cursor.execute(f"select {counts} from {step.relation}").fetchone()
    assert found is not None  # an aggregate without grouping always gives one row
    for rows, (_, said) in zip(found, step.forbidden, strict=True):
        if rows:
            raise ContractBroken(f"{rows} rows break the contract: {said}")


def _count(cursor: duckdb.DuckDBPyConnection, step: Step) -> tuple[str, str, int]:
    """Status, message and number of what a test finds."""
    fails = f"found {step.fails}" if step.fails else "false"
    row = cursor.execute(
        f"select found, found {step.warns}, {fails} from (select {step.counted} as found from ({step.text}\n) as rows_found)"
    ).fetchone()
    assert row is not None  # an aggregate without grouping always gives one row
    found, warned, failed = int(row[0] or 0), bool(row[1]), bool(row[2])
    if failed or warned:
        words = f"Got {found} result{'s'[: found != 1]}, configured to {'fail' if failed else 'warn'} if "
        return ("fail" if failed else "warn"), words + (step.fails if failed else step.warns), found
    return "pass", "", found
