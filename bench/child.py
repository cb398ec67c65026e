"""One measured process: how long it took and the most memory it held.

Belongs here: starting a process and reading what the system says of it. Does not belong here: what is measured.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Measured:
    """Wall seconds of a whole process, its peak resident memory in megabytes, what it printed, and its processor seconds.

    On a machine with other work the clock measures that too; the processor's seconds are of this process alone.
    """

    seconds: float
    megabytes: float
    output: str
    processor: float


def measure(module: str, *arguments: str, **environment: str) -> Measured:
    """Run `python -m module arguments` from the repository, with more variables in its `environment`.

    Raises RuntimeError with its words where it fails.
    """
    with tempfile.TemporaryFile("w+") as output:
        began = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, "-m", module, *arguments],
            cwd=ROOT,
            env={**os.environ, **environment},
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        # the figures of this one process; those of the class RUSAGE_CHILDREN would mix all that ever ran
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        text = output.read()
    if process.returncode != 0:
        raise RuntimeError(f"{module} {' '.join(arguments)} ended with {process.returncode}:\n{text}")
    # kilobytes, but bytes on macOS
    return Measured(
        seconds,
        usage.ru_maxrss / (1024 * 1024 if sys.platform == "darwin" else 1024),
        text,
        usage.ru_utime + usage.ru_stime,
    )


def turncurve(data_dir: Path, command: str, *options: str) -> Measured:
    """Measure the command line on one data folder."""
    return measure("orchestration.cli", command, *options, "--data-dir", str(data_dir))


def lines(title: str, rows: Sequence[tuple[str, str]]) -> str:
    """A title and its figures as aligned text."""
    width = max(len(name) for name, _ in rows)
    return "\n".join([title, *(f"  {name:<{width}}  {figure}" for name, figure in rows)])
