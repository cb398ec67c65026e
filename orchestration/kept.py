"""What the last build left in the build file, so that the next makes only what depends on something new.

Belongs here: the record of a build, which of its steps still hold, and every reason to trust none of it. Does not belong here:
running steps (`build`), and what a build is (`warehouse`).

The record is taken away before a build begins and written when it has ended well: whoever finds one has a whole build beside it.
"""

from __future__ import annotations

import functools
import hashlib
import json
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

from integrity.sealed import seal, unsealed
from orchestration.build import NodeResult
from orchestration.fingerprint import fingerprint
from orchestration.plan import Plan, Step
from orchestration.settings import Paths

#: What makes a step out of a plan: should one of these change, nothing that was made before is trusted.
_MAKERS = ("orchestration/build.py", "orchestration/plan.py", "orchestration/kept.py", "requirements.lock")
#: What a model in Python runs besides its own text.
_PYTHON = ("methods", "requirements.lock")
#: A build file that has grown to so many times its size after a whole build holds more gaps than rows.
_MOST_GROWTH = 2.0


@dataclass(frozen=True)
class Kept:
    """A finished build: what each step was made of, what came of it, and in which build that last changed."""

    makers: str
    #: size of the build file and its time of change, as the build left them
    size: int
    mtime_ns: int
    #: its size after the last whole build
    whole_size: int
    seeds: Mapping[str, str]
    #: by the ids of steps: a hash of what the step itself is made of
    own: Mapping[str, str]
    #: by the ids of steps: the build that last changed what its readers find
    made_in: Mapping[str, str]
    results: Mapping[str, NodeResult]
    #: by the ids of models: how each was made, and where it is
    relations: Mapping[str, tuple[str, str]]


def record(paths: Paths) -> Path:
    """Where the record of the last build lies."""
    return paths.build_record


def take(paths: Paths, build_file: Path) -> tuple[Kept | None, str]:
    """The record of the last build, which is gone then; or none, and the reason in words, empty where there was no build."""
    file = record(paths)
    try:
        content = json.loads(unsealed(file.read_text(encoding="utf-8")))
        results = {name: NodeResult(**result) for name, result in content.pop("results").items()}
        relations = {name: (made, relation) for name, (made, relation) in content.pop("relations").items()}
        kept = Kept(results=results, relations=relations, **content)
    except FileNotFoundError:
        return None, "the last build did not end" if build_file.exists() else ""
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        file.unlink(missing_ok=True)
        return None, "the record of the last build is damaged"
    file.unlink()
    return (None, reason) if (reason := _distrust(kept, build_file)) else (kept, "")


def _distrust(kept: Kept, build_file: Path) -> str:
    """A reason not to trust what a build left, or nothing."""
    if kept.makers != fingerprint(_MAKERS):
        return "the code that builds has changed"
    try:
        info = build_file.stat()
    except OSError:
        return "the last build is gone"
    if (info.st_size, info.st_mtime_ns) != (kept.size, kept.mtime_ns) or _wal(build_file).exists():
        return "somebody else has written to the last build"
    if kept.size > _MOST_GROWTH * kept.whole_size:
        return "the build file has grown too far"
    return ""


def _wal(build_file: Path) -> Path:
    return build_file.with_name(build_file.name + ".wal")


def write(
    paths: Paths,
    build_file: Path,
    plan: Plan,
    own: Mapping[str, str],
    results: Mapping[str, NodeResult],
    before: Kept | None,
    build_id: str,
) -> Kept:
    """Write the record of a build that has ended well; `before` is the one it went on from, none where all was made."""
    info = build_file.stat()
    made_in = {
        name: build_id if result.changed or before is None else before.made_in.get(name, build_id)
        for name, result in results.items()
    }
    kept = Kept(
        makers=fingerprint(_MAKERS),
        size=info.st_size,
        mtime_ns=info.st_mtime_ns,
        whole_size=before.whole_size if before else info.st_size,
        seeds=plan.seeds,
        own=own,
        made_in=made_in,
        results=results,
        relations={step.id: (step.made, step.relation) for step in plan.of_days if not step.is_test},
    )
    file = record(paths)
    waiting = file.with_name(f".{file.name}")
    waiting.write_text(seal(json.dumps(asdict(kept))), encoding="utf-8")
    os.replace(waiting, file)
    return kept


def own_parts(steps: Iterable[Step], seeds: Mapping[str, str], data_dir: Path) -> dict[str, str]:
    """By the ids of steps: a hash of what a step is made of besides other steps: its text, its contract, seeds, files of raw."""
    of_python = fingerprint(_PYTHON)

    @functools.cache
    def content(file: Path) -> str:
        with file.open("rb") as opened:
            return hashlib.file_digest(opened, "sha256").hexdigest()

    @functools.cache
    def files(pattern: str) -> list[tuple[str, str]]:
        return sorted((file.relative_to(data_dir).as_posix(), content(file)) for file in data_dir.glob(pattern))

    def part(step: Step) -> str:
        made_of = [asdict(step), [seeds.get(name) for name in step.seeds], [files(pattern) for pattern in step.raw]]
        # what holds today (who may see what) is looked at again every day, and goes on only where it has changed
        day = date.today().isoformat() if "current_date" in step.text else ""
        told = json.dumps([*made_of, of_python if step.made == "python" else "", day])
        return hashlib.sha256(told.encode()).hexdigest()

    return {step.id: part(step) for step in steps}


def stale(kept: Kept, own: Mapping[str, str]) -> frozenset[str]:
    """The ids of steps that are not made of the same as in the kept build, whatever they read."""
    return frozenset(name for name, part in own.items() if kept.own.get(name) != part)


def gone(kept: Kept, steps: Sequence[Step]) -> dict[str, tuple[str, str]]:
    """By the ids of steps, how each was made and where it is: models that this plan has not, or makes in another way."""
    now = {step.id: (step.made, step.relation) for step in steps}
    return {name: known for name, known in kept.relations.items() if now.get(name) != known}
