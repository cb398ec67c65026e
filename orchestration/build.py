"""Running a plan: every model is made in DuckDB, every data test is counted, each as soon as what it reads is there.

Belongs here: the order, the threads, how a model becomes a table or a view, the contracts, and what of an earlier build is left
as it is. Does not belong here: where the statements come from (`plan`), and what an earlier build is known by (`kept`).
"""

from __future__ import annotations

import heapq
import re
import threading
import time
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from orchestration.plan import Step
from orchestration.settings import MEMORY_LIMIT

if TYPE_CHECKING:
    import duckdb

#: Steps that run at the same time.
AT_ONCE = 2
#: One thread for each step: where two share the rows of a sum, it is added up in another order each time, and its last digit is
#: another one. So the same files give the same figures to the last bit, and what is made again and equal is known to be.
SETTINGS: dict[str, Any] = {
    "threads": 1,
    "memory_limit": MEMORY_LIMIT,
    "preserve_insertion_order": False,
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
}
#: Characters of what a failed step says that a person is shown.
_LONGEST = 2000


class BuildError(Exception):
    """The warehouse could not be planned or built; the message names the first things that failed."""


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
    #: whether readers find something else than before this build; a test has no readers
    changed: bool = True


class ContractBroken(Exception):
    """A model is not what its contract promises; the message says in what."""


def run_steps(
    file: Path,
    steps: Sequence[Step],
    settings: dict[str, Any],
    before: Mapping[str, NodeResult] | None = None,
    stale: frozenset[str] = frozenset(),
) -> list[NodeResult]:
    """Run the steps in a DuckDB file, each after those it reads; what reads a failed model is skipped.

    What they read elsewhere must be in the file: seeds, and steps of a plan that are not among these. `before` are the results of
    an earlier build that is still in the file, by the ids of its steps: a step whose id is there is run only if it is among the
    `stale`, or something that it reads has changed.
    """
    import duckdb

    with duckdb.connect(str(file), config=settings) as connection:
        for schema in sorted({step.schema for step in steps if not step.is_test}):
            connection.execute(f'create schema if not exists "{schema}"')
        return _Run(connection, steps, before or {}, stale).results()


def take_over(file: Path, gone: Iterable[tuple[str, str]], seeds_file: Path, seeds: Iterable[str]) -> None:
    """Have a build file gone on with: drop what is `gone` (how it was made, where it is), take the `seeds` named from another."""
    import duckdb

    with duckdb.connect(str(file), config=SETTINGS) as connection:
        for made, relation in gone:
            kind = {"list": "type", "view": "view"}.get(made, "table")
            connection.execute(f"drop {kind} if exists {relation}")
        connection.execute(f"attach '{str(seeds_file).replace(chr(39), chr(39) * 2)}' as new (read_only)")
        for name in seeds:
            connection.execute(f'create or replace table reference."{name}" as from new.reference."{name}"')


def raise_failures(results: Sequence[NodeResult]) -> None:
    """Raise BuildError where a step failed, with the first reasons."""
    failed = [result for result in results if result.status in ("error", "fail")]
    if failed:
        reasons = "; ".join(f"{result.name}: {_in_short(result.message)}" for result in failed[:3])
        raise BuildError(f"{len(failed)} of {len(results)} steps of the build failed: {reasons}")


def _in_short(message: str) -> str:
    """What DuckDB or dbt says of a step, on one line: without a call stack, the values of a list of keys, or a value that was
    found in a file."""
    text = " ".join(message.split()).split(" > in macro")[0]
    text = re.sub(r"ENUM\('(?:[^']|'')*'(?:, '(?:[^']|'')*')*\)", "the list of known ones", text)
    if re.match(r"(Conversion|Invalid Input|Out of Range|Constraint) Error", text):
        text = re.sub(r"""'(?:[^']|'')*'|"[^"]*\"""", "…", text)
    return text[:_LONGEST]


def contents(file: Path) -> dict[str, str]:
    """What is in each table of a DuckDB file, by the table's name: two tables with the same rows and columns have the same."""
    import duckdb

    with duckdb.connect(str(file), read_only=True) as connection:
        tables = connection.execute("select schema_name, table_name from duckdb_tables() order by all").fetchall()
        return {name: str(_content(connection, f'"{schema}"."{name}"')) for schema, name in tables}


