"""The file log: every file that lies in a landing folder, and what became of it.

Belongs here: finding files, telling what changed, keeping the log consistent whatever happens in between. Does not
belong here: what is inside a file (`readers`), how raw is written (`raw`), building or publishing anything.

Files are read in place and never copied or changed. Raw is written before the state that names it, and removed only
after a state that no longer does, so a run may be killed at any moment. Readers and DuckDB are imported only when
there is something to read: telling that nothing changed must take no time.
"""

from __future__ import annotations

import hashlib
import json
import os
import stat
from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from orchestration.fingerprint import fingerprint
from orchestration.landed import Entry, LandingError, Outcome, State, load, save, secret_key, state_path
from orchestration.settings import Paths

if TYPE_CHECKING:
    from orchestration.raw import Writer
    from orchestration.readers import Piece
    from orchestration.readers.shape import Answers, Pseudonym, Reading

_RELEASE_RANK = {"provisional": 0, "revised": 1}
#: What decides how a file is read. If one of these changes, every file is read again.
_READER_SOURCES = (
    "orchestration/readers",
    "orchestration/contracts.py",
    "orchestration/raw.py",
    "seeds/datasets.csv",
    "seeds/dataset_columns.csv",
    "seeds/outcome_columns.csv",
    "seeds/form_questions.csv",
    "seeds/personal_questions.csv",
    "seeds/files_not_taken.csv",
)

Progress = Callable[[int, int, str], None]
_Row = TypeVar("_Row")


@dataclass(frozen=True)
class Found:
    """A file that lies in a landing folder now."""

    path: Path
    shown: str
    size: int
    mtime_ns: int
    year: str | None


@dataclass(frozen=True)
class Changes:
    """What differs between the folders and the state."""

    new: tuple[Found, ...]
    changed: tuple[Found, ...]
    #: same content under another time stamp
    touched: tuple[Found, ...]
    unchanged: tuple[Found, ...]
    gone: tuple[str, ...]
    folders: tuple[str, ...]
    new_folders: bool

    def __bool__(self) -> bool:
        """Whether there is anything to land."""
        return bool(self.new or self.changed or self.gone or self.new_folders)


@dataclass(frozen=True)
class LandingResult:
    """What one landing did. `files` are the rows of the file log (see `raw.FILE_LOG_COLUMNS`)."""

    files: list[dict[str, Any]]
    read: int
    removed: int
    #: datasets whose raw rows changed: dbt need build only what follows from them
    datasets: frozenset[str]
    #: questions of all loaded forms
    questions: int = 0
    #: entries of the history of all files
    events: int = 0

    def count(self, status: str) -> int:
        """Number of files of one status."""
        return sum(record["status"] == status for record in self.files)

    @property
    def rows_landed(self) -> int:
        """Rows of all loaded files, unreadable ones included."""
        return sum(record["rows_landed"] for record in self.files)


# ---------------------------------------------------------------------------------------------------------------
# what changed


def _folders(paths: Paths, given: Sequence[Path], state: State) -> list[Path]:
    """The folders to look into: the default, the remembered ones, the ones given now."""
    folders = [paths.landing, *map(Path, state.folders), *(Path(folder).expanduser().resolve() for folder in given)]
    return list(dict.fromkeys(folders))


def _check_folders(paths: Paths, folders: Sequence[Path], given: Sequence[Path], state: State) -> None:
    named = {Path(folder).expanduser().resolve() for folder in given}
    for folder in folders:
        if not folder.exists():
            if folder == paths.landing and not any(Path(path).is_relative_to(folder) for path in state.files):
                continue  # a first run: nothing has ever been put there
            if folder in named:
                raise LandingError(f"There is no folder {folder}. Check the name.")
            otherwise = (
                "make it again, empty," if folder == paths.landing else f"run `turncurve refresh --forget {folder}`"
            )
            raise LandingError(
                f"The folder {folder} is gone; earlier refreshes took files from it, so nothing was changed."
                f" Put it back, or {otherwise} if its data should leave the warehouse."
            )
        if folder.is_dir() and not os.access(folder, os.R_OK | os.X_OK):
            raise LandingError(f"The folder {folder} may not be opened. Ask for the right to read it.")


