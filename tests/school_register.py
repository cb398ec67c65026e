"""A register of schools made by hand, links and tables of figures beside it, and the project's own models run on them.

Belongs here: making the tables the register's models read, and asking what they answer. Does not belong here: what a test
asserts, and files: those are landed by the pipeline's tests.
"""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple

import duckdb

from orchestration.contracts import seed_file
from tests import macro_sql

_TABLES = ("ks2", "ks4", "ks5", "absence", "census", "ks4_destinations", "ks5_destinations")
_SEEDS = ("link_types", "authority_changes", "local_authorities", "link_reasons")
_MODELS = (
    "int_register_rows__classified",
    "int_schools__named",
    "int_schools__dated",
    "int_links__judged",
    "int_lineages__resolved",
    "int_school_spells__ordered",
    "int_numbers__renumbered",
    "int_establishments__known",
    "int_schools__observed",
    "dim_school",
    "school_link",
)
#: what dim_school reads besides, and no test here is about
_ELSEWHERE = """
    create table int_outcome_rows__classified (
        dataset_id varchar, area_type varchar, urn varchar, la_code varchar, estab varchar, school_name varchar,
        institution_type varchar, academic_year varchar);
    create table int_inspection_rows__classified (urn varchar, school_name varchar, disposition varchar);
    create table int_inspections__read (urn varchar);
    create table int_template_cells__checked (type varchar, value varchar);
    create table int_form_answers__mapped (target varchar, answer varchar);
"""


class Standing(NamedTuple):
    """What dim_school says of a URN."""

    school_id: str
    status: str
    is_current: bool
    valid_from: date | None
    valid_to: date | None


