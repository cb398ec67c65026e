"""The only place of the dashboards that reads environment variables.

Belongs here: where the data is, where the app listens, the key that signs sessions. Does not belong here: anything a
viewer may choose; that is in the address of the page.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

_DATA_DIR = "data"
_HOST = "127.0.0.1"
_PORT = 8050


class SettingsError(ValueError):
    """A setting cannot be used; the message says which, and what it should be."""


@dataclass(frozen=True)
class Settings:
    """Where the data is and where the app listens."""

    data_dir: Path
    host: str
    port: int
    secret_key: str | None
    #: what whoever started the app knows it by
    run: str = ""

    @property
    def address(self) -> str:
        """The address to type in a browser on this machine."""
        host = "127.0.0.1" if self.host in ("0.0.0.0", "::", "") else self.host
        return f"http://[{host}]:{self.port}/" if ":" in host else f"http://{host}:{self.port}/"


def read_settings(data_dir: Path | None = None, host: str | None = None, port: int | None = None) -> Settings:
    """Settings from the environment (DATA_DIR, HOST, PORT, SECRET_KEY), each overridden by an argument that is given.

    Raises SettingsError when the port is not a number between 1 and 65535.
    """
    text = os.environ.get("PORT", str(_PORT)) if port is None else str(port)
    if not text.isdecimal() or not 1 <= int(text) <= 65535:
        raise SettingsError(f"The port must be a number between 1 and 65535, not “{text}”.")
    folder = data_dir if data_dir is not None else Path(os.environ.get("DATA_DIR", _DATA_DIR))
    return Settings(
        data_dir=folder.expanduser().resolve(),
        host=host if host is not None else os.environ.get("HOST", _HOST),
        port=int(text),
        secret_key=os.environ.get("SECRET_KEY") or None,
        run=os.environ.get("TURNCURVE_RUN", ""),
    )
