"""Looking at one file before it is sent, and putting it into the landing folder when nothing is wrong with it.

Belongs here: safe names, the private folder of an upload, running `turncurve check`, placing a file. Does not belong
here: what is right or wrong in a file (the command line says that; it runs as a process of its own), who may send one,
or how an answer is drawn.
"""

from __future__ import annotations

import contextlib
import hashlib
import itertools
import json
import logging
import os
import re
import secrets
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path, PurePosixPath
from typing import IO, Any

log = logging.getLogger(__name__)

#: Bytes an upload may have.
MOST_BYTES = 50_000_000
#: Seconds a check may take.
PATIENCE = 120.0
#: Seconds to wait for the check of somebody else.
WAIT = 10.0
#: Bytes a report may have; a thousand problems in each of two hundred members of an archive would be more.
MOST_REPORT = 30_000_000
#: Seconds after which what lies in the private folder was left by a process that was killed.
_LEFT_BEHIND = 3600
_FIRST_YEAR = 2009
_CHUNK = 1 << 20
_REPOSITORY = Path(__file__).resolve().parents[3]
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)", re.IGNORECASE)


class CheckError(Exception):
    """The file was not checked, or not handed over: the sentence for the reader, and the status of the answer."""

    def __init__(self, sentence: str, status: int) -> None:
        super().__init__(sentence)
        self.status = status


@dataclass(frozen=True)
class Checked:
    """What the command line said about a file (`report`, see `turncurve check --json`), under its safe name."""

    name: str
    year: str | None
    sha256: str
    report: dict[str, Any]

    @property
    def clean(self) -> bool:
        """Whether the file would load with nothing to put right; rows of which no figures are kept may be left out."""
        return self.report["ready"] is True

    @property
    def outcome(self) -> str:
        """The outcome in a word, for the audit log."""
        if self.clean:
            return "clean"
        tables = self.report["tables"]
        return "problems" if any(table["status"] == "usable" for table in tables) else "refused"


def year_choices(today: date) -> list[str]:
    """The academic years a file can be of, latest first: `2018/19`."""
    latest = today.year if today.month >= 9 else today.year - 1
    return [f"{first}/{(first + 1) % 100:02d}" for first in range(latest, _FIRST_YEAR - 1, -1)]


def safe_name(given: str) -> str:
    """The name an upload is kept under: no folders, not hidden, nothing a file system or a terminal would act on."""
    name = re.split(r"[/\\]", unicodedata.normalize("NFC", given))[-1]
    # control characters, and marks that turn the direction of writing
    name = "".join(letter for letter in name if not unicodedata.category(letter).startswith("C"))
    name = re.sub(r'[<>:"|?*]', "_", name).lstrip(".-~$ ").rstrip(". ")
    stem, ending = _split(name)
    while len(stem.encode()) > 120:
        stem = stem[:-1]
    if _RESERVED.fullmatch(stem.split(".")[0].strip()):
        stem = f"{stem}_"
    return f"{stem or 'file'}{ending}"


def _split(name: str) -> tuple[str, str]:
    """Stem and ending, with `.csv.gz` taken for one ending."""
    endings = [e for e in PurePosixPath(name).suffixes[-2:] if re.fullmatch(r"\.\w{1,8}", e, re.ASCII)]
    ending = "".join(endings) if endings[-1:] == [".gz"] else "".join(endings[-1:])
    return (name.removesuffix(ending), ending) if ending and name.endswith(ending) else (name, "")


