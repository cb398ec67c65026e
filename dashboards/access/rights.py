"""What one viewer may see: the published marts, each narrowed to the rows and columns that were shared with that viewer.

Belongs here: a viewer's audiences, the grants that hold today, and the marts as that viewer has them. Every question is asked of
these and of nothing else. Does not belong here: the questions, or what is said of rows that are not there (see
`dashboards.access.reasons`).

Decided: a viewer's marts are views in a schema of their own, made from what `marts.mart_dataset` says each mart is made of; a
mart that is open to the viewer is read as it was published. Because a question then cannot forget a condition, and one about open
data costs nothing more. Instead of a condition added to each question.
"""

from __future__ import annotations

import hashlib
import re
import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import duckdb

from dashboards.access.viewer import Viewer

#: Granularities in their order; a viewer who may see one may see those before it.
LEVELS = ("none", "aggregate", "anonymous", "named", "verbatim")
#: How the published file is called on the connection; no question may say it.
PUBLISHED = "published"
MART = re.compile(r"\bmarts\.(\w+)")
_ROWS = re.compile(r"(\w+)(?: (=|<>) ([\w-]+)| (is null|is not null))?")
_NOBODY = "false"


@dataclass(frozen=True)
class Line:
    """A line of `mart_dataset`: what rows or columns of a mart are made of, and whose they are."""

    columns: tuple[str, ...]
    of_rows: str
    made_of: tuple[str, ...]
    whose: str
    least: str


@dataclass(frozen=True)
class Declared:
    """What a published file says of itself: the lines of each mart, its columns, and who sees each dataset."""

    lines: Mapping[str, tuple[Line, ...]]
    columns: Mapping[str, tuple[str, ...]]
    seen_by: Mapping[str, str]
    n_least_schools: Mapping[str, int]
    n_least_people: Mapping[str, int]
    n_least_people_own: Mapping[str, int]
    names: Mapping[str, str]
    area_types: Mapping[str, str | None]


def declared(connection: duckdb.DuckDBPyConnection) -> Declared:
    """Read what a published file declares; one of an older release that declares nothing shows nothing."""
    lines: dict[str, list[Line]] = {}
    columns: dict[str, list[str]] = {}
    for mart, column in connection.execute(
        "select table_name, column_name from duckdb_columns() where database_name = $1 and schema_name = 'marts' "
        "order by table_name, column_index",
        [PUBLISHED],
    ).fetchall():
        columns.setdefault(mart, []).append(column)
    if not {"mart_dataset", "shared_dataset"} <= columns.keys():
        return Declared({}, {name: tuple(each) for name, each in columns.items()}, {}, {}, {}, {}, {}, {})
    for mart, of, rows, made_of, whose, least in connection.execute(
        f"select mart, columns, of_rows, made_of, whose, least from {PUBLISHED}.marts.mart_dataset"
    ).fetchall():
        line = Line(tuple(of.split()), rows or "", tuple(made_of.split()), whose or "", least or "named")
        lines.setdefault(mart, []).append(line)
    datasets = connection.execute(
        "select dataset_id, seen_by, n_least_schools, name, area_type, n_least_people, n_least_people_own "
        f"from {PUBLISHED}.marts.shared_dataset"
    ).fetchall()
    return Declared(
        {name: tuple(each) for name, each in lines.items()},
        {name: tuple(each) for name, each in columns.items()},
        {row[0]: row[1] for row in datasets},
        {row[0]: row[2] or 1 for row in datasets},
        {row[0]: row[5] for row in datasets if row[5]},
        {row[0]: row[6] for row in datasets if row[6]},
        {row[0]: row[3] for row in datasets},
        {row[0]: row[4] for row in datasets},
    )


