"""Settings and the server as a person starts it."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from dashboards.settings import SettingsError, read_settings


def test_an_argument_beats_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PORT", "9000")
    monkeypatch.setenv("DATA_DIR", "/nowhere")
    settings = read_settings(data_dir=tmp_path, port=9100)
    assert (settings.port, settings.data_dir, settings.host) == (9100, tmp_path.resolve(), "127.0.0.1")


@pytest.mark.parametrize("port", ["0", "70000", "eighty"])
def test_a_wrong_port_is_said_in_words(monkeypatch: pytest.MonkeyPatch, port: str) -> None:
    monkeypatch.setenv("PORT", port)
    with pytest.raises(SettingsError, match="between 1 and 65535"):
        read_settings()


def _start(data_dir: Path, port: int) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "dashboards", "--data-dir", str(data_dir), "--port", str(port)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_a_taken_port_is_one_sentence(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        process = _start(tmp_path, taken.getsockname()[1])
        _out, err = process.communicate(timeout=30)
    assert process.returncode == 1
    assert re.fullmatch(r"Port \d+ on 127\.0\.0\.1 cannot be used .*another with --port\.\n", err)


def test_it_starts_without_a_warehouse_and_says_so(tmp_path: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = _start(tmp_path, port)
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == f"Turncurve is at http://127.0.0.1:{port}/\n"
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=10) as answer:
            assert answer.status == 200
    finally:
        process.terminate()
        _out, err = process.communicate(timeout=30)
    assert "There is no published warehouse" in err


@pytest.mark.skipif(os.name != "posix", reason="Windows ends a process without telling it")
@pytest.mark.parametrize("told", [signal.SIGTERM, signal.SIGHUP])
def test_the_command_takes_the_app_with_it(tmp_path: Path, told: signal.Signals) -> None:
    """A service manager ends the command it started: no app may go on without it and keep the port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    turncurve = Path(sys.executable).parent / "turncurve"
    process = subprocess.Popen(
        [turncurve, "serve", "--data-dir", str(tmp_path), "--port", str(port)],
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == f"Turncurve is at http://127.0.0.1:{port}/\n"
        process.send_signal(told)
        process.wait(timeout=30)
        process.stdout.close()
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", port), timeout=5).close()
    finally:
        # an app that went on all the same is not left behind
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
