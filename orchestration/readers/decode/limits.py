"""How much of a file is read: bounds that no file people send comes near, and a clock for each file.

Belongs here: the bounds, and the time a file may take. Does not belong here: where they are applied (`unpacking`, `text`,
`spreadsheet`, and `workbook`, which runs in a process of its own and is told its bounds).
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from typing import TypeVar

from orchestration.readers.decode.table import Refusal

_Row = TypeVar("_Row")

#: Bytes a compressed file may grow to; national files of pupil-free data stay far below.
MAX_UNPACKED = 2_000_000_000
#: Above this size a member that shrank more than `MAX_RATIO` times is taken for a trap, not for data.
RATIO_CHECKED_ABOVE = 20_000_000
MAX_RATIO = 300
MAX_MEMBERS = 200
#: Bytes of the list of an archive's members, which is held in memory; that of two hundred takes some thousand.
MAX_DIRECTORY = 8_000_000
#: Characters of one cell. Longer means a quotation mark that is never closed, not a long answer.
MAX_CELL = 1_000_000
#: Characters of one record with all its cells.
MAX_RECORD = 4_000_000
#: Characters that are read a second time because a quotation mark above them was never closed.
MAX_REREAD = 100_000_000
#: The widest published table has about six hundred; each heading of a wider one would be compared with all that are known.
MAX_COLUMNS = 4_096
#: Rows and values of one file that its reader could not use; they are listed, and so held in memory.
MAX_REJECTS = 500_000
#: Bytes of a workbook, which is held in memory, as it lies there and unpacked; and its sheets.
MAX_SPREADSHEET = 200_000_000
MAX_UNPACKED_SPREADSHEET = 600_000_000
MAX_SHEETS = 200
#: Cells from the first to the last row and column of a sheet that hold anything; each has a place in memory, also the blank.
MAX_CELLS = 8_000_000
#: Bytes the process may hold that opens workbooks, and seconds of a processor it may take for one.
SPREADSHEET_MEMORY = 640_000_000
SPREADSHEET_SECONDS = 15.0
#: Bytes the process may hold that checks a file for somebody.
CHECK_MEMORY = 900_000_000
#: Seconds a file may take, and more for each million bytes it has on the disk.
SECONDS = 25.0
SECONDS_A_MILLION = 0.25
#: The same where it is compressed: it may be ten times as much to read.
SECONDS_A_MILLION_PACKED = 1.0
#: Rows between two looks at the clock.
_ROWS = 64


def bound_memory(most: int) -> bool:
    """Bound the memory of this process, whatever it asks for from now on; whether the system can."""
    try:
        import resource
    except ImportError:
        return False
    try:
        resource.setrlimit(resource.RLIMIT_AS, (most, most))
    except (ValueError, OSError):
        return False
    return True


class Clock:
    """The time one file may take: seconds of this thread's processor, so that a busy machine refuses nothing."""

    def __init__(self, seconds: float = SECONDS) -> None:
        self.seconds = seconds
        self._spent = 0.0

    @classmethod
    def of(cls, size: int, packed: bool = False) -> Clock:
        """The clock of a file of `size` bytes on the disk."""
        return cls(SECONDS + size / 1e6 * (SECONDS_A_MILLION_PACKED if packed else SECONDS_A_MILLION))

    @property
    def left(self) -> float:
        """Seconds that are left."""
        return max(0.0, self.seconds - self._spent)

    def spend(self, seconds: float) -> None:
        """Count seconds. Raises `Refusal` where more are spent than the file may take."""
        self._spent += seconds
        if self._spent > self.seconds:
            raise Refusal(too_slow(self.seconds))

    def over(self, rows: Iterable[_Row]) -> Iterator[_Row]:
        """The rows, while there is time for them: what is done with each counts, what is done between two walks does not."""
        began = time.thread_time()
        for number, row in enumerate(rows, start=1):
            yield row
            if number % _ROWS == 0:
                now = time.thread_time()
                self.spend(now - began)
                began = now


def too_slow(seconds: float) -> str:
    """The sentence for a file that takes too long."""
    return (
        f"The file takes longer than {seconds:.0f} seconds to read and was given up, so that the others are not held up. "
        "Split it, or save its data as a plain CSV."
    )
