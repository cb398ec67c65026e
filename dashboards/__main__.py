"""`python -m dashboards`: serve the dashboards in the foreground until they are stopped.

Belongs here: the command line and the server. Does not belong here: the app (see `dashboards.app`).
"""

from __future__ import annotations

import argparse
import logging
import secrets
import socket
import sys
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

from dashboards.settings import Settings, SettingsError, read_settings

_THREADS = 4


def main(arguments: list[str] | None = None) -> int:
    """Run the app; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m dashboards", description="Serve the dashboards of a warehouse.")
    parser.add_argument(
        "--data-dir", type=Path, help="folder with the published warehouse (default: DATA_DIR, or data)"
    )
    parser.add_argument("--host", help="address to listen on (default: HOST, or 127.0.0.1)")
    parser.add_argument("--port", type=int, help="port to listen on (default: PORT, or 8050)")
    given = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    try:
        settings = read_settings(given.data_dir, given.host, given.port)
    except SettingsError as error:
        print(error, file=sys.stderr)
        return 2
    problem = _port_problem(settings)
    if problem:
        print(problem, file=sys.stderr)
        return 1
    if not (settings.data_dir / "published" / "current.json").is_file():
        print(
            f"There is no published warehouse in {settings.data_dir} yet: make one with “turncurve demo” or "
            "“turncurve refresh”, and the pages will show it.",
            file=sys.stderr,
        )
    threading.Thread(target=_announce, args=(settings,), daemon=True).start()
    _serve(settings)
    return 0


def _app(settings: Settings) -> Any:
    # Imported late: a wrong argument should be answered at once.
    from dashboards.app import create_app

    # a key of this process alone, where none is set: a choice is then forgotten when the app is started again
    key = settings.secret_key or secrets.token_hex(32)
    return create_app(settings.data_dir, secret_key=key, run=settings.run, choosing=True).server


def _port_problem(settings: Settings) -> str | None:
    """A sentence when the address cannot be listened on."""
    try:
        family = socket.getaddrinfo(settings.host, settings.port, type=socket.SOCK_STREAM)[0][0]
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            if sys.platform != "win32":
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((settings.host, settings.port))
    except OSError as error:
        return (
            f"Port {settings.port} on {settings.host} cannot be used ({error.strerror}): stop what uses it, or choose "
            f"another with --port."
        )
    return None


def _announce(settings: Settings) -> None:
    """Print the address once the app answers."""
    for _attempt in range(240):
        time.sleep(0.25)
        try:
            with urllib.request.urlopen(f"{settings.address}healthz", timeout=2):
                problem = ""
        except urllib.error.HTTPError as error:
            # it answers, and says what is wrong with what it serves
            problem = error.read().decode(errors="replace")
        except OSError:
            continue
        if problem:
            print(problem, file=sys.stderr, flush=True)
        print(f"Turncurve is at {settings.address}", flush=True)
        return


def _serve(settings: Settings) -> None:
    if sys.platform == "win32":
        from waitress import serve

        serve(_app(settings), host=settings.host, port=settings.port, threads=_THREADS)
        return
    from gunicorn.app.base import BaseApplication

    class Server(BaseApplication):
        """gunicorn in this process, without its configuration file and control socket."""

        def load_config(self) -> None:
            host = f"[{settings.host}]" if ":" in settings.host else settings.host
            chosen = {
                "bind": f"{host}:{settings.port}",
                "workers": 1,
                "threads": _THREADS,
                "worker_class": "gthread",
                "control_socket_disable": True,
                "accesslog": None,
                "loglevel": "warning",
                "timeout": 60,
            }
            for key, value in chosen.items():
                self.cfg.set(key, value)

        def load(self) -> Any:
            return _app(settings)

    Server().run()


if __name__ == "__main__":
    sys.exit(main())
