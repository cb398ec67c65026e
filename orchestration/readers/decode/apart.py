"""Opening workbooks in another process, so that one that asks for all memory or never ends costs that process alone.

Belongs here: the process (one for many files, replaced when it dies or is too slow), asking it, and what its end means for the
file. Does not belong here: what it does (`workbook`), which sheet is wanted (`spreadsheet`).
"""

from __future__ import annotations

import atexit
import contextlib
import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from typing import IO, Any

from orchestration.readers.decode.limits import SPREADSHEET_SECONDS, Clock, too_slow
from orchestration.readers.decode.table import Refusal, Row
from orchestration.readers.decode.workbook import LENGTH, ROWS_AT_ONCE, TOO_LARGE

_CHUNK = 1 << 20
_ENDED = "The spreadsheet could not be opened: it is damaged, or larger than is accepted. Save it again, or save its data as CSV."


class Opened:
    """A workbook that is open in the other process; should another have been opened there since, it is opened again."""

    def __init__(self, open_content: Callable[[], IO[bytes]], size: int, clock: Clock) -> None:
        self._open, self._size, self._clock = open_content, size, clock
        self.sheets: list[str] = self._ask({"ask": "open", "size": size})["sheets"]

    def rows(self, sheet: int, most: int | None = None) -> Iterator[Row]:
        """The rows of a sheet, by its place: all of them, as they are shown; or the first `most`, as they are stored.

        May raise `Refusal`.
        """
        first, goes_on = 1, True
        while goes_on:
            at_once = ROWS_AT_ONCE if most is None else min(ROWS_AT_ONCE, most - first + 1)
            request = {"ask": "rows", "sheet": sheet, "first": first, "most": at_once, "formats": most is None}
            answer = self._ask(request)
            for number, cells in enumerate(answer["rows"], start=first):
                yield Row(number, cells)
            first += len(answer["rows"])
            goes_on = answer["more"] and (most is None or first <= most)

    def _ask(self, request: dict[str, Any]) -> dict[str, Any]:
        began = time.monotonic()
        opening = {"ask": "open", "size": self._size}
        with _THE_ONE.lock:
            if request == opening or _THE_ONE.holds is not self:
                _THE_ONE.holds = None
                answer = _THE_ONE.ask(opening, self._open, self._clock.left)
                _THE_ONE.holds = self
            if request != opening:
                answer = _THE_ONE.ask(request, None, self._clock.left)
        self._clock.spend(time.monotonic() - began)
        return answer


class _Process:
    """The other process, started when it is first asked."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.holds: Opened | None = None
        self._process: subprocess.Popen[bytes] | None = None

    def ask(self, request: dict[str, Any], content: Callable[[], IO[bytes]] | None, seconds: float) -> dict[str, Any]:
        """Its answer. Raises `Refusal` where it refuses, dies, or takes longer than `seconds`."""
        process = self._process = self._process if self._process and self._process.poll() is None else _started()
        late = threading.Event()

        def end() -> None:
            late.set()
            process.kill()

        timer = threading.Timer(seconds, end)
        timer.daemon = True
        timer.start()
        try:
            answer = _exchange(process, request, content)
        except BaseException:
            # a file that cannot be read to its end, a key that was pressed: half a message helps nobody
            self.end()
            raise
        finally:
            timer.cancel()
        if late.is_set():
            self.end()
            raise Refusal(too_slow(seconds))
        if answer is None:
            code = process.wait()
            self.end()
            raise Refusal(_why_it_ended(code))
        if sentence := answer.get("refused"):
            raise Refusal(sentence)
        return answer

    def end(self) -> None:
        """End it; the next workbook gets another."""
        process, self._process, self.holds = self._process, None, None
        if process is None:
            return
        process.kill()
        for pipe in (process.stdin, process.stdout):
            with contextlib.suppress(OSError):
                pipe.close()  # type: ignore[union-attr]
        process.wait()


def _started() -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-c", "from orchestration.readers.decode.workbook import main; main()"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        # what a library prints of a file it cannot read may be what is in the file
        stderr=subprocess.DEVNULL,
    )


def _exchange(
    process: subprocess.Popen[bytes], request: dict[str, Any], content: Callable[[], IO[bytes]] | None
) -> dict[str, Any] | None:
    """One question and its answer; None where the process ended instead."""
    assert process.stdin is not None and process.stdout is not None
    text = json.dumps(request).encode()
    try:
        process.stdin.write(LENGTH.pack(len(text)) + text)
        if content is not None:
            left = int(request["size"])
            with content() as stream:
                while left and (chunk := stream.read(min(_CHUNK, left))):
                    process.stdin.write(chunk)
                    left -= len(chunk)
            if left:
                raise Refusal("The file was changed while it was being read. Load it again.")
        process.stdin.flush()
    except BrokenPipeError:
        return None
    head = process.stdout.read(LENGTH.size)
    if len(head) < LENGTH.size:
        return None
    body = process.stdout.read(LENGTH.unpack(head)[0])
    return json.loads(body) if len(body) == LENGTH.unpack(head)[0] else None


def _why_it_ended(code: int) -> str:
    """What the end of the process says of the file: the signal it was ended by, where there was one."""
    import signal

    if sys.platform != "win32":
        if code == -signal.SIGXCPU:
            return too_slow(SPREADSHEET_SECONDS)
        if code == -signal.SIGABRT:
            # what the library beneath does where it is given no more memory
            return TOO_LARGE
    return _ENDED


_THE_ONE = _Process()
atexit.register(_THE_ONE.end)
