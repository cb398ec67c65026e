"""Fixtures of the pipeline's tests: one small warehouse, built once, put back as it was for tests that change it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from small_landing import Small, put_back, write_small_landing


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
    """The small warehouse as it was when it was built, to be changed at will.

    Its place stays the same for every test, because dbt parses its whole project anew where that changes.
    """
    small, kept = small_built
    put_back(small, kept)
    yield small
    put_back(small, kept)


@pytest.fixture(scope="session")
def untouched(small_built: tuple[Small, Path]) -> Small:
    """The small warehouse for tests that only look. Those that change it put it back."""
    return small_built[0]
