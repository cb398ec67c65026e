"""A build of the warehouse: all of it, or what depends on something new since the last one.

Belongs here: what a build begins with, what it leaves, and when it has failed. Does not belong here: what the numbers mean (that
is `dbt_project/`), what the steps are (`planning`), how they are run (`build`), and when a build happens (`refresh`, `defs/`).
"""

from __future__ import annotations

import contextlib
import secrets
import shutil
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from orchestration import kept
from orchestration.build import SETTINGS, BuildError, NodeResult, raise_failures, run_steps, take_over
from orchestration.plan import Plan, Step
from orchestration.planning import planned, seeds_file
from orchestration.settings import Paths

#: What a build that ended well said of it, if anything: all was made because of this.
_WHOLE = "Everything is built again, because {reason}."


@dataclass(frozen=True)
class Built:
    """What became of every step, and for each model the build that last changed what its readers find."""

    results: tuple[NodeResult, ...]
    made_in: dict[str, str]
    #: a sentence where a build made all though it might have made less; else empty
    said: str = ""


def build_file(paths: Paths) -> Path:
    """The file that is built in; never read by a page."""
    return paths.build_file


def build(paths: Paths, whole: bool = False) -> Built:
    """Make every model that depends on something new since the last build, or `whole`: all of them; run the tests of those.

    Raises BuildError where anything failed; nothing of what was made is trusted then.
    """
    plan = planned(paths)
    target = build_file(paths)
    before, reason = kept.take(paths, target)
    if whole:
        before, reason = None, ""
    own = kept.own_parts(plan.of_days, plan.seeds, paths.data_dir)
    earlier: dict[str, NodeResult] = {}
    stale: frozenset[str] = frozenset()
    if before is None:
        _begin(paths)
    else:
        gone = kept.gone(before, plan.of_days)
        _go_on(paths, plan, before, gone.values())
        earlier = {name: result for name, result in before.results.items() if name not in gone}
        stale = kept.stale(before, own)
    try:
        results = run(paths, plan.of_days, earlier, stale)
    except KeyboardInterrupt as error:
        raise BuildError("The build was interrupted, so nothing was published.") from error
    raise_failures(results)
    ids = {(step.is_test, step.name): step.id for step in plan.of_days}
    by_id = {ids[result.kind == "test", result.name]: result for result in results}
    left = kept.write(paths, target, plan, own, by_id, before, secrets.token_hex(8))
    made_in = {step.name: left.made_in[step.id] for step in plan.of_days if not step.is_test}
    seeds = (NodeResult(name, "seed", "success") for name in plan.seeds)
    return Built((*seeds, *results), made_in, _WHOLE.format(reason=reason) if reason else "")


def run(
    paths: Paths,
    steps: Sequence[Step],
    before: Mapping[str, NodeResult] | None = None,
    stale: frozenset[str] = frozenset(),
) -> list[NodeResult]:
    """Run steps in the build file. They name raw files as seen from the data folder: one plan serves every data folder."""
    with contextlib.chdir(paths.data_dir):
        return run_steps(build_file(paths), steps, SETTINGS, before, stale)


def _begin(paths: Paths) -> None:
    """A build file with nothing but seeds, in the place of the one of the build before."""
    target = build_file(paths)
    target.parent.mkdir(parents=True, exist_ok=True)
    for stale in (target, target.with_name(target.name + ".wal")):
        stale.unlink(missing_ok=True)
    shutil.copyfile(seeds_file(paths), target)


def _go_on(paths: Paths, plan: Plan, before: kept.Kept, gone: Collection[tuple[str, str]]) -> None:
    """The build file of the build before, without models that are `gone`, and with the seeds of now."""
    changed = [name for name, content in plan.seeds.items() if before.seeds.get(name) != content]
    removed = [("table", f'reference."{name}"') for name in before.seeds if name not in plan.seeds]
    if gone or changed or removed:
        take_over(build_file(paths), [*gone, *removed], seeds_file(paths), changed)
