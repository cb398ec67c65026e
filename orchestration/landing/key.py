"""The key of this installation, with which respondents are turned into codes.

Belongs here: making and reading it. Does not belong here: what is hashed with it (`readers.shape.Pseudonym`).
"""

from __future__ import annotations

import os
import secrets
import tempfile
from pathlib import Path

from orchestration.settings import Paths


def secret_key(paths: Paths) -> bytes:
    """The key of this installation, 32 bytes, made on first use and readable by its owner alone."""
    path = paths.secret_key
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        handle, name = tempfile.mkstemp(prefix=".secret.", dir=path.parent)  # mode 0600
        with os.fdopen(handle, "wb") as file:
            file.write(secrets.token_bytes(32))
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(name, path)  # unlike a rename, this never replaces a key another process has just made
        except FileExistsError:
            pass
        except OSError:
            os.replace(name, path)
        Path(name).unlink(missing_ok=True)
    return path.read_bytes()
