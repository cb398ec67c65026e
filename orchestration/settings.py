"""Where everything lives on disk: the only module of `orchestration` that reads the environment.

Belongs here: the folders below DATA_DIR and how they are given. Does not belong here: creating, reading or writing
anything in them (the module that owns a folder does that), nor anything slow to import.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

#: The folder that holds `seeds/`, `dbt_project/` and this package.
REPOSITORY = Path(__file__).resolve().parent.parent
#: Where profiles.yml has dbt build, below the folder it is called in; compiled names begin with the name of this file.
BUILD_FILE = "build/warehouse.duckdb"
#: What DuckDB may hold in memory while it builds.
MEMORY_LIMIT = os.environ.get("TURNCURVE_MEMORY_LIMIT", "1GB")


@dataclass(frozen=True)
class Paths:
    """The named places below one DATA_DIR. Nothing is created by asking for a path."""

    data_dir: Path

    @classmethod
    def from_option(cls, data_dir: str | os.PathLike[str] | None = None) -> Paths:
        """Take the folder from the option, else from the variable DATA_DIR, else `./data`."""
        chosen = data_dir or os.environ.get("DATA_DIR") or "data"
        return cls(Path(chosen).expanduser().resolve())

    @property
    def landing(self) -> Path:
        """Files put here are taken at the next refresh."""
        return self.data_dir / "landing"

    @property
    def raw(self) -> Path:
        """Parquet, one file per landed file, and the file log."""
        return self.data_dir / "raw"

    @property
    def build(self) -> Path:
        """Where dbt builds; never read by a page."""
        return self.data_dir / "build"

    @property
    def plans(self) -> Path:
        """What dbt compiled, beside the code it was compiled from, as Python keeps what it compiles; below the data folder where
        the code may not be written to. TURNCURVE_PLANS names another folder."""
        chosen = os.environ.get("TURNCURVE_PLANS")
        if chosen:
            return Path(chosen).expanduser().resolve()
        return REPOSITORY / ".plans" if os.access(REPOSITORY, os.W_OK) else self.build / "plans"

    @property
    def build_file(self) -> Path:
        """The file a build makes; never read by a page."""
        return self.data_dir / BUILD_FILE

    @property
    def build_record(self) -> Path:
        """What a build that ended well says of itself; no build is trusted without it."""
        return self.build / "kept.json"

    @property
    def published(self) -> Path:
        """Finished warehouses and the pointer to the one that is served."""
        return self.data_dir / "published"

    @property
    def audit(self) -> Path:
        """Who read what."""
        return self.data_dir / "audit"

    @property
    def dagster(self) -> Path:
        """Run history of scheduled refreshes."""
        return self.data_dir / "dagster"

    @property
    def pointer(self) -> Path:
        """Names the warehouse that is served."""
        return self.published / "current.json"

    @property
    def lock(self) -> Path:
        """Held by a refresh, so that two never run at once."""
        return self.data_dir / "refresh.lock"

    @property
    def secret_key(self) -> Path:
        """The key that turns a respondent into a code; made on first use, never leaves this installation."""
        return self.data_dir / "secret.key"
