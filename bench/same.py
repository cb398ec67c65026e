"""Whether two published versions hold the same figures, row by row."""

from __future__ import annotations

from pathlib import Path

import duckdb


def differences(one: Path, other: Path) -> list[str]:
    """For each mart that is not the same in two published files, its name and how many rows each has that the other has not.

    Rows count as often as they occur; figures are compared to the last bit. Which order rows lie in is not compared.
    """
    with duckdb.connect(":memory:", config={"threads": 2}) as connection:
        connection.execute(f"attach '{one}' as one (read_only); attach '{other}' as other (read_only)")
        held = {
            name: {
                row[0]
                for row in connection.execute(
                    f"select table_name from duckdb_tables() where database_name = '{name}'"
                ).fetchall()
            }
            for name in ("one", "other")
        }
        found = [f"{name} is in one alone" for name in sorted(held["one"] ^ held["other"])]
        for name in sorted(held["one"] & held["other"]):
            row = connection.execute(
                f"""select
                    (select count(*) from (from one.marts."{name}" except all from other.marts."{name}")),
                    (select count(*) from (from other.marts."{name}" except all from one.marts."{name}"))"""
            ).fetchone()
            if row != (0, 0):
                found.append(f"{name}: {row}")
    return found