def scan(paths: Paths, folders: Sequence[Path] = (), year: str | None = None) -> Changes:
    """Compare the landing folders with the state, by size and time first, by content where those differ.

    `folders` are added to the default and the remembered ones; a single file may stand for a folder. `year` is the
    academic year given for the files in `folders`. Raises `LandingError` where a folder is missing.
    """
    return _scan(paths, folders, _spelled(year), load(paths))


def _spelled(year: str | None) -> str | None:
    """The year given as years are stored, so that `2018-19` and `2018/19` are the same one."""
    if not year:
        return None
    from orchestration.readers.years import parse_year

    return parse_year(year)


def _scan(paths: Paths, given: Sequence[Path], year: str | None, state: State) -> Changes:
    folders = _folders(paths, given, state)
    _check_folders(paths, folders, given, state)
    named = {Path(folder).expanduser().resolve() for folder in given}
    reread = state.readers != fingerprint(_READER_SOURCES)
    sorted_out: dict[str, list[Found]] = {"new": [], "changed": [], "touched": [], "unchanged": []}
    present: set[str] = set()
    # folders given now go first: their year counts for a file that also lies below another folder
    for folder in sorted(folders, key=lambda folder: folder not in named):
        for path, info in _files_below(folder, paths):
            if str(path) in present:
                continue
            present.add(str(path))
            entry = state.files.get(str(path))
            given_year = year if year and folder in named else entry.year_given if entry else None
            found = Found(path, _shown(path, folder, paths), info.st_size, info.st_mtime_ns, given_year)
            sorted_out[_compare(found, entry, reread, paths)].append(found)
    return Changes(
        **{name: tuple(items) for name, items in sorted_out.items()},
        gone=tuple(sorted(set(state.files) - present)),
        folders=tuple(str(folder) for folder in folders if folder != paths.landing),
        new_folders=any(str(folder) not in state.folders for folder in folders if folder != paths.landing),
    )


def _compare(found: Found, entry: Entry | None, reread: bool, paths: Paths) -> str:
    if entry is None:
        return "new"
    if reread or found.year != entry.year_given or not _raw_is_there(entry, paths):
        return "changed"
    if entry.retry and _opens(found.path):
        return "changed"
    if (found.size, found.mtime_ns) == (entry.size, entry.mtime_ns):
        return "unchanged"
    if found.size != entry.size or _hash(found.path) != entry.sha256:
        return "changed"
    return "touched"


def _raw_is_there(entry: Entry, paths: Paths) -> bool:
    loaded = (outcome for outcome in entry.outcomes if outcome.status == "loaded")
    return all((paths.raw / outcome.dataset_id / f"{outcome.file_id}.parquet").exists() for outcome in loaded)


def _opens(path: Path) -> bool:
    try:
        with path.open("rb"):
            return True
    except OSError:
        return False


def _hash(path: Path) -> str:
    """sha256 of a file's bytes, '' where it cannot be read."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""


def _files_below(folder: Path, paths: Paths) -> Iterator[tuple[Path, os.stat_result]]:
    """Plain files below a folder in a fixed order. Hidden folders and this warehouse's own are not entered."""
    if folder.is_file():
        yield folder, folder.stat()
        return
    own = {paths.raw, paths.build, paths.published, paths.audit, paths.dagster}
    for base, folders, names in os.walk(folder, onerror=_not_entered):
        folders[:] = sorted(
            name for name in folders if not name.startswith((".", "__MACOSX")) and Path(base, name) not in own
        )
        for name in sorted(names):
            path = Path(base, name)
            if path in (paths.secret_key, paths.lock):
                continue
            try:
                info = path.stat()
            except OSError:  # vanished since it was listed, or a link to nothing
                continue
            if stat.S_ISREG(info.st_mode):
                yield path, info


def _not_entered(error: OSError) -> None:
    # passed over in silence, a folder that may not be opened would take its files out of the warehouse
    if not isinstance(error, FileNotFoundError):
        raise LandingError(f"The folder {error.filename} may not be opened. Ask for the right to read it.") from error


