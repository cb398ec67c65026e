"""The code location of Dagster: `dagster dev` loads this and nothing else."""

from orchestration.defs.build import build_definitions
from orchestration.settings import Paths

paths = Paths.from_option()
defs = build_definitions(paths)
