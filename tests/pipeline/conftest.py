"""Fixtures of the pipeline's tests: one small warehouse, built once and put back as it was for each test that changes it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from small_landing import Small, write_small_landing


@pytest.fixture(scope="session")
def small_built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Small, Path]:
    """The small warehouse and a copy of all its folders to start again from."""
    here = tmp_path_factory.mktemp("small")
    small = Small(here / "work" / "data", here / "work" / "office")
    write_small_landing(small.landing)
    small.refresh("--landing", str(small.landing))
    shutil.copytree(here / "work", here / "kept")
    return small, here / "kept"


@pytest.fixture
def small(small_built: tuple[Small, Path]) -> Iterator[Small]:
    """The small warehouse as it was when it was built, to be changed at will. Its place stays the same for every test,

    because dbt reads its whole project again where the path of its database changes.
    """
    small, kept = small_built
    put_back(small, kept)
    yield small
    put_back(small, kept)


@pytest.fixture(scope="session")
def untouched(small_built: tuple[Small, Path]) -> Small:
    """The small warehouse for tests that only look. Those that change it put it back."""
    return small_built[0]


def put_back(small: Small, kept: Path) -> None:
    """Make the folders what they were, time stamps included."""
    work = small.data_dir.parent
    shutil.rmtree(work)
    shutil.copytree(kept, work)