class Register:
    """Editions of the register and of its links, and tables of figures, each a file."""

    def __init__(self) -> None:
        self.db = duckdb.connect()
        self._files = 0
        self._rows: dict[str, list[tuple[Any, ...]]] = {}
        self.db.execute(
            """
            create table landed (
                file_id varchar, dataset_id varchar, academic_year varchar, snapshot_date date, status varchar,
                rows_landed bigint, sequence bigint);
            create view stg_landing__register_files as from landed where dataset_id like 'register%';
            create view stg_landing__outcome_files as from landed where dataset_id not like 'register%';
            create table stg_register__gias (
                file_id varchar, row_number bigint, urn_text varchar, urn varchar, name varchar, laestab varchar,
                previous_laestab varchar, status varchar, opened_on date, closed_on date, changed_on date,
                la_code varchar, la_name varchar, phase varchar, is_independent boolean, is_partial boolean);
            create table stg_register__spine as from stg_register__gias;
            create table stg_register__links (
                file_id varchar, row_number bigint, urn_text varchar, link_urn_text varchar, urn varchar,
                link_urn varchar, link_name varchar, link_type varchar, linked_on date);
            create table stg_register__groups (
                file_id varchar, row_number bigint, group_uid varchar, status varchar, opened_on date, closed_on date);
            create table stg_ees__rows (
                file_id varchar, urn varchar, dataset_id varchar, academic_year varchar, laestab varchar);
            """
            + _ELSEWHERE
        )
        for table in _TABLES:
            self.db.execute(
                f"create table stg_dfe__{table}_rows (file_id varchar, urn varchar, la_code varchar, estab varchar)"
            )
        for seed in _SEEDS:
            file = seed_file(f"{seed}.csv")
            self.db.execute(f"create table {seed} as from read_csv('{file}', header = true, all_varchar = true)")

    def file(self, dataset: str, on: str | None = None, year: str | None = None, file_id: str | None = None) -> str:
        """A landed file of a kind, as of a day where its name says one."""
        self._files += 1
        file_id = file_id or f"f{self._files:03}"
        self._add("landed", (file_id, dataset, year, on, "loaded", 0, self._files))
        return file_id

    def establishments(
        self, rows: list[dict[str, Any]], on: str | None = "2023-09-01", kind: str = "gias", **kept: Any
    ) -> str:
        """An edition of the register: rows with urn, status, opened, closed and what else a test is about."""
        file_id = self.file(f"register_{kind}", on, file_id=kept.get("file_id"))
        for number, row in enumerate(rows, 2):
            urn = str(row["urn"])
            self._add(
                f"stg_register__{kind}",
                (
                    file_id, number, urn, urn, row.get("name", f"School {urn}"), row.get("laestab"),
                    row.get("previous_laestab"), row.get("status", "open"), row.get("opened"), row.get("closed"),
                    row.get("changed"), row.get("la_code"), None, row.get("phase", "primary"), False,
                    kept.get("is_partial", False),
                ),
            )  # fmt: skip
        return file_id

    def links(
        self, rows: list[tuple[int, int, str, str | None]], on: str | None = "2023-09-01", file_id: str | None = None
    ) -> str:
        """An edition of the links: URN, linked URN, type and day."""
        file_id = self.file("register_links", on, file_id=file_id)
        for number, (urn, other, kind, day) in enumerate(rows, 2):
            self._add(
                "stg_register__links",
                (file_id, number, str(urn), str(other), str(urn), str(other), f"School {other}", kind, day),
            )
        return file_id

    def figures(self, table: str, year: str, urns: list[int], numbers: dict[int, str] | None = None) -> None:
        """A table of figures of a year that lists these schools, with their numbers where a test is about them."""
        file_id = self.file(f"dfe_{table}", year=year)
        for urn in urns:
            number = (numbers or {}).get(urn)
            la_code, estab = (number[:3], number[3:]) if number else (None, None)
            self._add(f"stg_dfe__{table}_rows", (file_id, str(urn), la_code, estab))
            self._add(
                "int_outcome_rows__classified",
                (f"dfe_{table}", "school", str(urn), la_code, estab, f"School {urn}", None, year),
            )

    def form(self, urns: list[int]) -> None:
        """A form of our own that names these schools."""
        for urn in urns:
            self._add("int_template_cells__checked", ("urn", str(urn)))

    def number(self, table: str, year: str, number: str) -> None:
        """A row of a table of figures that prints a school's number, and no URN."""
        self._add(f"stg_dfe__{table}_rows", (self.file(f"dfe_{table}", year=year), None, number[:3], number[3:]))

    def _add(self, table: str, row: tuple[Any, ...]) -> None:
        self._rows.setdefault(table, []).append(row)

    def build(self) -> Register:
        """Run the models."""
        for table, rows in self._rows.items():
            widths = {len(row) for row in rows}
            width = widths.pop()
            columns = list(zip(*rows, strict=True))
            named = [name for name, *_ in self.db.execute(f"describe {table}").fetchall()][:width]
            unnested = ", ".join(f"unnest(?::{self._type(table, name)}[])" for name in named)
            self.db.execute(f"insert into {table} ({', '.join(named)}) select {unnested}", [list(c) for c in columns])
        self._rows.clear()
        macro_sql.make(self.db, *_MODELS)
        return self

    def _type(self, table: str, column: str) -> str:
        types = {name: kind for name, kind, *_ in self.db.execute(f"describe {table}").fetchall()}
        return str(types[column])

    def __getitem__(self, urn: int) -> Standing:
        found = self.db.execute(
            "select school_id, status, is_current, valid_from, valid_to from dim_school where urn = ?", [str(urn)]
        ).fetchall()
        assert len(found) == 1, f"{urn} has {len(found)} rows"
        return Standing(*found[0])

    def on(self, day: str) -> set[int]:
        """The URNs that stand for a school on a day."""
        found = self.db.execute(
            """select urn from dim_school
               where coalesce(valid_from, date '0001-01-01') <= cast(? as date)
                 and coalesce(valid_to, date '9999-12-31') >= cast(? as date)""",
            [day, day],
        ).fetchall()
        return {int(urn) for (urn,) in found}

    def reasons(self) -> dict[tuple[int, int], str]:
        """The reason of each pair that is linked."""
        found = self.db.execute("select predecessor_urn, successor_urn, reason_id from school_link").fetchall()
        return {(int(first), int(second)): reason for first, second, reason in found}

    def ask(self, query: str) -> list[tuple[Any, ...]]:
        """The answer to a query of the built tables."""
        return self.db.execute(query).fetchall()
