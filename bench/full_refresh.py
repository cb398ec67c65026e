"""What a full refresh costs, compared with the same models' SQL run by DuckDB alone.

The refresh reads every file, builds and tests every model and publishes. The reference does the middle of that only:
the SQL dbt compiled, in order of dependency, on the same raw Parquet. Their ratio is the price of everything around it.
"""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

from bench.child import Measured, measure, turncurve

LIMIT_SECONDS = 40.0
LIMIT_MEGABYTES = 1500.0
#: Times of plain DuckDB: a first refresh, one that only builds again, and the same with files that take long by themselves.
LIMIT_FIRST, LIMIT_AGAIN, LIMIT_AGAIN_LARGE = 3.5, 2.5, 1.4


def planning() -> list[tuple[str, str]]:
    """What it takes to have dbt read and compile the project, as where code or seeds are new; it is there afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        compiled = measure("orchestration.planning", TURNCURVE_PLANS=folder)
    measure("orchestration.planning")
    return [("compiling the plan of a build", _figures(compiled))]


def first(data_dir: Path, landing: Path | None) -> Measured:
    """Measure the first refresh of an empty data folder: the demonstration, or the files of a folder."""
    if landing is None:
        return turncurve(data_dir, "demo", "--no-serve")
    return turncurve(data_dir, "refresh", "--landing", str(landing))


def run(data_dir: Path, measured: Measured, limited: bool) -> list[tuple[str, str]]:
    """The figures of a first refresh, those of one that only builds again, and their reference.

    `limited` says whether the product's limits are about these files.
    """
    again = turncurve(data_dir, "refresh", "--force")
    plain = measure("bench.plain_sql", str(data_dir))
    answer = json.loads(plain.output)
    rows = [
        ("first refresh, every file read", _figures(measured)),
        ("built again (--force), no file read", _figures(again)),
        (f"plain DuckDB, {answer['models']} models", f"{_figures(plain)}; {answer['seconds']:.2f} s of it SQL"),
        ("first refresh / plain DuckDB", _ratios(measured, plain, LIMIT_FIRST if limited else None)),
        ("built again / plain DuckDB", _ratios(again, plain, LIMIT_AGAIN if limited else LIMIT_AGAIN_LARGE)),
    ]
    if limited:
        kept = measured.seconds < LIMIT_SECONDS and measured.megabytes < LIMIT_MEGABYTES
        limits = f"{LIMIT_SECONDS:g} s and {LIMIT_MEGABYTES:,.0f} MB: {'kept' if kept else 'BROKEN'}"
        rows.append(("limit of the first refresh", limits))
    return rows


def _figures(measured: Measured) -> str:
    return f"{measured.seconds:.1f} s ({measured.processor:.1f} of a processor), {measured.megabytes:,.0f} MB"


def _ratios(one: Measured, reference: Measured, limit: float | None) -> str:
    by_clock = one.seconds / reference.seconds
    verdict = "" if limit is None else f"; limit {limit:g} x time: {'kept' if by_clock <= limit else 'BROKEN'}"
    of_processor = one.processor / reference.processor
    return f"{by_clock:.1f} x time, {of_processor:.1f} x processor, {one.megabytes / reference.megabytes:.1f} x memory{verdict}"
