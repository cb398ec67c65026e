"""Publishing: the public marts of a finished build become a new read-only file, and a pointer is swapped to it.

Belongs here: copying the public marts by their contract, the checks a file must pass before anyone may read it, the swap,
the pruning of old versions and the sweeping of what a killed publisher left behind. Does not belong here: building marts
(dbt does) and reading a published file for a page (the door of `dashboards` does).
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from integrity.versions import NotReadable, Pointer, broken, facts_beside, served, write_facts
from orchestration.settings import MEMORY_LIMIT, Paths

if TYPE_CHECKING:
    import duckdb

#: Versions that are kept, newest first; the one that is served counts.
KEEP = 5
SCHEMA = "marts"
_UNFINISHED = ".building"


class PublishError(Exception):
    """The build may not be served; the message says why. What was served before is still served."""


@dataclass(frozen=True)
class PublicColumn:
    """A column of a public mart as its contract has it."""

    name: str
    data_type: str
    not_null: bool
    description: str


@dataclass(frozen=True)
class PublicTable:
    """A public mart as its contract has it: what is published, and nothing else."""

    name: str
    description: str
    columns: tuple[PublicColumn, ...]


def read_pointer(paths: Paths) -> Pointer | None:
    """What is known of the version that is served, however whole it is; None where nothing is published.

    Raises PublishError where the folder may not be read.
    """
    try:
        return served(paths.published, most=0).pointer
    except NotReadable as error:
        raise PublishError(str(error)) from error


def check_place(paths: Paths) -> None:
    """Raise PublishError where no version could be written: to be known before a build is made in vain."""
    try:
        paths.published.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=paths.published):
            pass
    except OSError as error:
        raise PublishError(
            f"Nothing can be written in {paths.published} ({error.strerror}), so nothing was built. Give the account that "
            "runs refreshes the right to write there, then try again."
        ) from error


def publish(
    paths: Paths,
    build_file: Path,
    tables: Sequence[PublicTable],
    keep: int = KEEP,
    made_in: Mapping[str, str] | None = None,
) -> Pointer:
    """Copy the public marts of `build_file` into a new version, check it, and swap the pointer to it.

    `keep` versions stay, the new one counts. `made_in` names for each mart the build that last changed it: what the served
    version has from the same build is copied from there, where it is sorted already and no view is to be worked out.

    Killed at any moment, the pointer names either the old version or the new one, and both are whole. Raises PublishError where
    the build does not hold what its contracts promise.
    """
    paths.published.mkdir(parents=True, exist_ok=True)
    _sweep(paths)
    served, same = _served(paths, tables, made_in or {})
    now = datetime.now(UTC)
    version = f"{now:%Y%m%dT%H%M%SZ}-{secrets.token_hex(2)}"
    final = paths.published / f"warehouse-{version}.duckdb"
    unfinished, facts = (path.with_name(path.name + _UNFINISHED) for path in (final, facts_beside(final)))
    try:
        try:
            counts = _copy(build_file, unfinished, tables, served, same)
        except PublishError:
            if not same:
                raise
            # what is served may be what is broken: the build has everything
            unfinished.unlink(missing_ok=True)
            counts = _copy(build_file, unfinished, tables)
        if unfinished.with_name(unfinished.name + ".wal").exists():
            raise PublishError("The new warehouse was not written out completely, so it is not served.")
        built_at = now.isoformat(timespec="seconds")
        pointer = Pointer(warehouse=final.name, version=version, built_at=built_at, **counts)
        write_facts(unfinished, facts, pointer)
        for written in (unfinished, facts):
            os.chmod(written, 0o444)
            _sync(written)
        # a version without its checksums is none, so they come first
        os.rename(facts, facts_beside(final))
        os.rename(unfinished, final)
    except BaseException:
        _sweep(paths)
        raise
    if made_in:
        _note(paths, final, made_in)
    _swap(paths, pointer)
    _prune(paths, pointer, keep)
    return pointer


def _origins(paths: Paths) -> Path:
    """From which build each mart of the version published last is, beside a hash of that version."""
    return paths.published / "origins.json"


def _note(paths: Paths, version: Path, made_in: Mapping[str, str]) -> None:
    """Written before the pointer is swapped: of another version than is served it says nothing."""
    told = {"warehouse": version.name, "sha256": _hash(version), "made_in": dict(made_in)}
    waiting = paths.published / f"origins.json{_UNFINISHED}"
    waiting.write_text(json.dumps(told), encoding="utf-8")
    os.replace(waiting, _origins(paths))


def _served(
    paths: Paths, tables: Sequence[PublicTable], made_in: Mapping[str, str]
) -> tuple[Path | None, frozenset[str]]:
    """The version that is served, and the names of its marts that no build has changed since; none where it is not what was
    published."""
    pointer = read_pointer(paths)
    if pointer is None or not made_in:
        return None, frozenset()
    file = paths.published / pointer.warehouse
    try:
        told = json.loads(_origins(paths).read_text(encoding="utf-8"))
        if told["warehouse"] != pointer.warehouse or told["sha256"] != _hash(file):
            return None, frozenset()
        known: dict[str, str] = told["made_in"]
    except (OSError, ValueError, KeyError, TypeError):
        return None, frozenset()
    return file, frozenset(table.name for table in tables if made_in[table.name] == known.get(table.name))


def _hash(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def _copy(
    build_file: Path,
    target: Path,
    tables: Sequence[PublicTable],
    served: Path | None = None,
    same: frozenset[str] = frozenset(),
) -> dict[str, int]:
    """Write the tables into `target`, the `same` ones from the version that is served; give the figures of the file log, checked
    to add up."""
    import duckdb

    settings: dict[str, str | bool | int | float | list[str]] = {
        "threads": 2,
        "memory_limit": MEMORY_LIMIT,
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
    }
    try:
        with duckdb.connect(str(target), config=settings) as connection:
            # under the name it was built with: its views know each other's tables by it
            build = _name(build_file.stem)
            connection.execute(f"attach {_text(str(build_file))} as {build} (read_only)")
            connection.execute(f"create schema {SCHEMA}")
            if served is not None:
                connection.execute(f"attach {_text(str(served))} as served (read_only)")
            # a thousand statements, each of which would be a transaction of its own
            made = "; ".join(statement for table in tables for statement in _made(table))
            connection.execute(f"begin; {made}; commit")
            # compressing is most of the work, and DuckDB gives a small table one thread
            with ThreadPoolExecutor(2) as pool:
                copied = [pool.submit(_copy_table, connection, build, table, table.name in same) for table in tables]
                for one in copied:
                    one.result()
            counts = _totals(connection)
            connection.execute(f"detach {build}")
            if served is not None:
                connection.execute("detach served")
            connection.execute("checkpoint")
            return counts
    except duckdb.Error as error:
        raise PublishError(f"The build could not be copied: {error}") from error


def _copy_table(connection: duckdb.DuckDBPyConnection, build: str, table: PublicTable, is_same: bool) -> None:
    """Copy a table from the build, or from the version that is served where it `is_same`. Raises PublishError for lost rows."""
    name = f"{SCHEMA}.{_name(table.name)}"
    names = ", ".join(_name(column.name) for column in table.columns)
    # sorted by its first columns, so that a question about one area or indicator reads few blocks
    order = ", ".join(str(place) for place in range(1, min(len(table.columns), 6) + 1))
    source, sorting = ("served", "") if is_same else (build, f" order by {order}")
    with connection.cursor() as cursor:
        cursor.execute(f"insert into {name} select {names} from {source}.{name}{sorting}")
        there, copied = (
            cursor.execute(f"select count(*) from {relation}").fetchone() for relation in (f"{source}.{name}", name)
        )
    if there != copied:
        raise PublishError(f"Table {table.name} has {there} rows where it was copied from and {copied} in the copy.")


def _made(table: PublicTable) -> Iterator[str]:
    """The statements that make an empty table with its contract: columns, what may not be null, descriptions."""
    name = f"{SCHEMA}.{_name(table.name)}"
    columns = ", ".join(
        f"{_name(column.name)} {column.data_type}{' not null' if column.not_null else ''}" for column in table.columns
    )
    yield f"create table {name} ({columns})"
    yield f"comment on table {name} is {_text(table.description.strip())}"
    for column in table.columns:
        yield f"comment on column {name}.{_name(column.name)} is {_text(column.description)}"


def _totals(connection: duckdb.DuckDBPyConnection) -> dict[str, int]:
    row = connection.execute(
        f"""select count(*), coalesce(sum(rows_landed), 0), coalesce(sum(rows_accepted), 0),
                   coalesce(sum(rows_rejected), 0), coalesce(sum(rows_superseded), 0)
            from {SCHEMA}.file_log"""
    ).fetchone()
    assert row is not None  # an aggregate without grouping always gives one row
    files, landed, accepted, rejected, superseded = (int(figure) for figure in row)
    if landed != accepted + rejected + superseded:
        raise PublishError(
            f"{landed} rows landed, but {accepted} accepted, {rejected} rejected and {superseded} superseded "
            "do not add up to them, so the new warehouse is not served."
        )
    return {
        "files": files,
        "rows_landed": landed,
        "rows_accepted": accepted,
        "rows_rejected": rejected,
        "rows_superseded": superseded,
    }


def _swap(paths: Paths, pointer: Pointer) -> None:
    waiting = paths.pointer.with_name(paths.pointer.name + _UNFINISHED)
    waiting.write_text(json.dumps(asdict(pointer), indent=2) + "\n", encoding="utf-8")
    _sync(waiting)
    os.replace(waiting, paths.pointer)
    _sync(paths.published)


def _prune(paths: Paths, pointer: Pointer, keep: int) -> None:
    """Remove all but the newest versions, and those that are damaged. A reader that has one open keeps it until it closes it."""
    files = sorted(paths.published.glob("warehouse-*.duckdb"), key=lambda file: file.name, reverse=True)
    others = [file for file in files if file.name != pointer.warehouse]
    whole = [file for file in others if not broken(paths.published, file.name)]
    for old in {*others} - {*whole[: keep - 1]}:
        old.unlink(missing_ok=True)
        facts_beside(old).unlink(missing_ok=True)
    _sweep(paths)


def _sweep(paths: Paths) -> None:
    """Remove what a publisher that was killed left unfinished; the refresh lock keeps two from running at once."""
    for orphan in paths.published.glob(f"*{_UNFINISHED}*"):
        orphan.unlink(missing_ok=True)
    for facts in paths.published.glob("warehouse-*.json"):
        if not facts.with_suffix(".duckdb").exists():
            facts.unlink(missing_ok=True)


def _sync(path: Path) -> None:
    """Have the system write file or folder to the disk; folders cannot be synced on Windows."""
    if os.name == "nt" and path.is_dir():
        return
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _name(identifier: str) -> str:
    return '"' + identifier.replace('"', '""') + '"'


def _text(literal: str) -> str:
    return "'" + literal.replace("'", "''") + "'"
