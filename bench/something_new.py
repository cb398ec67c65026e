"""What a refresh costs that finds one thing new, beside one of everything, and whether both publish the same.

Belongs here: the changes and their figures. Does not belong here: comparing two published files (`same`).
"""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Callable
from pathlib import Path

from bench.child import Measured, turncurve
from bench.same import differences

#: Share of a full refresh that one survey file or one cell may take.
LIMIT_SHARE = 1 / 3
_SURVEY = "surveys/surveymonkey_features_2018-2019.csv"
_RESULTS = "performance_tables/2018-2019/999_ks2final.csv"


def of_the_demonstration(data_dir: Path) -> list[tuple[str, str]]:
    """One survey file added and one cell corrected, in the data folder of the demonstration."""
    landing = data_dir / "landing" / "demo"
    return [
        *_figures("one survey file added", data_dir, lambda: _add_a_survey(landing), LIMIT_SHARE),
        *_figures("one cell corrected", data_dir, lambda: _correct_a_cell(landing), LIMIT_SHARE),
    ]


def of_a_folder(data_dir: Path, landing: Path, scratch: Path) -> list[tuple[str, str]]:
    """The newest year of results kept back from a copy of the files, and added then; `data_dir` is an empty folder."""
    shutil.copytree(landing, scratch / "files")
    newest = max((path for path in (scratch / "files").rglob("20??-20??") if path.is_dir()), key=lambda path: path.name)
    kept_back = scratch / "kept back"
    newest.rename(kept_back)
    turncurve(data_dir, "refresh", "--landing", str(scratch / "files"))
    return _figures(f"one yearly release added ({newest.name})", data_dir, lambda: kept_back.rename(newest), None)


def _figures(name: str, data_dir: Path, change: Callable[[], object], limit: float | None) -> list[tuple[str, str]]:
    """Make a change and refresh; then build everything again and compare."""
    change()
    measured = turncurve(data_dir, "refresh")
    in_part = _served(data_dir)
    whole = turncurve(data_dir, "refresh", "--force")
    different = differences(in_part, _served(data_dir))
    share = measured.seconds / whole.seconds
    verdict = "" if limit is None else f"; limit {limit:.2f}: {'kept' if share <= limit else 'BROKEN'}"
    said = "the same figures" if not different else "OTHER FIGURES: " + "; ".join(different)
    return [
        (name, f"{_told(measured)}; everything {_told(whole)}"),
        (
            "  share of everything",
            f"{share:.2f} of the time, {measured.processor / whole.processor:.2f} of a processor{verdict}; {said}",
        ),
    ]


def _told(measured: Measured) -> str:
    return f"{measured.seconds:.1f} s ({measured.processor:.1f} of a processor)"


def _served(data_dir: Path) -> Path:
    pointer = json.loads((data_dir / "published" / "current.json").read_text(encoding="utf-8"))
    return data_dir / "published" / str(pointer["warehouse"])


def _add_a_survey(landing: Path) -> None:
    """The first answers of a survey that is there, by somebody else."""
    with (landing / _SURVEY).open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    heads, person = rows[:2], list(rows[2])
    person[0] = f"{person[0]}9"
    with (landing / "surveys" / "more_features_2018-2019.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([*heads, person])


def _correct_a_cell(landing: Path) -> None:
    """The result of one school, one point higher."""
    with (landing / _RESULTS).open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    place = rows[0].index("PTRWM_EXP")
    row = next(row for row in rows[1:] if len(row) > place and row[place].rstrip("%").isdigit())
    row[place] = f"{int(row[place].rstrip('%')) + 1}%"
    with (landing / _RESULTS).open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows(rows)
