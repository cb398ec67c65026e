"""Raw Parquet: every cell of every landed file as text, written whole or not at all.

Belongs here: where the tables of raw lie and their columns (`layout`), how rows become Parquet (`writer`), by way of a CSV
(`passing`), and how DuckDB reads survey exports by itself (`exports`). Does not belong here: reading landed files
(`readers`), deciding which of them count (`landing`), casting anything (dbt).

Callers import the module they need: `layout` is for those who only ask where something lies, and imports nothing slow.
"""