class _Run:
    """The steps of one build: which are ready, which are under way, and what became of those that are done."""

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        steps: Sequence[Step],
        before: Mapping[str, NodeResult],
        stale: frozenset[str],
    ) -> None:
        self._connection = connection
        self._before = before
        self._stale = stale
        self._steps = {step.id: step for step in steps}
        self._waits_for = {step.id: {name for name in step.after if name in self._steps} for step in steps}
        self._readers: dict[str, list[str]] = {step.id: [] for step in steps}
        for name, parents in self._waits_for.items():
            for parent in parents:
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

    def _still_holds(self, step: Step) -> NodeResult | None:
        """What an earlier build found or made of a step, where nothing that it is made of has changed since."""
        known = self._before.get(step.id)
        if known is None or step.id in self._stale or any(self._changed(name) for name in step.after):
            return None
        return replace(known, seconds=0.0, changed=False)

    def _changed(self, name: str) -> bool:
        return name in self._results and self._results[name].changed

    def _do(self, step: Step) -> NodeResult:
        if (known := self._still_holds(step)) is not None:
            return known
        began = time.perf_counter()
        status, message, failures, changed = "success", "", 0, True
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
                changed = _make(cursor, step, step.id in self._before)
        except Exception as error:
            status, message = "error", str(error) if isinstance(error, ContractBroken) else _said(error)
        finally:
            with self._lock:
                self._busy.discard(cursor)
            cursor.close()
        seconds = time.perf_counter() - began
        return NodeResult(step.name, _kind(step), status, message, failures, seconds, step.description, changed)

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


def _make(cursor: duckdb.DuckDBPyConnection, step: Step, is_there: bool) -> bool:
    """Make the table, view or list of a model; say whether its readers find something else than before.

    `is_there`: an earlier build left one. Made again and found equal, the old table stays: rows keep their numbers, which tables
    made from it may hold (see the macro row_id), and what reads it need not be made again.
    """
    if step.made == "list":
        return _make_list(cursor, step)
    if step.made == "view":
        cursor.execute(f"create or replace view {step.relation} as ({_promised(cursor, step)}\n)")
        _keeps_its_constraints(cursor, step, step.relation)
        return True
    name = f'"{step.schema}"."{step.name}"'
    table = f'"{step.schema}"."{step.name}__anew"' if is_there else name
    if step.made == "python":
        _make_from_python(cursor, step, table)
    else:
        cursor.execute(f"create or replace table {table} as ({_promised(cursor, step)}\n)")
        _keeps_its_constraints(cursor, step, table)
    if not is_there:
        return True
    if _content(cursor, table) == _content(cursor, name):
        cursor.execute(f"drop table {table}")
        return False
    cursor.execute(f'drop table {name}; alter table {table} rename to "{step.name}"')
    return True


def _make_list(cursor: duckdb.DuckDBPyConnection, step: Step) -> bool:
    """A list that is the same stays: tables whose columns are of it go on fitting each other."""
    known = _values(cursor, step.relation)
    cursor.execute(f"create or replace type {step.relation} as enum ({step.text})")
    return bool(_values(cursor, step.relation) != known)


def _values(cursor: duckdb.DuckDBPyConnection, relation: str) -> Any:
    """The values of a list, none where it is not there."""
    import duckdb

    try:
        return cursor.execute(f"select enum_range(null::{relation})").fetchone()
    except duckdb.CatalogException:
        return None


def _content(cursor: duckdb.DuckDBPyConnection, table: str) -> tuple[Any, ...]:
    """Names and types of a table's columns, how many rows it has, and a sum over a hash of each, in whatever order they are."""
    columns = cursor.execute(f"describe {table}").fetchall()
    rows = cursor.execute(f"select count(*), sum(hash(held)::hugeint) from {table} as held").fetchone()
    return ([(name, kind) for name, kind, *_ in columns], rows)


def _promised(cursor: duckdb.DuckDBPyConnection, step: Step) -> str:
    """The query of a model, with the columns in the order of its contract. Raises ContractBroken where they are not its."""
    if not step.columns:
        return step.text
    _keeps_its_columns(cursor, step)
    return f"select {', '.join(name for name, _ in step.columns)} from ({step.text}\n) as promised"


def _make_from_python(cursor: duckdb.DuckDBPyConnection, step: Step, table: str) -> None:
    """A model in Python gives a relation of the connection it is handed; dbt wrote how it finds what it reads."""
    module: dict[str, Any] = {"__name__": step.name}
    exec(compile(step.text, f"{step.name}.py", "exec"), module)
    made = module["model"](module["dbtObj"](lambda name: cursor.query(f"select * from {name}")), cursor)
    cursor.register("made_in_python", made)
    cursor.execute(f"create or replace table {table} as from made_in_python")


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


def _keeps_its_constraints(cursor: duckdb.DuckDBPyConnection, step: Step, relation: str) -> None:
    """Counted when the table is whole, or through the view: filling a table that has constraints takes longer."""
    if not step.forbidden:
        return
    counts = ", ".join(f"count(*) filter (where {condition})" for condition, _ in step.forbidden)
    found = cursor.execute(f"select {counts} from {relation}").fetchone()
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
