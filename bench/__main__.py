"""`python -m bench [FOLDER]`: every measure in one run, on the demonstration and, where given, a folder of files."""

from __future__ import annotations

import argparse
import os
import platform
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from bench import full_refresh, nothing_new, something_new
from bench.child import lines


def main() -> None:
    """Print the figures as they come; about two minutes, some more with a folder."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, help="landing files to measure besides the demonstration")
    given: Path | None = parser.parse_args().folder
    print(f"{datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} cores, {platform.machine()}, {platform.python_version()}")
    subjects: list[tuple[str, Path | None]] = [("The demonstration", None)]
    if given is not None:
        subjects.append((f"The files of {given}", given.resolve()))
    print(lines("The code: what set-up does once for each version of it", full_refresh.planning()), flush=True)
    for title, landing in subjects:
        with tempfile.TemporaryDirectory() as folder:
            data_dir = Path(folder, "data")
            measured = full_refresh.first(data_dir, landing)
            print(lines(f"\n{title}: nothing new", nothing_new.run(data_dir)), flush=True)
            figures = full_refresh.run(data_dir, measured, limited=landing is None)
            print(lines(f"\n{title}: all of it", figures), flush=True)
            if landing is None:
                print(lines(f"\n{title}: something new", something_new.of_the_demonstration(data_dir)), flush=True)
            else:
                again = Path(folder, "again")
                figures = something_new.of_a_folder(again, landing, Path(folder))
                print(lines(f"\n{title}: something new", figures), flush=True)


if __name__ == "__main__":
    main()