def audiences(connection: duckdb.DuckDBPyConnection, viewer: Viewer, day: date) -> list[tuple[str, str]]:
    """The audiences a viewer belongs to on a day, each with its organisation, as `sharing_grants` names them."""
    everyone = [("public", "*")]
    if viewer.kind == "authority":
        return [("own_authority", viewer.organisation), ("authority", viewer.organisation), *everyone]
    if viewer.kind == "board":
        return [
            ("own_partnership", viewer.organisation),
            ("board", viewer.organisation),
            ("other_partnerships", "*"),
            *everyone,
        ]
    if viewer.kind == "partnership_lead":
        own = [(audience, viewer.organisation) for audience in ("own_partnership", "heads_group", "board")]
        return [*own, ("other_partnerships", "*"), *everyone]
    if viewer.kind == "head":
        schools = connection.execute(
            f"select distinct school_id from {PUBLISHED}.marts.dim_school where urn = $1", [viewer.organisation]
        ).fetchall()
        groups = connection.execute(
            f"""select distinct partnership_id from {PUBLISHED}.marts.partnership_membership
            where list_contains($1, school_id) and joined_on <= $2 and (left_on is null or left_on > $2)""",
            [[row[0] for row in schools], day],
        ).fetchall()
        return [
            *(("own_school", row[0]) for row in schools),
            *(("heads_group", row[0]) for row in groups),
            *([("other_partnerships", "*")] if groups else []),
            *everyone,
        ]
    return everyone


@dataclass
class Rights:
    """The marts as one viewer has them in one version on one day."""

    connection: duckdb.DuckDBPyConnection
    declared: Declared
    viewer: Viewer
    day: date
    schema: str
    audiences: tuple[tuple[str, str], ...]
    lapsed: frozenset[str]
    #: sentences about what is not shown of an area, by dataset and area
    reasons: dict[Any, list[str]] = field(default_factory=dict)
    _made: set[str] = field(default_factory=set)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def of(self, sql: str) -> str:
        """The text of a question with each mart as this viewer has it."""
        return MART.sub(lambda found: self._mart(found[1]), sql)

    def sees_by_itself(self, dataset: str) -> bool:
        """Whether a dataset is seen by viewers of this kind without any agreement."""
        seen_by = self.declared.seen_by.get(dataset)
        return seen_by == "everyone" or (
            self.viewer.is_known
            and (
                (seen_by == "signed_in" and self.viewer.kind != "public")
                or (seen_by == "staff" and self.viewer.kind in ("authority", "steward"))
                or (seen_by == "steward" and self.viewer.kind == "steward")
            )
        )

    def _mart(self, name: str) -> str:
        lines = self.declared.lines.get(name, ())
        if any(line.columns == ("*",) and self._whole(line) for line in lines) and all(
            line.columns == ("*",) or self._whole(line) for line in lines
        ):
            return f"{PUBLISHED}.marts.{name}"
        with self._lock:
            if name not in self._made:
                self._make(name, lines)
                self._made.add(name)
        return f"{self.schema}.{name}"

    def _whole(self, line: Line) -> bool:
        """Whether all rows of a mart are this viewer's by a line."""
        return not line.of_rows and all(self.sees_by_itself(dataset) for dataset in line.made_of)

    def _make(self, name: str, lines: Iterable[Line]) -> None:
        rows = [self._condition(line) for line in lines if line.columns == ("*",)]
        of_columns: dict[str, list[str]] = {}
        for line in lines:
            if line.columns != ("*",):
                for column in line.columns:
                    of_columns.setdefault(column, []).append(self._condition(line))
        shown = ", ".join(
            f'case when {" or ".join(of_columns[column])} then r."{column}" end as "{column}"'
            if column in of_columns
            else f'r."{column}"'
            for column in self.declared.columns[name]
        )
        cursor = self.connection.cursor()
        try:
            cursor.execute(
                f"create or replace view {self.schema}.{name} as select {shown} from {PUBLISHED}.marts.{name} as r "
                f"where {' or '.join(rows) or _NOBODY}"
            )
        finally:
            cursor.close()

    def _own(self) -> str:
        """The rows that were made for this viewer."""
        mine = [organisation for audience, organisation in self.audiences if audience == "own_school"]
        if self.viewer.kind != "head":
            mine = ["*" if self.viewer.kind in ("public", "steward") else self.viewer.organisation]
        kind = "public" if self.viewer.kind == "steward" else self.viewer.kind
        listed = ", ".join(_quoted(organisation) for organisation in mine) or "null"
        return f"(r.viewer_kind = {_quoted(kind)} and r.viewer_id in ({listed}))"

    def _condition(self, line: Line) -> str:
        needed = [dataset for dataset in line.made_of if not self.sees_by_itself(dataset)]
        parts = [self._shared(dataset, line) for dataset in needed]
        if line.of_rows:
            parts.append(_rows(line.of_rows))
        return f"({' and '.join(parts)})" if parts else "true"

    def _shared(self, dataset: str, line: Line) -> str:
        if self.declared.seen_by.get(dataset) != "agreement":
            return _NOBODY
        kind, _, column = line.whose.partition(":")
        least = LEVELS.index(line.least)

        def one(area_type: str, of: str) -> str:
            return (
                f"{of} in (select area_id from {self.schema}.may where dataset = '{dataset}' "
                f"and area_type = '{area_type}' and level >= {least})"
            )

        def every(of: str) -> str:
            return f"{of} in (select area_id from {self.schema}.whole where dataset = '{dataset}')"

        fresh = dataset not in self.lapsed
        school = f"r.area_type = 'school' and {one('school', 'r.area_id')}"
        conditions = {
            "school": one("school", f"r.{column}"),
            "partnership": one("partnership", f"r.{column}"),
            "members": every(f"r.{column}"),
            # made of what this viewer was shown at the build: too much once a school has left
            "viewer": self._own() if fresh else _NOBODY,
            "shared_with_authority": f"r.{column} in (select area_id from {self.schema}.given where dataset = '{dataset}')",
            "area": f"({school} or (r.area_type = 'partnership' and {one('partnership', 'r.area_id')}))",
            "members_of": f"({school} or (r.area_type in ('partnership', 'authority') and {every('r.area_id')}))",
        }
        return conditions.get(kind, _NOBODY)


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _rows(text: str) -> str:
    """The condition of a line about some rows. Raises ValueError where it is none that is known."""
    found = _ROWS.fullmatch(text)
    if found is None:
        raise ValueError(f"mart_datasets: “{text}” names no rows")
    column, sign, value, missing = found.groups()
    if sign:
        return f"r.{column} {sign} '{value}'"
    return f"r.{column} {missing}" if missing else f"r.{column}"