def _shown(path: Path, folder: Path, paths: Paths) -> str:
    """The path as users see it: below the landing folder, else with the name of the folder it was found in."""
    if path == folder:
        return path.name
    inside = path.relative_to(folder).as_posix()
    return inside if folder == paths.landing else f"{folder.name}/{inside}"


def is_current(paths: Paths, folders: Sequence[Path] = (), year: str | None = None) -> bool:
    """Whether a refresh would change nothing: same files, same code and seeds, and the served warehouse is there."""
    try:
        state = load(paths)
        pointer = json.loads(paths.pointer.read_text(encoding="utf-8"))
        served = (paths.published / pointer["warehouse"]).is_file()
        version = pointer["version"]
    except (OSError, ValueError, KeyError, TypeError, LandingError):
        return False
    expected = {**state.landed, "version": version, "code": fingerprint()}
    if not served or not state.built or state.built != expected:
        return False
    try:
        return not _scan(paths, folders, _spelled(year), state)
    except LandingError:
        return False


def glance(paths: Paths) -> str:
    """A key of what lies in the landing folders now and of the code: the same key means nothing moved meanwhile."""
    state = load(paths)
    digest = hashlib.sha256(fingerprint().encode())
    for folder in _folders(paths, (), state):
        if folder.exists():
            for path, info in _files_below(folder, paths):
                digest.update(f"{path} {info.st_size} {info.st_mtime_ns}\n".encode())
    return digest.hexdigest()[:16]


def _refuse_forgotten(entry: Entry, state: State) -> None:
    for outcome in entry.outcomes:
        if outcome.status == "loaded" and outcome.file_id in state.forgotten:
            outcome.status, outcome.rows_landed, outcome.rows_unreadable = "refused", 0, 0
            outcome.reason = f"This content was forgotten on purpose: {state.forgotten[outcome.file_id]}"


def forget(paths: Paths, folder: Path) -> None:
    """Stop looking into a remembered folder; its files drop out at the next landing.

    Raises `LandingError` where it is none.
    """
    state = load(paths)
    name = str(Path(folder).expanduser().resolve())
    if name not in state.folders:
        raise LandingError(f"{name} is not a folder that is looked into, so there is nothing to forget.")
    state.folders.remove(name)
    state.built = {}
    save(paths, state)


# ---------------------------------------------------------------------------------------------------------------
# landing


def land(
    paths: Paths,
    folders: Sequence[Path] = (),
    year: str | None = None,
    progress: Progress | None = None,
) -> LandingResult:
    """Read what is new or changed into raw and bring the file log up to date.

    `progress` is called with (files read so far, files to read, the file's name). Raises `LandingError` where a
    folder is missing, `decode.Refusal` where `year` is no academic year; a file that cannot be used is refused in
    the log, never an error. Must not run twice at once: hold the lock of the refresh.
    """
    from orchestration import raw
    from orchestration.readers.shape import Pseudonym

    year = _spelled(year)
    state = load(paths)
    if not state.files:
        paths.landing.mkdir(parents=True, exist_ok=True)
    readers = fingerprint(_READER_SOURCES)
    code = fingerprint()
    changes = _scan(paths, folders, year, state)
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
    with raw.Writer(paths.raw) as writer:
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
        _write_columns(writer, paths, again=state.readers != readers)
        state.readers = readers
        records = _file_log(state)
        writer.gather_rejects([record["file_id"] for record in records if record["status"] == "loaded"])
        writer.write_file_log(records)
        _note_history(state, records)
        writer.write_history(state.history)
        questions = list(_questions(state))
        writer.write_questions(questions)
        inputs = hashlib.sha256(json.dumps(records, sort_keys=True).encode()).hexdigest()[:16]
        state.landed = {"code": code, "inputs": inputs}
        save(paths, state)
    after = _raw_names(state)
    removed = _sweep(paths, after)
    reread = {outcome.dataset_id for found in to_read for outcome in entries[str(found.path)].outcomes}
    changed = {dataset_id for dataset_id, _ in before ^ after} | (reread - {""})
    return LandingResult(records, len(to_read), removed, frozenset(changed), len(questions), len(state.history))


