"""One hash of code and seeds, so that a change of either is noticed without asking what it is.

Belongs here: the hash of source files. Does not belong here: the hashes of landed files (`landing`).
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from orchestration.settings import REPOSITORY

_SOURCE_SUFFIXES = {".py", ".sql", ".yml", ".yaml", ".csv", ".md"}


_NOT_SOURCE = {"target", "logs", "__pycache__", "dbt_packages"}


_CODE = ("orchestration", "dbt_project", "seeds", "methods")


def fingerprint(sources: Iterable[str] = _CODE, root: Path = REPOSITORY) -> str:
    """A hash of the content of source files and seeds below `root`; caches and build output left out."""
    digest = hashlib.sha256()
    for source in sources:
        base = root / source
        files = [base] if base.is_file() else sorted(_source_files(base))
        for file in files:
            digest.update(file.relative_to(root).as_posix().encode())
            digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()[:16]


def _source_files(base: Path) -> Iterator[Path]:
    for folder, folders, names in os.walk(base):
        folders[:] = [name for name in folders if name not in _NOT_SOURCE and not name.startswith(".")]
        yield from (Path(folder, name) for name in names if Path(name).suffix in _SOURCE_SUFFIXES)