def grant(
    connection: duckdb.DuckDBPyConnection,
    known: Declared,
    viewer: Viewer,
    day: date,
    built: date,
    denied: frozenset[str],
) -> Rights:
    """The rights of a viewer on a day, in a file built on another; `denied` are those who withdrew since."""
    own = audiences(connection, viewer, day) if viewer.is_known else []
    digest = hashlib.sha256(repr((viewer.scope, day, sorted(denied))).encode()).hexdigest()[:12]
    schema = f"v_{digest}"
    cursor = connection.cursor()
    try:
        cursor.execute(f"create schema if not exists {schema}")
        _may(cursor, schema, known, own, day, denied)
        _whole(cursor, schema, known)
        _given(cursor, schema, known, built)
        lapsed = _lapsed(cursor, known, own, day, built, denied)
    finally:
        cursor.close()
    return Rights(connection, known, viewer, day, schema, tuple(own), lapsed)


def _lapsed(
    cursor: duckdb.DuckDBPyConnection,
    known: Declared,
    own: list[tuple[str, str]],
    day: date,
    built: date,
    denied: frozenset[str],
) -> frozenset[str]:
    """Datasets of which an audience of the viewer has lost a school since the file was built: totals made then hold too much."""
    if "sharing_grants" not in known.columns or not own:
        return frozenset()
    rows = cursor.execute(
        f"""select distinct g.dataset
        from {PUBLISHED}.marts.sharing_grants as g
        where list_contains($audiences, g.audience || ' ' || g.audience_id) and g.shared_from <= $built
          and ((g.shared_until > $built and g.shared_until <= $day) or list_contains($denied, g.area_id))""",
        {"audiences": [f"{a} {o}" for a, o in own], "built": built, "day": day, "denied": sorted(denied)},
    ).fetchall()
    return frozenset(row[0] for row in rows)


