"""The one door: a named question, a viewer, an answer.

Belongs here: which question may be asked by whom, binding its parameters, holding back groups that are too small,
remembering answers, recording each. Does not belong here: SQL (see the topics) and how answers look.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from dashboards.access.audit import AuditLog
from dashboards.access.catalog import Question, UnknownQuestion, every_question
from dashboards.access.published import Published, Version
from dashboards.access.viewer import DEMO, Viewer

__all__ = ["Answer", "Door", "UnknownQuestion"]

_REMEMBERED = 256
NOT_SIGNED_IN = "Nothing is shown because nobody is signed in. Sign in to see what has been shared with you."


@dataclass(frozen=True)
class Answer:
    """What the door gave: a tidy frame, why anything was held back, and which version it came from."""

    frame: pd.DataFrame
    hidden: tuple[str, ...]
    version: str
    built_at: datetime
    denied: bool = False

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The rows as dictionaries, with None in every empty cell."""
        # One comparison of the whole frame: asking cell by cell costs more than the query.
        empty = self.frame.isna().to_numpy()
        names = [str(name) for name in self.frame.columns]
        return [
            {name: None if gone else value for name, value, gone in zip(names, row, missing, strict=True)}
            for row, missing in zip(self.frame.itertuples(index=False, name=None), empty, strict=True)
        ]


class Door:
    """Answers questions from the published warehouse of one data folder."""

    def __init__(self, data_dir: Path, catalog: Mapping[str, Question] | None = None) -> None:
        self._published = Published(data_dir / "published")
        self._audit = AuditLog(data_dir / "audit")
        self._catalog = every_question() if catalog is None else catalog
        self._remembered: OrderedDict[tuple[Any, ...], tuple[pd.DataFrame, tuple[str, ...]]] = OrderedDict()
        self._lock = threading.Lock()

    def version(self) -> Version:
        """The published version served now. Raises NotPublished when there is none."""
        return self._published.current()

    def may_send(self, viewer: Viewer) -> bool:
        """Whether a viewer may have files checked and hand them over."""
        return viewer.kind == DEMO.kind

    def record(self, act: str, viewer: Viewer, /, *, outcome: str, **parameters: Any) -> None:
        """Record an act that is no question, such as a file that was checked. Raises AuditError when it cannot be."""
        self._audit.record(viewer, act, parameters, outcome=outcome, channel="upload")

    def fetch(self, question: str, viewer: Viewer, /, *, channel: str = "page", **parameters: Any) -> Answer:
        """The answer to one named question for one viewer.

        `channel` says where the answer goes (page, table, csv). Raises UnknownQuestion for a question or a parameter
        that does not exist or does not fit its type, NotPublished without a warehouse, AuditError when the answer
        cannot be recorded.
        """
        if question not in self._catalog:
            raise UnknownQuestion(f"There is no question called “{question}”.")
        asked = self._catalog[question]
        values = asked.check(parameters)
        version = self._published.current()
        denied = viewer.kind != DEMO.kind
        key = (version.id, viewer.scope, question, tuple(sorted(values.items())))
        with self._lock:
            found = self._remembered.get(key)
            if found is not None:
                self._remembered.move_to_end(key)
        if found is None:
            answer = _denied if denied else _asked
            try:
                found = answer(asked, values, version)
            except duckdb.Error:
                # the file may have been damaged since it was opened
                if not self._published.again(version):
                    raise
                return self.fetch(question, viewer, channel=channel, **parameters)
            with self._lock:
                self._remembered[key] = found
                while len(self._remembered) > _REMEMBERED:
                    self._remembered.popitem(last=False)
        frame, hidden = found
        self._audit.record(
            viewer,
            question,
            values,
            rows=len(frame),
            hidden=list(hidden),
            version=version.id,
            channel=channel,
        )
        # A shallow copy is enough: pandas copies on write, so a caller cannot change what is remembered.
        return Answer(frame.copy(deep=False), hidden, version.id, version.built_at, denied)


def _run(sql: str, values: dict[str, Any], version: Version) -> pd.DataFrame:
    cursor = version.cursor()
    try:
        return cursor.execute(sql, values).df()
    finally:
        cursor.close()


def _asked(question: Question, values: dict[str, Any], version: Version) -> tuple[pd.DataFrame, tuple[str, ...]]:
    frame = _run(question.sql, values, version)
    small = question.small
    if small is None or frame.empty:
        return frame, ()
    # Unknown counts as small: a number is shown only where the group behind it is known to be large enough.
    held = ~(frame[small.count] >= small.threshold) & frame[small.values[0]].notna()
    if not held.any():
        return frame, ()
    frame = frame.copy()
    frame.loc[held, list(small.values)] = float("nan")
    number = int(held.sum())
    figures = "figure is" if number == 1 else "figures are"
    return frame, (f"{number} {figures} not shown: fewer than {small.threshold} {small.word}.",)


def _denied(question: Question, values: dict[str, Any], version: Version) -> tuple[pd.DataFrame, tuple[str, ...]]:
    # The columns are kept so that a page draws its empty state instead of failing.
    return _run(f"select * from ({question.sql}) where false", values, version), (NOT_SIGNED_IN,)