def _raw_names(state: State) -> set[tuple[str, str]]:
    return {
        (outcome.dataset_id, outcome.file_id)
        for entry in state.files.values()
        for outcome in entry.outcomes
        if outcome.status == "loaded"
    }


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def _read_all(
    to_read: Sequence[Found], writer: Writer, pseudonym: Pseudonym, progress: Progress | None
) -> Iterator[tuple[Found, Entry]]:
    """Every file with what became of it, in order. While DuckDB copies some by itself, the next are read."""
    from orchestration.raw import COPIES_AT_ONCE

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
    entry = Entry(found.shown, found.size, found.mtime_ns, "", modified, found.year)
    try:
        with found.path.open("rb") as file:
            entry.sha256 = hashlib.file_digest(file, "sha256").hexdigest()
            before = os.fstat(file.fileno())
        entry.size, entry.mtime_ns = before.st_size, before.st_mtime_ns

        def unchanged() -> None:
            if _identity(found.path.stat()) != _identity(before):
                raise _Changed

        pieces = readers.read_file(found.path, lambda: found.path.open("rb"), found.year, pseudonym, entry.sha256)
        for piece in pieces:
            entry.outcomes.append((yield from _outcome(piece, entry, writer, pseudonym, unchanged)))
        unchanged()
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


class _Changed(Exception):
    """The file is not the one it was when reading began."""


def _identity(info: os.stat_result) -> tuple[int, int, int]:
    return info.st_ino, info.st_size, info.st_mtime_ns


def _then(rows: Iterator[_Row], check: Callable[[], None]) -> Iterator[_Row]:
    """The rows, and at their end a check that may raise: before then, nothing of them has been stored."""
    yield from rows
    check()


def _refused(entry: Entry, reason: str) -> Outcome:
    return Outcome("", entry.sha256[:16], "refused", reason)


def _outcome(
    piece: Piece, entry: Entry, writer: Writer, pseudonym: Pseudonym, unchanged: Callable[[], None]
) -> Generator[None, None, Outcome]:
    from orchestration.readers.decode import Refusal

    file_id = (piece.sha256 or entry.sha256)[:16]
    outcome = Outcome(
        piece.member, file_id, piece.status, piece.reason, dataset_id=piece.dataset_id, encoding=piece.encoding
    )
    reading = piece.reading
    if reading is None:
        return outcome
    outcome.dataset_id = reading.dataset.id
    outcome.academic_year, outcome.release = reading.academic_year, reading.release
    outcome.snapshot_date = reading.snapshot_date
    try:
        if reading.answers is None:
            writer.write_rows(reading.dataset.id, file_id, reading.columns, _then(reading.rows, unchanged))
        else:
            yield from _write_answers(reading, reading.answers, file_id, writer, pseudonym, unchanged)
            outcome.questions = [reading.answers.questions[place] for place in reading.answers.kept]
    except Refusal as refusal:
        outcome.status, outcome.reason = "refused", str(refusal)
        return outcome
    outcome.status = "loaded"
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


def _questions(state: State) -> Iterator[tuple[str, str, str]]:
    """(file_id, column of raw, question) of every form that is loaded."""
    from orchestration.readers.swift import answer_column

    found = {
        outcome.file_id: outcome.questions
        for entry in state.files.values()
        for outcome in entry.outcomes
        if outcome.status == "loaded"
    }
    for file_id, questions in sorted(found.items()):
        for number, question in enumerate(questions, start=1):
            yield file_id, answer_column(number), question


def _write_columns(writer: Writer, paths: Paths, again: bool) -> None:
    """The empty table of every dataset; of those that are there, only if they may be of another contract."""
    from orchestration import contracts
    from orchestration.readers import forms

    for dataset in contracts.load().values():
        if not again and (paths.raw / dataset.id / "_columns.parquet").exists():
            continue
        if dataset.reader == "forms":
            writer.write_columns(dataset, forms.COLUMNS)
        else:
            known = (column.name for column in dataset.columns if not column.personal)
            writer.write_columns(dataset, [*known, *dataset.measures])