class Checker:
    """Checks uploads for one data folder, one at a time, and hands clean ones to its landing folder."""

    def __init__(self, data_dir: Path, patience: float = PATIENCE, wait: float = WAIT) -> None:
        self._landing = data_dir / "landing"
        # A hidden folder is never taken for a landing folder, and the data stays where data is kept. It also lies
        # below the same folders as landing, so that a year in their names is believed here as it will be there.
        self._private = data_dir / ".checking"
        self._patience = patience
        self._wait = wait
        self._one = threading.Lock()

    def check(self, upload: IO[bytes], given_name: str, year: str | None) -> Checked:
        """What the file is and what is wrong with it; nothing is kept. Raises CheckError."""
        with self._looked_at(upload, given_name, year) as (_kept, checked):
            return checked

    @contextlib.contextmanager
    def handed_over(self, upload: IO[bytes], given_name: str, year: str | None, sha256: str) -> Iterator[Path]:
        """Check the file again and put it into landing; gives its path there. Taken out again if the block fails.

        Raises CheckError when it is not the content that was checked (`sha256`), or is not clean.
        """
        with self._looked_at(upload, given_name, year) as (kept, checked):
            if not secrets.compare_digest(checked.sha256.encode(), sha256.encode()):
                raise CheckError("This is not the file that was checked. Check it again.", 409)
            if not checked.clean:
                raise CheckError("The file is not clean, so it was not handed over. Check it again.", 409)
            placed = _place(kept, self._landing / _shelf(year))
            try:
                yield placed.relative_to(self._landing)
            except BaseException:
                placed.unlink(missing_ok=True)
                raise

    @contextlib.contextmanager
    def _looked_at(self, upload: IO[bytes], given_name: str, year: str | None) -> Iterator[tuple[Path, Checked]]:
        if not given_name:
            raise CheckError("Choose a file first.", 400)
        if year is not None and year not in year_choices(date.today()):
            raise CheckError("Choose the academic year from the list.", 400)
        if not self._one.acquire(timeout=self._wait):
            raise CheckError("Another file is being checked. Try again in a moment.", 503)
        try:
            with self._folder() as folder:
                kept = folder / _shelf(year) / safe_name(given_name)
                kept.parent.mkdir(parents=True)
                sha256 = _save(upload, kept)
                yield kept, Checked(kept.name, year, sha256, self._run(kept, folder / "report.json"))
        except OSError as error:
            log.exception("An upload could not be kept")
            raise CheckError(
                f"The data folder cannot be written ({error.strerror or error}). Tell whoever runs the warehouse.", 503
            ) from error
        finally:
            self._one.release()

    @contextlib.contextmanager
    def _folder(self) -> Iterator[Path]:
        """A folder for this account alone, gone afterwards whatever happens."""
        self._private.mkdir(mode=0o700, parents=True, exist_ok=True)
        for left in self._private.iterdir():
            with contextlib.suppress(FileNotFoundError):  # another process of the app may be as tidy
                if time.time() - left.stat().st_mtime > _LEFT_BEHIND:
                    shutil.rmtree(left, ignore_errors=True)
        folder = Path(tempfile.mkdtemp(prefix="check-", dir=self._private))
        try:
            yield folder
        finally:
            shutil.rmtree(folder)

    def _run(self, file: Path, answer: Path) -> dict[str, Any]:
        command = [sys.executable, "-X", "utf8", "-m", "orchestration.cli", "check", str(file), "--json"]
        try:
            with answer.open("wb") as output:
                done = subprocess.run(
                    command,
                    cwd=_REPOSITORY,
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=subprocess.PIPE,
                    timeout=self._patience,
                    check=False,
                )
        except subprocess.TimeoutExpired as error:
            raise CheckError(
                f"The check took longer than {self._patience:.0f} seconds and was ended. Put the file into the landing "
                "folder instead; the next refresh takes it and the Data page says what became of it.",
                503,
            ) from error
        if answer.stat().st_size > MOST_REPORT:
            raise CheckError("There are too many problems to list. Check the files of the archive one by one.", 413)
        try:
            report = json.loads(answer.read_text(encoding="utf-8"))
            if done.returncode not in (0, 1) or not isinstance(report["tables"], list):
                raise ValueError(f"exit code {done.returncode}")
        except (ValueError, KeyError, TypeError) as error:
            # what an error says may be what is in the file, which is nobody's business who reads the log
            kinds = re.findall(
                r"^([\w.]+(?:Error|Exception|Interrupt))\b", done.stderr.decode(errors="replace"), re.MULTILINE
            )
            log.error("A check failed: %s, exit code %s", kinds[-1] if kinds else type(error).__name__, done.returncode)
            raise CheckError(
                "The check itself failed, so nothing can be said about the file. The log of the dashboards has the "
                "details.",
                500,
            ) from error
        return {**report, "ready": report.get("ready") is True}


def _shelf(year: str | None) -> Path:
    """Where an upload lies, in the private folder and in landing alike: the folder tells its year, as no refresh is
    given a year for a single file."""
    return Path("uploaded") / (f"{year[:4]}-{int(year[:4]) + 1}" if year else "")


def _save(upload: IO[bytes], target: Path) -> str:
    """Write an upload to a new file; the sha256 of its content."""
    digest = hashlib.sha256()
    size = 0
    with target.open("xb") as output:
        while chunk := upload.read(_CHUNK):
            size += len(chunk)
            if size > MOST_BYTES:
                raise CheckError(too_large(), 413)
            digest.update(chunk)
            output.write(chunk)
    return digest.hexdigest()


def too_large() -> str:
    """The sentence for a file that is too large."""
    return (
        f"The file is larger than {MOST_BYTES // 1_000_000} MB, the most that can be checked here. Put it into the landing "
        "folder instead, or use “turncurve check” where Turncurve is installed."
    )


def _place(file: Path, folder: Path) -> Path:
    """Copy a file into a folder under a name that was free; a refresh at any moment sees all of it or nothing useful."""
    folder.mkdir(parents=True, exist_ok=True)
    part = folder / f".{secrets.token_hex(8)}.part"
    try:
        shutil.copyfile(file, part)
        target = _claim(folder, file.name)
        try:
            os.replace(part, target)
        except OSError:
            target.unlink(missing_ok=True)
            raise
        return target
    finally:
        part.unlink(missing_ok=True)


def _claim(folder: Path, name: str) -> Path:
    """An empty file under the first free name: `a.csv`, `a (2).csv`, ... so that two never take the same."""
    stem, ending = _split(name)
    for number in itertools.count(1):
        target = folder / (name if number == 1 else f"{stem} ({number}){ending}")
        with contextlib.suppress(FileExistsError):
            target.open("xb").close()
            return target
    raise AssertionError("there is always a next number")
