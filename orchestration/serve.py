"""The app as a process of its own: started, found again and ended from the command line.

Belongs here: the process and its address. Does not belong here: the app; `orchestration` does not import `dashboards`, and
the app finds the published warehouse by itself.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import asdict, dataclass
from pathlib import Path

from orchestration.settings import Paths

#: Seconds an app may take until it answers; a first start compiles its modules.
PATIENCE = 60


class ServeError(Exception):
    """The app could not be started; the message says why."""


def run(paths: Paths, host: str, port: int) -> int:
    """Run the app in the foreground until it, or this process, is ended; give its exit code."""
    process = subprocess.Popen(_command(paths, host, port))
    # whoever ends this process (a service manager, a closed terminal) means the app
    for name in ("SIGTERM", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), lambda *_: process.terminate())
    try:
        return process.wait()
    except KeyboardInterrupt:
        # the terminal has interrupted the app as well
        process.wait()
        raise


def start(paths: Paths, host: str, port: int) -> str:
    """Start the app in the background, or find the one already running for this data folder; give its address."""
    running = _running(paths)
    if running is not None:
        return running
    port = _free_port(host, port)
    paths.data_dir.mkdir(parents=True, exist_ok=True)
    log = paths.data_dir / "app.log"
    run = secrets.token_hex(8)
    with log.open("ab") as output:
        process = subprocess.Popen(
            _command(paths, host, port),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
            env={**os.environ, "TURNCURVE_RUN": run},
        )
    started = Started(process.pid, f"http://{host}:{port}", run, str(paths.data_dir))
    _record(paths).write_text(json.dumps(asdict(started)), encoding="utf-8")
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if _answers(started):
            return started.address
        if process.poll() is not None:
            _record(paths).unlink(missing_ok=True)
            raise ServeError(f"The app ended at once. What it said is in {log}.")
        time.sleep(0.2)
    stop(paths)
    raise ServeError(f"The app did not answer within {PATIENCE} seconds. What it said is in {log}.")


def stop(paths: Paths) -> str:
    """End the app this command started for this data folder; say what was done."""
    started = _known(paths)
    if started is None:
        return "No app of this data folder is running in the background."
    # the number may have gone to another process since: it is ended only if it answers as the app that was started
    if _answers(started):
        with contextlib.suppress(ProcessLookupError):
            os.kill(started.pid, signal.SIGTERM)
    _record(paths).unlink(missing_ok=True)
    return f"The app at {started.address} has been ended."


@dataclass(frozen=True)
class Started:
    """What is kept of an app that was started: its process, its address, the name it knows itself by, and its data folder."""

    pid: int
    address: str
    run: str
    data_dir: str


def _known(paths: Paths) -> Started | None:
    """The app that was started for this data folder; none where the record is of another, from which this one was copied."""
    try:
        started = Started(**json.loads(_record(paths).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None
    return started if started.data_dir == str(paths.data_dir) else None


def _running(paths: Paths) -> str | None:
    started = _known(paths)
    return started.address if started and _answers(started) else None


def _answers(started: Started) -> bool:
    """Whether the app that was started answers, however it finds what it serves."""
    try:
        with urllib.request.urlopen(f"{started.address}/healthz", timeout=2) as response:
            name = response.headers.get("X-Turncurve-Run")
    except urllib.error.HTTPError as error:
        name = error.headers.get("X-Turncurve-Run")
    except OSError:
        return False
    return bool(name == started.run)


def _free_port(host: str, port: int) -> int:
    """The port asked for, or the next free one of the following twenty."""
    for candidate in range(port, port + 20):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, candidate))
            except OSError:
                continue
            return candidate
    raise ServeError(f"No free port from {port} to {port + 19} on {host}. Choose another with --port.")


def _command(paths: Paths, host: str, port: int) -> list[str]:
    return [sys.executable, "-m", "dashboards", "--data-dir", str(paths.data_dir), "--host", host, "--port", str(port)]


def _record(paths: Paths) -> Path:
    return paths.data_dir / "app.json"