def _file_log(state: State) -> list[dict[str, Any]]:
    """The rows of the file log. Of several files with one content the oldest is loaded, the others are duplicates."""
    pairs = [(path, entry, outcome) for path, entry in state.files.items() for outcome in entry.outcomes]
    pairs.sort(key=lambda pair: (pair[1].modified_at, pair[1].shown, pair[2].member))
    now = _now()
    taken: dict[str, tuple[str, Outcome]] = {}
    shown: set[str] = set()
    records = []
    for path, entry, outcome in pairs:
        name = entry.shown if not outcome.member else f"{entry.shown}/{outcome.member}"
        if name in shown:  # two folders of one name
            name = path if not outcome.member else f"{path}/{outcome.member}"
        shown.add(name)
        record: dict[str, Any] = {
            "file_id": outcome.file_id,
            "path": name,
            "dataset_id": outcome.dataset_id,
            "academic_year": outcome.academic_year,
            "release": outcome.release,
            "snapshot_date": outcome.snapshot_date,
            "status": outcome.status,
            "reason": outcome.reason,
            "rows_landed": outcome.rows_landed,
            "rows_unreadable": outcome.rows_unreadable,
            "first_seen_at": state.seen.setdefault(outcome.file_id, now),
            "modified_at": entry.modified_at,
            "encoding": outcome.encoding,
        }
        if outcome.status == "loaded":
            first = taken.setdefault(outcome.file_id, (name, outcome))
            if first[1] is not outcome:
                record.update(status="duplicate", rows_landed=0, rows_unreadable=0)
                record["reason"] = f"The same content as {first[0]}, which was taken."
                if first[1].academic_year != outcome.academic_year:
                    record["reason"] += (
                        f" That one was taken as {first[1].academic_year}, this one lies under"
                        f" {outcome.academic_year}: only one can be right."
                    )
        records.append(record)
    records.sort(
        key=lambda record: (_RELEASE_RANK.get(record["release"] or "", 2), record["modified_at"], record["path"])
    )
    for sequence, record in enumerate(records, start=1):
        record["sequence"] = sequence
    return records


def _note_history(state: State, records: Sequence[dict[str, Any]]) -> None:
    """Add to the history what became of each path, where it is not what was noted last; and the paths that are gone."""
    last = {event["path"]: event for event in state.history}
    compared = ("file_id", "dataset_id", "status", "reason", "rows_landed")
    now = _now()
    for record in records:
        event = {name: record[name] for name in ("path", *compared)}
        before = last.get(record["path"])
        if before is None or any(before[name] != event[name] for name in compared):
            state.history.append({**event, "happened_at": now})
    for path in sorted(last.keys() - {record["path"] for record in records}):
        if last[path]["status"] != "gone":
            reason = state.forgotten.get(last[path]["file_id"], "")
            reason = f"It was forgotten on purpose: {reason}" if reason else "It no longer lies in a landing folder."
            gone = {"status": "gone", "reason": reason, "rows_landed": 0, "happened_at": now}
            state.history.append({**last[path], **gone})


def _sweep(paths: Paths, referenced: set[tuple[str, str]]) -> int:
    """Remove raw tables and rejects that no file stands behind any more; the number of tables removed.

    Half-written states of a killed run go too: only one landing runs at a time.
    """
    for leftover in paths.raw.glob(f".{state_path(paths).name}.*"):
        leftover.unlink(missing_ok=True)
    removed = 0
    for table in paths.raw.glob("*/*.parquet"):
        if table.parent.name == "landing" or table.name == "_columns.parquet":
            continue
        if (table.parent.name, table.stem) not in referenced:
            table.unlink(missing_ok=True)
            removed += 1
    file_ids = {file_id for _, file_id in referenced}
    for table in paths.raw.glob("landing/rejects/*.parquet"):
        if table.stem not in file_ids:
            table.unlink(missing_ok=True)
    return removed
