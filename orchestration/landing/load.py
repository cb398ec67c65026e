"""Having read into raw what is new or changed in the landing folders, and keeping raw, log and state consistent.

Belongs here: the order in which things are read, written and removed, and every way in which reading a file can fail. Does
not belong here: finding files (`folders`) and what changed (`changes`), the rows of the log (`log`), what is inside a file
(`readers`), how raw is written (`raw`).

Raw is written before the state that names it, and removed only after a state that no longer does, so a run may be killed at
any moment. Readers and DuckDB are imported only when there is something to read.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from orchestration.fingerprint import fingerprint
from orchestration.landing.changes import READER_SOURCES, compared, raw_names, stored_year
from orchestration.landing.folders import Found, open_file
from orchestration.landing.key import secret_key
from orchestration.landing.log import file_log, note_history, questions
from orchestration.landing.state import Entry, Outcome, State, load, save, state_path
from orchestration.raw.layout import COLUMNS, columns_path
from orchestration.settings import Paths

if TYPE_CHECKING:
    from orchestration.raw.writer import Writer
    from orchestration.readers import Piece
    from orchestration.readers.shape import Answers, Pseudonym, Reading

Progress = Callable[[int, int, str], None]
_Row = TypeVar("_Row")


@dataclass(frozen=True)
class LoadResult:
    """What one loading did. `files` are the rows of the file log (see `raw.layout.FILE_LOG_COLUMNS`)."""

    files: list[dict[str, Any]]
    read: int
    removed: int
    #: datasets whose raw rows changed: dbt need build only what follows from them
    datasets: frozenset[str]
    #: questions of all loaded forms
    questions: int = 0
    #: entries of the history of all files
    events: int = 0
    #: tables of raw that were damaged or gone, and have been written again
    mended: int = 0

    def count(self, status: str) -> int:
        """Number of files of one status."""
        return sum(record["status"] == status for record in self.files)

    @property
    def rows_landed(self) -> int:
        """Rows of all loaded files, unreadable ones included."""
        return sum(record["rows_landed"] for record in self.files)


def _refuse_forgotten(entry: Entry, state: State) -> None:
    for outcome in entry.outcomes:
        if outcome.status == "loaded" and outcome.file_id in state.forgotten:
            outcome.status, outcome.rows_landed, outcome.rows_unreadable = "refused", 0, 0
            outcome.reason = f"This content was forgotten on purpose: {state.forgotten[outcome.file_id]}"


def load_files(
    paths: Paths,
    folders: Sequence[Path] = (),
    year: str | None = None,
    progress: Progress | None = None,
) -> LoadResult:
    """Read what is new or changed into raw and bring the file log up to date.

    `progress` is called with (files read so far, files to read, the file's name). Raises `LandingError` where a
    folder is missing, `decode.Refusal` where `year` is no academic year; a file that cannot be used is refused in
    the log, never an error. Must not run twice at once: hold the lock of the refresh.
    """
    from orchestration.raw.writer import Writer
    from orchestration.readers.shape import Pseudonym

    year = stored_year(year)
    state = load(paths)
    if not state.files:
        paths.landing.mkdir(parents=True, exist_ok=True)
    readers = fingerprint(READER_SOURCES)
    code = fingerprint()
    changes = compared(paths, folders, year, state, wholly=True)
    to_read = sorted((*changes.new, *changes.changed), key=lambda found: found.shown)
    before = _raw_names(state)

    key: list[bytes] = []

    def key_once() -> bytes:
        if not key:
            key.append(secret_key(paths))
        return key[0]

    entries = {str(found.path): state.files[str(found.path)] for found in (*changes.unchanged, *changes.touched)}
    for found in changes.touched:
        entries[str(found.path)].size, entries[str(found.path)].mtime_ns = found.size, found.mtime_ns
    for found in (*changes.unchanged, *changes.touched):
        entries[str(found.path)].shown = found.shown
    pseudonym = Pseudonym(key_once, frozenset(state.respondents))
    with Writer(paths.raw) as writer:
        for found, entry in _read_all(to_read, writer, pseudonym, progress):
            _refuse_forgotten(entry, state)
            previous = state.files.get(str(found.path))
            if previous and previous.sha256 == entry.sha256:
                entry.modified_at = previous.modified_at
            entries[str(found.path)] = entry
        if progress:
            progress(len(to_read), len(to_read), "")
        state.files = entries
        state.folders = list(changes.folders)
        _write_columns(writer, paths, changes.damaged, again=state.readers != readers)
        state.readers = readers
        records = file_log(state)
        writer.gather_rejects([record["file_id"] for record in records if record["status"] == "loaded"])
        writer.write_file_log(records)
        note_history(state, records)
        writer.write_history(state.history)
        asked = list(questions(state))
        writer.write_questions(asked)
        inputs = hashlib.sha256(json.dumps(records, sort_keys=True).encode()).hexdigest()[:16]
        state.landed = {"code": code, "inputs": inputs}
        state.raw = _checksums(state, writer.written)
        save(paths, state)
    after = _raw_names(state)
    removed = _sweep(paths, after)
    reread = {outcome.dataset_id for found in to_read for outcome in entries[str(found.path)].outcomes}
    changed = {dataset_id for dataset_id, _ in before ^ after} | (reread - {""})
    return LoadResult(
        records, len(to_read), removed, frozenset(changed), len(asked), len(state.history), len(changes.damaged)
    )


def _checksums(state: State, written: dict[str, tuple[int, str]]) -> dict[str, tuple[int, str]]:
    """The checksums of raw as it is now: of what was written, and of the tables that are still used."""
    used = {
        name
        for entry in state.files.values()
        for outcome in entry.outcomes
        if outcome.status == "loaded"
        for name in raw_names(outcome)
    }
    known = {**state.raw, **written}
    return {
        name: known[name] for name in sorted(known) if name in used or name in written or Path(name).name == COLUMNS
    }


def _raw_names(state: State) -> set[tuple[str, str]]:
    return {
        (outcome.dataset_id, outcome.file_id)
        for entry in state.files.values()
        for outcome in entry.outcomes
        if outcome.status == "loaded"
    }


def _read_all(
    to_read: Sequence[Found], writer: Writer, pseudonym: Pseudonym, progress: Progress | None
) -> Iterator[tuple[Found, Entry]]:
    """Every file with what became of it, in order. While DuckDB copies some by itself, the next are read."""
    from orchestration.raw.exports import COPIES_AT_ONCE

    under_way: deque[tuple[Found, _Reading, Entry | None]] = deque()
    for done, found in enumerate(to_read):
        if progress:
            progress(done, len(to_read), found.shown)
        reading = _read(found, writer, pseudonym)
        under_way.append((found, reading, _proceed(reading)))
        while under_way and (under_way[0][2] or len(under_way) > COPIES_AT_ONCE):
            yield _settled(*under_way.popleft())
    while under_way:
        yield _settled(*under_way.popleft())


def _settled(found: Found, reading: _Reading, entry: Entry | None) -> tuple[Found, Entry]:
    entry = entry or _proceed(reading)
    assert entry is not None  # a reading waits once at most
    return found, entry


#: The reading of one file; it yields while DuckDB copies the file by itself, and ends with what became of it.
_Reading = Generator[None, None, "Entry"]


def _proceed(reading: _Reading) -> Entry | None:
    """Let a reading go on until it waits (None) or ends."""
    try:
        next(reading)
    except StopIteration as end:
        entry: Entry = end.value
        return entry
    return None


def _read(found: Found, writer: Writer, pseudonym: Pseudonym) -> _Reading:
    """Read one file into raw. Every way it can fail becomes a refused outcome."""
    from orchestration import readers

    modified = datetime.fromtimestamp(found.mtime_ns / 1e9, UTC).isoformat(timespec="milliseconds")
    entry = Entry(found.shown, found.size, found.mtime_ns, "", modified, found.meta_sha256, found.year)
    if found.refusal:
        entry.outcomes = [_refused(entry, found.refusal)]
        return entry
    try:
        with open_file(found.path) as file:
            entry.sha256 = hashlib.file_digest(file, "sha256").hexdigest()
            before = os.fstat(file.fileno())
        entry.size, entry.mtime_ns = before.st_size, before.st_mtime_ns

        def unchanged() -> None:
            if _identity(found.path.stat()) != _identity(before):
                raise _Changed

        pieces = readers.read_file(found.path, lambda: open_file(found.path), found.year, pseudonym, entry.sha256)
        for piece in _foreseen(pieces):
            entry.outcomes.append((yield from _outcome(piece, entry, writer, pseudonym, unchanged)))
        unchanged()
    except _Unforeseen as unforeseen:
        entry.outcomes = [_refused(entry, str(unforeseen))]
    except (_Changed, FileNotFoundError):
        entry.retry = True
        entry.outcomes = [
            _refused(entry, "The file was changed or taken away while it was being read. It is tried again next time.")
        ]
    except PermissionError:
        entry.retry = True
        entry.outcomes = [_refused(entry, "The file may not be opened. Ask for the right to read it.")]
    except OSError as error:
        entry.retry = True
        entry.outcomes = [_refused(entry, f"The file could not be read: {error.strerror or error}.")]
    return entry


#: Why a file is refused on which a reader itself failed.
UNFORESEEN = (
    "The file could not be read because of a mistake in this program ({}). Save it again as CSV and load that; and tell whoever "
    "looks after the program."
)


class _Unforeseen(Exception):
    """A reader failed on a file in a way nobody foresaw; the message is the sentence the user reads."""


def _foreseen(found: Iterator[_Row]) -> Iterator[_Row]:
    """What a reader finds. Should it fail, that is this file's end, and not that of the refresh.

    What an error says of a cell may be what is in the cell, so no more than its kind is told. A disk or a memory that is full is
    no matter of one file, and neither is what goes wrong in writing.
    """
    from orchestration.readers.decode import Refusal

    try:
        yield from found
    except (Refusal, OSError, _Changed, _Unforeseen):
        raise
    except Exception as error:
        raise _Unforeseen(UNFORESEEN.format(type(error).__name__)) from error


class _Changed(Exception):
    """The file is not the one it was when reading began."""


def _identity(info: os.stat_result) -> tuple[int, int, int]:
    return info.st_ino, info.st_size, info.st_mtime_ns


def _then(rows: Iterator[_Row], check: Callable[[], None]) -> Iterator[_Row]:
    """The rows, and at their end a check that may raise: before then, nothing of them has been stored."""
    yield from _foreseen(rows)
    check()


def _refused(entry: Entry, reason: str) -> Outcome:
    # what could not be read has no content to be known by, so its place must do
    known_by = entry.sha256 or hashlib.sha256(f"unread {entry.shown}".encode()).hexdigest()
    return Outcome("", known_by[:16], "refused", reason)


def _outcome(
    piece: Piece, entry: Entry, writer: Writer, pseudonym: Pseudonym, unchanged: Callable[[], None]
) -> Generator[None, None, Outcome]:
    from orchestration.readers.decode import Refusal

    file_id = (piece.sha256 or entry.sha256)[:16]
    # the log is read by whoever runs the warehouse
    reason = " ".join(filter(None, (piece.reason, piece.for_analyst)))
    outcome = Outcome(piece.member, file_id, piece.status, reason, dataset_id=piece.dataset_id, encoding=piece.encoding)
    reading = piece.reading
    if reading is None:
        return outcome
    outcome.dataset_id = reading.dataset.id
    outcome.academic_year, outcome.release = reading.academic_year, reading.release
    outcome.snapshot_date = reading.snapshot_date
    outcome.published_on, outcome.edition = reading.published_on, reading.edition
    try:
        if reading.answers is None:
            writer.write_rows(reading.dataset.id, file_id, reading.columns, _then(reading.rows, unchanged))
        else:
            yield from _write_answers(reading, reading.answers, file_id, writer, pseudonym, unchanged)
            outcome.questions = [reading.answers.questions[place] for place in reading.answers.kept]
    except (Refusal, _Unforeseen) as refusal:
        outcome.status, outcome.reason = "refused", str(refusal)
        return outcome
    outcome.status = "loaded"
    outcome.reason = " ".join(filter(None, (reading.remark, *reading.guesses)))
    # a reject that names a column is a value that was left out of a row that was taken
    outcome.rows_landed = reading.row_count
    outcome.rows_unreadable = sum(reject.scope == "row" for reject in reading.rejects)
    if reading.rejects:
        writer.write_rejects(
            file_id,
            (
                (reject.row_number, reject.column, reject.value, reject.reason, reject.scope)
                for reject in reading.rejects
            ),
        )
    return outcome


def _write_answers(
    reading: Reading,
    answers: Answers,
    file_id: str,
    writer: Writer,
    pseudonym: Pseudonym,
    unchanged: Callable[[], None],
) -> Generator[None, None, None]:
    """Write a survey export: DuckDB copies it while other files are read, or its rows are walked here."""
    from orchestration.readers import forms

    if plan := answers.plan():
        copied = writer.copy_answers(reading.dataset.id, file_id, plan, pseudonym)
        yield
        unchanged()
        if found := copied():
            reading.row_count, reading.rejects = found.rows, forms.rejects_of(found, answers.questions)
            return
    writer.write_answers(reading.dataset.id, file_id, answers.kept, _then(answers.rows, unchanged))


def _write_columns(writer: Writer, paths: Paths, damaged: frozenset[str], again: bool) -> None:
    """The empty table of every dataset; of those that are there, only if they are damaged or may be of another contract."""
    from orchestration import contracts
    from orchestration.readers import forms

    for dataset in contracts.load().values():
        table = columns_path(paths.raw, dataset.id)
        if not again and table.relative_to(paths.raw).as_posix() not in damaged and table.exists():
            continue
        if dataset.reader == "forms":
            writer.write_columns(dataset, forms.COLUMNS)
        else:
            known = (column.name for column in dataset.columns if not column.personal)
            writer.write_columns(dataset, [*known, *dataset.measures])


def _sweep(paths: Paths, referenced: set[tuple[str, str]]) -> int:
    """Remove raw tables and rejects of which no file is left; the number of tables removed.

    Half-written states of a killed run go too: only one refresh runs at a time.
    """
    for leftover in paths.raw.glob(f".{state_path(paths).name}.*"):
        leftover.unlink(missing_ok=True)
    removed = 0
    for table in paths.raw.glob("*/*.parquet"):
        if table.parent.name == "landing" or table.name == COLUMNS:
            continue
        if (table.parent.name, table.stem) not in referenced:
            table.unlink(missing_ok=True)
            removed += 1
    file_ids = {file_id for _, file_id in referenced}
    for table in paths.raw.glob("landing/rejects/*.parquet"):
        if table.stem not in file_ids:
            table.unlink(missing_ok=True)
    return removed
