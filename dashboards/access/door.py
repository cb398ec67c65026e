"""The one door: a named question, a viewer, an answer.

Belongs here: asking a question of the viewer's own marts, binding its parameters, saying what is not shown and why,
remembering answers, recording each. Does not belong here: SQL (see the topics), what a viewer may see (see
`dashboards.access.rights`), and how answers look.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from dashboards.access.audit import AuditLog
from dashboards.access.catalog import Question, UnknownQuestion, every_question
from dashboards.access.published import Published, Version
from dashboards.access.reasons import why_hidden, why_small
from dashboards.access.rights import MART, PUBLISHED, Declared, Rights, declared, grant
from dashboards.access.viewer import Viewer
from dashboards.access.withdrawn import Withdrawn

__all__ = ["Answer", "Door", "UnknownQuestion"]

_REMEMBERED = 256
_VIEWERS = 512
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
        self._withdrawn = Withdrawn(data_dir / "sharing")
        self._declared: tuple[str, Declared] | None = None
        self._rights: OrderedDict[tuple[Any, ...], Rights] = OrderedDict()
        self._lock = threading.Lock()
        self._granting = threading.Lock()
        self._accounts: tuple[str, date, list[tuple[str, str, str, str | None]]] | None = None

    def version(self) -> Version:
        """The published version served now. Raises NotPublished when there is none."""
        return self._published.current()

    def may_send(self, viewer: Viewer) -> bool:
        """Whether a viewer may have files checked and hand them over."""
        return viewer.kind in ("authority", "steward")

    def about_viewers(self, day: date) -> list[tuple[str, str, str, str | None]]:
        """Accounts that may look on a day: account, role, organisation and its name. Raises NotPublished where there is none.

        Asked to find out who is looking, so there is no viewer yet; nothing of it reaches a page but through a question.
        """
        version = self._published.current()
        with self._granting:
            if self._accounts is None or self._accounts[:2] != (version.id, day):
                self._accounts = (version.id, day, _accounts(version, day))
            return self._accounts[2]

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
        try:
            frame, hidden = self._found(asked, values, version, viewer)
        except duckdb.Error:
            # the file may have been damaged since it was opened
            if not self._published.again(version):
                raise
            return self.fetch(question, viewer, channel=channel, **parameters)
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
        return Answer(frame.copy(deep=False), hidden, version.id, version.built_at, not viewer.is_known)

    def _found(
        self, asked: Question, values: dict[str, Any], version: Version, viewer: Viewer
    ) -> tuple[pd.DataFrame, tuple[str, ...]]:
        """An answer and what of it is hidden: remembered, or asked for."""
        rights = self._rights_of(viewer, version) if viewer.is_known else None
        # a viewer's marts change with the day and with every withdrawal, and the answer with them
        key = (version.id, viewer.scope, rights.schema if rights else "", asked.name, tuple(sorted(values.items())))
        with self._lock:
            found = self._remembered.get(key)
            if found is not None:
                self._remembered.move_to_end(key)
        if found is None:
            found = _denied(asked, values, version) if rights is None else _asked(asked, values, version, rights)
            with self._lock:
                self._remembered[key] = found
                while len(self._remembered) > _REMEMBERED:
                    self._remembered.popitem(last=False)
        return found

    def _rights_of(self, viewer: Viewer, version: Version) -> Rights:
        day, withdrawn = date.today(), self._withdrawn.now()
        key = (version.id, viewer.scope, day, withdrawn)
        with self._granting:
            found = self._rights.get(key)
            if found is None:
                if self._declared is None or self._declared[0] != version.id:
                    self._declared = (version.id, declared(version.connection))
                found = grant(
                    version.connection, self._declared[1], viewer, day, version.built_at.astimezone().date(), withdrawn
                )
                self._rights[key] = found
                while len(self._rights) > _VIEWERS:
                    self._rights.popitem(last=False)
            self._rights.move_to_end(key)
            return found


def _accounts(version: Version, day: date) -> list[tuple[str, str, str, str | None]]:
    cursor = version.cursor()
    try:
        found = cursor.execute(
            f"""with
            named as (
                select 'school' as kind, urn as id, max(name) as name from {PUBLISHED}.marts.dim_school group by urn
                union all
                select 'partnership', partnership_id, name from {PUBLISHED}.marts.dim_partnership
                union all
                select 'authority', la_code, la_name from {PUBLISHED}.marts.dim_authority
            )
            select v.account, v.viewer_role, v.organisation_id, named.name
            from {PUBLISHED}.marts.viewer as v
            left join named on named.kind = v.organisation_kind and named.id = v.organisation_id
            where v.starts_on <= $day and (v.ends_on is null or v.ends_on >= $day)""",
            {"day": day},
        ).fetchall()
        if found:
            return found
        # no accounts were landed: whoever serves it looks as the analyst of the authority it holds most about
        return cursor.execute(
            f"""select 'analyst', 'authority', a.la_code, a.la_name
            from {PUBLISHED}.marts.dim_authority as a
            inner join {PUBLISHED}.marts.trend_series as t on t.area_type = 'authority' and t.area_id = a.la_code
            group by a.la_code, a.la_name
            order by count(*) desc, a.la_code
            limit 1"""
        ).fetchall()
    finally:
        cursor.close()


def _run(sql: str, values: dict[str, Any], version: Version) -> pd.DataFrame:
    cursor = version.cursor()
    try:
        return cursor.execute(sql, values).df()
    finally:
        cursor.close()


def _asked(
    question: Question, values: dict[str, Any], version: Version, rights: Rights
) -> tuple[pd.DataFrame, tuple[str, ...]]:
    frame = _run(rights.of(question.sql), values, version)
    hidden = why_hidden(rights, question.made_of, values)
    if question.held_back is None or frame.empty:
        return frame, hidden
    return frame, (*hidden, *why_small(rights, question.made_of, frame[question.held_back].dropna().tolist()))


def _denied(question: Question, values: dict[str, Any], version: Version) -> tuple[pd.DataFrame, tuple[str, ...]]:
    # The columns are kept so that a page draws its empty state instead of failing.
    sql = MART.sub(rf"{PUBLISHED}.marts.\1", question.sql)
    return _run(f"select * from ({sql}) where false", values, version), (NOT_SIGNED_IN,)