def _may(
    cursor: duckdb.DuckDBPyConnection,
    schema: str,
    known: Declared,
    own: list[tuple[str, str]],
    day: date,
    denied: frozenset[str],
) -> None:
    cursor.execute(
        f"create or replace table {schema}.may (dataset varchar, area_type varchar, area_id varchar, level integer)"
    )
    if "sharing_grants" not in known.columns or not own:
        return
    parameters: dict[str, Any] = {
        "audiences": [audience for audience, _ in own],
        "organisations": [organisation for _, organisation in own],
        "day": day,
        "levels": list(LEVELS),
        "denied": sorted(denied),
    }
    cursor.execute(
        f"""insert into {schema}.may
        select g.dataset, g.area_type, g.area_id, max(list_position($levels, g.granularity) - 1)
        from {PUBLISHED}.marts.sharing_grants as g
        inner join (select unnest($audiences) as audience, unnest($organisations) as audience_id) as own
            on own.audience = g.audience and own.audience_id = g.audience_id
        where g.shared_from <= $day and (g.shared_until is null or g.shared_until > $day)
          and (starts_with(g.audience, 'own_') or not list_contains($denied, g.area_id))
        group by all""",
        parameters,
    )


#: Schools by the partnerships they ever were in, by their authority, and all together.
_MEMBERS = f"""
        members as (
            select distinct partnership_id as area_id, school_id from {PUBLISHED}.marts.partnership_membership
            union
            select 'all', school_id from {PUBLISHED}.marts.partnership_membership
            union
            select s.la_code, m.school_id
            from {PUBLISHED}.marts.partnership_membership as m
            inner join {PUBLISHED}.marts.dim_school as s on s.school_id = m.school_id and s.is_current
        )
"""


def _whole(cursor: duckdb.DuckDBPyConnection, schema: str, known: Declared) -> None:
    """Partnerships and authorities of which every school that ever was in one shares a dataset, and “all” where all do."""
    cursor.execute(f"create or replace table {schema}.whole (dataset varchar, area_id varchar)")
    if "partnership_membership" not in known.columns or not known.n_least_schools:
        return
    least = ", ".join(f"('{dataset}', {number})" for dataset, number in known.n_least_schools.items())
    cursor.execute(
        f"""insert into {schema}.whole
        with {_MEMBERS},
        least (dataset, n_schools) as (values {least})
        select least.dataset, members.area_id
        from members
        inner join least on least.dataset in (select dataset from {schema}.may)
        left join {schema}.may as may
            on may.dataset = least.dataset and may.area_type = 'school' and may.area_id = members.school_id and may.level >= 1
        group by least.dataset, members.area_id
        having count(*) = count(may.area_id) and count(*) >= max(least.n_schools)"""
    )


def _given(cursor: duckdb.DuckDBPyConnection, schema: str, known: Declared, built: date) -> None:
    """Partnerships, and “all”, of which this viewer may see every school that shared a dataset with any authority at the build.

    What is made of those schools alone is derived of what the viewer may see; another authority's analyst may not see it.
    """
    cursor.execute(f"create or replace table {schema}.given (dataset varchar, area_id varchar)")
    if not {"partnership_membership", "sharing_grants"} <= known.columns.keys() or not known.n_least_schools:
        return
    least = ", ".join(f"('{dataset}', {number})" for dataset, number in known.n_least_schools.items())
    cursor.execute(
        f"""insert into {schema}.given
        with {_MEMBERS},
        least (dataset, n_schools) as (values {least}),
        given as (
            select distinct dataset, area_id as school_id
            from {PUBLISHED}.marts.sharing_grants
            where audience in ('authority', 'own_authority', 'public') and area_type = 'school'
              and shared_from <= $built and (shared_until is null or shared_until > $built)
        )
        select least.dataset, members.area_id
        from given
        inner join members on members.school_id = given.school_id
        inner join least on least.dataset = given.dataset
        left join {schema}.may as may
            on may.dataset = given.dataset and may.area_type = 'school' and may.area_id = given.school_id and may.level >= 1
        group by least.dataset, members.area_id
        having count(*) = count(may.area_id) and count(*) >= max(least.n_schools)""",
        {"built": built},
    )
